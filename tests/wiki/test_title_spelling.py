"""Links by title as people type them: signs that look alike, sections, titles that are wanted."""

import re
from urllib.parse import quote_plus

import pytest
from lxml import html

from competencyworks.core.models import Link
from tests import factories
from tests.conftest import signed_in
from tests.core.history.forms import opened
from wiki.models import WikiPage
from wiki.pages.renaming import rename

pytestmark = pytest.mark.django_db


def links_of(client, item) -> list[tuple[str, str]]:
    """Address and class of each wikilink that readers get."""
    page = html.fromstring(client.get(item.path).content.decode())
    found = page.xpath("//a[contains(@class, 'wikilink')]")
    return [(link.get("href"), link.get("class")) for link in found]


def source(*links: str, title: str = "Source"):
    return factories.wiki_page(title, body=f"<p>{' and '.join(links)}</p>")


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("What’s worth knowing", "What's worth knowing"),
        ("What's worth knowing", "What’s worth knowing"),
        ("What`s worth knowing", "what′s worth knowing"),
        ("“Ready” or not", '"Ready" or not'),
        ("Self-paced learning", "Self paced learning"),
        ("Self-paced learning", "Self–paced learning"),
        ("Self—paced learning", "Self‑paced learning"),
        ("Grades 6–8", "Grades 6-8"),
        ("Time — and place", "Time - and place"),
        ("So … what", "So ... what"),
        ("Soft\u00adware", "Software"),
    ],
)
def test_a_title_is_found_however_its_signs_are_typed(client, title, typed):
    page = factories.wiki_page(title, slug="there")
    item = source(f"[[{typed}]]")
    assert links_of(client, item) == [(page.path, "wikilink")]
    assert "Source" in client.get(page.path).content.decode().split("Mentioned in")[1]


@pytest.mark.parametrize(("title", "typed"), [("C", "C++"), ("C", "C#"), ("C", "C-"), ("C-", "C")])
def test_titles_that_differ_in_more_are_two(client, title, typed):
    factories.wiki_page(title)
    (link,) = links_of(client, source(f"[[{typed}]]"))
    assert link == (f"/wiki/wanted/?title={quote_plus(typed)}", "wikilink wanted")
    answer = client.get(link[0])
    assert answer.status_code == 404
    assert f"Nobody has written “{typed}” yet" in answer.content.decode()
    assert "Source" in answer.content.decode()


def test_two_pages_of_titles_alike_are_refused(editor):
    factories.wiki_page("Self-paced")
    other = factories.wiki_page("Other")
    answer = opened(editor, other).send(title="Self–paced")
    assert "title" in answer.context["adminform"].form.errors


class TestSections:
    @pytest.fixture(autouse=True)
    def _page(self, db):
        self.page = factories.wiki_page(
            "Grading", body="<h2>What’s a retake?</h2><p>One.</p><h3>Late work</h3><p>Two.</p>"
        )

    @pytest.mark.parametrize(
        ("typed", "anchor"),
        [
            ("Grading#Late work", "#s-late-work"),
            ("grading#LATE-WORK|words", "#s-late-work"),
            ("Grading #What's a retake?", "#s-whats-a-retake"),
            ("Grading#Something else", ""),
        ],
    )
    def test_a_sign_opens_a_section_of_a_page_that_there_is(self, client, typed, anchor):
        item = source(f"[[{typed}]]")
        assert links_of(client, item) == [(f"{self.page.path}{anchor}", "wikilink")]
        assert "Source" in client.get(self.page.path).content.decode().split("Mentioned in")[1]
        assert "There are no wanted pages" in client.get("/wiki/wanted/").content.decode()

    def test_a_page_with_the_sign_in_its_title_comes_first(self, client):
        own = factories.wiki_page("Grading#Late work", slug="own")
        assert links_of(client, source("[[Grading#Late work]]")) == [(own.path, "wikilink")]

    @pytest.mark.parametrize("typed", ["Grading#", "Grading##", "Grading# new"])
    def test_a_sign_without_a_section_belongs_to_the_title(self, client, typed):
        (link,) = links_of(client, source(f"[[{typed}]]"))
        assert link == (f"/wiki/wanted/?title={quote_plus(typed)}", "wikilink wanted")
        assert "Mentioned in" not in client.get(self.page.path).content.decode()

    def test_of_a_page_that_nobody_has_written_the_page_is_wanted(self, client):
        item = source("[[Pacing#In math|there]]", "[[Pacing#In science|here]]")
        assert links_of(client, item) == [("/wiki/wanted/?title=Pacing", "wikilink wanted")] * 2
        wanted = client.get("/wiki/wanted/").content.decode()
        assert re.findall(r'rel="nofollow">([^<]+)</a> <span class="count">1 link<', wanted) == [
            "Pacing"
        ]
        factories.wiki_page("Pacing")
        assert links_of(client, item) == [("/wiki/pacing/", "wikilink")] * 2

    def test_a_rename_keeps_sections(self, client):
        item = source("[[Grading#Late work]]", "[[Grading#Late work|late]]", "[[Grading]]")
        rename(self.page, "Marks & grades")
        item.refresh_from_db()
        assert item.body == (
            "<p>[[Marks &amp; grades#Late work|Grading#Late work]] and "
            "[[Marks &amp; grades#Late work|late]] and [[Marks &amp; grades|Grading]]</p>"
        )
        self.page.refresh_from_db()
        there = f"{self.page.path}#s-late-work"
        assert [path for path, _ in links_of(client, item)] == [there, there, self.page.path]

    def test_a_rename_leaves_a_page_with_the_sign_in_its_title(self):
        factories.wiki_page("Grading#m", slug="gm")
        item = source("[[Grading#m]]")
        rename(self.page, "Marks")
        item.refresh_from_db()
        assert item.body == "<p>[[Grading#m]]</p>"


