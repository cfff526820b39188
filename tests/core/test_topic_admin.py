"""Topics in the admin: the tree, merging, retiring, what cannot be deleted."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competencyworks.core import revisions
from competencyworks.core.models import Topic
from competencyworks.core.taxonomy.merging import merge_topics
from competencyworks.core.taxonomy.retiring import retire_topic
from tests import factories
from tests.conftest import signed_in
from tests.core.history.forms import opened, said

pytestmark = pytest.mark.django_db
LIST, MERGE = "/admin/core/topic/", "/admin/core/topic/merge/"


def html(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.mark.parametrize("role", ["author", "moderator", "curator"])
def test_who_may_not_merge_gets_403_and_changes_nothing(db, role):
    client = signed_in(role)
    kept, old = map(factories.topic, ("Kept", "Old"))
    post = factories.post(topics=[old])
    merge = {"ids": f"{old.pk},{kept.pk}", "keep": kept.pk}
    assert client.get(MERGE, merge).status_code == 403
    assert client.post(MERGE, merge).status_code == 403
    for page in ("retire", "bring-back"):
        assert client.get(f"{LIST}{old.pk}/{page}/").status_code == 403
        assert client.post(f"{LIST}{old.pk}/{page}/").status_code == 403
    client.post(LIST, {"action": "merge_selected", "_selected_action": [old.pk, kept.pk]})
    client.post(f"{LIST}{old.pk}/delete/", {"post": "yes"})
    assert set(Topic.objects.offered()) == {kept, old}
    assert list(post.topics.all()) == [old]
    assert not revisions.history(post).exists()


def test_a_merge_shows_items_addresses_and_topics_below(editor):
    kept, old = map(factories.topic, ("Kept", "Old"))
    factories.topic("Below it", parent=old)
    factories.wiki_page("Mastery", topics=[old])
    page = html(editor.get(MERGE, {"ids": f"{kept.pk},{old.pk}", "keep": kept.pk}))
    for words in ("1 item", "Mastery", "(wiki page, published)", "Below it", "/topics/old/"):
        assert words in page, words
    merge = {"ids": f"{kept.pk},{old.pk}", "keep": kept.pk}
    answer = editor.post(MERGE, merge, follow=True)
    assert said(answer) == "“Old” merged into “Kept”; 1 item changed."
    assert "no longer available" in said(editor.post(MERGE, merge, follow=True))
    assert "(merged into Kept)" in html(editor.get(f"{LIST}?retired=yes"))
    assert "merged into" in html(editor.get(f"{LIST}{old.pk}/change/"))


def test_a_merge_into_a_topic_below_is_refused_in_words(editor):
    top = factories.topic("Top")
    inner = factories.topic("Inner", parent=top)
    answer = editor.post(MERGE, {"ids": f"{top.pk},{inner.pk}", "keep": inner.pk})
    assert "“Inner” stands below “Top”" in html(answer)
    assert Topic.objects.offered().count() == 2


def test_a_used_topic_cannot_be_deleted(editor):
    used, above, alone = map(factories.topic, ("Used", "Above", "Alone"))
    factories.resource(topics=[used])
    factories.topic("Below", parent=above)
    for topic, words in ((used, "“Used” is in use"), (above, "“Above” has subtopics")):
        assert 'class="deletelink"' not in html(editor.get(f"{LIST}{topic.pk}/change/"))
        answer = editor.post(f"{LIST}{topic.pk}/delete/", {"post": "yes"}, follow=True)
        assert words in said(answer)
        assert "Resource_topics" not in html(answer)
    assert "delete_selected" not in html(editor.get(LIST))
    editor.post(f"{LIST}{alone.pk}/delete/", {"post": "yes"})
    assert set(Topic.objects.values_list("name", flat=True)) == {"Used", "Above", "Below"}


def test_retiring_asks_first_and_can_be_taken_back(editor, client):
    topic = factories.topic("Badges", parent=factories.topic("Credit"))
    post = factories.post(title="On badges", topics=[topic])
    page = html(editor.get(f"{LIST}{topic.pk}/retire/"))
    for words in ("1 item", "On badges", "/topics/badges/", "/topics/credit/"):
        assert words in page, words
    editor.post(f"{LIST}{topic.pk}/retire/")
    assert not post.topics.exists()
    assert client.get("/topics/badges/")["Location"] == "/topics/credit/"
    assert f"{LIST}{topic.pk}/bring-back/" in html(editor.get(f"{LIST}{topic.pk}/change/"))
    assert editor.get(f"{LIST}{topic.pk}/bring-back/").status_code == 405
    editor.post(f"{LIST}{topic.pk}/bring-back/")
    assert client.get("/topics/badges/").status_code == 200


def test_the_list_is_a_tree_without_what_is_out_of_use(editor):
    top = factories.topic("Assessment")
    factories.topic("Badges")
    factories.topic("Portfolios", parent=top)
    retire_topic(factories.topic("Gone").pk)
    page = html(editor.get(LIST))
    places = [page.index(f">{name}</a>") for name in (
        "Assessment", "Assessment › Portfolios", "Badges")]  # fmt: skip
    assert places == sorted(places)
    assert "Gone" not in page
    assert "Gone" in html(editor.get(f"{LIST}?retired=yes"))


def test_the_list_asks_the_same_number_of_queries(editor):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            html(editor.get(LIST))
        return len(found)

    topic = factories.topic("Often")
    factories.post(topics=[topic])
    factories.resource(topics=[topic])
    queries()
    few = queries()
    for number in range(10):
        factories.post(topics=[topic, factories.topic(f"T {number}", parent=topic)])
    assert queries() == few
    assert 'class="field-uses">12<' in html(editor.get(LIST))


def test_retired_topics_are_not_offered(editor):
    factories.topic("Grading now")
    retire_topic(factories.topic("Grading then").pk)
    found = editor.get(
        "/admin/autocomplete/?app_label=blog&model_name=post&field_name=topics&term=grading"
    )
    assert [row["text"] for row in found.json()["results"]] == ["Grading now"]
    for page in ("blog/post", "events/event", "wiki/resource", "wiki/wikipage", "blog/paper"):
        assert "Grading then" not in html(editor.get(f"/admin/{page}/")), page


def test_an_old_form_is_taken_for_the_topic_that_is_kept(editor):
    kept, old, gone = map(factories.topic, ("Kept", "Old", "Gone"))
    post = factories.post(topics=[old, gone])
    revisions.record(post)
    form = opened(editor, post)
    assert len(form.data["topics"]) == 2
    merge_topics(kept.pk, [old.pk])
    retire_topic(gone.pk)
    form.send(title="Other words")
    post.refresh_from_db()
    assert post.title == "Other words"
    assert list(post.topics.all()) == [kept]


def test_what_is_no_topic_is_refused(editor):
    post = factories.post()
    answer = opened(editor, post).send(topics=["999999"])
    assert "not one of the available choices" in html(answer)


def test_a_topic_does_not_go_below_a_retired_one(editor):
    gone, topic = map(factories.topic, ("Gone", "Here"))
    retire_topic(gone.pk)
    opened(editor, topic).send(parent=str(gone.pk))
    topic.refresh_from_db()
    assert topic.parent is None
