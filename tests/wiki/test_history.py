"""What readers see of the past of pages and resources: public saves, and nothing of drafts."""

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competencyworks.core import revisions
from competencyworks.core.models import Revision

pytestmark = pytest.mark.django_db


def saved(item, by=None, reason: str = "", credit: str = "", **columns):
    for name, value in columns.items():
        setattr(item, name, value)
    item.save()
    return revisions.record(item, by, reason, credit)


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def staff(db):
    return User.objects.create_user("ruth", "ruth@example.org", first_name="Ruth", last_name="Ode")


@pytest.fixture(params=["wiki_page", "resource"])
def item(request, make, staff):
    """Three public saves of a page, and of a resource."""
    one = getattr(make, request.param)(
        title="Pacing",
        body="<p>It has one two three four of the words that stand here for long.</p>",
    )
    revisions.record(one, staff, "First words")
    saved(
        one,
        staff,
        "Corrected",
        body="<p>It has one two 3 four of the words that stand here for long.</p>",
    )
    saved(
        one,
        staff,
        "Taken over",
        "Ola Reader",
        body="<p>It has one two 3 four of the words that stand here for long five.</p>",
    )
    return one


def test_history_says_who_when_and_why(client, item):
    page = text(client.get(f"{item.path}history/"))
    for words in ("Ruth Ode", "First words", "Corrected", "Taken over", "Ola Reader", "−4", "+5"):
        assert words in page
    for secret in ("ruth@", ">ruth<"):
        assert secret not in page
    assert 'content="noindex' in page


def test_there_is_nothing_to_choose_where_only_one_was_kept(client, make):
    one = make.wiki_page(title="Pacing")
    revisions.record(one, None, "First words")
    page = text(client.get(f"{one.path}history/"))
    assert "First words" in page
    assert 'type="radio"' not in page
    assert "Compare selected" not in page
    saved(one, body="<p>More.</p>")
    assert text(client.get(f"{one.path}history/")).count('type="radio"') == 4


def test_where_nothing_was_chosen_the_latest_change_is_shown(client, item):
    page = text(client.get(f"{item.path}history/compare/"))
    assert "Version 2 compared with version 3" in page


def test_two_saves_are_compared(client, item):
    page = text(client.get(f"{item.path}history/compare/?from=1&to=2"))
    assert '<del><span class="visually-hidden">removed: </span>three</del>' in page
    assert '<ins><span class="visually-hidden">added: </span>3</ins>' in page
    assert "?from=2&amp;to=3" in page
    assert "Earlier change" not in page
    assert 'content="noindex' in page
    turned = text(client.get(f"{item.path}history/compare/?from=3&to=2"))
    assert "Version 2 compared with version 3" in turned
    assert "?from=1&amp;to=2" in turned


@pytest.mark.parametrize(
    ("query", "status"),
    [("?from=1", 400), ("?from=a&to=2", 400), ("?from=1&to=99", 404),
     ("?from=-1&to=2", 400), ("?from=1&to=99999999999", 400), ("?from=²&to=2", 400)],
)  # fmt: skip
def test_numbers_that_are_none_get_a_clear_page(client, item, query, status):
    answer = client.get(f"{item.path}history/compare/{query}")
    assert answer.status_code == status
    assert "There is nothing to compare" in text(answer)


def test_drafts_never_appear(client, make):
    draft = make.wiki_page("Draft", public=False, body="<p>Hidden words</p>")
    revisions.record(draft, reason="Secret reason")
    assert client.get(f"{draft.path}history/").status_code == 404
    assert client.get(f"{draft.path}history/compare/?from=1&to=1").status_code == 404
    saved(draft, reason="Out now", status="published", body="<p>Public words</p>")
    answer = client.get(f"{draft.path}history/")
    assert answer.status_code == 200
    page = text(answer)
    assert "Out now" in page
    assert "Secret reason" not in page
    assert client.get(f"{draft.path}history/compare/?from=1&to=2").status_code == 404


def test_what_is_not_public_has_no_name_in_a_comparison(client, make, staff):
    hidden = make.resource(public=False, title="Hidden title")
    shown = make.resource(title="Shown title")
    page = make.wiki_page("Pacing")
    revisions.record(page)
    page.set_ordered_resources([[hidden.pk, ""], [shown.pk, ""]])
    page.owner = staff
    saved(page)
    answer = text(client.get(f"{page.path}history/compare/?from=1&to=2"))
    assert "Shown title" in answer
    assert "Hidden title" not in answer
    assert "something that is not public" in answer
    assert "Owner" not in answer


def test_working_copies_and_suggestions_are_no_history(client, item):
    Revision.objects.create(
        content_type=ContentType.objects.get_for_model(item),
        object_id=item.pk,
        state="working",
        reason="Later words",
        content={"body": "<p>Later</p>"},
        visible_from=item.publish_at,
    )
    assert "Later words" not in text(client.get(f"{item.path}history/"))


def filled(item, count: int, by) -> None:
    """`count` more saves of `item`."""
    last = revisions.history(item).first()
    Revision.objects.bulk_create(
        Revision(
            content_type=last.content_type,
            object_id=item.pk,
            number=last.number + number,
            author=by,
            reason=f"Save {number}",
            content=last.content | {"body": f"<p>{number}</p>", "title": f"Title {number}"},
            visible_from=item.publish_at,
        )
        for number in range(1, count + 1)
    )


def queries(client, address: str) -> int:
    client.get(address)  # what a process keeps is read once
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_queries_do_not_grow_with_the_history(client, item, staff):
    filled(item, 47, staff)
    few = [
        queries(client, f"{item.path}history/"),
        queries(client, f"{item.path}history/compare/?from=1&to=50"),
    ]
    filled(item, 4_950, staff)
    many = [
        queries(client, f"{item.path}history/"),
        queries(client, f"{item.path}history/compare/?from=1&to=5000"),
    ]
    assert few == many == [3, 5]
    page = text(client.get(f"{item.path}history/?page=100"))
    assert "First words" in page
    assert client.get(f"{item.path}history/?page=101").status_code == 404
