"""What changed between two texts is shown as readers see them."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competencyworks.core import revisions
from competencyworks.core.history.blocks import pieces
from competencyworks.core.history.differences import text_difference
from competencyworks.core.prose.cleaning import clean_html
from competencyworks.core.prose.html_trees import parse, words_of

HIDDEN = re.compile(r'<span class="visually-hidden">[^<]*</span>')
WORD = st.sampled_from(["steps", "time", "mastery", "a", "&lt;b&gt;", "and", "é"])
INLINE = st.one_of(
    WORD,
    st.builds("<b>{}</b>".format, WORD),
    st.builds('<a href="/{0}/">{0}</a>'.format, WORD),
    st.just('<img src="/a.png" alt="A">'),
    st.just("[fn]A note[/fn]"),
    st.just("<ins>x</ins>"),
)
LINE = st.lists(INLINE, max_size=6).map(" ".join)
BLOCK = st.one_of(
    st.builds("<p>{}</p>".format, LINE),
    st.builds("<h2>{}</h2>\n".format, LINE),
    st.builds("<ul><li>{}</li><li><p>{}</p></li></ul>".format, LINE, LINE),
    st.builds("<blockquote><p>{}</p>{}</blockquote>".format, LINE, LINE),
    st.builds("<table><tbody><tr><th>{}</th><td>{}</td></tr></tbody></table>".format, LINE, LINE),
    st.builds("<figure class='image'><img src='/b.png'><figcaption>{}</figcaption></figure>".format,
              LINE),
    st.builds("<pre>{}\n {}</pre>".format, LINE, LINE),
    st.just('<hr class="more">'),
    LINE,
)  # fmt: skip
TEXT = st.lists(BLOCK, max_size=6).map("\n".join)


def marks(html: str) -> tuple[list[str], list[str]]:
    """The words that were removed, and that were added."""
    root = parse(HIDDEN.sub("", html))
    return tuple([words_of(mark) for mark in root.iter(tag)] for tag in ("del", "ins"))


def all_words(html: str) -> list[str]:
    return re.sub(r"<[^>]*>", " ", html).split()


@pytest.mark.parametrize(
    ("old", "new", "removed", "added"),
    [
        ("<p>A b c d e.</p>", "<p>A b x d e.</p>", ["c"], ["x"]),
        ("<p>One</p>", "<p>One</p><p>Two</p>", [], ["Two"]),
        ("<blockquote><p>a b</p>c</blockquote><p>d</p>", "<p>d</p>", ["a b", "c"], []),
        ("<p>One</p><p>Two</p>", "<p>Two</p>", ["One"], []),
        (
            "<ul><li>one</li><li>two</li><li>three</li></ul>",
            "<ul><li>one</li><li>three</li></ul>",
            ["two"],
            [],
        ),
        (
            "<table><tbody><tr><th>A</th><td>1</td></tr></tbody></table>",
            "<table><tbody><tr><th>A</th><td>1</td></tr><tr><th>C</th><td>9</td></tr></tbody></table>",
            [],
            ["C", "9"],
        ),
        ("", "<p>New</p>", [], ["New"]),
        ("<p>Old</p>", "", ["Old"], []),
        ("<p>Same</p>", "<p>Same</p>\n", [], []),
    ],
)
def test_words_added_and_removed_are_marked(old, new, removed, added):
    assert marks(revisions.difference(old, new)) == (removed, added)


def test_marks_are_told_to_those_who_do_not_see_them():
    html = revisions.difference("<p>A b c d e.</p>", "<p>A b x d e.</p>")
    assert '<del><span class="visually-hidden">removed: </span>c</del>' in html
    assert '<ins><span class="visually-hidden">added: </span>x</ins>' in html
    assert html.index("<del>") < html.index("<ins>")


def test_a_picture_that_another_replaced_is_marked():
    html = revisions.difference(
        '<p>See <img src="/a.png" alt="A"></p>', '<p>See <img src="/b.png" alt="B"></p>'
    )
    assert re.search(r'<del>.*?<img src="/a.png" alt="A">.*?</del>', html)
    assert re.search(r'<ins>.*?<img src="/b.png" alt="B">.*?</ins>', html)


def test_what_has_no_words_is_told_in_words():
    assert "The formatting changed" in revisions.difference("<h2>A</h2>", "<h3>A</h3>")
    assert "The formatting changed" in revisions.difference("<p>a</p><hr>", "<p>a</p>")
    html = revisions.difference('<p><a href="/a/">This</a></p>', '<p><a href="/b/">This</a></p>')
    assert marks(html) == (["/a/"], ["/b/"])
    assert "The link “This” led to" in html


def test_nothing_that_runs_comes_through():
    html = revisions.difference("<p>a</p>", '<p onclick="x()">a<script>x()</script></p><p>b</p>')
    assert "x()" not in html


def test_plain_texts_are_compared_as_what_they_are():
    html = text_difference("Less than <b> of them", "Less than <i> of them")
    assert marks(f"<p>{html}</p>") == (["<b>"], ["<i>"])
    assert "<p>" not in html
    html = text_difference("Theirs", "Mine")
    assert "<p>" not in html
    assert html.index("Theirs") < html.index("Mine")


@given(TEXT)
@settings(deadline=None)
def test_pieces_make_the_text(text):
    html = clean_html(text)
    assert "".join(pieces(html)) == html


@given(TEXT, TEXT)
@settings(max_examples=150, deadline=None)
def test_any_two_texts_can_be_compared(old, new):
    """The result is well formed and holds each word of both."""
    html = revisions.difference(old, new)
    parse(html)
    for text in (old, new):
        assert set(all_words(clean_html(text))) <= set(all_words(HIDDEN.sub("", html)))


@given(TEXT)
@settings(max_examples=60, deadline=None)
def test_a_text_does_not_differ_from_itself(text):
    text = text.replace("<ins>x</ins>", "")
    assert marks(revisions.difference(text, text)) == ([], [])


def test_huge_texts_take_bounded_time():
    words = " ".join(f"word{number}" for number in range(200))
    old = "".join(f"<p>{number} {words}</p>" for number in range(2_000))
    new = "".join(f"<p>{number} other {words[::-1]}</p>" for number in range(2_000))
    began = time.process_time()
    html = revisions.difference(old, new)
    assert time.process_time() - began < 60
    assert html.count("<ins>") >= 2_000
