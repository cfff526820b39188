"""Two who change one content: different parts are merged, the same part is told of."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from competencyworks.core import revisions
from competencyworks.core.prose.cleaning import clean_html
from tests.core.history.test_differences import TEXT

FIRST = "<p>One.</p>\n<p>Two.</p>\n<ul><li>a</li><li>b</li></ul>\n<p>Three.</p>"


def merged(mine: str, theirs: str, base: str = FIRST):
    return revisions.merge({"body": base}, {"body": mine}, {"body": theirs})


def test_different_paragraphs_are_merged():
    got = merged(FIRST.replace("One", "First"), FIRST.replace("Three", "Third"))
    assert got.content["body"] == FIRST.replace("One", "First").replace("Three", "Third")
    assert not got.conflicts
    assert got.theirs == ("body",)


def test_paragraphs_and_items_side_by_side_are_merged():
    got = merged(FIRST.replace("One", "First"), FIRST.replace("Two", "Second"))
    assert got.content["body"] == FIRST.replace("One", "First").replace("Two", "Second")
    got = merged(FIRST.replace("<li>a", "<li>x"), FIRST.replace("<li>b", "<li>y"))
    assert "<li>x</li><li>y</li>" in got.content["body"]


def test_a_new_paragraph_beside_a_changed_one_is_merged():
    got = merged(FIRST.replace("One", "First"), FIRST.replace("One.</p>", "One.</p><p>New</p>"))
    assert "<p>First.</p>\n<p>New</p>" in got.content["body"].replace("</p><p>", "</p>\n<p>")
    assert not got.conflicts


def test_the_same_paragraph_is_a_conflict_and_the_rest_is_merged():
    mine = FIRST.replace("One", "Mine")
    theirs = FIRST.replace("One", "Theirs").replace("Three", "Third")
    got = merged(mine, theirs)
    assert got.conflicts["body"].stretches == (("<p>Mine.</p>\n", "<p>Theirs.</p>\n"),)
    assert got.content["body"] == mine.replace("Three", "Third")


def test_deleting_what_another_changed_is_a_conflict():
    got = merged(FIRST.replace("<p>One.</p>\n", ""), FIRST.replace("One", "First"))
    assert got.conflicts["body"].stretches == (("", "<p>First.</p>\n"),)


def test_texts_that_would_be_torn_are_a_conflict():
    base = "<ul><li>a</li><li>b</li></ul>"
    mine = "<ol><li>a</li><li>b</li></ol>"
    theirs = "<ul><li>a</li></ul><p>x</p><ul><li>b</li></ul>"
    assert merged(mine, theirs, base).conflicts["body"].stretches == ((mine, theirs),)


def test_white_space_of_the_editor_is_no_change():
    mine = FIRST.replace("<li>", "\n\t<li>").replace("\n<p>", "\n\n<p>").replace("One", "First")
    got = merged(mine, FIRST.replace("Three", "Third"))
    assert not got.conflicts
    assert "First" in got.content["body"]
    assert "Third" in got.content["body"]


def test_sets_take_what_both_added_and_removed():
    base, mine, theirs = {"tags": ["a", "b"]}, {"tags": ["a", "c"]}, {"tags": ["b", "d"]}
    got = revisions.merge(base, mine, theirs)
    assert got.content == {"tags": ["c", "d"]}
    assert not got.conflicts


def test_rows_keep_their_order():
    def rows(base, mine, theirs):
        return revisions.merge(*({"ordered_x": value} for value in (base, mine, theirs)))

    assert rows([1, 2], [1, 2, 3], [4, 1, 2]).content["ordered_x"] == [4, 1, 2, 3]
    assert rows([1], [1, 2], [1, 3]).content["ordered_x"] == [1, 2, 3]
    assert rows([1], [2], [1, 2]).content["ordered_x"] == [2]
    assert rows([1, 2], [2, 1], [1, 2, 3]).content["ordered_x"] == [2, 1, 3]
    assert "ordered_x" in rows([[1, ""]], [[1, "mine"]], [[1, "theirs"]]).conflicts
    assert "ordered_x" in rows([], [[1, "mine"]], [[1, "theirs"]]).conflicts


def test_one_value_that_both_changed_is_a_conflict_with_both():
    got = revisions.merge({"title": "A"}, {"title": "B"}, {"title": "C"})
    assert got.content == {"title": "B"}
    assert got.conflicts["title"][:3] == ("A", "B", "C")
    assert revisions.merge({}, {"title": "B"}, {"title": "C"}).conflicts["title"].base is None


@st.composite
def edited(draw, text=None):
    """A clean text and two edits of it, each of which puts, drops and moves blocks."""
    from tests.core.history.test_differences import BLOCK

    blocks = draw(st.lists(BLOCK, max_size=6))

    def one():
        own = list(blocks)
        for _ in range(draw(st.integers(0, 3))):
            place = draw(st.integers(0, len(own)))
            if draw(st.booleans()):
                own.insert(place, draw(BLOCK))
            elif place < len(own):
                own[place] = draw(BLOCK) if draw(st.booleans()) else ""
        return clean_html("\n".join(own))

    return clean_html("\n".join(blocks)), one(), one()


@given(TEXT, TEXT)
@settings(deadline=None)
def test_a_side_that_changed_nothing_gives_the_other(base, other):
    assert merged(other, base, base).content == {"body": other}
    assert merged(base, other, base).content == {"body": other}
    assert not merged(base, other, base).conflicts
    assert merged(other, other, base).content == {"body": other}


def words(html: str) -> set[str]:
    return set(re.sub(r"<[^>]*>", " ", html).split())


@given(edited())
@settings(max_examples=300, deadline=None)
def test_no_word_that_was_added_is_lost(texts):
    """Each new word of either side is in the merged text, or in the conflict that is shown."""
    base, mine, theirs = map(str, texts)
    got = merged(mine, theirs, base)
    shown = words(got.content["body"])
    if conflict := got.conflicts.get("body"):
        assert (conflict.mine, conflict.theirs) == (mine, theirs)
        for pair in conflict.stretches or ((conflict.mine, conflict.theirs),):
            shown |= words(" ".join(pair))
    assert (words(mine) | words(theirs)) - words(base) <= shown
    assert clean_html(got.content["body"]) == got.content["body"]


@given(edited())
@settings(max_examples=100, deadline=None)
def test_who_is_called_mine_does_not_matter_for_what_is_merged(texts):
    base, mine, theirs = map(str, texts)
    one, other = merged(mine, theirs, base), merged(theirs, mine, base)
    assert bool(one.conflicts) == bool(other.conflicts)
    if not one.conflicts:
        assert words(one.content["body"]) == words(other.content["body"])
