"""What becomes of bodies, comments and titles that WordPress stored."""

# ruff: noqa: E501 - markup and what becomes of it stand side by side

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competencyworks.core.prose.cleaning import clean_html
from competencyworks.website.wordpress.content import finish, plain_text, prepare
from competencyworks.website.wordpress.pictures import Library

from .bodies import SITE, UPLOADS, convert


def notes(text: str) -> list[str]:
    return finish(prepare(text), Library(), {}).notes


class TestParagraphs:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
            ("one\r\n\r\ntwo", "<p>one</p>\n<p>two</p>"),
            ("one\n \t\ntwo", "<p>one</p>\n<p>two</p>"),
            ("one\ntwo", "<p>one<br>two</p>"),
            ("one<br />\ntwo", "<p>one<br>two</p>"),
            ("  one  \n\n\n\n  two  ", "<p>one</p>\n<p>two</p>"),
            ("<h2>Head</h2>\ntext", "<h2>Head</h2>\n<p>text</p>"),
            ("text\n<ul>\n<li>a</li>\n</ul>\nmore", "<p>text</p>\n<ul>\n<li>a</li>\n</ul>\n<p>more</p>"),
            ("<strong>one\n\ntwo</strong>", "<p><strong>one</strong></p>\n<p><strong>two</strong></p>"),
            ("<p>one\n\ntwo</p>", "<p>one</p>\n<p>two</p>"),
            ("<p>one</p>\n\n<p>two</p>", "<p>one</p>\n<p>two</p>"),
            ("<blockquote>one\n\ntwo</blockquote>", "<blockquote><p>one</p><p>two</p></blockquote>"),
            ("<blockquote>one</blockquote>", "<blockquote><p>one</p></blockquote>"),
            ("<ul><li>one\n\ntwo</li></ul>", "<ul><li><p>one</p><p>two</p></li></ul>"),
            ("<ul><li>one\n<ul><li>a</li></ul>\n</li></ul>", "<ul><li>one<ul><li>a</li></ul></li></ul>"),
            ("<em><h3>Head</h3></em>", "<h3><em>Head</em></h3>"),
            ('<a href="/x/"><h3>Head</h3></a>', '<h3><a href="/x/">Head</a></h3>'),
            ("&nbsp;\n\ntext", "<p>text</p>"),
            ("", ""),
            ("\n\n\n", ""),
        ],
    )  # fmt: skip
    def test_are_made_where_the_classic_editor_left_them_out(self, text, html):
        assert convert(text) == html

    def test_do_not_touch_what_is_preformatted(self):
        text = "<pre>one\n\n  two\n</pre>"
        assert convert(text) == "<pre>one\n\n  two\n</pre>"

    def test_are_those_of_the_block_editor_in_its_texts(self):
        text = (
            "<!-- wp:paragraph -->\n<p>one\ntwo</p>\n<!-- /wp:paragraph -->\n\n"
            '<!-- wp:heading {"level":3} -->\n<h3>Head</h3>\n<!-- /wp:heading -->'
        )
        assert convert(text) == "<p>one\ntwo</p>\n<h3>Head</h3>"


class TestMarks:
    def test_the_more_marker_ends_the_lead(self):
        assert convert("one\n\n<!--more Read on-->\n\ntwo\n\n<!--more-->three") == (
            '<p>one</p>\n<hr class="more">\n<p>two</p>\n<p>three</p>'
        )

    def test_the_block_editors_marker_does_too(self):
        text = "<!-- wp:paragraph -->\n<p>one</p>\n<!-- /wp:paragraph -->\n<!-- wp:more -->\n<!--more-->\n<!-- /wp:more -->\n<p>two</p>"
        assert convert(text) == '<p>one</p>\n<hr class="more">\n<p>two</p>'

    def test_the_pages_of_a_post_are_joined(self):
        assert convert("one\n<!--nextpage-->\ntwo") == "<p>one</p>\n<p>two</p>"


