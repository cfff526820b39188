"""Every action of the lists of publishable kinds opens the page that asks."""

import pytest
from lxml import html

from competencyworks.core import workflow
from tests.website.test_taken_addresses import KINDS, address

pytestmark = pytest.mark.django_db
WITHOUT_A_QUESTION = {"copy_selected"}  # makes drafts, which nobody sees


@pytest.mark.parametrize("stage", ["", "trash"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_action_of_a_list_asks_first(root, kind, stage):
    items = [KINDS[kind](title=f"Item {number}") for number in range(2)]
    if stage:
        for item in items:
            workflow.trash(item)
    listed = address(items[0]) if kind != "digest" else "/admin/blog/digest/"
    listed += f"?stage={stage}"
    page = html.fromstring(root.get(listed).text)
    offered = page.xpath("//select[@name='action']/option/@value")
    actions = [value for value in offered if value and value not in WITHOUT_A_QUESTION]
    assert len(actions) >= 2
    for action in actions:
        chosen = {"action": action, "_selected_action": [item.pk for item in items]}
        asked = root.post(listed, chosen)
        assert asked.status_code == 200, action
        assert "Item 0" in asked.text, action
        assert html.fromstring(asked.text).xpath("//input[@name='_confirmed']"), action
