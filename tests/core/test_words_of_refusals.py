"""What forms of the admin say of values that cannot be taken: in words, and what to do."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from taggit.models import Tag

from blog.models import Post
from competencyworks.core.models import Ban, BulkAct, FormerTag
from tests import factories
from tests.core.history.forms import opened
from tests.events import factories as events

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("value", ["*@spam.example", "?@spam.example", "*@*.spam.example"])
def test_a_ban_with_a_wildcard_is_refused_with_what_to_write(moderator, value):
    answer = moderator.post("/admin/core/ban/add/", {"kind": "email", "value": value})
    assert "Enter @spam.example" in answer.content.decode()
    assert not Ban.objects.exists()


def test_a_ban_that_is_there_is_said(moderator):
    Ban.objects.create(kind="email", value="@spam.example")
    typed = {"kind": "email", "value": "@SPAM.example"}
    told = moderator.post("/admin/core/ban/add/", typed).content.decode()
    assert "“@spam.example” is banned already." in told
    assert "already exists" not in told


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("soon", "“soon”"),
        ("60, soon", "“soon”"),
        ("99999999999", "“99999999999”"),
    ],
)
def test_reminders_that_are_no_times_are_named(editor, typed, said):
    told = opened(editor, events.event()).send(reminder_minutes=typed).content.decode()
    assert said in told
    assert "Item 1" not in told


def test_a_number_that_no_column_holds_is_said(editor):
    told = opened(editor, events.event()).send(capacity="99999999999").content.decode()
    assert "This number is too large. Enter at most 2,147,483,647." in told
    assert "less than or equal" not in told


def test_a_slug_of_another_tag_is_said(editor):
    Tag.objects.create(name="growth", slug="growth")
    other = Tag.objects.create(name="pace", slug="pace")
    told = opened(editor, other).send(slug="growth").content.decode()
    assert "Another tag has this slug. Choose another one." in told


def test_rows_that_are_the_same_are_named(editor):
    page, resource = factories.wiki_page(), factories.resource()
    form = opened(editor, page)
    for _ in range(2):
        form.add_row("page_resources", resource=str(resource.pk), position="0", note="", id="")
    told = form.send().content.decode()
    assert "Rows 1 and 2 have the same resource" in told


def test_a_bulk_action_is_named_in_its_page(root):
    act = BulkAct.objects.create(
        act="withdraw",
        content_type=ContentType.objects.get_for_model(Post),
        created_at=timezone.now(),
    )
    told = root.get(f"/admin/core/bulkact/{act.pk}/change/").content.decode()
    assert "<h1>Withdrawing 0 posts</h1>" in told
    assert "View bulk action" not in told


def test_a_tag_is_not_renamed_to_two(editor):
    tag = Tag.objects.create(name="pace", slug="pace")
    assert "A tag cannot contain a comma" in opened(editor, tag).send(name="pace, place").text
    tag.refresh_from_db()
    assert tag.name == "pace"


def test_a_tag_is_not_renamed_to_a_former_name_of_another(editor):
    kept = Tag.objects.create(name="portfolios", slug="portfolios")
    FormerTag.objects.create(name="portfolio", tag=kept)
    tag = Tag.objects.create(name="pace", slug="pace")
    told = opened(editor, tag).send(name="Portfolio").text
    assert "“portfolio” is a former name of the tag “portfolios”" in told
    tag.refresh_from_db()
    assert tag.name == "pace"
    assert opened(editor, kept).send(name="portfolio").redirect_chain
