"""What staff do all day: write, submit, publish, schedule, withdraw, restore."""

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from lxml import html

from blog.models import Post, Series
from competencyworks.core import revisions
from competencyworks.core.models import Person
from competencyworks.core.revisions import history
from tests import factories

pytestmark = pytest.mark.django_db


def form(post: Post | None = None, **changes) -> dict:
    """What the post's form sends."""
    channel = factories.channel()
    data = {
        "title": post.title if post else "A new post",
        "channel": channel.pk,
        "body": post.body if post else "<p>Words.</p>",
        "slug": post.slug if post else "",
        "status": post.status if post else "draft",
        "publish_at_0": "",
        "publish_at_1": "",
        "unpublish_at_0": "",
        "unpublish_at_1": "",
        "tags": "",
        "post_authors-TOTAL_FORMS": "0",
        "post_authors-INITIAL_FORMS": "0",
        "_save": "Save",
        "_publish_anyway": "1",  # what is missing has tests of its own
    }
    if post and post.publish_at:
        local = timezone.localtime(post.publish_at)
        data |= {"publish_at_0": f"{local:%Y-%m-%d}", "publish_at_1": f"{local:%H:%M:%S}"}
    return data | changes


def edit(client, post, **changes):
    return client.post(f"/admin/blog/post/{post.pk}/change/", form(post, **changes))


def test_an_author_writes_a_draft_that_bears_their_name(author):
    Person.objects.create(name="Ana Ruiz", user=author.user)
    response = author.post("/admin/blog/post/add/", form(tags="pacing, grading"))
    assert response.status_code == 302
    post = Post.objects.get()
    assert (post.status, post.created_by) == ("draft", author.user)
    assert [p.name for p in post.authors.all()] == ["Ana Ruiz"]
    revision = history(post).get()
    assert revision.author == author.user
    assert revision.content["tags"] == ["grading", "pacing"]


def test_an_author_cannot_publish_whatever_they_send(author):
    author.post(
        "/admin/blog/post/add/",
        form(status="published", publish_at_0="2020-01-01", publish_at_1="10:00", _publish="1"),
    )
    post = Post.objects.get()
    assert post.status == "draft"
    assert post.publish_at is None


def test_an_author_submits_and_then_may_only_look(author):
    author.post("/admin/blog/post/add/", form(_submit="1"))
    post = Post.objects.get()
    assert post.status == "review"
    assert edit(author, post, title="Changed my mind").status_code == 403
    assert author.get(f"/admin/blog/post/{post.pk}/change/").status_code == 200


def test_an_author_does_not_see_what_others_write(author):
    other = factories.post(title="Somebody else's", public=False)
    assert "Somebody else" not in author.get("/admin/blog/post/").content.decode()
    assert author.get(f"/admin/blog/post/{other.pk}/change/").status_code == 302
    assert author.get(f"/admin/blog/post/{other.pk}/preview/").status_code == 404


def test_an_editor_publishes_with_one_button(editor, client):
    post = factories.post(public=False)
    assert edit(editor, post, _publish="1").status_code == 302
    post.refresh_from_db()
    assert post.is_public
    assert client.get(post.path).status_code == 200


def test_an_editor_schedules(editor, client):
    post = factories.post(public=False)
    soon = timezone.localtime(factories.ahead(hours=1))
    edit(
        editor,
        post,
        status="published",
        publish_at_0=f"{soon:%Y-%m-%d}",
        publish_at_1=f"{soon:%H:%M:%S}",
    )
    post.refresh_from_db()
    assert post.stage == "Scheduled"
    assert client.get(post.path).status_code == 404


def test_a_wrong_end_is_explained_beside_the_form(editor):
    post = factories.post()
    response = edit(editor, post, unpublish_at_0="2001-01-01", unpublish_at_1="10:00:00")
    assert response.status_code == 200
    assert "must be later than" in response.content.decode()


def test_a_reserved_slug_is_refused_with_a_reason(editor):
    response = editor.post("/admin/blog/post/add/", form(slug="feed"))
    assert response.status_code == 200
    assert "address of the site itself" in response.content.decode()


