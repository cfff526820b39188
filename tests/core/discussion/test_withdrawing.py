"""The writer of a comment is asked before it is withdrawn."""

import pytest
from lxml import html

from competencyworks.core.discussion import proofs
from competencyworks.core.models import Comment
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment():
    return factories.comment(factories.post(), name="Nora Quist", body="<p>My words.</p>")


def test_the_page_asks_and_shows_the_words_and_one_more_press_withdraws(client, comment):
    private = proofs.private_path(comment)
    tree = html.fromstring(client.get(private).content)
    assert not tree.xpath("//button[@value='withdraw']")
    (link,) = tree.xpath("//a[text()='Withdraw this comment']/@href")
    asked = client.get(private + link)
    assert asked["Cache-Control"] == "no-store"
    tree = html.fromstring(asked.content)
    assert tree.findtext(".//h1") == "Withdraw this comment?"
    assert "My words." in tree.text_content()
    assert tree.xpath("//a[text()='No, keep it']/@href") == [private]
    assert Comment.objects.get().is_public  # to look changes nothing
    (button,) = tree.xpath("//form[@method='post']//button")
    assert client.post(private, {button.get("name"): button.get("value")}).status_code == 303
    assert Comment.objects.get().status == "trash"


def test_of_a_comment_that_is_gone_nothing_is_asked(client, comment):
    Comment.objects.update(status="trash")
    tree = html.fromstring(client.get(proofs.private_path(comment) + "?step=withdraw").content)
    assert tree.findtext(".//h1") == "This comment was removed"
