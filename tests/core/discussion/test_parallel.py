"""One form, sent fifty times at once."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from competencyworks.core.discussion import form_tokens, proofs
from competencyworks.core.discussion.threads import form_path
from competencyworks.core.models import Comment, CommentDecision, OutgoingMail

from .writing import WORDS, preview, token_in

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 50
AT_ONCE = 10  # connections, as many as a busy site has


def all_at_once(item, fields: list[dict]) -> list:
    """The answers to forms that are sent at the same time, each over a connection of its own."""
    start = Barrier(AT_ONCE)

    def send(form: dict):
        try:
            start.wait(timeout=30)
            return Client().post(form_path(item), form)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(send, fields))


@pytest.mark.parametrize("known", [False, True])
def test_makes_one_comment_and_all_are_told_the_same_place(make, known):
    item = make.post()
    device = ""
    if known:
        make.comment(item, email=WORDS["email"])
        device = proofs.device_token(WORDS["email"])
    token = form_tokens.mint(item, previewed=True)
    form = {**WORDS, "token": token, "step": "post", "device": device, "wants_replies": "on"}
    answers = all_at_once(item, [form] * TIMES)
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer["Location"] for answer in answers}) == 1
    comment = Comment.objects.exclude(nonce=None).get()
    assert CommentDecision.objects.get().comment == comment
    assert comment.is_public is known
    written = OutgoingMail.objects.filter(to_email=WORDS["email"])
    assert written.count() == (0 if known else 1)


def test_two_readers_with_the_same_words_make_two(make):
    item = make.post()
    page = Client().get(item.path).content.decode()
    tokens = []
    for _ in range(2):
        assert re.search(r'name="token" value=""', page)  # both have the same page
        tokens.append(token_in(preview(item)))
    for number, token in enumerate(tokens):
        form = {**WORDS, "email": f"reader-{number}@example.org", "token": token, "step": "post"}
        assert Client().post(form_path(item), form).status_code == 303
    assert Comment.objects.count() == 2
