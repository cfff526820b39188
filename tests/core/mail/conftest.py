"""A mail server for tests, and mail to send."""

import pytest

from competencyworks.core.mail.outbox import Mail, queue
from tests.core.mail.post_office import PostOffice


@pytest.fixture
def post_office(settings):
    """A listening server that the site sends through."""
    office = PostOffice()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = office.port
    settings.EMAIL_TIMEOUT = 5
    office.start()
    yield office
    office.stop()


@pytest.fixture
def write(db):
    """Puts mails into the outbox: one to each address that it is given."""

    def write(*addresses: str, **more) -> None:
        more = {"kind": "test", "subject": "Hello", "text": "Words.\n", **more}
        queue([Mail(key=f"to-{to}", to_email=to, **more) for to in addresses])

    return write
