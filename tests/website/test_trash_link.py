"""The form of an item in the trash: no Publish, and buttons that restore it or free its address."""

import pytest
from lxml import html

from tests import factories
from tests.core.history.forms import opened
from tests.website.test_taken_addresses import KINDS, address, trashed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("act", ["Restore", "Release title and address"])
def test_the_form_of_an_item_in_the_trash_has_the_acts_of_the_trash(editor, kind, act):
    item = trashed(kind)
    page = html.fromstring(editor.get(address(item, f"{item.pk}/change/"), follow=True).text)
    assert page.xpath("//input[@name='_save']")
    assert not page.xpath("//input[@name='_publish']")
    (button,) = page.xpath(f"//button[normalize-space()='{act}']")
    fields = dict(button.getparent().form_values()) | {button.get("name"): button.get("value")}
    asked = editor.post(button.getparent().get("action"), fields)
    assert "_confirmed" in asked.text
    assert item.title in asked.text
    editor.post(button.getparent().get("action"), fields | {"_confirmed": "1"})
    slug = item.slug
    item.refresh_from_db()
    assert (item.trashed_at is None) == (act == "Restore")
    assert (item.slug == slug) == (act == "Restore")


@pytest.mark.parametrize("kind", KINDS)
def test_publish_pressed_in_a_form_of_what_is_in_the_trash_publishes_nothing(editor, kind):
    item = trashed(kind, status="draft")
    answer = opened(editor, item).send(_publish="1", _publish_anyway="_publish")
    assert "It is still in the trash" in answer.content.decode()
    item.refresh_from_db()
    assert item.status == "draft"


def test_an_author_is_not_offered_to_restore(client, author):
    item = factories.post(trashed_at=factories.ago(days=1))
    assert ">Restore<" not in author.get(f"/admin/blog/post/{item.pk}/change/", follow=True).text
