"""Conversations under an item."""

import pytest

from competencyworks.core.discussion.threads import PAGE_SIZE, Conversation, conversation

pytestmark = pytest.mark.django_db


def shape(item) -> list[tuple[str, int]]:
    """Name and depth of the comments under `item`, in reading order."""
    return [(said.name, said.depth) for said in Conversation(item).comments]


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
    shape(post)  # the content type is read once a process
    with django_assert_num_queries(2):
        shape(post)
    make.comment(post, parent=make.comment(post, status="trash"))
    with django_assert_num_queries(3):
        shape(post)


def test_pinned_comments_come_first_among_their_like(make):
    post = make.post()
    first = make.comment(post, name="first")
    make.comment(post, name="to first", parent=first)
    make.comment(post, name="pinned to first", parent=first, is_pinned=True)
    make.comment(post, name="pinned", is_pinned=True)
    assert shape(post) == [
        ("pinned", 1),
        ("first", 1),
        ("pinned to first", 2),
        ("to first", 2),
    ]


def fill(make, post, count: int) -> list:
    """So many threads of three comments."""
    made = []
    for _ in range(count):
        root = make.comment(post)
        made += [root, make.comment(post, parent=root), make.comment(post, parent=root)]
    return made


def test_a_page_ends_between_threads(make):
    post = make.post()
    fill(make, post, 40)
    talk = Conversation(post)
    assert talk.count == 120
    assert [len(page) for page in talk.pages] == [51, 51, 18]
    assert all(page[0].above is None for page in talk.pages)
    assert all(said.above in page for page in talk.pages for said in page if said.above)


def test_a_thread_longer_than_a_page_is_not_torn(make):
    post = make.post()
    root = make.comment(post)
    for _ in range(PAGE_SIZE + 10):
        make.comment(post, parent=root)
    make.comment(post, name="after")
    assert [len(page) for page in Conversation(post).pages] == [PAGE_SIZE + 11, 1]


def test_each_comment_is_found_on_its_page(make, client):
    post = make.post()
    made = fill(make, post, 20)
    assert client.get(made[0].get_absolute_url())["Location"] == f"{post.path}#comment-{made[0].pk}"
    last = client.get(made[-1].get_absolute_url())
    assert last.status_code == 302
    assert last["Location"] == f"{post.path}?comments=2#comment-{made[-1].pk}"
    page = client.get(last["Location"]).content.decode()
    assert f'id="comment-{made[-1].pk}"' in page
    assert f'id="comment-{made[0].pk}"' not in page


def test_the_pages_around_a_comment_lead_back_to_its_page(make, client):
    post = make.post()
    for number in range(PAGE_SIZE + 1):
        last = make.comment(post, name=str(number))
    for address in (
        f"/comments/{last.pk}/report/",
        f"/comments/on/blog.post/{post.pk}/?parent={last.pk}",
    ):
        page = client.get(address).content.decode()
        assert f'href="{post.path}?comments=2#comment-{last.pk}"' in page, address


@pytest.mark.parametrize("asked", ["0", "3", "x", "-1", "", "9" * 30, "٢"])
def test_pages_that_a_conversation_lacks_are_not_found(make, client, asked):
    post = make.post()
    fill(make, post, 20)
    assert client.get(f"{post.path}?comments={asked}").status_code == 404


def test_what_is_not_public_has_no_address(make, client):
    post = make.post()
    assert client.get(make.comment(post, status="spam").get_absolute_url()).status_code == 404
    assert client.get(make.comment(post, kind="pingback").get_absolute_url()).status_code == 404
    draft = make.post(public=False)
    assert client.get(make.comment(draft).get_absolute_url()).status_code == 404
    assert client.get(f"/comments/{2**70}/").status_code == 404


def test_a_page_costs_the_same_under_none_and_under_hundreds(
    make, client, django_assert_num_queries
):
    quiet, loud = make.post(), make.post()
    fill(make, loud, 100)
    client.get(quiet.path)
    for path in (quiet.path, loud.path, f"{loud.path}?comments=3"):
        with django_assert_num_queries(5):
            assert client.get(path).status_code == 200


def test_texts_of_other_pages_are_not_read(make, client):
    post = make.post()
    fill(make, post, 20)
    talk = conversation(post, "2")
    assert all(said.body for said in talk.comments)
    assert not any(said.body for said in talk.pages[0])
