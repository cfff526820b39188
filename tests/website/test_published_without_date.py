"""A draft of any kind that is set to 'Published' without a date is published now."""

import pytest

from tests.core.history.forms import fresh, opened
from tests.website.test_taken_addresses import KINDS

pytestmark = pytest.mark.django_db
NO_DATE = {"status": "published", "publish_at_0": "", "publish_at_1": ""}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("button", ["_save", "_continue", "_publish"])
def test_it_is_public_at_once(editor, client, kind, button):
    draft = KINDS[kind](public=False)
    opened(editor, draft).send(button, **NO_DATE)
    assert client.get(fresh(draft).path).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_a_date_that_is_taken_away_is_now(editor, client, kind):
    item = KINDS[kind]()
    opened(editor, item).send(publish_at_0="", publish_at_1="")
    assert fresh(item).publish_at > item.publish_at
    assert client.get(fresh(item).path).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_a_mistake_in_the_same_form_is_shown_beside_its_field(editor, kind):
    draft = KINDS[kind](public=False)
    answer = opened(editor, draft).send(**NO_DATE, title="")
    assert "title" in answer.context["adminform"].form.errors
    assert fresh(draft).status == "draft"


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_date_its_state_can_be_said(kind):
    draft = KINDS[kind](public=False)
    draft.status, draft.publish_at = "published", None
    assert draft.stage == "Published"
