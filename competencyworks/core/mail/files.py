"""Mail into files, for demo and development: one a mail, which any mail program opens."""

from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.crypto import get_random_string


class EmailBackend(BaseEmailBackend):
    """Writes each mail to a file of its own below EMAIL_FILE_PATH, named by the moment."""

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.localtime():%Y%m%d-%H%M%S-%f}-{get_random_string(4).lower()}"
            part = folder / f".{name}"
            part.write_bytes(message.message().as_bytes())
            part.rename(folder / f"{name}.eml")  # whole, or not there
        return len(email_messages)