class TestShortcodes:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("[embed]https://video.example/1[/embed]", '<p><a href="https://video.example/1">https://video.example/1</a></p>'),
            ("[youtube https://youtu.be/abc123]", '<p><a href="https://youtu.be/abc123">https://youtu.be/abc123</a></p>'),
            ("[vimeo 12345]", '<p><a href="https://vimeo.com/12345">https://vimeo.com/12345</a></p>'),
            ('[video mp4="https://v.example/a/b.mp4"][/video]', '<p><a href="https://v.example/a/b.mp4">Video: b.mp4</a></p>'),
            ("[audio https://a.example/s.mp3|width=1]", '<p><a href="https://a.example/s.mp3">Audio: s.mp3</a></p>'),
            ('[button url="https://x.example/"]Go[/button]', '<p><a href="https://x.example/">Go</a></p>'),
            ("[pullquote]Well[/pullquote]", '<figure class="pullquote"><blockquote><p>Well</p></blockquote></figure>'),
            ('[php]&lt;?php\n\necho "[b]";[/php]', '<pre><code>&lt;?php\n\necho "[b]";</code></pre>'),
            ("[code]if (a < b) {\n\n}[/code]", "<pre><code>if (a &lt; b) {\n\n}</code></pre>"),
            ("text[efn_note]A note.[/efn_note]", "<p>text[fn]A note.[/fn]</p>"),
            ("[[gallery]] shows", "<p>[gallery] shows</p>"),
            ("He said [sic] so [laughs] and [1]", "<p>He said [sic] so [laughs] and [1]</p>"),
            ("a [not closed", "<p>a [not closed</p>"),
            ("array[0] = b[i]", "<p>array[0] = b[i]</p>"),
            ('[one_half]left[/one_half][one_half class="x"]right[/one_half]', "<p>leftright</p>"),
            ('[form id="3"]', ""),
            ('[slides url="https://s.example/9"]', '<p><a href="https://s.example/9">https://s.example/9</a></p>'),
        ],
    )  # fmt: skip
    def test_become_what_they_showed(self, text, html):
        assert convert(text) == html

    def test_that_are_not_known_are_told(self):
        assert notes('[form id="3"]') == ["The shortcode [form] is not known and was left out."]
        assert "what it encloses was kept" in notes("[box]words[/box]")[0]
        assert "a link stands for it" in notes('[slides url="https://s.example/9"]')[0]
        assert "“[sitemap]” stands in the text" in notes("one\n\n[sitemap]\n\ntwo")[0]
        assert notes("He said [sic] so [[gallery]].") == []

    def test_of_playlists_become_lists(self, library):
        assert convert('[playlist ids="10"]', library) == (
            '<ul><li><a href="/media/talk.mp3">A talk</a></li></ul>'
        )


class TestBlocks:
    def test_that_wordpress_made_itself_are_left_out_and_told(self):
        assert convert('<!-- wp:latest-posts {"a":1} /-->') == ""
        assert notes("<!-- wp:latest-posts /-->") == [
            "Left out: a list of posts, which WordPress made itself."
        ]
        assert notes('<!-- wp:acme/map {"at":"x"} /-->')[0].startswith("Left out: the block")

    def test_of_files_become_one_link(self, library):
        text = (
            f'<!-- wp:file --><div class="wp-block-file"><a href="{UPLOADS}/sheet.pdf">Sheet</a>'
            f'<a href="{UPLOADS}/sheet.pdf" class="wp-block-file__button" download>Download</a></div>'
            "<!-- /wp:file -->"
        )
        assert convert(text, library) == '<p><a href="/media/sheet.pdf">Sheet</a></p>'

    def test_of_columns_become_text(self):
        text = (
            '<!-- wp:columns --><div class="wp-block-columns alignwide"><!-- wp:column -->'
            '<div class="wp-block-column"><p>one</p></div><!-- /wp:column -->'
            '<div class="wp-block-column">two</div></div><!-- /wp:columns -->'
        )
        assert convert(text) == "<p>one</p>\n<p>two</p>"

    def test_of_sounds_and_films_become_links(self):
        text = (
            '<!-- wp:audio --><figure class="wp-block-audio"><audio controls src="https://a.example/s.mp3">'
            "</audio><figcaption>Listen</figcaption></figure><!-- /wp:audio -->"
        )
        assert convert(text) == (
            '<figure><p><a href="https://a.example/s.mp3">Audio: s.mp3</a></p>'
            "<figcaption>Listen</figcaption></figure>"
        )

    def test_of_sounds_that_came_lead_to_them(self, library):
        text = f'<!-- wp:audio --><figure><audio src="{UPLOADS}/talk.mp3"></audio></figure>'
        assert '<a href="/media/talk.mp3">Audio: talk.mp3</a>' in convert(text, library)

    def test_of_embeds_become_links(self):
        text = (
            '<!-- wp:embed --><figure class="wp-block-embed"><div class="wp-block-embed__wrapper">\n'
            "https://video.example/9\n</div></figure><!-- /wp:embed -->"
        )
        assert '<a href="https://video.example/9">https://video.example/9</a>' in convert(text)


