"""What a moderator may make of a comment's words."""

import pytest

pytestmark = pytest.mark.django_db


def test_a_moderator_cannot_leave_a_comment_without_words(make, moderator):
    comment = make.comment(make.post(), body="<p>Words</p>")
    page = f"/admin/core/comment/{comment.pk}/change/"
    for emptied in ("<script>alert(1)</script>", "<p>\u200b</p>", "<img src=x>"):
        fields = {"name": "Ann", "website": "", "body": emptied, "revision_reason": ""}
        answer = moderator.post(page, fields)
        assert answer.status_code == 200
        assert "This text would be empty" in answer.text
    comment.refresh_from_db()
    assert comment.body == "<p>Words</p>"
