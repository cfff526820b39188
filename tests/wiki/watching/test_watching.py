"""Watching a page by mail, without an account."""

import re

import pytest
from django.test import Client

from competencyworks.core import revisions
from competencyworks.core.models import Ban, OutgoingMail, Revision
from tests import factories
from wiki.models import Watch
from wiki.watching import acts, telling

pytestmark = pytest.mark.django_db
EMAIL = "nora@example.org"


@pytest.fixture
def page(make):
    item = make.wiki_page("Pacing", body="<p>Move on when ready.</p>")
    revisions.record(item)
    return item


def ask(item, email: str = EMAIL, **more):
    return Client().post(f"{item.path}watch/", {"email": email, **more})


def link_in(mail: OutgoingMail, what: str) -> str:
    return re.search(rf"/wiki/watch/{what}/\S+?/(?=\s|$)", mail.text)[0]


def watching(item, email: str = EMAIL) -> Watch:
    """A confirmed watch."""
    ask(item, email)
    mail = OutgoingMail.objects.filter(to_email=email, kind="watch_confirm").latest("pk")
    Client().post(link_in(mail, "confirm"))
    return Watch.objects.get(email=email)


def change(item, body: str, *, ago_minutes: int = 20, **more) -> None:
    item.body = body
    item.save()
    revision = revisions.record(item, **more)
    at = factories.ago(minutes=ago_minutes)
    Revision.objects.filter(pk=revision.pk).update(created_at=at)


def mails() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind="watch_changed").order_by("pk"))


class TestBeginning:
    def test_it_begins_with_a_click_in_a_mail_and_not_with_a_look(self, page, client):
        answer = ask(page)
        assert (answer.status_code, answer["Location"]) == (303, f"{page.path}watch/sent/")
        assert client.get(answer["Location"]).status_code == 200
        path = link_in(OutgoingMail.objects.get(), "confirm")
        assert "Watch “Pacing”" in client.get(path).content.decode()
        assert Watch.objects.get().confirmed_at is None
        for _ in range(2):
            assert "You are now watching this page" in client.post(path).content.decode()
        watch = Watch.objects.get()
        assert watch.confirmed_at is not None
        assert (watch.item, watch.told_number) == (page, 1)
        assert not client.cookies

    def test_a_resource_can_be_watched_too(self, make):
        item = make.resource()
        assert watching(item).item == item

    def test_the_answer_is_the_same_whoever_watches(self, page):
        watching(page)
        answers = [ask(page), ask(page, "new@example.org")]
        assert {(answer.status_code, answer["Location"]) for answer in answers} == {
            (303, f"{page.path}watch/sent/")
        }
        assert OutgoingMail.objects.filter(to_email=EMAIL).count() == 1
        assert Watch.objects.count() == 2

    def test_what_is_wrong_is_told(self, page):
        answer = ask(page, "nora@")
        assert answer.status_code == 422
        assert "It should look like name@example.org" in answer.content.decode()
        assert "hidden field" in ask(page, subject="x").content.decode()
        assert not Watch.objects.exists()

    def test_nobody_is_flooded_with_mails(self, make):
        for _ in range(acts.MAILS_A_DAY + 3):
            assert ask(make.wiki_page()).status_code == 303
        assert OutgoingMail.objects.count() == acts.MAILS_A_DAY

    def test_a_network_has_its_limit(self, page, monkeypatch):
        monkeypatch.setattr(acts, "OF_A_NETWORK", {acts.HOUR: 1})
        ask(page)
        answer = ask(page, "b@example.org")
        assert answer.status_code == 429
        assert Watch.objects.count() == 1

    def test_who_is_banned_gets_no_mail(self, page):
        Ban.objects.create(kind="email", value=EMAIL)
        assert ask(page).status_code == 303
        assert not OutgoingMail.objects.exists()

    def test_there_is_none_of_what_readers_do_not_see(self, make, client):
        assert client.get(f"{make.wiki_page(public=False).path}watch/").status_code == 404

    def test_without_a_click_it_is_forgotten(self, page):
        ask(page)
        watching(page, "b@example.org")
        Watch.objects.update(created_at=factories.ago(days=8))
        acts.forget_unconfirmed()
        assert Watch.objects.get().email == "b@example.org"

    @pytest.mark.parametrize("what", ["confirm", "stop"])
    def test_only_our_own_links_count(self, client, page, what):
        watch = watching(page)
        assert client.get(f"/wiki/watch/{what}/{watch.pk}.abc/").status_code == 404
        ask(page, "b@example.org")
        other = link_in(OutgoingMail.objects.latest("pk"), "confirm")
        if what == "stop":
            assert client.post(other.replace("confirm", "stop")).status_code == 404
            assert Watch.objects.count() == 2


