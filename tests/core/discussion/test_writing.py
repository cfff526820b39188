"""A guest writes a comment, without script: form, preview, private page."""

import re

import pytest

from competencyworks.core.models import Comment

pytestmark = pytest.mark.django_db

WORDS = {"name": "Nora Quist", "email": "nora@example.org", "website": "", "body": "Well *said*."}


def token_in(response) -> str:
    return re.search(r'name="token" value="([^"]+)"', response.content.decode())[1]


def test_a_guest_comments_in_two_steps_and_the_comment_waits(client, make):
    post = make.post()
    page = client.get(post.path)
    action = re.search(r'method="post" action="([^"]+)"', page.content.decode())[1]
    preview = client.post(action, WORDS)
    assert preview.status_code == 200
    assert preview["Cache-Control"] == "no-store"
    assert "Well <em>said</em>." in preview.content.decode()
    answer = client.post(action, {**WORDS, "token": token_in(preview), "step": "post"})
    assert answer.status_code == 303
    comment = Comment.objects.get()
    assert comment.status == "waiting"
    assert comment.reason
    private = client.get(answer["Location"])
    assert "Your comment waits" in private.content.decode()
    assert private["Referrer-Policy"] == "strict-origin"
    assert "Well <em>said</em>." not in client.get(post.path).content.decode()
