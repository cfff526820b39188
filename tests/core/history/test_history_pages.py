"""The history in the admin: every save with who and why, two compared, one put back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competencyworks.core import revisions
from competencyworks.core.models import Revision
from competencyworks.core.models.mail import OutgoingMail
from tests.core.history.forms import fresh, said
from tests.core.history.test_restoring import every_kind
from tests.core.history.test_working_copies import admin_of
from tests.events.factories import event, registered

pytestmark = pytest.mark.django_db


def saved(item, by=None, reason: str = "", credit: str = "", **columns):
    for name, value in columns.items():
        setattr(item, name, value)
    item.save()
    return revisions.record(item, by, reason, credit)


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def post(make, editor):
    editor.user.first_name, editor.user.last_name = "Edna", "Torres"
    editor.user.save()
    item = make.post(title="Pacing", body="<p>It has one two three four five six.</p>")
    revisions.record(item, editor.user, "First words")
    saved(item, editor.user, "Corrected", "Ola Reader", title="Pace")
    saved(item, None, "Imported", body="<p>It has one two 3 four five six.</p>")
    return item


def test_history_says_who_when_and_why(post, editor):
    page = text(editor.get(admin_of(post, "history/")))
    for words in ("Edna Torres", "First words", "Corrected", "Ola Reader", "The system"):
        assert words in page
    assert page.count('type="radio" name="from"') == 3
    assert page.count('type="radio" name="to"') == 4


def test_two_revisions_are_compared_and_with_what_is_now(post, editor):
    page = text(editor.get(f"{admin_of(post, 'compare/')}?from=1&to=3"))
    assert "removed: </span>three</del>" in page
    assert "removed: </span>Pacing</del>" in page
    assert "Restore number 1" in page
    assert "removed: </span>Pacing" not in text(
        editor.get(f"{admin_of(post, 'compare/')}?from=2&to=now")
    )
    for query in ("from=1&to=9", "from=x", "from=1&to=working", "", "from=1&to=²"):
        assert editor.get(f"{admin_of(post, 'compare/')}?{query}").status_code == 404


def test_restoring_asks_first_and_tells(post, editor):
    address = admin_of(post, "restore/1/")
    page = text(editor.get(address))
    assert "added: </span>Pacing" in page
    assert fresh(post).title == "Pace"
    answer = editor.post(address, {"reason": "It was right"}, follow=True)
    assert "was restored to revision 1" in said(answer)
    assert (fresh(post).title, fresh(post).status) == ("Pacing", "published")
    last = revisions.history(post).first()
    assert (last.number, last.author, last.reason) == (4, editor.user, "It was right")
    assert editor.get(admin_of(post, "restore/99/")).status_code == 404


def test_state_is_restored_only_when_asked(make, editor):
    post = make.post(public=False)
    revisions.record(post)
    saved(post, status="published", publish_at=make.ago(days=1), title="Out")
    editor.post(admin_of(post, "restore/1/"), {})
    assert fresh(post).is_public
    editor.post(admin_of(post, "restore/1/"), {"state_too": "on"})
    assert fresh(post).status == "draft"


def test_what_is_left_out_is_told(make, editor):
    topic = make.topic()
    post = make.post(topics=[topic])
    revisions.record(post)
    saved(post, title="Other")
    topic.delete()
    answer = editor.post(admin_of(post, "restore/1/"), {}, follow=True)
    assert "Not restored: Topics: 1 that no longer exists" in said(answer)


def test_who_may_not_change_may_not_restore(post, author, client):
    for who in (author, client):
        answer = who.post(admin_of(post, "restore/1/"), {})
        assert answer.status_code in (302, 403, 404)
    assert fresh(post).title == "Pace"


def test_every_kind_has_a_history_to_restore_from(make, root):
    for item in every_kind(make):
        item = fresh(item)
        revisions.record(item)
        before = revisions.content_of(item)
        saved(item, seo_title="Other", title="Another title", slug="")
        assert "Saved" in text(root.get(admin_of(item, "history/")))
        assert root.get(f"{admin_of(item, 'compare/')}?from=1&to=2").status_code == 200
        root.post(admin_of(item, "restore/1/"), {})
        assert revisions.content_of(fresh(item)) == before, type(item)


def test_registrants_hear_of_an_event_that_is_put_back(root):
    item = event(capacity=1)
    revisions.record(item)
    first = item.starts_at
    for _ in range(2):
        registered(item)
    saved(item, starts_at=item.ends_at, ends_at=item.ends_at + (item.ends_at - first))
    OutgoingMail.objects.all().delete()
    root.post(admin_of(item, "restore/1/"), {})
    assert fresh(item).starts_at == first
    assert fresh(item).sequence == 1
    assert OutgoingMail.objects.count() == 2


def test_links_follow_a_title_that_is_put_back(make, root):
    page = make.wiki_page("Pacing")
    revisions.record(page)
    saved(page, title="Pace", slug="")
    other = make.wiki_page("Other", body="<p>See [[Pace]].</p>")
    root.post(admin_of(page, "restore/1/"), {})
    assert fresh(page).title == "Pacing"
    assert fresh(other).body == "<p>See [[Pacing|Pace]].</p>"


def queries(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_queries_do_not_grow_with_the_history(post, editor):
    pages = [admin_of(post, "history/"), f"{admin_of(post, 'compare/')}?from=1&to=2"]
    few = [queries(editor, page) for page in pages]
    last = revisions.history(post).first()
    Revision.objects.bulk_create(
        Revision(
            content_type=last.content_type,
            object_id=post.pk,
            number=last.number + number,
            author=editor.user,
            content=last.content,
        )
        for number in range(1, 400)
    )
    assert [queries(editor, page) for page in pages] == few
    assert "First words" in text(editor.get(f"{pages[0]}?revisions=9"))
