"""What the mail server answers, and what becomes of a mail then."""

from datetime import UTC, timedelta

import pytest
from django.conf import settings as site
from django.utils import timezone

from competencyworks.core.mail.sending import (
    MOST_ATTEMPTS,
    WAITS,
    ServerAway,
    claim,
    forget_old_mail,
    send_waiting_mail,
)
from competencyworks.core.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db


def only() -> OutgoingMail:
    return OutgoingMail.objects.get()


def make_due() -> None:
    """Let all waits be over."""
    OutgoingMail.objects.update(due_at=factories.ago(seconds=1))


def test_a_mail_has_both_parts_and_the_headers_that_programs_look_for(post_office, write):
    write(
        "ana@example.org",
        to_name='Ana Ödegård, "Jr"',
        subject="Grüße – K‑12",
        text="Only words: 5 < 6\n",
        html="<p>Only words</p>",
        headers={"List-Unsubscribe": "<https://www.example.org/stop/1/>"},
    )
    send_waiting_mail()
    [mail] = post_office.received
    assert mail["Subject"] == "Grüße – K‑12"
    assert mail["To"].addresses[0].display_name == 'Ana Ödegård, "Jr"'
    assert mail["To"].addresses[0].addr_spec == "ana@example.org"
    assert mail["From"] == site.DEFAULT_FROM_EMAIL
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == "<https://www.example.org/stop/1/>"
    date = mail["Date"].datetime.replace(tzinfo=UTC)
    assert abs(date - timezone.now()) < timedelta(minutes=1)
    assert mail["Message-ID"].endswith(f"@{site.SITE_HOST}>")
    assert mail.get_body(("plain",)).get_content().strip() == "Only words: 5 < 6"
    assert mail.get_body(("html",)).get_content().strip() == "<p>Only words</p>"
    assert only().state == "Sent"
    send_waiting_mail()
    assert len(post_office.received) == 1


def test_one_connection_carries_many(post_office, write):
    write(*(f"reader{n}@example.org" for n in range(20)))
    assert send_waiting_mail() is False
    assert len(set(post_office.to())) == 20
    assert post_office.connections == 1


def test_a_refusal_for_good_gives_up_with_the_servers_words(post_office, write):
    post_office.refuse["gone"] = "550 5.1.1 Nobody of that name here"
    write("gone@example.org", "ana@example.org")
    send_waiting_mail()
    assert post_office.to() == ["ana@example.org"]
    gone = OutgoingMail.objects.get(to_email="gone@example.org")
    assert (gone.state, gone.attempts) == ("Given up", 1)
    assert gone.error == "550 5.1.1 Nobody of that name here"


def test_a_refusal_of_the_words_waits(post_office, write):
    post_office.refuse_data["ana"] = "554 5.7.1 Looks like spam"
    write("ana@example.org")
    send_waiting_mail()
    assert (only().state, only().error) == ("Waiting", "554 5.7.1 Looks like spam")


def test_a_refusal_for_now_waits_longer_and_longer_and_gives_up_after_two_days(post_office, write):
    post_office.refuse["ana"] = "451 4.7.1 Greylisted, come back"
    write("ana@example.org", "ben@example.org")
    waited = []
    for attempt in range(1, MOST_ATTEMPTS):
        send_waiting_mail()
        mail = OutgoingMail.objects.get(to_email="ana@example.org")
        assert (mail.state, mail.attempts) == ("Waiting", attempt)
        assert mail.error == "451 4.7.1 Greylisted, come back"
        waited.append(mail.due_at - timezone.now())
        assert send_waiting_mail() is False  # not due: no other try
        make_due()
    assert waited == sorted(waited)
    for wait, planned in zip(waited, WAITS, strict=True):
        assert 0.85 * planned < wait < 1.15 * planned
    assert timedelta(hours=40) < sum(waited, timedelta()) < timedelta(hours=56)
    send_waiting_mail()
    assert OutgoingMail.objects.get(to_email="ana@example.org").state == "Given up"
    assert post_office.to() == ["ben@example.org"]


def test_what_waited_goes_when_it_is_let(post_office, write):
    post_office.refuse["ana"] = "451 Later"
    write("ana@example.org")
    send_waiting_mail()
    post_office.refuse.clear()
    make_due()
    send_waiting_mail()
    assert post_office.to() == ["ana@example.org"]
    assert (only().state, only().error) == ("Sent", "")


def test_a_server_that_is_down_costs_no_mail_a_try(post_office, write):
    write(*(f"reader{n}@example.org" for n in range(5)))
    post_office.stop()
    with pytest.raises(ServerAway, match="ConnectionRefusedError"):
        send_waiting_mail()
    assert set(OutgoingMail.objects.values_list("attempts", "leased_until")) == {(0, None)}
    post_office.start()
    send_waiting_mail()
    assert len(set(post_office.to())) == 5


