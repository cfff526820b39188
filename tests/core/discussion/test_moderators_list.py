"""What the moderators' list shows of a comment."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/core/comment/"


def test_a_long_comment_can_be_read_whole_in_the_list(moderator):
    end = "and this is how it ends."
    body = f"<p>{'Words upon words. ' * 40}</p><blockquote><p>{end}</p></blockquote>"
    factories.comment(factories.post(), status="waiting", body=body)
    text = moderator.get(LIST).text
    assert "Show the full comment" in text
    assert f"<blockquote><p>{end}</p></blockquote>" in text


def test_a_short_comment_is_not_shown_twice(moderator):
    factories.comment(factories.post(), status="waiting", body="<p>Short and whole.</p>")
    text = moderator.get(LIST).text
    assert "Show the full comment" not in text
    assert text.count("Short and whole.") == 1
