"""What readers write becomes clean HTML, and text with marks again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competencyworks.core.discussion.marks import narrowed, to_html, with_rel, words_of
from competencyworks.core.discussion.unmarking import to_text
from competencyworks.core.prose.cleaning import clean_html
from tests.core.vectors import VECTORS

PIECES = [
    "*", "**", "`", "\n", "\n\n", "> ", "- ", "1. ", "7) ", "https://example.org/a_(b)", "\\", "<",
    "<p>", "</p>", "<em>", "</em>", '<a href="https://example.org/">', "</a>", "<b>", "<ul>",
    "<li>", "<ol start=3>", "<br>", "<blockquote>", "</blockquote>", "<script>", "<code>", "&lt;",
    "&", " ", "  ", "word", "é", "\t", "\x00", '"', "'", "\u2028", "<!--", "-->", "<svg>",
    "<a href=javascript:hit()>",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=200)


def linked(address: str) -> str:
    return f'<a href="{address}">{address}</a>'


def without_blanks(html: str) -> str:
    return "".join(html.replace("&nbsp;", "").split())


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
        ("One\r\ntwo", "<p>One<br>two</p>"),
        ("*a* and **b**, `c`", "<p><em>a</em> and <strong>b</strong>, <code>c</code></p>"),
        ("**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>"),
        ("2 * 3 * 4 and *", "<p>2 * 3 * 4 and *</p>"),
        (r"\*not\*", "<p>*not*</p>"),
        ("> a\n> b\n\nc", "<blockquote><p>a<br>b</p></blockquote><p>c</p>"),
        ("> > deeper", "<blockquote><blockquote><p>deeper</p></blockquote></blockquote>"),
        ("Say:\n- one\n- two", "<p>Say:</p><ul><li>one</li><li>two</li></ul>"),
        ("3. three\n4. four", '<ol start="3"><li>three</li><li>four</li></ol>'),
        ("- one\n  goes on", "<ul><li>one<br>goes on</li></ul>"),
        ("-5 degrees", "<p>-5 degrees</p>"),
        (
            "See https://example.org/a_(b), (https://example.org/).",
            f"<p>See {linked('https://example.org/a_(b)')}, ({linked('https://example.org/')}).</p>",
        ),
        ("a < b & c > d", "<p>a &lt; b &amp; c &gt; d</p>"),
        ("<b>a</b> <I>b</I>", "<p><strong>a</strong> <em>b</em></p>"),
        (
            '<a href="https://example.org/" onclick=hit()>here</a>',
            '<p><a href="https://example.org/">here</a></p>',
        ),
        ("<a href='javascript:hit()'>here</a>", "<p>here</p>"),
        ("<script>hit()</script>", "<p>&lt;script&gt;hit()&lt;/script&gt;</p>"),
        ("loose\n\n<p>block</p>", "<p>loose</p><p>block</p>"),
        ("<img src=x onerror=hit()>", "<p>&lt;img src=x onerror=hit()&gt;</p>"),
        ("", ""),
        (" \n ", ""),
        ("<p> </p>", ""),
    ],
)
def test_marks_become_elements(text, html):
    assert to_html(text).replace("\n", "") == html


@given(texts)
def test_the_result_is_clean_and_narrow(text):
    html = to_html(text)
    assert clean_html(str(html)) == html
    assert narrowed(str(html)) == html


@given(texts)
def test_the_way_back_says_the_same(text):
    html = to_html(text)
    assert without_blanks(to_html(to_text(html))) == without_blanks(html)


@given(st.text(alphabet="ab ,.:;!?()&\"'é\n", max_size=100))
def test_plain_words_stay_what_they_are(text):
    assert words_of(to_html(text)) == " ".join(text.split())


@pytest.mark.parametrize("attack", VECTORS.values(), ids=VECTORS)
def test_attacks_become_words(attack):
    html = to_html(attack)
    assert clean_html(str(html)) == html
    assert narrowed(str(html)) == html


def test_links_say_that_a_reader_wrote_them():
    shown = with_rel(to_html("https://example.org/?a=1&b=%22%3Cscript"))
    assert shown.startswith(
        '<p><a href="https://example.org/?a=1&amp;b=%22%3Cscript" rel="nofollow'
    )
    titled = str(clean_html('<p title="x">y <a title="<a href=x" href="/z">z</a></p>'))
    assert with_rel(titled).count(' rel="nofollow ugc"') == 1


def test_a_long_line_of_marks_is_read_in_no_time():
    for piece in ("*", "> ", "- ", "[", "`", "\\", "<a href=", "<p>", "**a "):
        to_html(piece * (10_000 // len(piece)))
