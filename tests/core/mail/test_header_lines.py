"""
No line of a mail is longer than servers must take (RFC 5322, 2.1.1: 998 octets), whatever stands
in its headers: each mail of the site, as it goes over the wire.
"""

import email
import email.header
import email.utils
import re
from email import policy
from pathlib import Path

import pytest
from django.conf import settings
from django.core.mail import get_connection
from django.template.loader import get_template

from competencyworks.core.mail.letters import letter
from competencyworks.core.mail.outbox import queue
from competencyworks.core.mail.sending import message
from competencyworks.core.models import OutgoingMail
from tests.core.mail.post_office import PostOffice

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.BASE_DIR) / "templates" / "mail"
PARTS = {"base", "greeting", "button", "quote", "mark"}
LETTERS = sorted(
    str(path.relative_to(FOLDER).with_suffix(""))
    for path in FOLDER.rglob("*.txt")
    if path.stem not in PARTS
)
MOST = 998  # octets
ADDRESS = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 50}.example"
NAMES = {
    "emoji": "😀" * 199,
    "joined emoji": "👩‍👩‍👧‍👦" * 28,
    "one word": "x" * 200,
    "one word with an accent": "ž" + "x" * 199,
    "quotes": '"\\' * 100,
    "commas and brackets": "Žižek, <Ann> (Dr.); " * 10,
    "Arabic": "محمد علي " * 22,
    "Chinese": "田中優子" * 50,
}


@pytest.fixture(scope="module")
def post_office():
    office = PostOffice()
    office.start()
    yield office
    office.stop()


def over_the_wire(office: PostOffice, mail: OutgoingMail) -> bytes:
    office.raw.clear()
    backend = "django.core.mail.backends.smtp.EmailBackend"
    connection = get_connection(backend, host="127.0.0.1", port=office.port)
    assert connection.send_messages([message(mail)]) == 1
    (raw,) = office.raw
    return raw


def checked(raw: bytes) -> email.message.EmailMessage:
    assert max(map(len, raw.split(b"\r\n"))) <= MOST
    return email.message_from_bytes(raw, policy=policy.default)


def made(name: str, to_name: str) -> OutgoingMail:
    stop = f"{settings.SITE_URL}/{'s' * 400}/"
    mail = letter(
        name, {}, key=name, to_email=ADDRESS, to_name=to_name, subject=(to_name * 3)[:300],
        stop_url=stop,
    )  # fmt: skip
    queue([mail])
    return OutgoingMail.objects.get()


def test_the_set_is_whole():
    assert len(LETTERS) >= 20
    for name in LETTERS:
        get_template(f"mail/{name}.txt")


@pytest.mark.parametrize("name", LETTERS)
def test_each_mail_to_a_name_of_emoji_has_lines_that_servers_take(post_office, name):
    found = checked(over_the_wire(post_office, made(name, NAMES["emoji"])))
    assert found["To"].addresses[0].addr_spec == ADDRESS


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_long_names_arrive_whole(post_office, settings, name):
    settings.DEFAULT_FROM_EMAIL = f"{'😀' * 199} <site@example.org>"
    mail = made("password_reset", name)
    raw = over_the_wire(post_office, mail)
    checked(raw)
    # The older policy joins encoded words as RFC 2047 has it.
    found = email.message_from_bytes(raw)
    (to,) = email.utils.getaddresses([found["To"]])
    assert to[1] == ADDRESS
    assert decoded(to[0]) == name.strip()
    assert decoded(found["Subject"]) == mail.subject
    (sender,) = email.utils.getaddresses([found["From"]])
    assert sender[1] == "site@example.org"


def decoded(text: str) -> str:
    text = re.sub(r"\r\n(?=[ \t])", "", text).strip()  # unfolded
    return str(email.header.make_header(email.header.decode_header(text)))
