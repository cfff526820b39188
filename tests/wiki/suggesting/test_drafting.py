"""The text of a page as readers edit it: what they leave alone stays, to the last character."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competencyworks.core.prose.cleaning import clean_html
from wiki.suggesting.drafting import BadText, Draft

MIXED = clean_html(
    '<p class="lead">One <em>word</em> and <strong>two</strong>, 2 * 3, [[Grading|the grades]]'
    "[fn]see https://example.org/a[/fn].</p>\n"
    '<h2 id="s-a">A <em>head</em></h2>\n\n<p>1. no list<br>- nor this. # no head</p>'
    '<ul><li>a</li><li>b<br>c</li></ul><ol start="3"><li>x</li></ol>'
    "<table><tbody><tr><td>1</td></tr></tbody></table>"
    '<p>H<sub>2</sub>O <img src="/x.png" alt="a" data-image="3"> {table 1} &lt;b&gt; a&nbsp;b</p>'
    "<blockquote><p>q</p><ul><li>r</li></ul></blockquote><pre>x\n\ny</pre>loose <em>t</em>"
    "<ul><li>a<ul><li>b</li></ul></li></ul>"
    '<p>See <a href="/b/">the <em>b</em></a>, <a href="/c_(d)/" title="t">c</a>, '
    '<a href="https://example.org/">https://example.org/</a>, `no code`, <code>a*b</code>.</p>'
)


def test_light_marks_say_what_the_text_says():
    text = Draft(MIXED).text
    for said in (
        "One *word* and **two**, 2 \\* 3, [[Grading|the grades]]",
        "## A *head*",
        "- a\n- b\n  c",
        "3. x",
        "{table 1}",
        "> q\n>\n> - r",
        "See [the *b*](/b/), ",
        "H<sub>2</sub>O {picture 2} \\{table 1} \\<b>",
    ):
        assert said in text
    assert "<p" not in text


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_untouched_form_gives_exactly_the_same(line_end):
    draft = Draft(MIXED)
    assert draft.html_of(draft.text.replace("\n", line_end)) == MIXED


def test_a_change_leaves_all_other_blocks_as_they_were():
    draft = Draft(MIXED)
    made = draft.html_of(draft.text.replace("a *head*", "").replace("*head*", "heading"))
    assert made == MIXED.replace("<em>head</em>", "heading")


def test_parts_can_be_moved_and_taken_out_but_not_doubled():
    draft = Draft("<p>One.</p><table><tbody><tr><td>1</td></tr></tbody></table><p>Two.</p>")
    table = "<table><tbody><tr><td>1</td></tr></tbody></table>"
    assert draft.html_of("One.\n\nTwo.\n\n{table 1}") == f"<p>One.</p>\n<p>Two.</p>\n{table}"
    assert "<table" not in draft.html_of("One.\n\nTwo.")
    with pytest.raises(BadText, match="2 times"):
        draft.html_of("{table 1}\n\nOne.\n\n{table 1}")
    assert "{table 7}" in draft.html_of("One.\n\n{table 7}")


def test_new_blocks_of_all_kinds():
    made = Draft("<p>One.</p>").html_of(
        "One.\n\n### Head\nwords [here](https://example.org/a) [[Grading]]\n- a\n- *b*\n\n"
        "> said\n\n"
        "1. first\n2. second\n\nA note[fn]see below[/fn]."
    )
    assert made == (
        "<p>One.</p>\n<h3>Head</h3>"
        '<p>words <a href="https://example.org/a">here</a> [[Grading]]</p>'
        "<ul><li>a</li><li><em>b</em></li></ul>\n<blockquote><p>said</p></blockquote>\n"
        "<ol><li>first</li><li>second</li></ol>\n<p>A note[fn]see below[/fn].</p>"
    )


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        '<img src="https://tracker.example/x.png">',
        '<a href="javascript:alert(1)" onclick="x()">w</a>',
        "[w](javascript:alert(1))",
        '<iframe src="https://example.org"></iframe>',
        '<span class="notice" style="position:fixed">x</span>',
        "\ue0000\ue001 \ue00099999\ue001",
    ],
)
def test_what_readers_write_cannot_do_anything(bad):
    made = Draft("<p>One.</p><hr>").html_of(f"One.\n\n{bad}\n\n{{line 1}}")
    tags = "".join(re.findall(r"<[^>]*>", made))
    for sign in ("script", "img", "onclick", "iframe", "style", "class", "javascript"):
        assert sign not in tags
    assert made.startswith("<p>One.</p>")
    assert made.endswith("<hr>")
    assert made == clean_html(made)


def test_a_flood_of_paragraphs_is_refused():
    with pytest.raises(BadText, match="too many paragraphs"):
        Draft("<p>One.</p>").html_of("a\n\n" * 2000)


WORDS = st.text(alphabet=st.sampled_from("ab *`\\<>[](){}#->_1.&\n\"'é\xa0|:/"), max_size=30)
INLINE = st.one_of(
    WORDS.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")),
    st.sampled_from(["<em>a</em>", "<strong> b</strong>", "<code>`c</code>", "<br>", "<sub>2</sub>",
                     '<a href="/x y/">w</a>', '<a href="/z/">[v]</a>', "[[T|u]]", "[fn]n[/fn]",
                     '<img src="/i.png" alt="">', "https://example.org/q?a=1&amp;b=2"]),
)  # fmt: skip
LINE = st.lists(INLINE, max_size=5).map("".join)
BLOCK = st.one_of(
    LINE.map(lambda line: f"<p>{line}</p>"),
    LINE.map(lambda line: f'<h3 id="s-q">{line}</h3>'),
    LINE.map(lambda line: f"<ul><li>{line}</li><li>x</li></ul>"),
    LINE.map(lambda line: f"<blockquote><p>{line}</p><p>y</p></blockquote>"),
    LINE.map(lambda line: f"<div><p>{line}</p></div>"),
    LINE.map(lambda line: f"<ol><li>{line}<ul><li>z</li></ul></li></ol>"),
    LINE,
    st.sampled_from(["\n", " ", "<hr>", "<pre>a\n\nb</pre>"]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(BLOCK, max_size=7))
def test_whatever_a_text_holds_it_comes_back_and_a_new_end_changes_no_more(blocks):
    body = clean_html("".join(blocks))
    draft = Draft(body)
    assert draft.html_of(draft.text) == body
    longer = draft.html_of(f"{draft.text}\n\nThe end.")
    assert longer.endswith("<p>The end.</p>")
    assert longer.startswith(body.rstrip())
    first = draft.html_of(f"The start.\n\n{draft.text}")
    assert first.rstrip().endswith(body.strip())
