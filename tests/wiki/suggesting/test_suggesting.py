"""What readers suggest: forms without account, cookie and script."""

import re

import pytest
from django.test import Client

from competencyworks.core import revisions
from competencyworks.core.discussion.banning import ban_writers  # noqa: F401
from competencyworks.core.models import Ban, OutgoingMail, Revision
from wiki.models import Suggestion
from wiki.suggesting import defence, form_token

from .sending import NEW, SENDER, fields, get, send, send_resource, token

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(make):
    item = make.wiki_page("Pacing", body="<p>Learners move on when they are ready.</p><hr>")
    revisions.record(item)
    return item


@pytest.fixture
def resource(make):
    item = make.resource(title="A Guide", body="<p>It helps.</p>", why="Short.")
    revisions.record(item)
    return item


def text_of(answer) -> str:
    return answer.content.decode()


class TestAResource:
    def test_waits_after_it_was_sent(self, client):
        answer = send_resource(client)
        assert (answer.status_code, answer["Location"]) == (303, "/wiki/suggest/thanks/")
        row = Suggestion.objects.get()
        assert {name: getattr(row, name) for name in NEW} == NEW
        assert (row.status, row.revision, row.suspicion) == ("waiting", None, "")
        assert "Thank you. Your suggestion is awaiting review" in text_of(
            client.get(answer["Location"])
        )
        assert not client.cookies

    def test_its_reader_gets_a_mail_that_it_has_come(self, client):
        send_resource(client)
        mail = OutgoingMail.objects.get()
        assert (mail.to_email, mail.kind) == (NEW["email"], "suggestion_received")
        assert "your suggestion: a resource" in mail.text
        for words in (NEW["title"], NEW["name"], "alderbrook"):  # no words of a stranger's
            assert words not in mail.subject + mail.text + mail.html + mail.to_name

    def test_without_an_address_there_is_no_mail(self, client):
        send_resource(client, email="")
        assert Suggestion.objects.get().email == ""
        assert not OutgoingMail.objects.exists()

    def test_needs_no_account_kind_or_summary(self, client):
        send_resource(client, kind="", summary="")
        assert Suggestion.objects.get().kind == ""

    def test_the_address_of_the_form_fills_it_in(self, client):
        shown = fields(get("/wiki/suggest/?url=https://example.org/a&title=A%20b"))
        assert (shown["url"], shown["title"]) == ("https://example.org/a", "A b")

    def test_what_is_sent_without_a_token_is_shown_and_not_stored(self, client):
        answer = client.post("/wiki/suggest/", NEW)
        assert answer.status_code == 200
        assert "not been submitted yet" in text_of(answer)
        assert not Suggestion.objects.exists()
        assert client.post("/wiki/suggest/", fields(answer)).status_code == 303

    def test_what_is_wrong_is_told_beside_its_field_and_the_rest_is_kept(self, client):
        answer = send_resource(
            client, url="ftp://example.org", email="nora@", name="", title="https://a.example/"
        )
        assert answer.status_code == 422
        text = text_of(answer)
        for words in (
            "It should look like https://example.org/report",
            "It should look like name@example.org",
            "Enter your name.",
            "put the web address in its own field",
        ):
            assert text.count(words) == 2, words  # at the top, and beside the field
        assert fields(answer)["summary"] == NEW["summary"]
        assert not Suggestion.objects.exists()

    @pytest.mark.parametrize("name", list(NEW))
    def test_letters_that_are_no_text_are_told(self, client, name):
        form = {**NEW, name: "a\0b", "token": token()}
        assert client.post("/wiki/suggest/", form).status_code == 422
        body = "&".join(f"{key}={value}" for key, value in form.items() if key != name)
        answer = client.post(
            "/wiki/suggest/", f"{body}&{name}=%ff".encode(), "application/x-www-form-urlencoded"
        )
        assert answer.status_code == 422
        assert not Suggestion.objects.exists()

    def test_an_address_that_is_curated_is_pointed_out_however_it_is_spelled(self, client, make):
        known = make.resource(title="Known already", url="https://example.org/report")
        hidden = make.resource(public=False, url="https://example.org/hidden", title="Hidden")
        form = {**NEW, "url": "http://www.example.org/report/?utm_source=x", "token": token()}
        first = client.get("/wiki/suggest/").content.decode()
        assert "already in the wiki" not in first
        form["token"] = form_token.mint(None)
        form_token_of_now = fields(client.post("/wiki/suggest/", {**form, "step": "preview"}))
        answer = client.post("/wiki/suggest/", {**form, "step": "preview"})
        assert f'<a href="{known.path}">Known already</a>' in text_of(answer)
        assert f'href="{known.path}suggest/"' in text_of(answer)
        assert client.post("/wiki/suggest/", form_token_of_now).status_code == 303
        secret = text_of(client.post("/wiki/suggest/", {**form, "url": hidden.url, "token": ""}))
        assert "already in the wiki" not in secret
        assert "Hidden" not in secret

    def test_who_did_not_look_is_shown_it_before_anything_is_sent(self, client, make, monkeypatch):
        make.resource(title="Known already", url=NEW["url"])
        monkeypatch.setattr(form_token, "TOO_FAST", 0.0)
        answer = client.post("/wiki/suggest/", {**NEW, "token": form_token.mint(None)})
        assert answer.status_code == 200
        assert "Known already" in text_of(answer)
        assert not Suggestion.objects.exists()

    def test_the_script_learns_of_published_resources_alone(self, client, make):
        known = make.resource(title="Known", url="https://example.org/report")
        make.resource(public=False, url="https://example.org/hidden")
        ask = "/wiki/suggest/known/?url="
        found = client.get(f"{ask}http://example.org/report/").json()
        assert found == {"title": "Known", "path": known.path}
        for url in ("https://example.org/hidden", "https://example.org/new", "", "x", "http://[/"):
            assert client.get(ask + url).json() == {}