class TestOldMarkup:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ('<span style="text-decoration: line-through;">no</span>', "<p><s>no</s></p>"),
            ('<span style="font-weight:bold">b</span>', "<p><strong>b</strong></p>"),
            ('<span style="font-family: serif">x</span>', "<p>x</p>"),
            ('<font color="red">x</font>', "<p>x</p>"),
            ('<acronym title="For">f</acronym>', '<p><abbr title="For">f</abbr></p>'),
            ("<h1>Head</h1>", "<h2>Head</h2>"),
            ('<p style="text-align:center">x</p>', '<p class="align-center">x</p>'),
            ('<div style="text-align: right;">x</div>', '<div class="align-right"><p>x</p></div>'),
            ('<div class="wrapper"><div>x</div></div>', "<p>x</p>"),
            ('<ol reversed="reversed"><li>x</li></ol>', '<ol reversed=""><li>x</li></ol>'),
            ('<iframe src="https://www.youtube.com/embed/abc"></iframe>', '<p><a href="https://www.youtube.com/watch?v=abc">www.youtube.com/watch?v=abc</a></p>'),
            ('<object><embed src="http://www.youtube.com/v/abc"></object>', '<p><a href="https://www.youtube.com/watch?v=abc">www.youtube.com/watch?v=abc</a></p>'),
            ('<video><source src="https://v.example/a.mp4"></video>', '<p><a href="https://v.example/a.mp4">Video: a.mp4</a></p>'),
            ("https://tweets.example/1\n\nwords", '<p><a href="https://tweets.example/1">https://tweets.example/1</a></p>\n<p>words</p>'),
            ('<a class="button">no address</a>', "<p>no address</p>"),
            ('<dl class="wp-caption"><dt class="wp-caption-dt"></dt></dl>x', "<p>x</p>"),
            ('<p dir="rtl" lang="he">שלום</p>', '<p dir="rtl" lang="he">שלום</p>'),
        ],
    )  # fmt: skip
    def test_is_said_in_our_terms(self, text, html):
        assert convert(text) == html


class TestLinks:
    def test_lead_where_the_items_are_now(self):
        links = {f"{SITE}/2014/05/06/a/": "/blog/2014/05/a/"}
        text = f'<a href="{SITE}/2014/05/06/a/">a</a> <a href="{SITE}/b/">b</a>'
        assert convert(text, links=links) == (
            f'<p><a href="/blog/2014/05/a/">a</a> <a href="{SITE}/b/">b</a></p>'
        )

    def test_to_files_lead_to_the_files(self, library):
        assert convert(f'<a href="{UPLOADS}/sheet.pdf">s</a>', library) == (
            '<p><a href="/media/sheet.pdf">s</a></p>'
        )

    def test_are_told_when_their_file_is_absent(self, library):
        finished = finish(prepare(f'<a href="{UPLOADS}/absent.jpg">s</a>'), library, {})
        assert finished.missing == ["old.example.org/wp-content/uploads/2014/05/absent.jpg"]


