"""A public form whose post comes from another site's page, or from one that hides its origin."""

import pytest

from competencyworks.core.discussion.threads import form_path
from competencyworks.core.models import Comment, OutgoingMail
from tests.events import factories, pages

pytestmark = pytest.mark.django_db
WORDS = 'An hour of words.\n</textarea><script>alert("x")</script>'
ELSEWHERE = [
    {"Origin": "null"},
    {"Origin": "https://elsewhere.example.org"},
    {"Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_nothing_is_done_and_what_was_typed_comes_back(client, make, headers):
    item, page, resource, event = make.post(), make.wiki_page(), make.resource(), factories.event()
    comment = make.comment(item, email="ann@example.org")
    own = pages.own_path(factories.registered(event))
    OutgoingMail.objects.all().delete()
    forms = [
        form_path(item), f"{page.path}suggest/", "/wiki/suggest/", f"{resource.path}watch/",
        f"{event.path}register/", f"{own}change/", f"/comments/{comment.pk}/report/",
    ]  # fmt: skip
    for path in forms:
        said = {"body": WORDS, "device": "signed", "token": "signed", "step": "post"}
        response = client.post(path, said, headers=headers)
        words = response.content.decode()
        assert response.status_code == 403, path
        assert "This form was not sent" in words, path
        assert [field.text for field in response.context["fields"]] == [WORDS], path
        assert "<script>alert" not in words
        assert "ask an editor" not in words
        assert "no-store" in response["Cache-Control"]
    assert Comment.objects.count() == 1
    assert not OutgoingMail.objects.exists()


def test_a_malformed_form_is_no_error_of_ours(client, make):
    response = client.post(
        f"{make.resource().path}watch/", "--x", content_type="multipart/form-data; boundary=",
        headers={"Origin": "null"},
    )  # fmt: skip
    assert response.status_code in (400, 403)
