"""Links by title: what is one, what readers get of it, and that no text breaks by them."""

import re
from html import escape, unescape
from urllib.parse import quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competencyworks.core.prose.cleaning import clean_html
from competencyworks.core.prose.html_tokens import TOKEN
from competencyworks.core.prose.html_trees import parse
from tests import factories
from wiki import wikilinks
from wiki.titles import title_key

PIECES = [
    "[[", "]]", "[", "]", "|", "[fn]", "[/fn]", "Growth mindset", "growth_mindset", "R&D",
    "R&amp;D", " ", "\xa0", "&nbsp;", "&lt;b&gt;", "\"", "'", "é", "ﬁ", "<p>", "</p>", "<b>",
    "</b>",
    "<code>", "</code>", "<pre>", "</pre>", '<a href="/x/">', "</a>", "<h2>", "</h2>", "<script>",
    "x" * 301, "<br>", "日本",
]  # fmt: skip
bodies = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=25).map(
    lambda pieces: str(clean_html("".join(pieces)))
)
titles = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Cf"], blacklist_characters="[]|<>"),
    min_size=1,
    max_size=60,
).filter(wikilinks.is_linkable)


def unmarked(html: str) -> str:
    return wikilinks.ANCHOR.sub(r"\4", html)


def text_of(html: str) -> str:
    return unescape(TOKEN.sub("", html))


@given(bodies)
@settings(max_examples=400, deadline=None)
def test_marking_changes_nothing_but_the_links(body):
    html = wikilinks.marked(body)
    assert unmarked(html) == wikilinks.words(body)
    parse(html)  # raises where markup is broken
    assert wikilinks.marked(html) == html
    assert len(wikilinks.ANCHOR.findall(html)) == len(wikilinks.links_in(body))


@given(bodies)
@settings(max_examples=200, deadline=None)
def test_whatever_a_link_leads_to_the_words_stay(body):
    html = wikilinks.marked(body)
    keys = wikilinks.keys_in(html)
    places = dict.fromkeys(keys[::2], wikilinks.Place('/wiki/"><script>/'))
    found = wikilinks.resolved(html, places)
    parse(found)
    assert "data-title" not in found
    assert "<script" not in found
    shown = text_of(found).replace(" (page wanted)", "")
    assert shown == text_of(wikilinks.words(body))
    assert found.count(" wanted") == 2 * sum(
        link.key not in places and link.page_key not in places for link in wikilinks.links_in(body)
    )


@given(bodies, titles)
@settings(max_examples=200, deadline=None)
def test_a_rename_changes_where_links_lead_and_no_word(body, title):
    links = wikilinks.links_in(body)
    assert wikilinks.renamed(body, [], title) == body
    old = {link.key for link in links[:1]}
    now = wikilinks.renamed(body, old, title)
    title = " ".join(title.split())
    assert text_of(wikilinks.words(str(clean_html(now)))) == text_of(wikilinks.words(body))
    expected = [title_key(title) if link.key in old else link.key for link in links]
    if not any(link.page_key for link in links):  # sections have tests of their own
        assert [link.key for link in wikilinks.links_in(now)] == expected


@given(titles)
@settings(max_examples=300, deadline=None)
def test_every_title_that_may_be_can_be_linked_to(title):
    body = str(clean_html(f"<p>See [[{escape(title)}]] and [[{escape(title)}|that]].</p>"))
    first, second = wikilinks.links_in(body)
    assert first.key == second.key == title_key(title)
    html = wikilinks.marked(body)
    assert wikilinks.keys_in(html)[0] == title_key(title)
    assert wikilinks.wanted_path(title).startswith("/wiki/wanted/?title=")
    places = {title_key(title): wikilinks.Place("/there/")}
    assert wikilinks.resolved(html, places).count('href="/there/"') == 2


@given(st.text())
def test_plain_words_of_what_holds_no_link_are_the_text(text):
    assert wikilinks.plain_words(text.replace("]]", "] ]")) == text.replace("]]", "] ]")


@pytest.mark.parametrize(
    ("body", "links"),
    [
        ("[[Grading]]", [("Grading", "Grading")]),
        ("[[ Grading | how we grade ]]", [("Grading", "how we grade")]),
        ("[[Grading|]]", [("Grading", "Grading")]),
        ("[[R&amp;D]]", [("R&D", "R&amp;D")]),
        ("[[]] [[|x]] [[_]] [[a|b|c]] [[a]b]] [[a&lt;b]] [[a", []),
        (f"[[{'x' * 301}]]", []),
        ('<a href="/x/">[[Grading]]</a><code>[[Grading]]</code>', []),
        ("<pre>[[Grading]]</pre><kbd>[[Grading]]</kbd>", []),
        ("<b>[[Grad</b>ing]]", []),
        ("<code>x</code> [[Grading]]", [("Grading", "Grading")]),
    ],
)
def test_what_is_a_link(body, links):
    assert [(link.title, link.shown) for link in wikilinks.links_in(body)] == links


