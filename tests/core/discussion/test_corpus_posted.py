"""A thousand spam comments and two hundred good ones, each posted by a form of its own."""

import pytest
from django.test import Client

from competencyworks.core.models import Comment
from tests import factories
from tests.core.discussion.good_corpus import good
from tests.core.discussion.spam_corpus import spam
from tests.core.discussion.writing import post

pytestmark = pytest.mark.django_db


def send(item, number: int, one, email: str):
    """The answer to one comment, from an address of its own."""
    client = Client(REMOTE_ADDR=f"10.{number // 250}.{number % 250}.1")
    words = {"name": one.name, "email": email, "website": one.website, "body": one.text}
    return post(item, client, **words)


def test_no_spam_gets_to_the_public_and_good_comments_are_not_taken_for_it(client):
    items = [factories.post() for _ in range(20)]
    for number, one in enumerate(spam(1000, seed=5)):
        # Whoever looks wrong as a form (a website that is none) is sent back, and nothing is kept.
        assert send(items[number % 20], number, one, one.email).status_code in (303, 422)
    assert Comment.objects.count() >= 900
    assert not Comment.objects.public().exists()
    spammed = Comment.objects.filter(status="spam").count()
    assert spammed >= 900

    for number, one in enumerate(good(), start=1000):
        answer = send(items[number % 20], number, one, f"reader{number}@readers.example.org")
        assert answer.status_code == 303, one
    wrong = Comment.objects.filter(email__endswith="@readers.example.org", status="spam")
    assert wrong.count() <= 10, list(wrong.values_list("body", "reason"))
    for item in items:
        assert "No comments yet." in client.get(item.path).content.decode()
