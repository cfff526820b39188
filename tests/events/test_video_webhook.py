"""What the video service tells of a meeting: signed, recent, and noted once."""

import hashlib
import hmac
import json
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import Event, Registration
from events.registration import cancel
from events.video_service import places
from tests.events import factories
from tests.events.zoom_server import WEBHOOK_SECRET

MEETING, ADDRESS = "123456789", "/events/webhooks/zoom/"
pytestmark = pytest.mark.django_db


def digest(content: bytes) -> str:
    return hmac.new(WEBHOOK_SECRET.encode(), content, hashlib.sha256).hexdigest()


def post(client, message, *, age: float = 0, **headers):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    stamp = str(int(time.time() - age))
    signed = {
        "x-zm-request-timestamp": stamp,
        "x-zm-signature": f"v0={digest(f'v0:{stamp}:'.encode() + body)}",
    }
    return client.post(
        ADDRESS, body, content_type="application/json", headers={**signed, **headers}
    )


def seen(what: str = "meeting.participant_joined", *, meeting: str = MEETING, at=None, **person):
    at = at or timezone.now()
    moment = "join_time" if what.endswith("joined") else "leave_time"
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    person = {"user_id": "1", "user_name": "Ann", "email": "", moment: stamp, **person}
    return {
        "event": what,
        "event_ts": int(at.timestamp() * 1000),
        "payload": {"account_id": "a", "object": {"id": meeting, "type": 2, "participant": person}},
    }


def now_on(**more) -> Event:
    return factories.event(days=0.005, video_meeting=MEETING, **more)


def attended(row: Registration) -> bool | None:
    row.refresh_from_db()
    return row.attended


@pytest.fixture
def row(service) -> Registration:
    made = factories.registered(now_on(), email="ann@example.org")
    places.work()
    return made


@pytest.mark.parametrize("what", ["meeting.participant_joined", "meeting.participant_left"])
@pytest.mark.parametrize(
    "person",
    [{"registrant_id": "reg-1"}, {"email": "ANN@example.org"},
     {"registrant_id": "reg-99", "email": "ann@example.org"},
     {"registrant_id": "reg-1", "email": "work@example.com"}],
)  # fmt: skip
def test_who_joins_or_leaves_has_attended(client, row, what, person):
    assert post(client, seen(what, **person)).status_code == 200
    assert attended(row) is True
    assert post(client, seen(what, **person)).status_code == 200  # told twice


def test_a_webinar_is_no_meeting_of_the_same_number(client, row):
    post(client, seen("webinar.participant_joined", registrant_id="reg-1"))
    assert attended(row) is None
    Event.objects.update(video_kind="webinar")
    post(client, seen("webinar.participant_joined", email="ann@example.org"))
    assert attended(row) is True


@pytest.mark.parametrize(
    "message",
    [seen(registrant_id="reg-99"), seen(email="eve@example.org"), seen(),
     seen(registrant_id="reg-1", meeting="999999999"),
     seen(registrant_id="reg-1", at=timezone.now() - timedelta(days=1)),
     {"event": "meeting.started", "payload": {"object": {"id": MEETING}}}],
)  # fmt: skip
def test_of_anybody_else_nothing_is_noted(client, row, message):
    assert post(client, message).status_code == 200
    assert attended(row) is None


def test_what_staff_noted_stays(client, row):
    Registration.objects.filter(pk=row.pk).update(attended=False)
    post(client, seen(registrant_id="reg-1"))
    assert attended(row) is False


def test_who_has_no_seat_did_not_attend(client, row):
    cancel(row)
    post(client, seen(registrant_id="reg-1", email="ann@example.org"))
    assert attended(row) is None


def test_of_two_sessions_in_one_meeting_the_one_that_goes_on_counts(client, service):
    today, tomorrow = now_on(), factories.event(days=1, video_meeting=MEETING)
    rows = [factories.registered(event, email="ann@example.org") for event in (tomorrow, today)]
    places.work()
    post(client, seen(registrant_id="reg-1"))
    assert [attended(row) for row in rows] == [None, True]


@pytest.mark.parametrize(
    ("age", "headers"),
    [(301, {}), (-302, {}), (0, {"x-zm-signature": ""}), (0, {"x-zm-signature": "v0=0f"}),
     (0, {"x-zm-signature": "v0=ü"}), (0, {"x-zm-request-timestamp": ""}),
     (0, {"x-zm-request-timestamp": "1"}), (0, {"x-zm-request-timestamp": "٣"})],
)  # fmt: skip
def test_without_a_signature_of_the_last_five_minutes_nothing_is_done(client, row, age, headers):
    answer = post(client, seen(registrant_id="reg-1"), age=age, **headers)
    assert answer.status_code == 401
    assert attended(row) is None


def test_a_message_that_was_changed_is_refused(client, row):
    stamp = str(int(time.time()))
    signature = f"v0={digest(f'v0:{stamp}:{{}}'.encode())}"
    headers = {"x-zm-request-timestamp": stamp, "x-zm-signature": signature}
    assert post(client, seen(registrant_id="reg-1"), **headers).status_code == 401


def test_the_question_by_which_an_address_is_tried_is_answered(client, service):
    message = {"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}
    answer = post(client, message)
    assert answer.json() == {"plainToken": "abc", "encryptedToken": digest(b"abc")}
    assert "no-store" in answer["Cache-Control"]
    # Unsigned it would sign whatever anybody likes.
    assert post(client, message, **{"x-zm-signature": "v0=1"}).status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"{}", b'{"event": 1}', b'{"event": "meeting.participant_joined"}',
     b'{"event": "meeting.participant_joined", "payload": {"object": {"id": "1"}}}',
     b'{"event": "meeting.participant_joined", "payload": {"object": "x"}}',
     b'{"event": ["a"], "payload": {}}', b"\xff",
     b'{"event": "meeting.participant_left", "payload": {"object": {"id": "1", "participant": 1}}}',
     json.dumps(seen(join_time="2026-13-45T00:00:00Z")).encode()],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(client, service, body):
    assert post(client, body).status_code == 400


def test_other_methods_and_large_messages_are_refused(client, service):
    assert client.get(ADDRESS).status_code == 405
    assert post(client, b" " * 100_001).status_code == 413


def test_without_a_secret_there_is_no_webhook(client, settings, service):
    settings.ZOOM_WEBHOOK_SECRET = ""
    assert post(client, seen()).status_code == 404
