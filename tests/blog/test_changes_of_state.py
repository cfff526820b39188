"""Each change of state stands in the history and in 'Who did what', whichever page it came from."""

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from competencyworks.core import revisions, workflow
from competencyworks.core.dates import day_words
from competencyworks.core.history.working import keep_working_copy
from competencyworks.core.models import Person
from tests import factories
from tests.blog.test_admin import act, edit, form, tick

pytestmark = pytest.mark.django_db


def logged(item) -> list[str]:
    rows = LogEntry.objects.filter(
        object_id=str(item.pk), content_type__model=item._meta.model_name
    )
    return [row.get_change_message() for row in rows.order_by("pk")]


def reasons(item) -> list[str]:
    return [row.reason for row in revisions.history(item)]


def test_acts_on_several_are_logged_with_the_reason(editor):
    post = factories.post(public=False)
    act(editor, "publish_selected", post)
    act(editor, "withdraw_selected", post, reason="The figures were wrong")
    assert logged(post) == ["Published", "Withdrawn: The figures were wrong"]
    assert reasons(post) == ["Withdrawn: The figures were wrong", "Published"]
    assert LogEntry.objects.filter(user=editor.user, object_id=str(post.pk)).count() == 2


def test_what_is_published_already_makes_no_line(editor):
    post = factories.post()
    revisions.record(post)
    act(editor, "publish_selected", post)
    assert logged(post) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"_publish": "1"}, "Published: Ready"),
        ({"status": "published"}, "Published: Ready"),
        ({"status": "review"}, "Submitted for review: Ready"),
        ({"status": "withdrawn"}, "Withdrawn: Ready"),
    ],
)
def test_the_form_says_what_became_of_the_state(editor, changes, words):
    post = factories.post(public=False, authors=[factories.person()])
    revisions.record(post)
    answer = edit(editor, post, revision_reason="Ready", **changes)
    assert answer.status_code == 302
    assert reasons(post)[0] == words
    assert words in logged(post)
    said = words.partition(":")[0]
    assert f"{said}." in editor.get("/admin/").text


def test_an_author_submits_in_one_act(author):
    author.post("/admin/blog/post/add/", form(title="Mine", _submit="1"))
    post = author.user.logentry_set.order_by("pk")[0].get_edited_object()
    assert reasons(post) == ["Submitted for review"]
    assert "Submitted for review" in logged(post)


def test_a_date_to_come_is_said(editor):
    post = factories.post(public=False)
    later = {"publish_at_0": "2090-03-01", "publish_at_1": "09:00"}
    edit(editor, post, _publish="1", **later)
    assert reasons(post)[0].startswith("Scheduled for March 1, 2090")
    edit(editor, post, status="published", publish_at_0="", publish_at_1="")
    assert reasons(post)[0] == "Published"


def test_a_save_that_leaves_the_state_alone_tells_of_none(editor):
    post = factories.post()
    post.refresh_from_db()
    edit(editor, post, title="Another title", revision_reason="Shorter")
    assert reasons(post)[0] == "Shorter"
    assert logged(post) == ["Changed Title and What did you change?."]


def test_the_history_names_the_state_of_each_revision(editor):
    post = factories.post(public=False)
    revisions.record(post)
    workflow.submit(post)
    workflow.publish(post, at=factories.ahead(days=3))
    workflow.publish(post, at=timezone.now())
    workflow.withdraw(post)
    text = editor.get(f"/admin/blog/post/{post.pk}/history/").text
    for words in ("draft", "in review", "scheduled", "withdrawn"):
        assert f'<span class="quiet">{words}</span>' in text
    assert "as a draft" not in text


def test_a_working_copy_released_by_its_form_keeps_its_reason(editor):
    post = factories.post(authors=[factories.person("Ana Ruiz")])
    first = revisions.record(post)
    content = revisions.content_of(post) | {"title": "A better title"}
    copy = keep_working_copy(post, content, editor.user, "A better title", base=first.number)
    data = form(post, title="A better title", based_on=str(first.number), _release="1")
    del data["_save"]
    person = Person.objects.get()
    data |= {
        "copy_seen": copy.created_at.isoformat(),
        "post_authors-TOTAL_FORMS": "1",
        "post_authors-0-person": person.pk,
        "post_authors-0-position": "0",
    }
    answer = editor.post(f"/admin/blog/post/{post.pk}/change/?working=1", data)
    assert answer.status_code == 302
    assert reasons(post)[0] == "A better title"
    assert not any("Added author" in line or "Deleted author" in line for line in logged(post))


def test_rows_that_are_new_or_gone_are_still_logged(editor):
    post = factories.post(authors=[factories.person("Ana Ruiz")])
    first = revisions.record(post)
    keep_working_copy(post, revisions.content_of(post), editor.user, base=first.number)
    data = form(post, based_on=str(first.number), _release="1")
    del data["_save"]
    other = factories.person("Ben Lee")
    data |= {"post_authors-TOTAL_FORMS": "1", "post_authors-0-person": other.pk,
             "post_authors-0-position": "0"}  # fmt: skip
    editor.post(f"/admin/blog/post/{post.pk}/change/?working=1", data)
    (line,) = logged(post)
    assert "Added author" in line
    assert "Deleted author" in line


def test_items_of_one_title_are_told_apart_by_author_and_day(editor):
    first = factories.post(title="Pacing", public=False, authors=[factories.person("Ana Ruiz")])
    second = factories.post(title="Pacing", public=False, authors=[factories.person("Ben Lee")])
    day = day_words(timezone.localtime(first.created_at))
    text = tick(editor, "publish_selected", first, second).text
    assert f"“Pacing”, Ana Ruiz, {day}" in text
    assert f"“Pacing”, Ben Lee, {day}" in text