def test_addresses_in_comments_become_links():
    html = convert("See https://a.example/x_(y), or (https://b.example/).", is_comment=True)
    assert '<a href="https://a.example/x_(y)">https://a.example/x_(y)</a>, or' in html
    assert '(<a href="https://b.example/">https://b.example/</a>).' in html
    html = convert('<a href="https://a.example/">https://a.example/</a>', is_comment=True)
    assert html.count("<a ") == 1


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Title <em>With</em> <b>Mark<sup>up</sup></b>", "Title With Markup"),
        ("R&amp;D &#8220;now&#8221; &lt;b&gt;", "R&D “now” <b>"),
        ("~`!@#$%^&*()-_=+{}[]/\\;:'\"?,.>", "~`!@#$%^&*()-_=+{}[]/\\;:'\"?,.>"),
        ("a < b > c", "a < b > c"),
        ("  two\n lines ", "two lines"),
        ("<script>alert(1)</script>x", "x"),
    ],
)
def test_titles_are_words(title, words):
    assert plain_text(title) == words


VECTORS = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    '[caption caption="<img src=x onerror=alert(1)>"]<img src="http://x.example/a.png">[/caption]',
    '[gallery ids="\'><script>alert(1)</script>"]',
    '[embed]javascript:alert(1)[/embed]',
    '[button url="https://x.example/" onclick="alert(1)"]<svg onload=alert(1)>[/button]',
    '[code]</code></pre><script>alert(1)</script>[/code]',
    '<figure class="wp-gallery" data-numbers="7" onclick="alert(1)"></figure>',
    '<!-- wp:html --><iframe srcdoc="<script>alert(1)</script>"></iframe><!-- /wp:html -->',
    '<video onplay="alert(1)"><source src="javascript:alert(1)"></video>',
    '<div class="wp-block-cover" style="background-image:url(https://x.example/\'onerror=alert(1))"></div>',
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
]  # fmt: skip


@pytest.mark.parametrize("text", VECTORS)
@pytest.mark.parametrize("is_comment", [False, True])
def test_nothing_that_runs_comes_through(library, text, is_comment):
    html = convert(text, library, is_comment=is_comment)
    assert not re.search(
        r"<(script|svg|math|iframe|style|object)|<[^>]*(\son\w+=|javascript:)", html
    )


pieces = st.sampled_from(
    ["<p>", "</p>", "<b>", "</b>", "<div>", "</div>", "<ul>", "<li>", "</ul>", "<pre>", "</pre>",
     "<blockquote>", "</blockquote>", "<table><tr><td>", "</table>", "<img src='https://a.example/'>",
     "<br>", "<!--more-->", "[caption]", "[/caption]", "[gallery]", "[[", "]]", "[x y='", "'",
     "<!-- wp:a -->", "<!-- /wp:a -->", "\n", "\n\n", "words", "https://a.example/", "&amp;", "<a>",
     "<a href='/x'>", "</a>", "<h2>", "</h2>", "<figure>", "</figure>", "<span>", "</span>", "<"]
)  # fmt: skip


@given(st.lists(st.one_of(pieces, st.text(max_size=10)), max_size=40).map("".join), st.booleans())
@settings(max_examples=300)
def test_no_body_stops_the_conversion(text, is_comment):
    html = convert(text, is_comment=is_comment)
    assert html == clean_html(str(html))


words = st.text("abc é1.", min_size=1, max_size=8).filter(str.strip)
paragraphs = st.lists(st.lists(words, min_size=1, max_size=3), min_size=1, max_size=4)


@given(paragraphs, st.sampled_from(["\n\n", "\n \n", "\r\n\r\n", "\n\n\n"]))
def test_words_keep_their_order_and_paragraphs(parts, between):
    text = between.join("\n".join(lines) for lines in parts)
    html = convert(text)
    assert html.count("<p>") == len(parts)
    assert unescape(re.sub("<[^>]+>", " ", html)).split() == text.split()
