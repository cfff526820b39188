"""A new SECRET_KEY, with the old one in SECRET_KEY_FALLBACKS: what was given out still holds."""

import re

import pytest
from django.test import Client

from competencyworks.core.discussion import banning, decision_links, proofs
from competencyworks.core.discussion.announcing import announce
from competencyworks.core.discussion.defence import Refused, Sender, judge
from competencyworks.core.mail.sending import send_waiting_mail
from competencyworks.core.models import Ban, Comment, OutgoingMail
from competencyworks.core.privacy import erase_person
from events import certificates
from tests import factories
from tests.events import factories as event_factories
from wiki.watching import proofs as watch_proofs

pytestmark = pytest.mark.django_db
HERE = Sender("203.0.113.7", "A browser", "")


@pytest.fixture(params=["kept", "dropped"])
def new_key(request, settings):
    """Gives the site a new key; tells whether the old one still counts."""

    def change() -> bool:
        old, settings.SECRET_KEY = settings.SECRET_KEY, "a new key " * 6
        settings.SECRET_KEY_FALLBACKS = [old] if request.param == "kept" else []
        return request.param == "kept"

    return change


def status(path: str) -> int:
    return Client().get(path).status_code


def comment(**more) -> Comment:
    given = {"name": "Ben", "email": "ben@example.org", "status": "waiting", **more}
    return factories.comment(factories.post(authors=[host()]), **given)


def host():
    return factories.person("Hana Host", email="hana@example.org")


def test_private_pages_of_comments_and_registrations(new_key):
    event = event_factories.event()
    found = event_factories.registered(event)
    own = f"/events/registration/{found.token}/"
    paths = [proofs.private_path(comment()), own, f"{own}event.ics"]
    assert [status(path) for path in paths] == [200, 200, 200]
    kept = new_key()
    assert [status(path) for path in paths] == ([200] * 3 if kept else [404] * 3)


def test_codes_of_certificates(new_key):
    code = certificates.code_of(event_factories.registered(event_factories.event()))
    found = certificates.tokens.read(certificates.PURPOSE, code)
    if new_key():
        assert certificates.tokens.read(certificates.PURPOSE, code) == found
    else:
        with pytest.raises(certificates.tokens.BadToken):
            certificates.tokens.read(certificates.PURPOSE, code)


def test_links_that_end_watching(new_key):
    class Watch:
        pk = 7

    token = watch_proofs.stop_path(Watch).split("/")[-2]
    expected = 7 if new_key() else None
    assert watch_proofs.key_in(watch_proofs.STOP, token) == expected


def test_links_by_which_a_moderator_decides(new_key):
    announce(comment())
    send_waiting_mail()
    mail = OutgoingMail.objects.get(to_email="hana@example.org")
    path = re.search(r"http://127\.0\.0\.1:8000(/comments/decide/[^/\s\"]+/)", mail.text)[1]
    assert status(path) == 200
    kept = new_key()
    assert status(path) == (200 if kept else 404)


def test_a_mail_about_a_comment_that_was_queued_before(new_key):
    announce(comment())
    kept = new_key()
    send_waiting_mail()
    mail = OutgoingMail.objects.get(to_email="hana@example.org")
    assert bool(mail.sent_at) is kept
    if kept:
        # Links of later mails are made with the new key.
        link = re.search(r"/comments/decide/([^/\s\"]+)/", mail.text)[1]
        assert decision_links.read(link)
        assert status(f"/comments/decide/{link}/") == 200


def test_devices_on_which_an_address_was_proven(new_key):
    device = proofs.device_token("ben@example.org")
    assert proofs.proves(device, "ben@example.org")
    kept = new_key()
    assert proofs.proves(device, "ben@example.org") is kept
    assert not proofs.proves(device, "ann@example.org")


def judged(email: str = "new@example.org") -> Comment:
    found = Comment(item=factories.post(), name="Ann", email=email, body="<p>Some words.</p>")
    judge(found, HERE, honeypot="", form_age=60.0, known=True)
    return found


def test_a_ban_of_a_network(new_key, editor):
    found = judged()
    found.save()
    banning.ban_writers([found], Ban.Kind.SENDER, by=editor.user)
    with pytest.raises(Refused):
        judged()
    if new_key():
        with pytest.raises(Refused):
            judged()
    else:
        judged()


def test_a_ban_of_an_address_that_was_erased(new_key):
    Ban.objects.create(kind=Ban.Kind.EMAIL, value="ben@example.org")
    erase_person("ben@example.org")
    with pytest.raises(Refused):
        judged("ben@example.org")
    judged("ann@example.org")
    if new_key():
        with pytest.raises(Refused):
            judged("ben@example.org")
    else:
        judged("ben@example.org")
