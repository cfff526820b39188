"""Topic pages in the admin: text, place, resources in their order, titles that complete."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from competencyworks.core import revisions
from competencyworks.core.models import OldAddress
from tests import factories
from wiki.models import WikiPage

pytestmark = pytest.mark.django_db

LIST = "/admin/wiki/wikipage/"


def form(page=None, rows=(), **fields) -> dict[str, str]:
    """What the form of `page` sends; `rows` are dicts of resource, note, position (and id)."""
    known = page.page_resources.count() if page else 0
    data = {
        "title": page.title if page else "Pacing",
        "slug": page.slug if page else "",
        "body": page.body if page else "<p>Text.</p>",
        "parent": (page.parent_id if page else "") or "",
        "position": page.position if page else 0,
        "listed": page.listed if page else "both",
        "status": page.status if page else "draft",
        "publish_at_0": "",
        "publish_at_1": "",
        "page_resources-TOTAL_FORMS": str(len(rows)),
        "page_resources-INITIAL_FORMS": str(known),
    }
    if page and page.publish_at:
        day = timezone.localtime(page.publish_at)
        data |= {"publish_at_0": f"{day:%Y-%m-%d}", "publish_at_1": f"{day:%H:%M:%S}"}
    for number, row in enumerate(rows):
        data |= {f"page_resources-{number}-{name}": value for name, value in row.items()}
    return data | fields


def change(client, page, rows=(), **fields):
    return client.post(f"{LIST}{page.pk}/change/", form(page, rows, **fields), follow=True)


def errors(answer) -> dict:
    return answer.context["adminform"].form.errors.get_json_data()


def test_a_curator_writes_and_publishes_a_page(curator, client):
    answer = curator.post(f"{LIST}add/", form(_publish="", revision_reason="New"), follow=True)
    assert answer.status_code == 200
    page = WikiPage.objects.get()
    assert client.get(page.path).status_code == 200
    assert [row.reason for row in revisions.history(page)] == ["Published: New"]


def test_a_new_title_rewrites_links_and_says_so(curator, client):
    day = factories.ago(days=3).replace(microsecond=0)
    page = factories.wiki_page("Pacing", publish_at=day)
    item = factories.wiki_page("One", body="<p>See [[Pacing]].</p>")
    answer = change(curator, page, title="Time varies", revision_reason="Clearer")
    assert "Links in 1 text were updated to the new title." in answer.content.decode()
    item.refresh_from_db()
    page.refresh_from_db()
    assert item.body == "<p>See [[Time varies|Pacing]].</p>"
    assert (page.slug, page.title) == ("time-varies", "Time varies")
    assert client.get("/wiki/pacing/")["Location"] == page.path
    assert [row.reason for row in revisions.history(page)] == ["Clearer"]


def test_a_new_title_with_an_address_of_its_own_takes_that(curator):
    page = factories.wiki_page("Pacing")
    change(curator, page, title="Time varies", slug="time", body="<p>[[Pacing]]</p>")
    page.refresh_from_db()
    assert (page.slug, page.body) == ("time", "<p>[[Time varies|Pacing]]</p>")
    assert page.path == "/wiki/time/"


def test_titles_that_cannot_be_are_refused_beside_the_field(curator):
    factories.wiki_page("Grading")
    page = factories.wiki_page("Pacing")
    assert (
        "Another wiki page" in errors(change(curator, page, title="grading"))["title"][0]["message"]
    )
    assert "cannot contain" in errors(change(curator, page, title="a | b"))["title"][0]["message"]
    assert (
        "address of the site" in errors(change(curator, page, slug="recent"))["slug"][0]["message"]
    )
    page.refresh_from_db()
    assert page.title == "Pacing"


def test_a_title_that_a_colleague_takes_in_the_same_moment_is_refused_too(curator, monkeypatch):
    page = factories.wiki_page("Pacing")
    factories.wiki_page("Grading")
    look = WikiPage.holder_of_title
    seen = [None, None]  # by the form, and by the model in it
    monkeypatch.setattr(
        WikiPage,
        "holder_of_title",
        lambda self, title: seen.pop() if seen else look(self, title),
    )
    answer = change(curator, page, title="Grading", body="<p>What I wrote</p>")
    assert not seen
    assert "Another wiki page" in errors(answer)["title"][0]["message"]
    assert "What I wrote" in answer.content.decode()


def look_away_once(monkeypatch):
    """Let the next check of a form see nothing, as if others stored what they did after it."""
    checked = WikiPage.clean
    monkeypatch.setattr(
        WikiPage, "clean", lambda self: monkeypatch.setattr(WikiPage, "clean", checked)
    )


class TestMoving:
    def tree(self):
        top = factories.wiki_page("Top")
        middle = factories.wiki_page("Middle", parent=top)
        return top, middle, factories.wiki_page("Leaf", parent=middle)

    def test_a_branch_moves_and_no_address_changes(self, curator, client):
        top, middle, leaf = self.tree()
        other = factories.wiki_page("Other")
        change(curator, middle, parent=other.pk)
        html = client.get(leaf.path).content.decode()
        crumbs = html[
            html.index('aria-label="Breadcrumb"') : html.index("</nav>", html.index("<main"))
        ]
        assert [title in crumbs for title in ("Other", "Middle", "Top")] == [True, True, False]
        assert not OldAddress.objects.exists()
        assert client.get(top.path).status_code == 200

    @pytest.mark.parametrize("below", [0, 1, 2])
    def test_a_page_never_stands_below_itself(self, curator, below):
        pages = self.tree()
        found = errors(change(curator, pages[0], parent=pages[below].pk))
        assert found["parent"][0]["message"] == "A page cannot be its own subpage."
        pages[0].refresh_from_db()
        assert pages[0].parent_id is None

    def test_two_moves_at_once_make_no_ring(self, curator, monkeypatch):
        """The second move was checked before the first was stored."""
        one = factories.wiki_page("One")
        two = factories.wiki_page("Two", parent=one)
        look_away_once(monkeypatch)
        assert "parent" in errors(change(curator, one, parent=two.pk))
        one.refresh_from_db()
        assert one.parent_id is None


class TestResources:
    def shown(self, client, page) -> list[str]:
        return [one.title for one in client.get(page.path).context["resources"]]

    def test_rows_keep_the_order_that_was_set(self, curator, client):
        page = factories.wiki_page("Pacing")
        a, b, c = (factories.resource(title=name, why=f"Why {name}") for name in "ABC")
        rows = [
            {"resource": a.pk, "note": "", "position": "20"},
            {"resource": b.pk, "note": "Read first", "position": "10"},
            {"resource": c.pk, "note": "", "position": ""},
        ]
        change(curator, page, rows)
        assert self.shown(client, page) == ["B", "A", "C"]
        html = client.get(page.path).content.decode()
        assert "Read first" in html
        assert "Why B" not in html
        assert "Why A" in html
        last = revisions.history(page).first().content["ordered_resources"]
        assert last == [[b.pk, "Read first"], [a.pk, ""], [c.pk, ""]]
        assert list(page.page_resources.values_list("position", flat=True)) == [10, 20, 30]

    def test_they_are_moved_and_removed(self, curator, client):
        page = factories.wiki_page("Pacing")
        made = [
            page.page_resources.create(resource=factories.resource(title=name), position=number)
            for number, name in enumerate("ABC")
        ]
        rows = [
            {"id": row.pk, "page": page.pk, "resource": row.resource_id, "position": place, **more}
            for row, place, more in zip(made, (30, 20, 10), ({}, {"DELETE": "on"}, {}), strict=True)
        ]
        change(curator, page, rows)
        assert self.shown(client, page) == ["C", "A"]

    @pytest.mark.parametrize(
        ("listed", "shown"),
        [
            ("chosen", ["Chosen"]),
            ("query", ["New", "Old", "Chosen"]),
            ("both", ["Chosen", "New", "Old"]),
            ("none", []),
        ],
    )
    def test_the_page_says_which_are_shown(self, client, listed, shown):
        topic = factories.topic()
        page = factories.wiki_page("Pacing", topics=[topic], listed=listed)
        for title, days, terms in (
            ("Chosen", 9, [topic]), ("Old", 3, [topic]), ("New", 2, [topic]), ("Elsewhere", 1, []),
        ):  # fmt: skip
            item = factories.resource(
                title=title, publish_at=factories.ago(days=days), topics=terms
            )
            if title == "Chosen":
                page.page_resources.create(resource=item)
        hidden = factories.resource(title="Hidden", public=False, topics=[topic])
        page.page_resources.create(resource=hidden)
        assert self.shown(client, page) == shown


class TestCompletion:
    def titles(self, client, words) -> list[str]:
        answer = client.get(f"{LIST}titles/", {"q": words})
        return [row["title"] for row in json.loads(answer.content)["titles"]]

    def test_titles_that_begin_with_the_words_come_first(self, curator):
        for title in ("On grading", "Grading scales", "Pacing"):
            factories.wiki_page(title)
        factories.wiki_page("Grading draft", public=False)
        factories.wiki_page("Grading trash", trashed_at=factories.ago(days=1))
        assert self.titles(curator, "GRAD") == ["Grading draft", "Grading scales", "On grading"]
        assert self.titles(curator, "%") == []
        assert len(self.titles(curator, "")) == 4

    def test_it_is_for_staff_of_the_wiki(self, curator, author, client):
        factories.wiki_page("Grading", public=False)
        assert client.get(f"{LIST}titles/?q=g").status_code == 302
        assert author.get(f"{LIST}titles/?q=g").status_code == 403
        assert self.titles(curator, "g") == ["Grading"]

    def test_the_editor_is_told_of_it_where_links_mean_something(self, curator, editor):
        assert f"{LIST}titles/" in curator.get(f"{LIST}add/").content.decode()
        assert "pageTitlesUrl" not in editor.get("/admin/blog/post/add/").content.decode()


def test_the_list_shows_place_owner_and_day_in_constant_queries(curator):
    counts = []
    today = factories.ago(days=1).date()
    for size in (3, 12):
        for number in range(size):
            top = factories.wiki_page(f"Top {size} {number}")
            factories.wiki_page(
                f"Below {size} {number}", parent=top, owner=curator.user, review_by=today
            )
        with CaptureQueriesContext(connection) as queries:
            text = curator.get(LIST).content.decode()
        counts.append(len(queries))
        assert f"Top {size} 0</a>" in text
        assert f"{today}, due" in text
    assert counts[0] == counts[1]
    text = curator.get(f"{LIST}?due=now&owner=me").content.decode()
    assert "Below 3 0" in text
    assert "Top 3 0</a></th>" not in text


def test_a_preview_shows_a_draft_to_staff_alone(curator, client):
    page = factories.wiki_page("Pacing", public=False, body="<p>See [[Nobody]].</p>")
    answer = curator.get(f"{LIST}{page.pk}/preview/")
    assert "This is a preview" in answer.content.decode()
    assert client.get(page.path).status_code == 404
