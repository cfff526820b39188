"""What is public stays while staff write what shall take its place."""

import pytest

from competencyworks.core import revisions
from competencyworks.core.history.working import working_copy
from competencyworks.core.models import Revision
from events.models import Question
from tests.core.history.forms import BODY, fresh, opened, said
from tests.core.history.test_restoring import every_kind
from tests.events.factories import event

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(make):
    item = make.post(body=BODY, title="Pacing", tags=["a"], authors=[make.person("Ada")])
    revisions.record(item)
    return item


def admin_of(item, page: str) -> str:
    return f"/admin/{item._meta.app_label}/{item._meta.model_name}/{item.pk}/{page}"


def test_readers_see_the_public_text_until_it_is_released(post, editor, client):
    answer = opened(editor, post).send("_working", title="Pace", revision_reason="For fall")
    assert "Saved as a working copy" in said(answer)
    assert "This is the working copy" in answer.content.decode()
    assert fresh(post).title == "Pacing"
    assert "Pacing" in client.get(post.path).content.decode()
    assert revisions.history(post).count() == 1
    assert (
        "<h1>Pace"
        in editor.get(admin_of(post, "working/preview/")).content.decode().replace("\n", "")
        or "Pace" in editor.get(admin_of(post, "working/preview/")).content.decode()
    )
    editor.post(admin_of(post, "working/release/"))
    assert fresh(post).title == "Pace"
    assert working_copy(post) is None
    last = revisions.history(post).first()
    assert (last.number, last.reason, last.author) == (2, "For fall", editor.user)


def test_a_form_of_it_holds_what_was_kept(post, editor, make):
    ben = make.person("Ben")
    form = opened(editor, post).put(**{"post_authors-0-DELETE": "on"})
    form.add_row("post_authors", person=str(ben.pk), position="1")
    form.send("_working", tags="b", body=BODY.replace("One", "First"))
    assert [author.person.name for author in fresh(post).post_authors.all()] == ["Ada"]
    again = opened(editor, post, "?working=1")
    assert again.data["body"] == [BODY.replace("One", "First")]
    assert again.data["tags"] == ["b"]
    assert again.data["post_authors-0-person"] == [str(ben.pk)]
    again.send("_working", title="Pace")
    assert (fresh(post).title, fresh(post).ordered_authors()) == (
        "Pacing",
        [post.ordered_authors()[0]],
    )
    opened(editor, post, "?working=1").send("_release")
    item = fresh(post)
    assert (item.title, item.ordered_authors()) == ("Pace", [ben.pk])
    assert [tag.name for tag in item.tags.all()] == ["b"]
    assert working_copy(post) is None


def test_the_usual_form_says_that_it_waits(post, editor):
    opened(editor, post).send("_working", title="Pace")
    page = opened(editor, post).answer.content.decode()
    assert "There is a working copy" in page
    assert 'value="Pacing"' in page


def test_releasing_merges_what_changed_in_public_since(post, editor):
    opened(editor, post).send("_working", body=BODY.replace("One", "First"))
    opened(editor, post).send(body=BODY.replace("Three", "Third"), title="Pace")
    editor.post(admin_of(post, "working/release/"))
    assert fresh(post).body == BODY.replace("One", "First").replace("Three", "Third")
    assert fresh(post).title == "Pace"


def test_releasing_what_collides_shows_both(post, editor):
    opened(editor, post).send("_working", body=BODY.replace("One", "Copy"))
    opened(editor, post).send(body=BODY.replace("One", "Public"))
    answer = editor.post(admin_of(post, "working/release/"), follow=True)
    assert "changed in the same places: Text" in said(answer)
    assert "Public" in fresh(post).body
    form = opened(editor, post, "?working=1")
    page = form.send("_release").content.decode()
    assert "<p>Copy.</p>" in page
    assert "<p>Public.</p>" in page
    assert "Public" in fresh(post).body
    form.again().send("_release")
    assert "Copy" in fresh(post).body
    assert working_copy(post) is None


def test_a_copy_that_was_not_seen_is_not_replaced(post, two):
    mine, theirs = opened(two[0], post), opened(two[1], post)
    theirs.send("_working", title="Theirs")
    page = mine.send("_working", title="Mine").content.decode()
    assert "Ben Okafor has saved a working copy" in page
    assert working_copy(post).content["title"] == "Theirs"
    mine.again().send("_working")
    assert working_copy(post).content["title"] == "Mine"
    assert Revision.objects.filter(state="working").count() == 1


def test_discarding_leaves_the_public_text(post, editor):
    opened(editor, post).send("_working", title="Pace")
    assert "Pace" in editor.get(admin_of(post, "working/discard/")).content.decode()
    editor.post(admin_of(post, "working/discard/"))
    assert working_copy(post) is None
    assert fresh(post).title == "Pacing"
    assert editor.get(admin_of(post, "working/discard/")).status_code == 404


def test_every_kind_has_working_copies(make, root):
    for item in every_kind(make):
        item = fresh(item)
        revisions.record(item)
        before = revisions.content_of(item)
        answer = opened(root, item).send("_working", seo_title="Later")
        assert "Saved as a working copy" in said(answer), type(item)
        assert revisions.content_of(fresh(item)) == before
        assert working_copy(item).content["seo_title"] == "Later"
        assert root.get(admin_of(item, "working/preview/")).status_code == 200
        assert revisions.content_of(fresh(item)) == before
        assert root.get(f"{admin_of(item, 'compare/')}?from=1&to=working").status_code == 200
        root.post(admin_of(item, "working/release/"))
        after = revisions.content_of(fresh(item))
        assert {name for name in after if after[name] != before[name]} == {"seo_title"}, type(item)


def test_a_draft_needs_none(make, editor):
    item = make.post(public=False)
    page = opened(editor, item).send("_working", title="Pace").content.decode()
    assert "it does not need a working copy" in page
    assert working_copy(item) is None


def test_a_file_cannot_wait(make, editor, tmp_path):
    item = make.paper(file=make.pdf("One"))
    revisions.record(item)
    file = tmp_path / "new.pdf"
    file.write_bytes(make.pdf("Two"))
    with file.open("rb") as upload:
        page = opened(editor, item).send("_working", new_file=upload, title="T").content.decode()
    assert "A working copy cannot include a new file" in page
    assert item.files.count() == 1
    assert fresh(item).title != "T"
    assert working_copy(item) is None


def test_rows_that_no_revision_holds_cannot_wait(root):
    item = event()
    revisions.record(item)
    form = opened(root, item)
    form.add_row("questions", text="Do you eat meat?", kind="text", position="1")
    page = form.send("_working", title="Later").content.decode()
    assert "A working copy cannot include changes to the" in page
    assert Question.objects.count() == 0
    assert "Do you eat meat?" in page


def test_who_may_not_change_may_not_release(post, editor, author):
    opened(editor, post).send("_working", title="Pace")
    assert author.post(admin_of(post, "working/release/")).status_code in (403, 404)
    assert author.post(admin_of(post, "working/discard/")).status_code in (403, 404)
    assert working_copy(post) is not None