def test_a_server_that_refuses_us_costs_no_mail_a_try(post_office, write):
    write("ana@example.org")
    post_office.refuse_sender = "550 Not for this sender"
    with pytest.raises(ServerAway, match="550 Not for this sender"):
        send_waiting_mail()
    mail = only()
    assert (mail.state, mail.attempts, mail.error) == ("Waiting", 0, "550 Not for this sender")
    post_office.refuse_sender = ""
    send_waiting_mail()
    assert post_office.to() == ["ana@example.org"]


def test_a_connection_lost_amid_a_slice_is_made_anew(post_office, write):
    post_office.refuse["ana"] = "421 Closing"
    write("ana@example.org", "ben@example.org")
    send_waiting_mail()
    assert post_office.to() == ["ben@example.org"]
    assert post_office.connections == 2
    mail = OutgoingMail.objects.get(to_email="ana@example.org")
    assert (mail.state, mail.attempts) == ("Waiting", 1)


def test_a_claimed_mail_is_left_alone_until_its_lease_ends(post_office, write):
    write("ana@example.org")
    assert claim().to_email == "ana@example.org"
    assert claim() is None
    OutgoingMail.objects.update(leased_until=factories.ago(seconds=1))
    send_waiting_mail()
    assert post_office.to() == ["ana@example.org"]
    assert only().attempts == 2


def test_a_second_copy_has_the_same_message_id(post_office, write):
    write("ana@example.org", "ben@example.org")
    send_waiting_mail()
    OutgoingMail.objects.update(sent_at=None)  # as if the worker had died before it said so
    send_waiting_mail()
    ids = [mail["Message-ID"] for mail in post_office.received]
    assert len(ids) == 4
    assert sorted(ids[:2]) == sorted(ids[2:])
    assert len(set(ids)) == 2


def test_a_mail_that_kills_each_worker_is_given_up(post_office, write):
    write("ana@example.org")
    OutgoingMail.objects.update(attempts=MOST_ATTEMPTS, leased_until=factories.ago(minutes=1))
    send_waiting_mail()
    assert only().state == "Given up"
    assert "worker stopped" in only().error
    assert post_office.received == []


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85"])
def test_no_header_comes_in_by_name_subject_or_address(post_office, write, end):
    evil = f"Ana{end}Bcc: victim@example.com{end}X-Evil: 1{end}{end}<b>body</b>"
    write("ana@example.org", to_name=evil, subject=evil)
    write(f"ben@example.org{end}Bcc: victim@example.com", text="x")
    # Past the outbox too, as a shell might write it.
    OutgoingMail.objects.create(
        key="raw", kind="test", to_email="eva@example.org", to_name=evil, subject=evil, text="x"
    )
    send_waiting_mail()
    for mail in post_office.received:
        assert mail["Bcc"] is None
        assert mail["X-Evil"] is None
        assert len(mail["To"].addresses) == 1
        assert "body" not in mail.get_body(("plain",)).get_content()
    assert "victim@example.com" not in str(post_office.recipients)
    given_up = OutgoingMail.objects.exclude(failed_at=None)
    assert "Enter a valid email address." in given_up.get(to_email__startswith="ben").error


def test_an_address_that_is_a_list_of_addresses_is_none(post_office, write):
    write("ana@example.org, all@example.org", "Ana <ana@example.org>", "")
    send_waiting_mail()
    assert post_office.received == []
    assert OutgoingMail.objects.exclude(failed_at=None).count() == 3


def test_old_mail_is_deleted_and_given_up_mail_later(write):
    write("new@example.org", "sent@example.org", "failed@example.org", "forgotten@example.org")
    rows = OutgoingMail.objects
    rows.filter(to_email__startswith="sent").update(sent_at=factories.ago(days=91))
    rows.filter(to_email__startswith="failed").update(failed_at=factories.ago(days=91))
    rows.filter(to_email__startswith="forgotten").update(failed_at=factories.ago(days=181))
    forget_old_mail()
    left = set(rows.values_list("to_email", flat=True))
    assert left == {"new@example.org", "failed@example.org"}


def test_in_the_demo_each_mail_is_one_readable_file(settings, tmp_path, write):
    settings.EMAIL_BACKEND = "competencyworks.core.mail.files.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    write("ana@example.org", "ben@example.org", subject="Grüße", text="Schöne Worte: a=b\n")
    send_waiting_mail()
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    text = files[0].read_text()
    assert "To: ana@example.org" in text
    assert "Schöne Worte: a=b" in text
