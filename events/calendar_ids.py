"""What calendars know an event by (UID, RFC 5545, 3.8.4.7)."""

import uuid
from urllib.parse import urlsplit

from django.conf import settings

LENGTH = 300  # characters: a name of 36 and a host


def new_uid() -> str:
    """
    A name that no other event has, here or on another site. It is given once and stored: under
    another one, calendars would take a moved event for a second one.
    """
    return f"{uuid.uuid4()}@{urlsplit(settings.SITE_URL).hostname}"
