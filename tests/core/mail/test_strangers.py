"""Mail to addresses that have proven nothing: few, and without a word of the form's sender."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from competencyworks.core.client_address import hashed
from competencyworks.core.discussion import answering, proofs
from competencyworks.core.mail import strangers
from competencyworks.core.models import Attempt, Comment, OutgoingMail, ProvenAddress
from events import registration
from events.models import Registration
from tests.core.discussion.writing import post
from tests.events import factories, pages
from wiki.models import Watch
from wiki.suggesting.submission import Sending, submit_resource
from wiki.watching import acts
from wiki.watching import proofs as watch_proofs

pytestmark = pytest.mark.django_db
STRANGER = "stranger@example.org"
PRIZE = "Claim your prize now"


def everything_in(mail: OutgoingMail) -> str:
    files = "".join(each["content"] for each in mail.attachments)
    return "\n".join([mail.subject, mail.to_name, mail.text, mail.html, str(mail.headers), files])


def suggest(email=STRANGER, **words):
    values = {
        "title": f"{PRIZE} title",
        "url": "https://example.org/",
        "kind": "",
        "summary": PRIZE,
    }
    sending = Sending(
        nonce=words.pop("nonce", "n1"), name=PRIZE, email=email, note=PRIZE, address=""
    )
    return submit_resource(values | words, sending)


# --- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_proven", [False, True])
def test_no_mail_of_a_form_holds_a_word_of_its_sender(client, make, is_proven):
    if is_proven:  # by its owner, who typed none of this
        strangers.prove(STRANGER)
    make.comment(make.post(), email=STRANGER)
    post(make.post(), name=PRIZE, email=STRANGER, body=PRIZE, wants_replies="on")
    said = {"organization": PRIZE, "role": PRIZE, "email": STRANGER, "name": PRIZE}
    event = factories.event(capacity=1)
    for _ in range(2):  # registered, and mailed again
        pages.register(client, event, **said)
    full = factories.event(capacity=1)
    factories.registered(full)
    pages.register(client, full, **said)
    suggest()
    kinds = {mail.kind for mail in OutgoingMail.objects.filter(to_email=STRANGER)}
    assert kinds == {
        "comment_confirm", "registration.confirmed", "registration.again", "registration.waiting",
        "suggestion_received",
    }  # fmt: skip
    for mail in OutgoingMail.objects.filter(to_email=STRANGER):
        assert PRIZE not in everything_in(mail), mail.kind
        assert mail.text.startswith("Hello,\n"), mail.kind
        assert ">Hello,<" in mail.html


@pytest.mark.parametrize("is_proven", [False, True])
def test_mails_written_later_hold_no_name_either(make, is_proven):
    from competencyworks.core.mail.sending import send_waiting_mail
    from events import mailings
    from events.models import Mailing

    if is_proven:
        strangers.prove(STRANGER)
    event = factories.event()
    mine = factories.registered(event, name=PRIZE, email=STRANGER)
    message = Mailing(event=event, audience="seated", subject="{name}: news", text="Hi {name}")
    message.nonce = "x"
    mailings.send(message)
    send_waiting_mail()
    registration.cancel(mine)
    mails = list(OutgoingMail.objects.filter(to_email=STRANGER))
    assert {"registration.message", "registration.confirmed"} <= {mail.kind for mail in mails}
    for mail in mails:
        assert PRIZE not in everything_in(mail), mail.kind
    news = next(mail for mail in mails if mail.kind == "registration.message")
    assert news.subject == "participant: news"


@pytest.mark.parametrize("is_proven", [False, True])
def test_a_declined_suggestion_is_not_quoted_to_a_stranger(curator, is_proven):
    from wiki.suggesting import deciding

    if is_proven:
        strangers.prove(STRANGER)
    deciding.decline(suggest(), curator.user, "Not about schools.")
    mail = OutgoingMail.objects.get(kind="suggestion_declined")
    assert PRIZE not in everything_in(mail)
    assert "Not about schools." in mail.text


def test_names_are_welcome_once_the_owner_has_pressed_a_button(client):
    event = factories.event()
    mine = factories.registered(event, name="Ann Lee", email=STRANGER)
    client.get(pages.own_path(mine))  # programs that look through mail do that too
    assert not strangers.is_proven(STRANGER)
    client.post(f"{pages.own_path(mine)}cancel/")
    mail = OutgoingMail.objects.get(kind="registration.given-back")
    assert mail.text.startswith("Dear Ann Lee,")
    assert mail.to_name == "Ann Lee"
    assert "Ann Lee" in mail.attachments[0]["content"]


def test_who_acted_on_one_registration_is_not_greeted_by_the_name_of_another(client):
    first = factories.registered(factories.event(), name="Ann Lee", email=STRANGER)
    path = pages.own_path(first)
    client.post(f"{path}change/", {"name": "Ann Lee", "seats": "1"})
    assert Registration.objects.get().is_verified
    other = factories.registered(factories.event(), name=PRIZE, email=STRANGER)
    registration.cancel(other)  # by staff
    registration.cancel(first)
    theirs, mine = OutgoingMail.objects.filter(kind="registration.given-back").order_by("pk")
    assert PRIZE not in everything_in(theirs)
    assert mine.text.startswith("Dear Ann Lee,")
    pages.register(client, first.event, name="Ann Lee", email=STRANGER)
    assert OutgoingMail.objects.order_by("pk").last().text.startswith("Hello,")


def test_mail_about_answers_names_whom_it_goes_to_once_this_comment_was_confirmed(client, make):
    strangers.prove(STRANGER)
    item = make.post()
    post(item, name=PRIZE, email=STRANGER, body="Mine", wants_replies="on")
    comment = Comment.objects.get()
    comment.status = "approved"
    comment.save()
    make_answer = lambda: answering.mail_for(make.comment(item, parent=comment))  # noqa: E731
    assert make_answer() is None
    client.post(proofs.confirm_path(comment))
    assert make_answer().to_name == PRIZE


# --- proofs -----------------------------------------------------------------------------------


def test_the_click_in_the_mail_about_a_comment_proves_the_address(client, make):
    comment = make.comment(make.post(), email=STRANGER)
    client.get(proofs.confirm_path(comment))
    assert not strangers.is_proven(STRANGER)
    client.post(proofs.confirm_path(comment))
    assert strangers.is_proven(STRANGER)
    assert strangers.is_proven(STRANGER.upper())
    assert not strangers.is_proven("other@example.org")


def test_the_click_in_the_mail_about_a_watch_proves_the_address(client, make):
    watch = Watch.objects.create(item=make.resource(), email=STRANGER)
    client.post(watch_proofs.confirm_path(watch))
    assert strangers.is_proven(STRANGER)


def test_the_address_is_kept_as_a_hash_and_erased_and_forgotten(client):
    from competencyworks.core.privacy.acts import erase_person

    strangers.prove(STRANGER)
    assert ProvenAddress.objects.get().who == hashed(STRANGER)
    erase_person(STRANGER)
    assert not ProvenAddress.objects.exists()
    strangers.prove(STRANGER)
    ProvenAddress.objects.update(at=timezone.now() - timedelta(days=800))
    strangers.forget_old_proofs()
    assert not ProvenAddress.objects.exists()


# --- how many ---------------------------------------------------------------------------------


def test_all_forms_together_send_five_an_hour_and_twenty_a_day(make, monkeypatch):
    start = timezone.now()
    sent = []
    for minutes in range(0, 24 * 60, 5):
        moment = start + timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        for share in (strangers.SEATS, strangers.AGAIN, strangers.OTHER):
            if due := strangers.may_go_at(STRANGER, share):
                sent.append(due)
    for since in sent:
        assert sum(since <= each < since + timedelta(hours=1) for each in sent) <= 5
        assert sum(since <= each < since + timedelta(days=1) for each in sent) <= 20
    within_a_day = [each for each in sent if each < start + timedelta(days=1)]
    assert len(within_a_day) == 20
    assert strangers.may_go_at("other@example.org") == timezone.now()
    strangers.prove(STRANGER)
    assert strangers.may_go_at(STRANGER) == timezone.now()


@pytest.mark.parametrize(
    ("spellings", "other"),
    [
        (["ann@example.org", "ann+1@example.org", "ANN+news+2@Example.org"], "a.nn@example.org"),
        (
            ["ann.lee@gmail.com", "a.n.n.l.e.e+1@gmail.com", "annlee@googlemail.com"],
            "ann@gmail.com",
        ),
        (["+ann@example.org", "+ann@EXAMPLE.org"], "+ben@example.org"),
    ],
)
def test_spellings_of_one_mailbox_share_the_limit(spellings, other):
    for number in range(2):
        assert strangers.may_go_at(spellings[number % len(spellings)]) <= timezone.now()
    for email in spellings:
        assert strangers.may_go_at(email) > timezone.now() + timedelta(minutes=55)
    assert strangers.may_go_at(other) <= timezone.now()


def test_a_tag_makes_another_address_for_all_but_the_limit():
    strangers.prove("ann@example.org")
    assert not strangers.is_proven("ann+1@example.org")


def test_an_erasure_takes_out_what_was_counted_of_an_address_with_a_tag():
    from competencyworks.core.privacy.acts import erase_person

    strangers.may_go_at("ann+1@example.org")
    assert Attempt.objects.exists()
    erase_person("ann+1@example.org")
    assert not Attempt.objects.exists()


def test_comments_watches_and_suggestions_share_a_limit(client, make):
    post(make.post(), name="Ann", email=STRANGER, body="Words on it", wants_replies="on")
    acts.ask(make.resource(), STRANGER, "")
    suggest()
    mails = OutgoingMail.objects.filter(to_email=STRANGER)
    assert mails.filter(due_at__lte=timezone.now()).count() == 2
    late = mails.get(kind="suggestion_received")
    assert timedelta(minutes=55) < late.due_at - timezone.now() < timedelta(minutes=61)


def test_a_seat_does_not_wait_behind_other_forms_past_the_start_of_its_event(client, make):
    for _ in range(40):
        acts.ask(make.resource(), STRANGER, "")
    event = factories.event(days=0.05)
    for _ in range(2):  # registered, and mailed again
        pages.register(client, event, email=STRANGER)
    for kind in ("confirmed", "again"):
        (mail,) = pages.mails(kind)
        assert mail.due_at <= timezone.now()


def test_seats_for_many_events_are_mailed_two_an_hour(client):
    for _ in range(3):
        pages.register(client, factories.event(), email=STRANGER)
    *first, last = OutgoingMail.objects.filter(to_email=STRANGER).order_by("pk")
    assert all(mail.due_at <= timezone.now() for mail in first)
    assert timedelta(minutes=55) < last.due_at - timezone.now() < timedelta(minutes=61)


@pytest.mark.parametrize(("days", "comes"), [(0.02, False), (1, True)])
def test_a_registration_is_not_mailed_again_after_the_start(client, days, comes):
    event = factories.event(days=days)
    pages.register(client, event, email=STRANGER)
    soon = timezone.now() - timedelta(minutes=20)
    Attempt.objects.create(action=strangers.AGAIN.action, who=hashed(STRANGER), at=soon)
    pages.register(client, event, email=STRANGER)
    assert bool(pages.mails("again")) == comes


def full_up(share=strangers.OTHER) -> None:
    """So many mails went to the stranger that the next one waits longer than a day."""
    later = timezone.now() + timedelta(hours=5)
    for _ in range(20):
        Attempt.objects.create(action=share.action, who=hashed(STRANGER), at=later)


def test_a_seat_and_its_mail_are_never_lost(client):
    full_up(strangers.SEATS)
    answer = pages.register(client, factories.event(), email=STRANGER)
    other = pages.register(client, factories.event(), email="other@example.org")
    assert answer.status == other.status == 303
    assert Registration.objects.get(email=STRANGER).status == "confirmed"
    mail = OutgoingMail.objects.get(to_email=STRANGER)
    assert mail.due_at > timezone.now() + timedelta(days=1)


def test_what_is_not_sent_is_not_told(client, make):
    item = make.post()
    make.comment(item, email=STRANGER)
    resource = make.resource()
    full_up()
    answers = {}
    for email in (STRANGER, "other@example.org"):
        comment = post(item, email=email, body=f"Words of {email[0]}", wants_replies="on")
        page = client.get(comment["Location"]).content.decode()
        watch = client.post(f"{resource.path}watch/", {"email": email})
        suggested = suggest(email, nonce=email)
        # The words of the comment differ, and its token; nothing else may.
        page = page.replace(f"Words of {email[0]}", "W")
        page = re.sub(r"/comments/mine/[^/\"]+", "", page)
        answers[email] = (comment.status_code, page, watch["Location"], suggested.status)
    first, second = answers.values()
    assert first == second
    assert not OutgoingMail.objects.filter(to_email=STRANGER).exists()
    assert OutgoingMail.objects.filter(to_email="other@example.org").count() == 3


def test_a_mail_again_of_the_same_hour_is_not_counted_twice(client):
    event = factories.event()
    for _ in range(4):
        pages.register(client, event, email=STRANGER)
    actions = list(Attempt.objects.filter(who=hashed(STRANGER)).values_list("action", flat=True))
    assert [actions.count(each.action) for each in (strangers.SEATS, strangers.AGAIN)] == [1, 1]


def test_pages_after_a_form_do_not_say_that_an_email_was_sent(client, make):
    event, resource = factories.event(), make.resource()
    private = post(make.post(), email=STRANGER, body="Words on it", wants_replies="on")["Location"]
    for path in (f"{event.path}register/sent/", f"{resource.path}watch/sent/", private,
                 "/wiki/suggest/thanks/"):  # fmt: skip
        words = " ".join(client.get(path).content.decode().split())
        assert "you should get an email shortly" in words.lower()
        assert "it can take up to a day" in words or "the first can take up to a day" in words
        assert "sent a" not in words
