"""After an erasure the whole database is searched for the person; the threads can be read."""

import json

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django_tasks_db.models import DBTaskResult

from competencyworks.core import revisions
from competencyworks.core.client_address import hashed
from competencyworks.core.discussion.announcing import announce
from competencyworks.core.mail.sending import send_waiting_mail
from competencyworks.core.models import (
    Attempt,
    Ban,
    Comment,
    OutgoingMail,
    OutsideAddress,
    Person,
    Revision,
)
from competencyworks.core.privacy import CannotErase, erase_person, export_person
from competencyworks.core.privacy.traces import traces
from tests import factories
from tests.core.privacy.conftest import EMAIL, NAME
from tests.core.privacy.whole_database import found
from wiki.models import Suggestion, Watch

pytestmark = pytest.mark.django_db

HTML_NAME = NAME.replace("'", "&#x27;")


def test_the_search_of_the_whole_database_finds_what_is_there(ana):
    tables = {hit.partition(".")[0] for hit in found(EMAIL)}
    assert len(tables) >= 11, tables
    assert {f"{trace.table}.{trace.column}" for trace in traces(EMAIL)} == set(found(EMAIL))


@pytest.mark.parametrize("words", [False, True])
def test_with_the_profile_nothing_in_the_whole_database_names_the_person(ana, words):
    erased = erase_person(f" {EMAIL.upper()} ", words=words, profile=True)
    for what in (EMAIL, NAME, HTML_NAME, "silvarow"):
        assert found(what) == []
    assert bool(found("My words")) is not words
    assert erased.left == []
    assert all(erased.counts.values()), erased.counts


def test_names_that_others_have_already_do_not_stop_an_erasure(ana):
    person = Person.objects.get(email=EMAIL.lower())
    account = User.objects.create_user(EMAIL)
    Person.objects.create(name="Bea", slug=f"person-{person.pk}")
    User.objects.create_user(f"erased-{account.pk}")
    erase_person(EMAIL, profile=True)
    person.refresh_from_db()
    account.refresh_from_db()
    assert person.slug == f"person-{person.pk}-2"
    assert account.username == f"erased-{account.pk}-2"


def test_without_the_profile_what_they_published_keeps_its_author(ana):
    erase_person(EMAIL)
    assert found(EMAIL) == []
    left = {hit.partition(".")[0] for hit in found(NAME)}
    assert left <= {"core_person", "django_admin_log"}
    person = Person.objects.get(name=NAME)
    assert person.email == ""
    assert person.get_absolute_url() == "/people/ana-silvarow/"


def test_the_thread_can_still_be_read(ana, client):
    erase_person(EMAIL)
    text = client.get(ana.post.path).content.decode()
    assert "My words" in text
    assert "Name removed" in text
    assert "I wrote to" in text
    assert "silvarow" not in text.lower()
    mine = Comment.objects.get(pk=ana.comment.pk)
    assert (mine.status, mine.user_agent, mine.sender, mine.nonce) == ("approved", "", None, None)
    assert Comment.objects.get(pk=ana.answer.pk).parent_id == mine.pk
    assert not Comment.objects.filter(pk=ana.hidden.pk).exists()
    kind = ContentType.objects.get_for_model(Comment)
    assert Revision.objects.filter(content_type=kind, object_id=mine.pk).count() == 2
    assert mine.decisions.filter(reason="Ben vouches").exists()


def test_their_words_go_where_that_is_asked(ana, client):
    erase_person(EMAIL, words=True)
    text = client.get(ana.post.path).content.decode()
    assert "My words" not in text
    assert "This text was removed at the writer’s request." in text
    assert "I wrote to" in text


def test_waiting_mail_to_them_is_not_sent_and_that_to_others_does_not_name_them(ana, mailoutbox):
    erase_person(EMAIL)
    send_waiting_mail()
    assert {mail.to[0] for mail in mailoutbox} == {"mod@example.org", "ben@example.org"}
    for mail in mailoutbox:
        assert "silvarow" not in str(mail.message()).lower()
    to_moderator = OutgoingMail.objects.get(to_email="mod@example.org")
    assert to_moderator.subject == "Name removed wrote"
    assert "My words." in to_moderator.text
    assert OutgoingMail.objects.get(key="other").text == "Anastazja is a nice name"


def test_a_mail_that_is_written_after_the_erasure_names_nobody(ana, mailoutbox):
    moderator = User.objects.create(username="mo", is_staff=True, email="mo@example.org")
    moderator.groups.add(Group.objects.get(name="Moderator"))
    announce(ana.comment)
    assert NAME in OutgoingMail.objects.get(to_email="mo@example.org").subject
    erase_person(EMAIL)
    send_waiting_mail()
    (mail,) = [mail for mail in mailoutbox if mail.to == ["mo <mo@example.org>"]]
    assert mail.subject.startswith("A comment by Name removed on")
    assert "silvarow" not in str(mail.message()).lower()
    assert "silvarow" not in OutgoingMail.objects.get(to_email="mo@example.org").html.lower()


def test_what_the_site_must_know_to_refuse_them_stays_as_a_hash(ana):
    erase_person(EMAIL)
    assert Ban.objects.get().value == hashed(EMAIL)
    assert not Attempt.objects.exists()
    erase_person(EMAIL)
    assert Ban.objects.count() == 1


def test_tasks_that_name_them_are_gone_and_others_stay(ana):
    assert DBTaskResult.objects.count() == 2
    erase_person(EMAIL)
    assert DBTaskResult.objects.count() == 0


