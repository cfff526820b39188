import pytest
from django.db import transaction
from django.test import override_settings
from django.utils.html import strip_tags

from competencyworks.website.demo.loading import load
from events.models import Event, Registration
from tests import crawl, showcase

# No link leads to these.
UNLINKED = [
    "/search/?q=competency",
    f"/search/?q={showcase.HIDDEN}",
    "/robots.txt",
    "/sitemap.xml",
    "/.well-known/security.txt",
    "/healthz",
]


def secrets() -> dict[str, str]:
    """What the public may never read, and whose it is: ways in to events, and registrants."""
    found: dict[str, str] = {}
    for event in Event.objects.all():
        notes = (strip_tags(note) for note in (event.join_note, event.venue_note))
        found |= {words: f"way in to {event}" for words in (event.join_url, *notes) if words}
    for row in Registration.objects.exclude(email=""):
        found |= {row.email: f"address of {row}", str(row.token): f"token of {row}"}
    return found


@pytest.fixture(scope="session")
def walk(django_db_setup, django_db_blocker, tmp_path_factory) -> crawl.Crawl:
    """
    Every public address of the demo and of the showcase, asked for once.

    What was found is kept, the content is not: it never leaves its transaction.
    """
    folder = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder), transaction.atomic():
        load()
        kinds = showcase.build()
        found = crawl.crawl(["/", *UNLINKED, *kinds.values()])
        found.secrets = secrets()
        transaction.set_rollback(True)
    return found
