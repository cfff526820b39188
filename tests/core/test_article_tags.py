"""What templates say of an item: its day, its authors, its lead."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template


def render(code: str, **context) -> str:
    return Template("{% load articles %}" + code).render(Context(context))


def test_a_day_is_told_in_the_zone_of_the_site():
    evening = datetime(2016, 9, 29, 1, 30, tzinfo=UTC)  # still the 28th in New York
    assert render("{{ moment|day }}", moment=evening) == (
        '<time datetime="2016-09-28">September 28, 2016</time>'
    )


def test_no_day_is_no_words():
    assert render("{{ moment|day }}", moment=None) == ""


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], ""),
        (["Ana"], "Ana"),
        (["Ana", "Bo"], "Ana and Bo"),
        (["Ana", "Bo", "Cy"], "Ana, Bo and Cy"),
    ],
)
def test_authors_are_joined_as_one_speaks(names, words):
    byline = [{"name": name, "slug": name.lower()} for name in names]
    for name in names:
        words = words.replace(name, f'<a href="/people/{name.lower()}/">{name}</a>')
    assert render("{{ byline|authors }}", byline=byline) == words


def test_the_name_of_an_author_brings_no_markup():
    byline = [{"name": "<b>&'\"", "slug": 'a"b'}]
    assert render("{{ byline|authors }}", byline=byline) == (
        '<a href="/people/a&quot;b/">&lt;b&gt;&amp;&#x27;&quot;</a>'
    )


def test_a_lead_ends_with_a_link_that_names_what_it_leads_to():
    item = SimpleNamespace(lead="<p>One.</p><p>Two.</p>", path="/x/", title="A & B")
    html = render("{% lead item %}", item=item)
    assert html.startswith('<p>One.</p><p>Two. <a class="more-link" href="/x/">(more…)')
    assert html.endswith(" A &amp; B</span></a></p>")


def test_an_entry_of_a_list_brings_no_markup_and_tells_the_day_of_the_site():
    post = SimpleNamespace(
        title="<b>A & B</b>",
        path='/x/"',
        lead="<p>One.</p>",
        publish_at=datetime(2016, 9, 29, 1, 30, tzinfo=UTC),
        byline=[{"name": "<i>Ana</i>", "slug": "ana"}],
        channel=SimpleNamespace(slug="k-12", name="K<12"),
        picture=None,
        comment_count=1234,
    )
    html = render("{% entries posts show_channel=1 %}", posts=[post])
    assert (
        '<h2 class="entry-title"><a href="/x/&quot;">&lt;b&gt;A &amp; B&lt;/b&gt;</a></h2>' in html
    )
    assert '<a class="kicker" href="/blog/k-12/">K&lt;12</a>' in html
    assert "&lt;i&gt;Ana&lt;/i&gt;" in html
    assert ">September 28, 2016<" in html
    assert '<a class="comment-count" href="/x/&quot;#comments">1,234 comments<' in html
    assert "pictured" not in html
    assert "kicker" not in render("{% entries posts %}", posts=[post])