class TestAnEdit:
    def test_of_a_page_waits_and_leaves_the_page_as_it_is(self, client, page):
        text = "Learners move on when they *show* that they are ready.\n\n{line 1}"
        answer = send(f"{page.path}suggest/", client, text=text, note="I teach.")
        assert (answer.status_code, answer["Location"]) == (303, f"{page.path}suggest/thanks/")
        row = Suggestion.objects.get()
        assert row.item == page
        assert (row.revision.state, row.revision.base, row.revision.credit) == (
            "suggested", 1, SENDER["name"],
        )  # fmt: skip
        body = "<p>Learners move on when they <em>show</em> that they are ready.</p><hr>"
        assert row.revision.content == {**revisions.history(page).first().content, "body": body}
        assert "<em>show</em>" not in text_of(client.get(page.path))
        assert f"an edit to “{page}”" in OutgoingMail.objects.get().text

    def test_of_a_resource_changes_summary_why_and_address(self, client, resource):
        send(
            f"{resource.path}suggest/",
            client,
            text="It helps a lot.",
            why="Very short.",
            url="example.org/new",
        )
        content = Suggestion.objects.get().revision.content
        assert content["body"] == "<p>It helps a lot.</p>"
        assert (content["why"], content["url"]) == ("Very short.", "https://example.org/new")
        assert content["title"] == "A Guide"

    def test_an_untouched_form_is_not_sent(self, client, page):
        answer = send(f"{page.path}suggest/", client)
        assert answer.status_code == 422
        assert "You have not changed anything yet" in text_of(answer)

    def test_the_preview_shows_the_words_that_change(self, client, page):
        path = f"{page.path}suggest/"
        form = fields(client.get(path)) | SENDER
        form["text"] = form["text"].replace("ready", "sure")
        text = text_of(client.post(path, {**form, "step": "preview"}))
        assert re.search(r"<del>.*ready.*</del>", text)
        assert re.search(r"<ins>.*sure.*</ins>", text)
        assert not Revision.objects.filter(state="suggested").exists()

    def test_an_item_without_history_gets_its_first_revision(self, client, make):
        item = make.wiki_page("New", body="<p>One.</p>")
        client.get(f"{item.path}suggest/")
        assert not revisions.history(item).exists()
        send(f"{item.path}suggest/", client, text="Two.")
        assert Suggestion.objects.get().revision.base == 1
        assert revisions.history(item).get().content["body"] == "<p>One.</p>"

    def test_a_form_means_the_revision_that_it_shows(self, client, page):
        path = f"{page.path}suggest/"
        form = fields(client.get(path)) | SENDER
        page.body = "<p>Quite another text.</p>"
        page.save()
        revisions.record(page)
        form["text"] = "Mine.\n\n{line 1}"
        shown = fields(client.post(path, {**form, "step": "preview"}))
        client.post(path, shown)
        revision = Suggestion.objects.get().revision
        assert (revision.base, revision.content["body"]) == (1, "<p>Mine.</p><hr>")

    @pytest.mark.parametrize("more", [{"public": False}, {"status": "withdrawn"}])
    def test_there_is_none_of_what_readers_do_not_see(self, client, make, more):
        item = make.wiki_page("Hidden", **more)
        assert client.get(f"{item.path}suggest/").status_code == 404
        assert client.get(f"{item.path}suggest/thanks/").status_code == 404

    def test_a_title_that_no_link_can_name_is_told(self, client, page):
        answer = send(f"{page.path}suggest/", client, title="A | b")
        assert "cannot contain" in text_of(answer)


