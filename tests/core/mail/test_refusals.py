"""What the mail server's answers mean: for one mailbox, or for all mail."""

from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from django.utils import timezone

from competencyworks.core.mail import sending
from competencyworks.core.mail.sending import ServerAway, send_waiting_mail
from competencyworks.core.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db
EVERYBODY = ""  # as the beginning of an address


def states() -> dict[str, str]:
    return {mail.to_email.partition("@")[0]: mail.state for mail in OutgoingMail.objects.all()}


def sweep() -> str:
    """Send what is due; what the sweep says if the server is in trouble."""
    try:
        send_waiting_mail()
    except ServerAway as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.1 <gone@example.org> is unknown",
        "550 5.1.2 Bad destination system address",
        "501 5.1.3 Bad destination mailbox address syntax",
        "551 5.1.6 Mailbox has moved",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "550 5.2.1 The email account that you tried to reach is disabled.",
        "552 5.2.2 The recipient's inbox is over quota",
        "550 No such user here",
        "550 Mailbox unavailable",
        "551 User not local",
        "553 gone@example.org unknown",
    ],
)
def test_what_concerns_the_one_mailbox_is_final(post_office, write, answer):
    post_office.refuse["gone"] = answer
    write("gone@example.org", "ana@example.org")
    assert sweep() == ""
    assert states() == {"gone": "Given up", "ana": "Sent"}


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.7 Bad sender's mailbox address syntax",
        "550 5.1.8 Bad sender's system address",
        "550 5.1.90 Your message can't be sent because you've reached your daily limit",
        "550 5.2.0 Mailbox server is busy",
        "550 5.4.5 Daily user sending quota exceeded",
        "550 5.7.1 Relaying denied for this user",
        "554 5.7.1 <ana@example.org>: Relay access denied",
        "554 Message limit reached, try again later",
        "550 Account over its quota of messages",
        "550 User: try again later",
        "553 Sender address is not owned by user",
        "550 Requested action not taken",
        "554 Transaction failed",
        "571 Refused",
        "450 Mail server busy",
        "451 4.7.1 Come back later",
        "452 Too many recipients in this hour",
    ],
)
@pytest.mark.parametrize("moment", ["RCPT", "DATA"])
def test_what_concerns_the_sender_or_the_server_waits_and_costs_no_try(
    post_office, write, answer, moment
):
    refusals = post_office.refuse if moment == "RCPT" else post_office.refuse_data
    refusals[EVERYBODY] = answer
    write("ana@example.org", "ben@example.org", "eva@example.org")
    assert sweep() == answer
    assert sweep() == ""  # eva's answer is of the same trouble
    assert set(OutgoingMail.objects.values_list("failed_at", "attempts")) == {(None, 0)}
    refusals.clear()
    OutgoingMail.objects.update(due_at=factories.ago(seconds=1))
    assert sweep() == ""
    assert set(states().values()) == {"Sent"}


@pytest.mark.parametrize("answer", ["550 5.1.1 No such user", "550 5.2.1 Disabled", "550 No user"])
def test_words_about_a_mailbox_are_final_as_an_answer_to_its_address_alone(
    post_office, write, answer
):
    post_office.refuse_data[EVERYBODY] = answer
    write("ana@example.org")
    sweep()
    assert states() == {"ana": "Waiting"}


def test_three_mistyped_addresses_are_no_trouble_of_the_server(post_office, write):
    post_office.refuse["typo"] = "550 5.1.1 No such user"
    write("typo1@example.org", "typo2@example.org", "typo3@example.org", "ana@example.org")
    assert sweep() == ""
    assert states() == {"typo1": "Given up", "typo2": "Given up", "typo3": "Given up",
                        "ana": "Sent"}  # fmt: skip


def test_the_same_words_differ_by_address_and_ids_and_are_the_same(post_office, write):
    post_office.refuse["ana"] = "554 5.7.1 <ana@example.org>: denied at 10:01:07 (id a81f)"
    post_office.refuse["ben"] = "554 5.7.1 <ben@example.com>: denied at 10:02:09 (id 77bc)"
    write("ana@example.org", "ben@example.com")
    assert "denied" in sweep()


def test_two_mails_to_one_mailbox_are_no_sign_of_trouble(post_office, write):
    post_office.refuse["ana"] = "554 5.7.1 Refused"
    write("ana@example.org", "Ana@example.org")
    assert sweep() == ""
    assert set(OutgoingMail.objects.values_list("attempts", flat=True)) == {1}


def test_other_words_are_no_sign_of_trouble(post_office, write):
    post_office.refuse |= {"ana": "554 5.7.1 Refused", "ben": "554 5.7.1 No"}
    write("ana@example.org", "ben@example.org", "eva@example.org")
    assert sweep() == ""
    assert states() == {"ana": "Waiting", "ben": "Waiting", "eva": "Sent"}


def test_a_try_that_would_be_the_last_is_taken_back_too(post_office, write):
    post_office.refuse[EVERYBODY] = "550 5.4.5 Daily quota exceeded"
    write("ana@example.org", "ben@example.org")
    OutgoingMail.objects.update(attempts=sending.MOST_ATTEMPTS - 1)
    assert "quota" in sweep()
    assert states() == {"ana": "Waiting", "ben": "Waiting"}


def test_two_mails_that_the_server_never_takes_hold_no_other_up_and_are_given_up(
    post_office, write
):
    post_office.refuse |= {"ana": "554 5.7.1 Refused", "ben": "554 5.7.1 Refused"}
    write("ana@example.org", "ben@example.org", "eva@example.org", "tom@example.org")
    assert "Refused" in sweep()
    assert sweep() == ""
    assert states() == {"ana": "Waiting", "ben": "Waiting", "eva": "Sent", "tom": "Sent"}
    OutgoingMail.objects.update(created_at=timezone.now() - timedelta(days=15))
    for _ in range(2 * sending.MOST_ATTEMPTS):
        OutgoingMail.objects.filter(sent_at=None).update(due_at=factories.ago(seconds=1))
        sweep()
    assert states() == {"ana": "Given up", "ben": "Given up", "eva": "Sent", "tom": "Sent"}


def test_a_greylisted_mail_is_no_trouble_of_the_server(post_office, write):
    post_office.refuse[EVERYBODY] = "450 4.7.1 Greylisted, try again later"
    write("ana@example.org", "ben@example.org", "eva@example.org")
    assert sweep() == ""
    assert set(OutgoingMail.objects.values_list("attempts", flat=True)) == {1}


def test_a_name_of_199_emoji_makes_no_line_that_servers_refuse(post_office, write):
    name = "🙂" * 199
    write("ana@example.org", to_name=name, subject=name)
    send_waiting_mail()
    assert max(len(line) for line in post_office.raw[0].splitlines()) <= 200
    received = message_from_bytes(post_office.raw[0])
    for header in ("To", "Subject"):
        assert name in str(make_header(decode_header(received[header])))