class TestWanted:
    @pytest.mark.parametrize("title", ["AT&T Q", "K-12 Q&A", "What’s next?", "éCOLE"])
    @pytest.mark.parametrize("shown", ["", "|other words"])
    def test_its_title_is_as_it_was_typed(self, client, title, shown):
        item = source(f"[[{title.replace('&', '&amp;')}{shown}]]")
        ((path, _),) = links_of(client, item)
        slug = re.sub(r"[^\w\s-]", "", title.lower()).replace(" ", "-")
        for address in (path, f"/wiki/{slug}/"):
            answer = client.get(address)
            assert answer.status_code == 404
            (head,) = html.fromstring(answer.content.decode()).xpath("//h1")
            assert head.text_content() == f"Nobody has written “{title}” yet"
        listed = html.fromstring(client.get("/wiki/wanted/").content.decode())
        assert [each.text for each in listed.xpath("//ol//a[@class='wanted']")] == [title]

    def test_of_an_address_that_nobody_asks_for_no_title_is_made_up(self, client):
        answer = client.get("/wiki/att-q/")
        assert "Nobody has written this page yet" in answer.content.decode()
        assert "Att q" not in answer.content.decode()

    def test_its_address_leads_to_the_page_once_there_is_one(self, client):
        item = source("[[C++]]")
        ((path, _),) = links_of(client, item)
        page = factories.wiki_page("C++")
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, page.path)

    @pytest.mark.parametrize("title", ["", "_", "a[b", "x" * 301])
    def test_what_is_no_title_is_not_found(self, client, title):
        answer = client.get("/wiki/wanted/", {"title": title})
        assert answer.status_code == 404
        assert "Nobody has written" not in answer.text  # nor is a page of it offered


def test_titles_are_completed_over_hyphens():
    factories.wiki_page("Self-paced learning")
    client = signed_in("editor")
    for typed in ("self-", "Self–p", "self p", "“self"):
        found = client.get("/admin/wiki/wikipage/titles/", {"q": typed}).json()["titles"]
        assert bool(found) == (typed != "“self"), typed


def test_the_migration_folds_what_is_stored():
    from importlib import import_module

    from django.apps import apps

    first = factories.wiki_page("Self-paced", slug="first")
    second = factories.wiki_page("Other", slug="second")
    item = source("[[Self-paced]]", "[[Grading#Late]]")
    WikiPage.objects.filter(pk=first.pk).update(title_key="self-paced")
    WikiPage.objects.filter(pk=second.pk).update(title="Self–paced", title_key="self–paced")
    Link.objects.filter(title="self paced").update(title="self-paced")
    Link.objects.filter(title="grading").delete()
    first.former_titles.create(key="what’s new")
    import_module("competencyworks.core.migrations.0017_titles_of_links").fold_titles(apps, None)
    migration = import_module("wiki.migrations.0008_titles_alike")
    migration.fold_pages(apps, None)
    migration.fold_former_titles(apps, None)
    pages = WikiPage.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")
    assert list(pages.values_list("title", "title_key")) == [
        ("Self-paced", "self paced"),
        ("Self–paced (2)", "self paced (2)"),
    ]
    titles = (
        Link.objects.filter(source_id=item.pk).exclude(title="").values_list("title", flat=True)
    )
    assert set(titles) == {"self paced", "grading#late", "grading"}
    assert [row.key for row in first.former_titles.all()] == ["what's new"]
    item.refresh_from_db()
    item.save()
    assert set(titles.all()) == {"self paced", "grading#late", "grading"}