def test_the_preview_shows_a_draft_to_staff_and_to_nobody_else(editor, client):
    post = factories.post(public=False, title="Not yet", authors=[factories.person()])
    response = editor.get(f"/admin/blog/post/{post.pk}/preview/")
    assert response.status_code == 200
    assert "Not yet" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert client.get(f"/admin/blog/post/{post.pk}/preview/").status_code == 302


def tick(client, name, *items, query="", **more):
    """The answer to a list action on ticked items."""
    model = items[0]._meta
    return client.post(
        f"/admin/{model.app_label}/{model.model_name}/{query}",
        {"action": name, "_selected_action": [item.pk for item in items], **more},
        follow=True,
    )


def act(client, name, *items, query="", **more):
    """The same, with the question that comes first answered by yes."""
    return tick(client, name, *items, query=query, _confirmed="1", **more)


def boxes(answer) -> list:
    return html.fromstring(answer.content).xpath("//input[@name='_selected_action']")


def test_bulk_publish_and_withdraw_keep_revisions(editor):
    posts = [factories.post(public=False) for _ in range(3)]
    assert "3 posts published" in act(editor, "publish_selected", *posts).content.decode()
    assert Post.objects.published().count() == 3
    answer = act(editor, "withdraw_selected", posts[0]).content.decode()
    assert "1 post withdrawn" in answer
    posts[0].refresh_from_db()
    assert posts[0].status == "withdrawn"
    assert [r.reason for r in history(posts[0])] == ["Withdrawn", "Published"]


def test_bulk_acts_ask_first_and_say_what_is_missing(editor):
    author = factories.person()
    whole = factories.post(public=False, title="Whole", body="<p>Words.</p>", authors=[author])
    bare = factories.post(public=False, title="A bare draft", body="")
    question = tick(editor, "publish_selected", whole, bare)
    assert "Publish 2 posts?" in question.text
    assert "no text, no author" in question.text
    ticked = [box.get("value") for box in boxes(question) if box.get("checked") is not None]
    assert ticked == [str(whole.pk)]
    assert not Post.objects.published().exists()


def test_an_act_on_several_keeps_who_did_it_and_why(editor):
    post = factories.post()
    revisions.record(post)  # the words are the same afterward
    act(editor, "trash_selected", post, reason="It was a double")
    last = history(post)[0]
    assert (last.author, last.reason) == (editor.user, "Moved to the trash: It was a double")
    entry = LogEntry.objects.get(object_id=str(post.pk))
    assert (entry.user, entry.change_message) == (editor.user, last.reason)
    act(editor, "restore_selected", post, query="?stage=trash")
    assert history(post).first().reason == "Restored from the trash"


@pytest.mark.parametrize("state", ["draft", "review", "public", "scheduled", "withdrawn"])
def test_an_author_trashes_own_drafts_alone(author, state):
    post = factories.post(public=state == "public", created_by=author.user)
    if state == "scheduled":
        Post.objects.filter(pk=post.pk).update(
            status="published", publish_at=factories.ahead(days=1)
        )
    elif state in ("review", "withdrawn"):
        Post.objects.filter(pk=post.pk).update(status=state)
    answer = act(author, "trash_selected", post)
    post.refresh_from_db()
    assert (post.trashed_at is not None) is (state == "draft")
    assert answer.status_code == (200 if state == "draft" else 403)
    if state != "draft":
        assert post.title in answer.text
        assert "Nothing was changed" in answer.text


def test_one_text_that_the_author_may_not_trash_keeps_all_ticked_where_they_are(author):
    draft = factories.post(public=False, created_by=author.user)
    public = factories.post(created_by=author.user)
    assert act(author, "trash_selected", draft, public).status_code == 403
    draft.refresh_from_db()
    assert draft.trashed_at is None


def test_an_author_has_no_bulk_publish(author):
    post = factories.post(public=False, created_by=author.user)
    assert "publish_selected" not in author.get("/admin/blog/post/").text
    act(author, "publish_selected", post)
    assert not Post.objects.published().exists()


