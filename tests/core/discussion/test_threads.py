"""Conversations under an item."""

import pytest

from competencyworks.core.discussion.threads import flat, thread

pytestmark = pytest.mark.django_db


def shape(item) -> list[tuple[str, int]]:
    """Name and depth of the comments under `item`, in reading order."""
    return [(comment.name, comment.depth) for comment in flat(thread(item))]


def test_answers_stand_below_what_they_answer(make):
    post = make.post()
    first = make.comment(post, name="first")
    second = make.comment(post, name="second")
    make.comment(post, name="to first", parent=first)
    make.comment(post, name="to second", parent=second)
    assert shape(post) == [("first", 1), ("to first", 2), ("second", 1), ("to second", 2)]


def test_an_answer_to_what_is_hidden_moves_up_to_what_is_not(make):
    post = make.post()
    first = make.comment(post, name="first")
    spam = make.comment(post, name="spam", parent=first, status="spam")
    waiting = make.comment(post, name="waiting", parent=spam, status="waiting")
    make.comment(post, name="answer", parent=waiting)
    assert shape(post) == [("first", 1), ("answer", 2)]


def test_an_answer_with_nothing_public_above_it_comes_first(make):
    post = make.post()
    trash = make.comment(post, name="trash", status="trash")
    make.comment(post, name="answer", parent=trash)
    assert shape(post) == [("answer", 1)]


def test_pings_and_comments_of_other_items_do_not_show(make):
    post = make.post()
    make.comment(make.post())
    make.comment(post, kind="pingback")
    assert shape(post) == []


def test_hidden_comments_are_not_read_unless_a_public_one_answers_them(
    make, django_assert_num_queries
):
    post = make.post()
    make.comment(post, status="spam")
    thread(post)  # the content type is read once a process
    with django_assert_num_queries(1):
        thread(post)
    make.comment(post, parent=make.comment(post, status="trash"))
    with django_assert_num_queries(2):
        thread(post)