def test_plain_words_stand_for_links_where_there_can_be_none():
    assert wikilinks.plain_words("On [[Grading|how R&D < all]], [[Pacing]].") == (
        "On how R&D < all, Pacing."
    )
    assert wikilinks.plain_words("On [[Grading|R&D]] &amp; more") == "On R&D &amp; more"


@pytest.mark.parametrize("title", ["C++", "C#", "?!", "Resources", "AT&T Q", "100%"])
def test_the_address_of_a_wanted_page_holds_its_title(title):
    assert wikilinks.wanted_path(title) == f"/wiki/wanted/?title={quote_plus(title)}"


def test_many_brackets_cost_no_time():
    assert wikilinks.marked("[[" + " " * 200_000) == "[[" + " " * 200_000
    assert wikilinks.links_in("[[a|" * 50_000) == []


class TestPages:
    @pytest.fixture(autouse=True)
    def _database(self, db):
        pass

    def page(self, **more):
        return factories.wiki_page("Home of it", **more)

    def html(self, client, item) -> str:
        return client.get(item.path).content.decode()

    def test_a_link_leads_to_the_page_of_its_title_however_it_is_spelled(self, client):
        grading = factories.wiki_page("Grading for Learning", slug="gfl")
        item = self.page(body="<p>See [[grading_for  learning]].</p>")
        assert f'<a class="wikilink" href="{grading.path}">grading_for  learning</a>' in self.html(
            client, item
        )

    @pytest.mark.parametrize(
        "hidden",
        [{"public": False}, {"publish_at": factories.ahead(days=1)}, {"status": "withdrawn"}],
    )
    def test_what_is_not_public_is_wanted_like_what_is_not_there(self, client, hidden):
        factories.wiki_page("Pacing", **hidden)
        item = self.page(body="<p>See [[Pacing|the pace]].</p>")
        html = self.html(client, item)
        assert (
            '<a class="wikilink wanted" href="/wiki/wanted/?title=Pacing" rel="nofollow">the pace'
            '<span class="visually-hidden"> (page wanted)</span></a>'
        ) in html

    def test_a_page_made_meanwhile_turns_a_red_link_blue(self, client):
        item = self.page(body="<p>See [[Pacing]].</p>")
        assert 'class="wikilink wanted"' in self.html(client, item)
        factories.wiki_page("Pacing")
        assert 'class="wikilink wanted"' not in self.html(client, item)

    def test_a_former_title_leads_to_the_page_until_a_public_page_takes_it(self, client):
        first = factories.wiki_page("Pacing")
        item = self.page(body="<p>See [[Pacing]].</p>")
        first.title = "Pace"
        first.save()
        assert f'href="{first.path}">Pacing</a>' in self.html(client, item)
        second = factories.wiki_page("Pacing", slug="new-pacing", public=False)
        assert f'href="{first.path}">Pacing</a>' in self.html(client, item)
        second.status = "published"
        second.save()
        assert 'href="/wiki/new-pacing/">Pacing</a>' in self.html(client, item)

    def test_leads_contents_and_descriptions_have_plain_words(self, client):
        item = self.page(
            body="<p>On [[Grading|how we grade]] &amp; [[Pacing]].</p>"
            + "<h2>Of [[Pacing]]</h2>" * 3
        )
        assert item.lead == "<p>On how we grade &amp; Pacing.</p>"
        assert [row["text"] for row in item.contents] == ["Of Pacing"] * 3
        assert '<meta name="description" content="On how we grade &amp; Pacing.">' in self.html(
            client, item
        )
        item.excerpt = "By [[Grading]] & <b>"
        item.seo_description = "About [[Grading|grades]]"
        item.save()
        assert item.lead == "<p>By Grading &amp; &lt;b&gt;</p>"
        assert '<meta name="description" content="About grades">' in self.html(client, item)

    def test_a_lead_is_never_cut_inside_a_link(self):
        words = "word " * 58
        item = self.page(body=f"<p>{words}[[Grading of all|one two three four five]] end</p>")
        assert "[[" not in item.lead
        assert item.lead.endswith("one two…</p>")

    def test_a_link_in_a_note_is_reached_once_by_keyboard(self, client):
        factories.wiki_page("Pacing")
        item = self.page(body="<p>Text.[fn]See [[Pacing]].[/fn]</p>")
        html = self.html(client, item)
        links = re.findall(r'<a class="wikilink" href="/wiki/pacing/"( tabindex="-1")?>', html)
        assert sorted(links) == ["", ' tabindex="-1"']

    def test_resources_have_them_too_and_other_kinds_do_not(self):
        resource = factories.resource(body="<p>See [[Pacing]].</p>")
        assert 'data-title="Pacing"' in resource.html
        assert factories.post(body="<p>See [[Pacing]].</p>").html == "<p>See [[Pacing]].</p>"


def test_a_section_without_a_page_is_no_wanted_page():
    assert wikilinks.marked("<p>[[#Here]]</p>") == "<p>[[#Here]]</p>"
    assert wikilinks.keys_in(wikilinks.marked("<p>[[#Here]]</p>")) == []