def test_what_is_deleted_lies_in_the_trash_and_comes_back_as_it_was(editor, client):
    post = factories.post(tags=["pacing"])
    address = f"/admin/blog/post/{post.pk}/delete/"
    assert 'name="reason"' in editor.get(address).text
    editor.post(address, {"post": "yes", "reason": "A  double"})
    assert history(post).first().reason == "Moved to the trash: A double"
    assert client.get(post.path).status_code == 404
    assert "was moved to the trash" in editor.get("/admin/").content.decode()
    assert post.title not in editor.get("/admin/blog/post/").content.decode()
    assert post.title in editor.get("/admin/blog/post/?stage=trash").content.decode()
    act(editor, "restore_selected", post, query="?stage=trash")
    post.refresh_from_db()
    assert post.is_public
    assert [tag.name for tag in post.tags.all()] == ["pacing"]


@pytest.mark.parametrize("button", ["_save", "_continue", "_publish"])
@pytest.mark.parametrize("withdrawn_on", ["", "2090-01-01"])
def test_published_without_a_date_is_published_now(editor, client, button, withdrawn_on):
    post = factories.post(public=False)
    later = {"unpublish_at_0": withdrawn_on, "unpublish_at_1": withdrawn_on and "10:00"}
    data = form(post, status="published", **later) | {button: "x"}
    assert editor.post(f"/admin/blog/post/{post.pk}/change/", data).status_code == 302
    post.refresh_from_db()
    assert client.get(post.path).status_code == 200


def test_a_date_that_is_taken_away_is_now(editor):
    post = factories.post()
    before = post.publish_at
    edit(editor, post, publish_at_0="", publish_at_1="")
    post.refresh_from_db()
    assert post.is_public
    assert post.publish_at > before


def test_a_save_that_changes_nothing_keeps_no_revision(editor):
    post = factories.post(public=False)
    for _ in range(2):
        edit(editor, post)
    assert history(post).count() == 1


def test_the_list_is_searched_by_the_words_of_the_texts(editor):
    factories.post(title="One", body="<p>Calibration of judgments</p>")
    factories.post(title="Two", body="<p>Something else</p>")
    text = editor.get("/admin/blog/post/?q=judgment").content.decode()
    assert ">One<" in text
    assert ">Two<" not in text


def test_a_series_is_made_and_its_parts_are_put_in_order(editor):
    response = editor.post(
        "/admin/blog/series/add/",
        {"title": "A series", "body": "<p>Introduction</p>", "status": "draft", "slug": "",
         "publish_at_0": "", "publish_at_1": "", "unpublish_at_0": "", "unpublish_at_1": "",
         "tags": "", "posts-TOTAL_FORMS": "0", "posts-INITIAL_FORMS": "0", "_publish": "1"},
    )  # fmt: skip
    assert response.status_code == 302
    assert Series.objects.published().get().path == "/series/a-series/"


@pytest.mark.parametrize(
    "address",
    ["", "blog/post/", "blog/post/add/", "blog/series/", "blog/series/add/", "blog/channel/",
     "core/image/", "core/image/add/", "core/person/", "core/person/add/", "core/topic/",
     "core/comment/", "core/oldaddress/", "core/state/", "website/page/", "website/page/add/",
     "website/sitesettings/1/change/", "taggit/tag/"],
)  # fmt: skip
def test_every_page_of_the_admin_opens_for_an_editor(editor, address):
    factories.comment(factories.post(authors=[factories.person()], picture=factories.image()))
    factories.page()
    assert editor.get(f"/admin/{address}", follow=True).status_code == 200


@pytest.mark.parametrize("address", ["blog/post/", "blog/series/", "core/image/", "core/person/"])
def test_lists_cost_the_same_however_long(editor, address, django_assert_num_queries):
    def fill(count):
        for _ in range(count):
            factories.post(
                authors=[factories.person(), factories.person()],
                picture=factories.image(),
                series=factories.series(),
            )

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for size in (2, 6):
        fill(size)
        editor.get(f"/admin/{address}")
        with CaptureQueriesContext(connection) as queries:
            editor.get(f"/admin/{address}")
        counts.append(len(queries))
    assert counts[0] == counts[1]
