"""List actions on many items: the worker does them one by one, and says how it went."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import Group

from blog.models import Post
from competencyworks.core import revisions
from competencyworks.core.background import bulk_acts
from competencyworks.core.background.bulk_acts import AT_ONCE, do_bulk_actions, do_next
from competencyworks.core.models import Ban, BulkAct, Comment, Link, OutsideAddress
from competencyworks.core.revisions import history
from events.models import Event, Registration
from tests import factories
from tests.conftest import signed_in
from tests.events import factories as of_events

pytestmark = pytest.mark.django_db

MANY = AT_ONCE + 2


def drafts(count: int = MANY) -> list[Post]:
    return [factories.post(public=False) for _ in range(count)]


def address_of(item) -> str:
    return f"/admin/{item._meta.app_label}/{item._meta.model_name}/"


def tick(client, name: str, items, query: str = "", **more):
    data = {"action": name, "_selected_action": [item.pk for item in items], **more}
    return client.post(f"{address_of(items[0])}{query}", data, follow=True)


def act(client, name: str, items, query: str = "", **more):
    return tick(client, name, items, query, _confirmed="1", **more)


def work() -> None:
    while do_bulk_actions():
        pass


def page() -> str:
    return f"/admin/core/bulkact/{BulkAct.objects.get().pk}/change/"


# --- publishing and the rest --------------------------------------------------------------------


def test_the_page_that_asks_says_that_many_are_done_in_the_background(editor):
    posts = drafts()
    assert "This runs in the background" in tick(editor, "publish_selected", posts).text
    assert "in the background" not in tick(editor, "publish_selected", posts[:AT_ONCE]).text


def test_many_are_published_by_the_worker_and_the_page_tells_how_far_it_is(editor):
    posts = drafts()
    answer = act(editor, "publish_selected", posts, reason="For the new year")
    assert answer.redirect_chain[-1][0] == page()
    assert f"Publishing {MANY} posts" in answer.text
    assert f"0 of {MANY} done" in answer.text
    assert not Post.objects.published().exists()
    work()
    assert Post.objects.published().count() == MANY
    last = history(posts[0]).first()
    assert (last.author, last.reason) == (editor.user, "Published: For the new year")
    assert f"Finished: {MANY} published" in editor.get(page()).text
    assert f"Finished: {MANY} published" in editor.get("/admin/").text


def test_few_are_published_at_once(editor):
    act(editor, "publish_selected", drafts(AT_ONCE))
    assert Post.objects.published().count() == AT_ONCE
    assert not BulkAct.objects.exists()


@pytest.mark.parametrize(
    ("name", "query", "public", "done"),
    [
        ("withdraw_selected", "", True, {"status": "withdrawn"}),
        ("trash_selected", "", True, {"trashed_at__isnull": False}),
        ("restore_selected", "?stage=trash", None, {"trashed_at": None}),
    ],
)
def test_every_act_on_many_items_is_left_to_the_worker(editor, name, query, public, done):
    posts = [factories.post(public=bool(public)) for _ in range(MANY)]
    if public is None:
        Post.objects.update(trashed_at=factories.ago(days=1))
    act(editor, name, posts, query)
    assert not Post.objects.filter(**done).exists()
    work()
    assert Post.objects.filter(**done).count() == MANY


def test_what_cannot_be_done_is_left_and_told_with_the_reason(editor):
    posts = drafts()
    act(editor, "publish_selected", posts)
    Post.objects.filter(pk=posts[3].pk).update(trashed_at=factories.ago(minutes=1))
    work()
    told = editor.get(page()).text
    assert f"Finished: {MANY - 1} published, 1 not changed" in told
    assert f"“{posts[3].title}” is in the trash. Restore it first." in told


def test_what_was_saved_after_it_was_chosen_is_not_published(editor):
    posts = drafts()
    question = tick(editor, "publish_selected", posts).text
    seen = {f"seen-{post.pk}": post.updated_at.isoformat() for post in posts}
    assert all(f'name="{name}" value="{value}"' in question for name, value in seen.items())
    posts[0].title = "Half a sentence"
    posts[0].save()
    act(editor, "publish_selected", posts, **seen)
    work()
    posts[0].refresh_from_db()
    assert posts[0].status == "draft"
    assert (
        "“Half a sentence” was saved by somebody after you selected it" in editor.get(page()).text
    )
    assert Post.objects.published().count() == MANY - 1


def test_rights_are_asked_again_for_each_item(editor):
    posts = drafts()
    act(editor, "publish_selected", posts)
    do_next(BulkAct.objects.get())
    editor.user.groups.set([Group.objects.get(name="Author")])
    work()
    assert Post.objects.published().count() == 1
    told = editor.get(page()).text
    assert f"Finished: 1 published, {MANY - 1} not changed" in told
    assert "no longer allowed to do it" in told


def test_what_one_may_no_longer_see_is_told_without_its_title(editor):
    posts = drafts()
    act(editor, "publish_selected", posts)
    hidden = posts[-1]
    Post.objects.filter(pk=hidden.pk).update(title="Not for authors")
    editor.user.groups.set([Group.objects.get(name="Author")])
    work()
    told = editor.get(page()).text
    assert f"Number {hidden.pk}: " in told
    assert "Not for authors" not in told


def test_nothing_is_done_for_an_account_that_was_closed(editor):
    act(editor, "publish_selected", drafts())
    editor.user.is_active = False
    editor.user.save()
    work()
    assert not Post.objects.published().exists()


def test_a_worker_that_dies_leaves_no_item_half_done_and_the_next_goes_on(editor, monkeypatch):
    act(editor, "publish_selected", drafts())
    real, calls = bulk_acts._why_left, []

    def dies(bulk_act, row):
        words = real(bulk_act, row)
        calls.append(row.pk)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return words

    monkeypatch.setattr(bulk_acts, "_why_left", dies)
    with pytest.raises(KeyboardInterrupt):
        do_bulk_actions()
    assert Post.objects.published().count() == 2
    assert BulkAct.objects.with_counts().get().handled == 2
    monkeypatch.setattr(bulk_acts, "_why_left", real)
    work()
    assert Post.objects.published().count() == MANY
    assert all(history(post).count() == 1 for post in Post.objects.all())


def test_one_item_that_fails_does_not_stop_the_others(editor, monkeypatch, caplog):
    posts = drafts()
    act(editor, "publish_selected", posts)
    real = bulk_acts.registry["publish"]

    def fails(item, *more):
        if item.pk == posts[1].pk:
            Post.objects.filter(pk=item.pk).update(title="Half done")
            raise LookupError("no luck")
        real.run(item, *more)

    monkeypatch.setitem(bulk_acts.registry, "publish", replace(real, run=fails))
    work()
    assert Post.objects.published().count() == MANY - 1
    assert "An error occurred" in editor.get(page()).text
    assert "no luck" in caplog.text
    assert not Post.objects.filter(title="Half done").exists()


def test_a_slice_ends_in_time_and_says_that_work_is_left(editor, monkeypatch):
    monkeypatch.setattr(bulk_acts, "SLICE", 0.0)
    act(editor, "publish_selected", drafts())
    assert do_bulk_actions() is True
    assert 0 < Post.objects.published().count() < MANY
    work()
    assert do_bulk_actions() is False


def test_only_who_asked_and_superusers_see_a_bulk_action(editor, root):
    act(editor, "publish_selected", drafts())
    other = signed_in("other")
    other.user.groups.add(Group.objects.get(name="Editor"))
    assert other.get(page()).status_code in (302, 404)
    assert "Publishing" not in other.get("/admin/core/bulkact/").text
    assert "Publishing" not in other.get("/admin/").text
    assert "Publishing" in root.get("/admin/core/bulkact/").text


def test_the_list_costs_the_same_for_many(editor, django_assert_num_queries):
    act(editor, "publish_selected", drafts())
    editor.get("/admin/core/bulkact/")
    for _ in range(2):
        with django_assert_num_queries(6):
            assert f"0 of {MANY} done" in editor.get("/admin/core/bulkact/").text
        act(editor, "publish_selected", drafts())


def test_old_notes_are_forgotten_and_unfinished_ones_kept(editor):
    act(editor, "publish_selected", drafts())
    BulkAct.objects.update(created_at=factories.ago(days=60))
    bulk_acts.forget_old_bulk_actions()
    assert BulkAct.objects.exists()
    BulkAct.objects.update(finished_at=factories.ago(days=31))
    bulk_acts.forget_old_bulk_actions()
    assert not BulkAct.objects.exists()


# --- saved while somebody chooses ---------------------------------------------------------------


def test_what_a_colleague_saved_just_now_is_named_and_not_ticked(editor, root):
    mine, theirs = drafts(2)
    for post, user in ((mine, editor.user), (theirs, root.user)):
        post.title = f"{post.title} again"
        post.save()
        revisions.record(post, user, "Words")
    question = tick(editor, "publish_selected", [mine, theirs]).text
    assert f"saved by {root.user.username}" in question
    assert "1 of these was saved a few minutes ago" in question
    Post.objects.update(updated_at=factories.ago(minutes=30))
    assert "saved by" not in tick(editor, "publish_selected", [mine, theirs]).text


def test_what_was_saved_since_the_list_was_shown_is_named(editor):
    (post,) = drafts(1)
    shown = post.updated_at.isoformat()
    assert 'name="shown_at"' in editor.get("/admin/blog/post/").text
    assert "saved by" not in tick(editor, "publish_selected", [post], shown_at=shown).text
    post.save()
    assert "saved by somebody" in tick(editor, "publish_selected", [post], shown_at=shown).text
    for odd in ("", "yesterday", "2026-13-40T00:00", "2026-01-01T00:00:00"):
        assert tick(editor, "publish_selected", [post], shown_at=odd).status_code == 200


def test_one_that_was_saved_after_it_was_chosen_is_told_at_once(editor):
    (post,) = drafts(1)
    seen = {f"seen-{post.pk}": post.updated_at.isoformat()}
    post.save()
    answer = act(editor, "publish_selected", [post], **seen)
    assert "after you selected it, so it was not published" in answer.text
    assert not Post.objects.published().exists()


def test_her_own_save_is_not_told_as_a_colleagues(editor):
    (post,) = drafts(1)
    seen = {f"seen-{post.pk}": post.updated_at.isoformat()}
    act(editor, "publish_selected", [post], **seen)
    answer = act(editor, "publish_selected", [post], **seen)
    assert f"You changed “{post.title}” yourself after you selected it" in answer.text
    assert "was saved by" not in answer.text


# --- comments -----------------------------------------------------------------------------------


def waiting(count: int = MANY) -> list[Comment]:
    item = factories.post()
    return [
        factories.comment(
            item, status="waiting", name=f"Reader {n}", email=f"r{n}@example.org", network=f"n{n}"
        )
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("name", "status"),
    [("approve", "approved"), ("mark_spam", "spam"), ("trash", "trash")],
)
def test_decisions_on_many_comments_are_left_to_the_worker(moderator, name, status):
    comments = waiting()
    seen = {f"seen-{comment.pk}": comment.version for comment in comments}
    comments[0].body = "<p>Other words.</p>"
    comments[0].save()
    act(moderator, name, comments, "?status=all", **seen)
    assert not Comment.objects.filter(status=status).exists()
    work()
    assert Comment.objects.filter(status=status).count() == MANY - 1
    told = moderator.get(page()).text
    assert "Its text was edited after the list was shown." in told
    decision = comments[1].decisions.get()
    assert (decision.by, decision.source) == (moderator.user, "moderator")


@pytest.mark.parametrize("name", ["ban_addresses", "ban_networks"])
def test_many_writers_are_banned_at_once_and_their_comments_marked_by_the_worker(moderator, name):
    comments = waiting()
    act(moderator, name, comments, "?status=all")
    assert Ban.objects.count() == MANY
    assert not Comment.objects.filter(status="spam").exists()
    work()
    assert Comment.objects.filter(status="spam").count() == MANY


# --- events, links ------------------------------------------------------------------------------


@pytest.fixture
def manager(db):
    client = signed_in("manager")
    client.user.groups.add(Group.objects.get(name="Event manager"))
    return client


def test_many_registrations_are_cancelled_by_the_worker(manager):
    event = of_events.event(capacity=100)
    rows = [of_events.registered(event) for n in range(MANY)]
    assert "runs in the background" in tick(manager, "cancel_selected", rows).text
    act(manager, "cancel_selected", rows)
    assert not Registration.objects.filter(status="cancelled").exists()
    work()
    assert Registration.objects.filter(status="cancelled").count() == MANY
    assert f"Finished: {MANY} canceled" in manager.get(page()).text


def test_many_who_wait_are_given_seats_by_the_worker(manager):
    event = of_events.event(capacity=MANY - 1)
    rows = [of_events.registered(event) for n in range(MANY - 1)]
    rows.append(of_events.registered(event))
    Registration.objects.update(status="waiting")
    assert "runs in the background" in tick(manager, "promote_selected", rows).text
    act(manager, "promote_selected", rows)
    assert not Registration.objects.exclude(status="waiting").exists()
    work()
    assert Registration.objects.exclude(status="waiting").count() == MANY - 1
    told = manager.get(page()).text
    assert f"Finished: {MANY - 1} given a seat, 1 not changed" in told
    assert "There are not enough free seats." in told


def test_many_events_are_copied_by_the_worker(manager):
    events = [of_events.event() for _ in range(MANY)]
    act(manager, "copy_selected", events)
    assert Event.objects.count() == MANY
    work()
    assert Event.objects.count() == 2 * MANY


def test_many_moved_addresses_are_written_by_the_worker(editor):
    count = 7
    for number in range(count):
        factories.post(
            body=f'<p>As <a href="https://old.example.org/{number}/">they say</a>.</p>',
        )
    rows = OutsideAddress.objects.filter(host="old.example.org")
    for row in rows:
        row.health, row.moved_for_good = "alive", True
        row.leads_to = row.url.replace("old.", "new.")
        row.save()
    act(editor, "replace_moved", list(rows))
    assert not Link.objects.filter(outside__host="new.example.org").exists()
    work()
    assert Link.objects.filter(outside__host="new.example.org").count() == count
