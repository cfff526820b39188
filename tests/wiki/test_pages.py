"""The public pages of the wiki: a page, the tree, what is wanted."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml.html import fromstring

from competencyworks.core import revisions
from competencyworks.website.models import SiteSettings
from tests import factories
from wiki.models import WikiPage

pytestmark = pytest.mark.django_db


def tree_of(answer):
    return fromstring(answer.content.decode())


def texts(answer, path: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in tree_of(answer).xpath(path)]


def links(answer, path: str) -> dict[str, str]:
    found = tree_of(answer).xpath(f"{path}//a")
    return {link.text_content().strip(): link.get("href") for link in found}


class TestPage:
    def test_it_says_where_it_stands_and_what_stands_below(self, client):
        top = factories.wiki_page("Assessment")
        middle = factories.wiki_page("Grading", parent=top)
        factories.wiki_page("Second", parent=middle, position=2)
        factories.wiki_page("First", parent=middle, position=1)
        factories.wiki_page("Hidden", parent=middle, public=False)
        answer = client.get(middle.path)
        assert links(answer, "//main//nav[@aria-label='Breadcrumb']") == {
            "Wiki": "/wiki/",
            "Assessment": top.path,
        }
        assert list(links(answer, "//nav[@aria-labelledby='below']")) == ["First", "Second"]

    def test_pages_above_that_are_not_public_are_left_out(self, client):
        top = factories.wiki_page("Assessment")
        middle = factories.wiki_page("Grading", parent=top, status="withdrawn")
        leaf = factories.wiki_page("Scales", parent=middle)
        crumbs = links(client.get(leaf.path), "//main//nav[@aria-label='Breadcrumb']")
        assert list(crumbs) == ["Wiki", "Assessment"]

    def test_contents_notes_and_terms_are_as_posts_have_them(self, client):
        body = "<h2>One</h2><p>Text.[fn]A note.[/fn]</p><h2>Two</h2><h3>Three</h3>"
        terms = {"topics": [factories.topic("Pace")], "states": [factories.state("NH")]}
        answer = client.get(factories.wiki_page("Grading", body=body, tags=["x"], **terms).path)
        assert texts(answer, "//details[contains(@class, 'toc')]//li") == ["One", "Two", "Three"]
        assert texts(answer, "//section[@role='doc-endnotes']//li") == ["A note. ↩"]
        named = links(answer, "//nav[@aria-label='More on this']")
        assert list(named) == ["Pace", "New Hampshire", "x"]

    def test_readers_find_history_suggestion_watch_and_discussion(self, client):
        page = factories.wiki_page("Grading")
        factories.comment(page, body="<p>Well said.</p>")
        answer = client.get(page.path)
        assert links(answer, "//ul[@class='page-acts']") == {
            "History": "/wiki/grading/history/",
            "Suggest an edit": "/wiki/grading/suggest/",
            "Watch": "/wiki/grading/watch/",
        }
        assert "Well said." in answer.content.decode()
        assert tree_of(answer).xpath(
            "//form[@action=$at]", at=f"/comments/on/wiki.wikipage/{page.pk}/"
        )
        assert client.get(f"{page.path}feed/").status_code == 200
        WikiPage.objects.update(discussion="closed")
        assert "This discussion is closed" in client.get(page.path).content.decode()

    def test_contributors_are_named_once_and_readers_by_their_credit(self, client):
        ann = User.objects.create_user("ann")
        factories.person("Ann Lane", slug="ann", user=ann)
        ben = User.objects.create_user("ben", first_name="Ben", last_name="Ode")
        nameless = User.objects.create_user("secret-account")
        page = factories.wiki_page("Grading", public=False)
        revisions.record(page, User.objects.create_user("eve", first_name="Eve"), "A draft")
        page.status, page.publish_at = "published", factories.ago(days=1)
        for number, (by, credit) in enumerate(
            [(ben, ""), (ann, ""), (ann, "Rosa D."), (nameless, ""), (ben, ""), (None, "Rosa D.")]
        ):
            page.body = f"<p>{number}</p>"
            page.save()
            revisions.record(page, by, credit=credit)
        answer = client.get(page.path)
        assert texts(answer, "//p[@class='contributors']") == [
            "Written by Ben Ode, Ann Lane, Rosa D."
        ]
        assert links(answer, "//p[@class='contributors']") == {"Ann Lane": "/people/ann/"}
        assert "secret-account" not in answer.content.decode()

    def test_head_matter(self, client):
        page = factories.wiki_page("Grading", body="<p>On grades.</p>", tags=["scales"])
        answer = client.get(page.path)
        assert texts(answer, "//title") == ["Grading · Wiki · CompetencyWorks"]
        data = json.loads(tree_of(answer).xpath("//script[@type='application/ld+json']")[0].text)
        article, crumbs = data["@graph"]
        assert (article["@type"], article["headline"]) == ("Article", "Grading")
        assert article["keywords"] == ["scales"]
        assert [item["name"] for item in crumbs["itemListElement"]] == ["Home", "Wiki", "Grading"]
        feeds = tree_of(answer).xpath("//link[@type='application/rss+xml']/@href")
        assert feeds == ["/wiki/recent/feed/", "/wiki/grading/feed/"]

    @pytest.mark.parametrize(
        "hidden",
        [
            {"public": False},
            {"status": "withdrawn"},
            {"publish_at": factories.ahead(days=1)},
            {"unpublish_at": factories.ago(minutes=1)},
            {"trashed_at": factories.ago(days=1)},
        ],
    )
    def test_what_is_not_public_is_not_there(self, client, hidden):
        page = factories.wiki_page("Unseen page", body="<p>unseenword</p>", **hidden)
        revisions.record(page)
        answer = client.get(page.path)
        assert answer.status_code == 404
        for path in (page.path, "/wiki/", "/wiki/recent/", "/wiki/recent/feed/"):
            assert "unseenword" not in client.get(path).content.decode()
        for path in ("/wiki/", "/wiki/recent/", "/wiki/recent/feed/", "/wiki/wanted/"):
            assert "Unseen page" not in client.get(path).content.decode()


class TestWanted:
    def test_titles_are_listed_by_how_much_they_are_wanted(self, client):
        for number in range(7):
            body = "<p>[[Pacing]] [[pacing]]" + (" [[K-12 R&amp;D]]" if number < 2 else "") + "</p>"
            factories.wiki_page(f"Source {number}", body=body)
        factories.resource(title="A report", body="<p>[[PACING]] [[Source 1]]</p>")
        factories.wiki_page("Draft", public=False, body="<p>[[K-12 R&amp;D]] [[Only a draft]]</p>")
        factories.wiki_page("Pacing", slug="p", public=False)
        answer = client.get("/wiki/wanted/")
        assert texts(answer, "//ol[contains(@class, 'wanted-list')]/li") == [
            (
                "Pacing 8 links Linked from Source 0, Source 1, Source 2, Source 3, Source 4, "
                "and 3 more"
            ),
            "K-12 R&D 2 links Linked from Source 0, Source 1",
        ]
        assert tree_of(answer).xpath("//meta[@name='robots']/@content") == ["noindex"]
        factories.wiki_page("Pacing is here", slug="x").former_titles.create(key="pacing")
        assert "Pacing" not in texts(client.get("/wiki/wanted/"), "//ol")[0]

    def test_nothing_wanted_says_so(self, client):
        assert "There are no wanted pages" in client.get("/wiki/wanted/").content.decode()
        assert client.get("/wiki/wanted/?page=2").status_code == 404

    def test_the_address_of_a_wanted_page_says_who_asks_for_it(self, client):
        source = factories.wiki_page("Source", body="<p>[[K-12 &amp; pacing, for all]]</p>")
        path = tree_of(client.get(source.path)).xpath("//a[@class='wikilink wanted']/@href")[0]
        assert path == "/wiki/wanted/?title=K-12+%26+pacing%2C+for+all"
        answer = client.get(path)
        assert answer.status_code == 404
        assert texts(answer, "//h1") == ["Nobody has written “K-12 & pacing, for all” yet"]
        assert links(answer, "//main")["Suggest it to our curators"].startswith("/wiki/suggest/")
        simple = factories.wiki_page("Other", body="<p>[[K-12 pacing]]</p>")
        answer = client.get("/wiki/k-12-pacing/")
        assert texts(answer, "//h1") == ["Nobody has written “K-12 pacing” yet"]
        assert links(answer, "//main")["Other"] == simple.path

    @pytest.mark.parametrize("slug", ["a" * 300, "-".join("abcdefghijklmnop"), "日本", "a_b", "-"])
    def test_any_address_of_nothing_says_that_nobody_has_written_it(self, client, slug):
        answer = client.get(f"/wiki/{slug}/")
        assert answer.status_code == 404
        assert b"Nobody has written" in answer.content

    def test_no_old_address_leads_to_a_page_that_is_not_there(self, client):
        assert client.get("/wiki/nobody/feed/").status_code == 404
        assert client.get("/wiki/nobody/page/2/").status_code == 404


class TestHome:
    def test_the_tree_is_its_table_of_contents(self, client):
        second, first = (
            factories.wiki_page(title, position=place) for title, place in (("B", 2), ("A", 1))
        )
        child = factories.wiki_page("Child", parent=first)
        factories.wiki_page("Grandchild", parent=child)
        hidden = factories.wiki_page("Hidden", parent=second, public=False)
        factories.wiki_page("Left alone", parent=hidden, position=3)
        answer = client.get("/wiki/")
        assert list(links(answer, "//ol[@class='wiki-contents']")) == [
            "A", "Child", "Grandchild", "B", "Left alone",
        ]  # fmt: skip

    def test_a_large_tree_has_pages(self, client):
        for number in range(45):
            factories.wiki_page(f"Top {number:02}")
        first, second = client.get("/wiki/"), client.get("/wiki/?page=2")
        tops = [*texts(first, "//ol//h2"), *texts(second, "//ol//h2")]
        assert tops == [f"Top {number:02}" for number in range(45)]
        assert client.get("/wiki/?page=3").status_code == 404

    def test_the_margin_has_what_is_new(self, client):
        resource = factories.resource(title="A report")
        revisions.record(resource)
        revisions.record(factories.wiki_page("Pacing"), None, "Added", credit="Rosa D.")
        answer = client.get("/wiki/")
        assert links(answer, "//aside")["A report"] == resource.path
        assert any("Rosa D." in words for words in texts(answer, "//aside//section"))


# The site's settings with the menu (1), and for each its own rows.
COUNTS = {
    "/wiki/": 4,  # pages, resources, changes
    # Page with terms, writers, comments; family, titles of links, pictures, resources, comments,
    # what mentions it.
    "/wiki/full/": 8,
    "/wiki/nobody/": 7,  # page, who wants it (2), their titles (2), address of the past
    "/wiki/wanted/": 5,  # titles, links, sources (2)
    "/wiki/recent/": 2,
    "/wiki/recent/?kind=pages": 2,
    "/wiki/recent/feed/": 1,
}


def fill(count: int) -> None:
    """`count` more of everything that a page of the wiki holds."""
    SiteSettings().save()
    topic = factories.Topic.objects.filter(slug="pace").first() or factories.topic(slug="pace")
    picture = factories.image()
    page = WikiPage.objects.filter(slug="full").first() or factories.wiki_page(
        "Full", parent=factories.wiki_page("Above", parent=factories.wiki_page("Top"))
    )
    page.topics.add(topic)
    for number in range(count):
        other = factories.wiki_page(
            f"Other {count} {number}", parent=page, body="<p>[[Full]] [[Nobody]]</p>"
        )
        resource = factories.resource(topics=[topic], body="<p>[[Full]] [[Nobody]]</p>")
        page.page_resources.create(resource=factories.resource())
        page.topics.add(factories.topic())
        page.tags.add(f"tag {count} {number}")
        page.body += (
            f'<p>[[{other.title}]] [[Nobody]] [[None {count} {number}]] <img src="/x" alt="" '
            f'data-image="{picture.pk}"></p>'
        )
        page.save()
        user = User.objects.create_user(f"user-{count}-{number}", first_name="Ann")
        for item in (page, other, resource):
            revisions.record(item, user, "Written")
        factories.comment(page)
        factories.post(body=f'<p><a href="{page.path}">There</a></p>')


def test_no_page_costs_more_where_there_is_more(client):
    seen = {}
    for size in (2, 9):
        fill(size)
        for path in COUNTS:
            client.get(path)  # content types are read once a process
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(path)
            assert answer.status_code == (404 if "nobody" in path else 200)
            seen.setdefault(path, []).append(len(queries))
    assert seen == {path: [count, count] for path, count in COUNTS.items()}


class TestRecent:
    def saved(self, item, at, by=None, reason="", **more):
        item.body = f"<p>{at}</p>"
        item.save()
        row = revisions.record(item, by, reason, **more)
        row.created_at = at
        row.save()
        return row

    def test_changes_stand_by_day_with_who_and_why(self, client):
        day = timezone.now().replace(hour=17, minute=0, second=0, microsecond=0)
        page = factories.wiki_page("Grading")
        resource = factories.resource(title="A report")
        user = User.objects.create_user("ann")
        factories.person("Ann Lane", slug="ann", user=user)
        self.saved(page, day - timedelta(days=3), user, "First words")
        self.saved(resource, day - timedelta(days=2), None, "Sent in", credit="Rosa D.")
        self.saved(page, day - timedelta(days=2, hours=1), None, "Nobody’s change")
        self.saved(page, day - timedelta(days=1), user, "A <b>slip</b>")
        answer = client.get("/wiki/recent/")
        days = texts(answer, "//div[@class='changes']/section/h2")
        assert len(days) == 3
        rows = [
            re.sub(r"^\d+:\d\d [ap]\.m\. \w+ ", "", row)
            for row in texts(answer, "//li[@class='change']")
        ]
        assert rows == [
            "Grading page, what changed in Grading Ann Lane: A <b>slip</b>",
            "A report resource, new Rosa D.: Sent in",
            "Grading page, what changed in Grading Nobody’s change",
            "Grading page, new Ann Lane: First words",
        ]
        compared = tree_of(answer).xpath("//li[@class='change'][1]//a/@href")[1]
        assert compared == "/wiki/grading/history/compare/?from=2&to=3"
        assert texts(
            client.get("/wiki/recent/?kind=resources"), "//li//a[@class='change-title']"
        ) == ["A report"]
        assert client.get("/wiki/recent/?kind=posts").status_code == 404
        assert client.get("/wiki/recent/?page=2").status_code == 404

    def test_what_was_written_before_the_page_was_public_is_never_compared(self, client):
        page = factories.wiki_page("Grading", public=False)
        revisions.record(page, None, "Secret draft")
        page.status, page.publish_at = "published", factories.ago(hours=1)
        self.saved(page, factories.ago(minutes=9), None, "Published")
        answer = client.get("/wiki/recent/")
        assert texts(answer, "//p[@class='change-why']") == ["Published"]
        assert "compare" not in answer.content.decode()

    def test_the_feed_tells_the_same(self, client):
        page = factories.wiki_page("Grading & more")
        revisions.record(page, None, "First words", credit="Rosa D.")
        page.body = "<p>x</p>"
        page.save()
        revisions.record(page, None, "A slip")
        channel = fromstring(client.get("/wiki/recent/feed/").content)
        assert channel.xpath("//item/title/text()") == ["Grading & more", "New: Grading & more"]
        assert channel.xpath("//item/description/text()") == ["A slip", "First words"]
        assert len(set(channel.xpath("//item/guid/text()"))) == 2
        assert channel.xpath("//item/*[name()='dc:creator']/text()") == ["Rosa D."]

    def test_a_second_page_goes_on_where_the_first_ends(self, client):
        page = factories.wiki_page("Grading")
        for number in range(45):
            self.saved(page, factories.ago(hours=number), None, f"Change {number}")
        first, second = client.get("/wiki/recent/"), client.get("/wiki/recent/?page=2")
        path = "//p[@class='change-why']"
        assert [*texts(first, path), *texts(second, path)] == [f"Change {n}" for n in range(45)]

    def test_many_revisions_are_read_from_the_index(self, client):
        pages = [factories.wiki_page(f"Page {number}") for number in range(20)]
        resources = [factories.resource() for _ in range(20)]
        for items in (pages, resources):
            rows = revisions.record_each(items, None, "Written")
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO core_revision (content_type_id, object_id, number, state, credit,"
                    " reason, held_back, content, created_at, visible_from) SELECT"
                    " content_type_id, object_id,"
                    " n + 1, state, '', 'Again', '', content, created_at - n * interval '1 hour',"
                    " visible_from FROM core_revision, generate_series(1, 500) n"
                    " WHERE id = ANY(%s)",
                    [[row.pk for row in rows]],
                )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE core_revision, wiki_wikipage, wiki_resource")
            client.get("/wiki/recent/")
            with CaptureQueriesContext(connection) as queries:
                client.get("/wiki/recent/")
            sql = next(q["sql"] for q in queries.captured_queries if "core_revision" in q["sql"])
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert plan.count("revision_recent") == 2, plan
        assert "Seq Scan on core_revision" not in plan
        assert '"content"' not in sql