def test_an_account_with_the_address_as_its_name_signs_in_no_more(ana):
    erase_person(EMAIL)
    user = User.objects.get(username__startswith="erased-")
    assert (user.email, user.is_active, user.has_usable_password()) == ("", False, False)


def test_others_with_a_like_address_or_name_keep_their_data(ana):
    like = [each.lower() for each in (f"x{EMAIL}", f"{EMAIL}.uk", f"x.{EMAIL}")]
    for email in like:
        factories.comment(ana.post, name=NAME, email=email, body=f"<p>I am {email}</p>")
    OutgoingMail.objects.create(key="k", kind="k", to_email=like[0], subject=NAME, text=like[1])
    erase_person(EMAIL)
    assert list(Comment.objects.filter(email__in=like).values_list("name", flat=True)) == [NAME] * 3
    for email in like:
        assert Comment.objects.get(email=email).body == f"<p>I am {email}</p>"
    mail = OutgoingMail.objects.get(key="k")
    assert (mail.to_email, mail.subject, mail.text) == (like[0], NAME, like[1])
    assert traces(EMAIL) == []


def test_an_odd_address_is_found_in_every_way_of_writing_it(make, client):
    email = "o'neil+news@example.org"
    post = make.post()
    make.comment(post, email=email, body="<p>x</p>")
    forms = [email, "o&#x27;neil+news@example.org", "o%27neil%2Bnews%40example.org"]
    for form in forms:
        # A history is JSON, where a line break is written with a letter.
        revisions.record(make.comment(post, name="Ben", body=f"<p>Line\n{form}</p>"))
    erase_person(email)
    for form in forms:
        assert found(form) == []


def test_what_staff_wrote_is_reported_and_not_changed(ana):
    factories.post(title="Contact", body=f"<p>Write to {EMAIL}.</p>")
    erased = erase_person(EMAIL)
    assert ("blog_post", "body") in {(trace.table, trace.column) for trace in erased.left}
    assert "blog_post.body" in found(EMAIL)


def test_the_export_holds_all_kinds_and_is_plain_json(ana):
    export = json.loads(json.dumps(export_person(EMAIL)))
    assert export["email"] == EMAIL.lower()
    held = export["held"]
    assert {kind for kind, rows in held.items() if rows} == set(held)
    first, spam = held["comments"]
    assert (first["name"], first["website"]) == (NAME, "https://silvarow.example.org/")
    assert "My words" in first["body"]
    assert len(first["versions"]) == 2
    assert spam["status"] == "spam"
    assert {mail["subject"] for mail in held["mails"]} == {"Confirm"}
    assert held["people"][0]["role"] == "Teacher"
    assert "ben@example.org" not in json.dumps(export)
    erase_person(EMAIL)
    after = export_person(EMAIL)["held"]
    assert {kind for kind, rows in after.items() if rows} == {"bans"}


@pytest.mark.parametrize("bad", ["", "ana", "%@%", ".*@.*"])
def test_what_is_no_address_erases_nothing(ana, bad):
    with pytest.raises(CannotErase):
        erase_person(bad)
    with pytest.raises(CommandError):
        call_command("export_person", bad)
    assert found(EMAIL)


def test_the_commands_do_the_same(ana, capsys, monkeypatch):
    call_command("export_person", EMAIL)
    assert json.loads(capsys.readouterr().out)["held"]["comments"]
    monkeypatch.setattr("builtins.input", lambda question: "n")
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_person", EMAIL)
    assert found(EMAIL)
    call_command("erase_person", EMAIL, "--yes", "--profile", "--words")
    assert found(EMAIL) == found("silvarow") == []


def test_the_address_of_their_website_goes_unless_others_cite_it(make):
    make.person(email=EMAIL, website="https://ana.example/")
    make.post(body='<p><a href="https://known.example/">Known</a></p>')
    make.person(email=EMAIL, website="https://known.example/")
    erase_person(EMAIL, words=False, profile=True)
    assert [row.key for row in OutsideAddress.objects.all()] == ["known.example"]


def test_links_of_others_that_name_the_address_lead_where_they_now_do(make):
    body = f'<p>See <a href="https://known.example/?by={EMAIL}">what {EMAIL} said</a>.</p>'
    other = make.person(bio=body)
    erase_person(EMAIL)
    other.refresh_from_db()
    (link,) = other.links.all()
    assert "silvarow" not in other.bio + link.text + link.outside.key
    assert link.outside.key.startswith("known.example?by=")
    assert not found(EMAIL)


def test_what_they_suggested_to_the_wiki_stays_without_their_name(ana, client):
    erase_person(EMAIL)
    assert "Her edit." in client.get("/wiki/pacing/").content.decode()
    for path in ("/wiki/pacing/", "/wiki/resources/a-guide/", "/wiki/resources/another/"):
        text = client.get(path).content.decode()
        assert "silvarow" not in text.lower()
        assert "Suggested by" not in text
    assert {row.status for row in Suggestion.objects.all()} == {"accepted"}
    assert not Revision.objects.filter(state__in=["suggested", "declined"]).exists()
    assert not Watch.objects.exists()


def test_what_they_suggested_and_watch_is_exported(ana):
    held = export_person(EMAIL)["held"]
    assert sorted(row["status"] for row in held["suggestions"]) == [
        "accepted", "accepted", "accepted", "declined", "waiting",
    ]  # fmt: skip
    assert [row["of"] for row in held["watches"]] == ["Pacing"]
    assert "Her edit." in json.dumps(held["suggestions"])
