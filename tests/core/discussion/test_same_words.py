"""The same words, sent twice from two forms, make one comment; words that nobody sees, none."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from django.db import connection, transaction
from django.test import Client

from competencyworks.core.discussion import form_tokens, proofs
from competencyworks.core.discussion.threads import form_path
from competencyworks.core.models import Comment, OutgoingMail

from .test_parallel import AT_ONCE, all_at_once
from .writing import WORDS, post

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}, {"REMOTE_ADDR": "198.51.100.7"}


def known_writer(make, item) -> dict:
    """What a form holds of somebody whose comments appear at once."""
    make.comment(item, email=WORDS["email"], body="<p>Earlier.</p>")
    return {"device": proofs.device_token(WORDS["email"])}


def written() -> list[Comment]:
    return list(Comment.objects.exclude(nonce=None).order_by("pk"))


def test_a_second_form_with_the_same_words_leads_to_the_comment_that_waits(make):
    item = make.post()
    first, second = (post(item, wants_replies="on") for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]
    assert first["Location"].startswith("/comments/mine/")
    assert len(written()) == 1
    assert OutgoingMail.objects.filter(to_email=WORDS["email"]).count() == 1


def test_a_second_form_with_the_same_words_leads_to_the_comment_that_is_published(make):
    item = make.post()
    device = known_writer(make, item)
    first, second = post(item, **device), post(item, **device)
    assert first["Location"] == second["Location"]
    assert first["Location"].endswith(f"#comment-{written()[0].pk}")
    assert len(written()) == 1


def test_a_comment_published_meanwhile_is_where_the_second_form_leads(make):
    item = make.post()
    post(item)
    Comment.objects.update(status="approved")
    assert post(item)["Location"] == f"{item.path}#comment-{written()[0].pk}"
    assert len(written()) == 1


def test_the_same_words_in_reply_to_the_same_comment_make_one(make):
    item = make.post()
    above, other = make.comment(item), make.comment(item)
    first, second = (post(item, parent=above.pk) for _ in range(2))
    assert first["Location"] == second["Location"]
    post(item, parent=other.pk)
    post(item)
    assert [each.parent for each in written()] == [above, other, None]


def test_other_words_other_pages_and_other_people_make_their_own(make):
    item = make.post()
    post(item)
    post(item, body="Well *said*!")
    post(item, email="another@example.org")
    post(make.post())
    assert len(written()) == 4


def test_the_same_words_a_day_later_make_another(make, time_machine):
    item = make.post()
    post(item)
    time_machine(hours=25)
    post(item)
    assert len(written()) == 2


def test_a_withdrawn_comment_can_be_sent_again(make):
    item = make.post()
    post(item)
    Comment.objects.update(status="trash")
    post(item)
    assert [each.status for each in written()] == ["trash", "waiting"]


@pytest.mark.parametrize("status", ["waiting", "approved"])
def test_who_only_knows_address_and_words_learns_nothing_of_the_comment(make, status):
    item = make.post()
    post(item, Client(**HERE))
    Comment.objects.update(status=status)
    stranger = post(item, Client(**ELSEWHERE))
    first, second = written()
    assert stranger["Location"] == proofs.private_path(second)
    device = proofs.device_token(WORDS["email"])
    place = post(item, Client(**HERE))["Location"]
    assert place == post(item, Client(**ELSEWHERE), device=device)["Location"]
    is_public = status == "approved"
    assert place == (f"{item.path}#comment-{first.pk}" if is_public else proofs.private_path(first))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [False, True])
def test_forms_of_their_own_sent_at_the_same_time_make_one_comment(make, known):
    item = make.post()
    device = known_writer(make, item) if known else {}
    forms = [
        {
            **WORDS,
            **device,
            "token": form_tokens.mint(item, previewed=True),
            "step": "post",
        }
        for _ in range(AT_ONCE * 2)
    ]
    answers = all_at_once(item, forms)
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer["Location"] for answer in answers}) == 1
    assert len(written()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_form_waits_until_the_first_comment_is_stored(make):
    item = make.post()
    first, second = (
        {**WORDS, "token": form_tokens.mint(item, previewed=True), "step": "post"} for _ in range(2)
    )

    def send():
        try:
            return Client().post(form_path(item), second)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            told = Client().post(form_path(item), first)
            other = pool.submit(send)
            while not other.done() and not somebody_waits():
                sleep(0.05)
        assert other.result(timeout=30)["Location"] == told["Location"]
    assert len(written()) == 1


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
        return cursor.fetchone() is not None


# --- words that nobody sees ---------------------------------------------------------------------

UNSEEN = ["\u200b\u200c\u200d", "\u2060\ufeff", "\u00ad", "\u3164\u115f", "\u2800", "\u0301"]


@pytest.mark.parametrize("body", [*UNSEEN, "> \u200b", "<p>\u200d</p>", "**\u200b**"])
def test_a_comment_that_shows_nothing_is_refused(make, body):
    item = make.post()
    answer = post(item, body=body)
    assert answer.status_code == 422
    assert "Write your comment" in answer.text
    assert not Comment.objects.exists()


@pytest.mark.parametrize("name", UNSEEN)
def test_a_name_that_shows_nothing_is_refused(make, name):
    item = make.post()
    answer = post(item, name=name)
    assert answer.status_code == 422
    assert "Enter your name." in answer.text


@pytest.mark.parametrize("body", ["👍", "…", "ශ්‍රී", "👩‍👧"])
def test_short_words_that_can_be_seen_are_taken(make, body):
    item = make.post()
    assert post(item, body=body).status_code == 303
    assert Comment.objects.get().body == f"<p>{body}</p>"


def test_the_form_of_another_item_takes_the_same_words(make):
    one, other = make.post(), make.wiki_page()
    assert post(one)["Location"] != post(other)["Location"]
    assert Client().get(form_path(other)).status_code == 200
    assert len(written()) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("It’s “good”.", 'It\'s "good".'),
        ("Two words.", "Two \xa0 words.\u200b"),
        ("One.\n\nTwo…", "One.  \n\n\nTwo..."),
        ("2014–2016", "2014-2016"),
        ("*Cafe\u0301*", "*Caf\xe9*"),
    ],
)
def test_words_that_look_the_same_are_the_same(make, first, second):
    item = make.post()
    pages = [post(item, body=body)["Location"] for body in (first, second)]
    assert pages[0] == pages[1]
    assert len(written()) == 1


@pytest.mark.parametrize(
    "second", ["Cafes, then.", "Cafés then.", "*Cafés*, then.", "cafés, then."]
)
def test_a_small_difference_that_readers_see_makes_another_comment(make, second):
    item = make.post()
    for body in ("Cafés, then.", second):
        post(item, body=body)
    assert len(written()) == 2