class TestTelling:
    def test_a_change_is_told_once_with_its_words_and_a_link_to_compare(self, page):
        watching(page)
        telling.tell()
        assert not mails()
        change(page, "<p>Move on when sure.</p>", reason="Clearer", credit="Ben")
        for _ in range(3):
            telling.tell()
        [mail] = mails()
        assert mail.to_email == EMAIL
        assert "[−ready−]" in mail.text.replace(".−]", "−]")
        assert "[+sure" in mail.text
        assert f"{page.path}history/compare/?from=1&to=2" in mail.text
        assert "Clearer" in mail.text
        assert "Ben" not in mail.text + mail.html
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_several_changes_come_in_one_mail_and_the_next_an_hour_later(self, page):
        watching(page)
        change(page, "<p>One.</p>", ago_minutes=30)
        change(page, "<p>Two.</p>")
        telling.tell()
        assert [mail.key.rpartition("-")[2] for mail in mails()] == ["3"]
        change(page, "<p>Three.</p>")
        telling.tell()
        assert len(mails()) == 1
        Watch.objects.update(told_at=factories.ago(hours=2))
        telling.tell()
        assert "from=3&to=4" in mails()[1].text

    def test_it_waits_until_the_writer_is_done_but_no_longer_than_an_hour(self, page):
        watching(page)
        change(page, "<p>One.</p>", ago_minutes=15)
        change(page, "<p>Two.</p>", ago_minutes=1)
        telling.tell()
        assert not mails()
        Revision.objects.filter(number=2).update(created_at=factories.ago(minutes=61))
        telling.tell()
        assert len(mails()) == 1

    def test_drafts_and_what_waits_are_not_told(self, page):
        watching(page)
        page.status = "withdrawn"
        change(page, "<p>Secret.</p>")
        telling.tell()
        assert not mails()
        page.status = "published"
        change(page, "<p>Public.</p>")
        revision = Revision.objects.get(number=1)
        Revision.objects.create(
            content_type=revision.content_type,
            object_id=page.pk,
            state="suggested",
            base=1,
            content=revision.content | {"body": "<p>Suggested.</p>"},
        )
        telling.tell()
        [mail] = mails()
        assert "Public." in mail.text
        assert "Secret" not in mail.text
        assert "Suggested" not in mail.text

    def test_what_readers_do_not_see_of_a_change_is_no_mail(self, page, curator):
        watching(page)
        page.owner = curator.user
        change(page, page.body)
        telling.tell()
        assert not mails()
        assert Watch.objects.get().told_number == 2

    def test_a_long_text_shows_the_place_of_the_change(self, page):
        words = "<p>" + "word " * 2000 + "</p>"
        change(page, f"{words}<p>ready</p>")
        watching(page)
        change(page, f"{words}<p>sure</p>")
        telling.tell()
        [mail] = mails()
        assert "[+sure+]" in mail.text
        assert len(mail.text) < 2000

    def test_the_end_is_one_click_and_forgets_the_address(self, page, client):
        watching(page)
        change(page, "<p>One.</p>")
        telling.tell()
        [mail] = mails()
        path = link_in(mail, "stop")
        assert path in mail.headers["List-Unsubscribe"]
        assert "Stop these emails" in client.get(path).content.decode()
        assert Watch.objects.exists()
        # As a mail program sends it, from nowhere.
        one_click = {"List-Unsubscribe": "One-Click"}
        answer = client.post(path, one_click, HTTP_SEC_FETCH_SITE="cross-site")
        assert answer.status_code == 200
        assert not Watch.objects.exists()
        assert client.post(path).status_code == 200
        assert client.get(path)["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("count", [1, 5])
    def test_a_slice_asks_for_each_watch_the_same(self, page, count, django_assert_num_queries):
        for number in range(count):
            watching(page, f"reader-{number}@example.org")
        change(page, "<p>One.</p>")
        telling.tell()
        assert len(mails()) == count
        with django_assert_num_queries(3):  # savepoint and the watches that are due: none
            telling.tell()