class TestAgainstRobots:
    def test_the_trap_is_told_and_the_text_stays(self, client):
        answer = client.post("/wiki/suggest/", {**NEW, "token": token(), "subject": "x"})
        assert answer.status_code == 422
        assert "A hidden field" in text_of(answer)
        assert fields(answer)["title"] == NEW["title"]

    @pytest.mark.parametrize("bad", ["x", "", "other"])
    def test_only_our_own_tokens_count(self, client, page, bad):
        signed = token(page, 1) if bad == "other" else bad
        answer = client.post("/wiki/suggest/", {**NEW, "token": signed})
        assert answer.status_code == (200 if bad == "" else 422)
        assert not Suggestion.objects.exists()

    def test_faster_than_people_is_asked_to_look_again(self, client):
        answer = client.post("/wiki/suggest/", {**NEW, "token": form_token.mint(None)})
        assert "faster than most people can type" in text_of(answer)

    def test_an_old_form_is_made_anew(self, client, monkeypatch):
        monkeypatch.setattr(form_token, "TOO_OLD", -1.0)
        answer = client.post("/wiki/suggest/", {**NEW, "token": (old := token())})
        assert "open for a long time" in text_of(answer)
        assert fields(answer)["token"] != old

    @pytest.mark.parametrize("path", ["/wiki/suggest/", "{page}suggest/", "{page}watch/"])
    def test_posts_from_other_sites_are_refused(self, client, page, path):
        path = path.replace("{page}", page.path)
        answer = client.post(path, {**NEW, "token": token()}, HTTP_SEC_FETCH_SITE="cross-site")
        assert answer.status_code == 403

    def test_a_mailbox_and_a_network_have_their_limits(self, client, monkeypatch):
        monkeypatch.setattr(defence, "OF_A_MAILBOX", {defence.HOUR: 1, defence.DAY: 9})
        assert send_resource(client).status_code == 303
        answer = send_resource(client, title="Another report")
        assert "Please try again in an hour" in text_of(answer)
        monkeypatch.setattr(defence, "OF_A_NETWORK", {defence.HOUR: 9, defence.DAY: 1})
        assert "try again tomorrow" in text_of(send_resource(client, email="b@example.org"))
        assert Suggestion.objects.count() == 1
        assert send_resource(client, email="b@example.org", REMOTE_ADDR="").status_code == 422

    def test_who_is_banned_is_told(self, client):
        Ban.objects.create(kind="email", value="@example.org")
        assert "are not accepted on this site" in text_of(send_resource(client))

    def test_what_looks_like_spam_is_kept_apart_and_mails_nobody(self, client):
        send_resource(
            client,
            title="Best casino bonus",
            summary="Buy cheap viagra at https://pills.example.xyz and win at our casino! "
            "Call whatsapp +1 555 0100 200, 90% off, $100 bonus",
        )
        row = Suggestion.objects.get()
        assert "list of spam words" in row.suspicion
        assert not Suggestion.objects.waiting().exists()
        assert not OutgoingMail.objects.exists()

    def test_links_that_stood_in_the_page_before_say_nothing_of_the_reader(self, client, make):
        links = "".join(f'<p><a href="https://e{n}.example.org/">{n}</a></p>' for n in range(12))
        item = make.wiki_page("Links", body=f"{links}<p>The end.</p>")
        text = fields(client.get(f"{item.path}suggest/"))["text"]
        send(f"{item.path}suggest/", client, text=text.replace("The end", "The very end"))
        assert Suggestion.objects.get().suspicion == ""

    def test_nobody_keeps_the_form(self, client, page):
        for path in ("/wiki/suggest/", f"{page.path}suggest/", f"{page.path}watch/"):
            answer = client.get(path)
            assert answer["Cache-Control"] == "no-store"
            assert answer["Referrer-Policy"] == "strict-origin"
            assert "unsafe" not in answer["Content-Security-Policy"]
            assert not answer.cookies

    def test_more_than_a_page_holds_is_not_read(self, client, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
        answer = Client().post("/wiki/suggest/", {**NEW, "summary": "a" * 2000, "token": token()},
                               "application/x-www-form-urlencoded")  # fmt: skip
        assert answer.status_code in (413, 422)


@pytest.mark.parametrize("count", [1, 12])
def test_forms_cost_the_same_however_much_there_is(client, make, count, django_assert_num_queries):
    item = make.wiki_page("Pacing", body="<p>One.</p>" * count)
    for number in range(count):
        item.body = f"<p>Number {number}.</p>" * count
        item.save()
        revisions.record(item)
        make.resource(url=NEW["url"])
    client.get(f"{item.path}suggest/")
    with django_assert_num_queries(3):  # page, revision, settings of the site
        client.get(f"{item.path}suggest/")
    with django_assert_num_queries(2):  # what is at the address, settings
        client.get(f"/wiki/suggest/?url={NEW['url']}")
