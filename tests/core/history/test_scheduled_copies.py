"""What shall take the place of a public text by itself, at a moment that staff set."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from competencyworks.core import revisions, workflow
from competencyworks.core.history.upkeep import put_due_copies_in_public
from competencyworks.core.history.working import working_copy
from competencyworks.core.models import OutgoingMail, Revision
from tests.conftest import signed_in
from tests.core.history.forms import BODY, fresh, opened, said
from tests.core.history.test_restoring import every_kind
from tests.core.history.test_working_copies import admin_of
from tests.core.workers import wait_for
from wiki.models import WikiPage

pytestmark = pytest.mark.django_db
DAY, HOUR = "goes_public_at_0", "goes_public_at_1"


def at(moment) -> dict[str, str]:
    """What is typed into the two fields."""
    local = timezone.localtime(moment)
    return {DAY: f"{local:%Y-%m-%d}", HOUR: f"{local:%H:%M:%S}"}


def tomorrow():
    return timezone.now().replace(microsecond=0) + timedelta(days=1)


def keep(browser, item, query: str = "", when=None, **values):
    """Keep a working copy by the form, to go public tomorrow."""
    return opened(browser, item, query).send("_working", **at(when or tomorrow()), **values)


def its_moment_comes(item) -> None:
    moved = Revision.objects.filter(pk=working_copy(item).pk, goes_public_at__isnull=False)
    assert moved.update(goes_public_at=timezone.now() - timedelta(minutes=1)) == 1


def held_back(item) -> str:
    copy = working_copy(item)
    assert copy.goes_public_at is None
    return copy.held_back


def mails() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind="working_copy").order_by("to_email"))


# --- by its moment --------------------------------------------------------------------------


def test_readers_see_the_old_text_until_the_minute(post, editor, client, monkeypatch):
    moment = tomorrow()
    answer = keep(editor, post, when=moment, title="Pace", slug="pace", revision_reason="For fall")
    assert "It will then be replaced by this version" in said(answer)
    assert "This version will be published on" in answer.content.decode()
    old = post.path

    monkeypatch.setattr(timezone, "now", lambda: moment - timedelta(microseconds=1))
    assert not put_due_copies_in_public()
    assert "Pacing" in client.get(old).content.decode()
    assert revisions.history(post).count() == 1

    monkeypatch.setattr(timezone, "now", lambda: moment)
    put_due_copies_in_public()
    answer = client.get(old)
    assert (answer.status_code, answer["Location"].endswith("/pace/")) == (301, True)
    assert "Pace" in client.get(fresh(post).path).content.decode()
    assert working_copy(post) is None
    last = revisions.history(post).first()
    assert (last.number, last.reason, last.author) == (2, "For fall", editor.user)
    assert mails() == []


def test_each_kind_goes_public_by_itself(make, root):
    items = every_kind(make)
    for item in items:
        revisions.record(fresh(item))
        keep(root, item, seo_title="Later")
        assert fresh(item).seo_title != "Later", type(item)
        listed = root.get(admin_of(item, "").replace(f"{item.pk}/", "") + "?stage=change")
        assert "New version on" in listed.content.decode(), type(item)
        its_moment_comes(item)
    put_due_copies_in_public()
    for item in items:
        assert fresh(item).seo_title == "Later", type(item)
        assert working_copy(item) is None
        assert revisions.history(item).first().author == root.user


def test_another_title_rewrites_the_links_as_the_button_does(make, root):
    pacing = make.wiki_page("Pacing")
    citing = make.wiki_page("Mastery", body="<p>See [[Pacing]].</p>")
    for page in (pacing, citing):
        revisions.record(page)
    keep(root, pacing, title="Pace")
    its_moment_comes(pacing)
    put_due_copies_in_public()
    assert WikiPage.objects.get(pk=pacing.pk).title == "Pace"
    assert "[[Pace" in WikiPage.objects.get(pk=citing.pk).body


def test_what_changed_in_public_meanwhile_is_merged(post, editor):
    keep(editor, post, body=BODY.replace("One", "First"))
    opened(editor, post).send(body=BODY.replace("Three", "Third"), title="Pace")
    its_moment_comes(post)
    put_due_copies_in_public()
    assert fresh(post).body == BODY.replace("One", "First").replace("Three", "Third")
    assert fresh(post).title == "Pace"


# --- the form ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({DAY: "2020-03-01", HOUR: "09:00:00"}, "This time has passed."),
        ({DAY: "soon", HOUR: "09:00:00"}, "Enter a date such as 12/30/2026"),
        ({DAY: "2099-03-01", HOUR: ""}, "Enter a time such as 2:30 p.m."),
    ],
)
def test_a_moment_that_cannot_be_is_said_beside_the_field(post, editor, typed, error):
    form = opened(editor, post)
    page = form.send("_working", title="Pace", **typed).content.decode()
    beside = page.partition("Publish this version on</legend>")[2].partition("</fieldset>")[0]
    assert error in beside
    assert working_copy(post) is None
    assert fresh(post).title == "Pacing"
    again = form.again()
    assert again.data["title"] == ["Pace"]
    again.send("_working", **at(tomorrow()))
    assert working_copy(post).content["title"] == "Pace"


def test_the_hour_is_that_of_the_site(post, editor, settings):
    settings.TIME_ZONE = "America/New_York"
    opened(editor, post).send("_working", **{DAY: "2099-01-15", HOUR: "09:00:00"})
    assert working_copy(post).goes_public_at.isoformat() == "2099-01-15T14:00:00+00:00"


def test_a_moment_is_changed_and_taken_away(post, editor):
    keep(editor, post, title="Pace")
    later = tomorrow() + timedelta(days=7)
    keep(editor, post, "?working=1", when=later)
    assert working_copy(post).goes_public_at == later
    form = opened(editor, post, "?working=1")
    assert form.data[DAY] == [at(later)[DAY]]
    answer = form.send("_working", **{DAY: "", HOUR: ""})
    assert "It is no longer scheduled." in said(answer)
    copy = working_copy(post)
    assert (copy.goes_public_at, copy.scheduled_by) == (None, None)
    assert copy.content["title"] == "Pace"


def test_who_only_sets_the_moment_does_not_become_the_author(post, two):
    editor, ben = two
    opened(ben, post).send("_working", title="Pace")
    keep(editor, post, "?working=1")
    copy = working_copy(post)
    assert (copy.author, copy.scheduled_by) == (ben.user, editor.user)


@pytest.mark.parametrize("button", ["_save", "_continue", "_release"])
def test_a_moment_with_another_button_publishes_nothing_at_once(post, editor, button):
    opened(editor, post).send("_working", title="Pace")
    form = opened(editor, post, "?working=1" if button == "_release" else "")
    page = form.send(button, title="Paces", **at(tomorrow())).content.decode()
    assert "applies only to a working copy" in page
    assert fresh(post).title == "Pacing"
    assert working_copy(post).content["title"] == "Pace"


def test_a_moment_that_was_not_seen_is_not_taken_away(post, two):
    opened(two[0], post).send("_working", title="Pace")
    mine, theirs = (opened(one, post, "?working=1") for one in two)
    theirs.send("_working", **at(tomorrow()))
    page = mine.send("_working", title="Paces").content.decode()
    assert "has saved a working copy since you opened this form" in page
    assert working_copy(post).goes_public_at is not None


def test_discarding_and_the_button_end_the_schedule(post, editor):
    keep(editor, post, title="Pace")
    editor.post(admin_of(post, "working/release/"))
    assert fresh(post).title == "Pace"
    keep(editor, post, title="Paces")
    editor.post(admin_of(post, "working/discard/"))
    assert not Revision.objects.exclude(goes_public_at=None).exists()


# --- who may ------------------------------------------------------------------------------------


@pytest.fixture
def writer(db):
    """Changes pages of the wiki, and publishes none."""
    browser = signed_in("writer")
    names = ("change_wikipage", "view_wikipage")
    browser.user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return browser


def test_who_may_not_publish_cannot_schedule(make, writer, root):
    page = make.wiki_page("Pacing")
    revisions.record(page)
    form = opened(writer, page)
    assert DAY not in form.data
    form.send("_working", seo_title="Mine", **at(tomorrow()))
    assert working_copy(page).goes_public_at is None
    # What an editor has looked at is public at its moment, but not what was written afterwards.
    keep(root, page, "?working=1")
    answer = opened(writer, page, "?working=1").send("_working", seo_title="Unseen")
    assert "It is no longer scheduled." in said(answer)
    assert working_copy(page).goes_public_at is None


def test_an_author_cannot_touch_what_is_public(make, author, editor):
    item = make.post(title="Pacing", created_by=author.user)
    revisions.record(item)
    data = {"title": "Pace", "_working": "x", **at(tomorrow())}
    assert author.post(admin_of(item, "change/"), data).status_code == 403
    assert working_copy(item) is None


def test_only_a_working_copy_has_a_moment(post):
    with pytest.raises(IntegrityError), transaction.atomic():
        revisions.of_item(post).update(goes_public_at=timezone.now())


# --- what cannot be -----------------------------------------------------------------------------


def test_a_collision_keeps_both_texts_and_mails_once(post, two, client):
    editor, ben = two
    ben.user.email = "ben@example.org"
    ben.user.save()
    opened(ben, post).send("_working", body=BODY.replace("One", "Copy"))
    keep(editor, post, "?working=1")
    opened(editor, post).send(body=BODY.replace("One", "Public"))
    its_moment_comes(post)
    for _ in range(2):
        put_due_copies_in_public()
    assert "Public" in client.get(post.path).content.decode()
    assert "Copy" in working_copy(post).content["body"]
    assert held_back(post) == "The published version has been changed in the same places: Text."
    assert [mail.to_email for mail in mails()] == ["ben@example.org", "editor@example.org"]
    for mail in mails():
        assert mail.subject == "Not published: Pacing"
        assert "changed in the same places: Text." in mail.text
        assert f"{admin_of(post, 'change/')}?working=1" in mail.text
        assert f"{admin_of(post, 'change/')}?working=1" in mail.html
    assert "was not published at the scheduled time" in opened(editor, post).answer.content.decode()
    # By the form both are shown, and it can be put in public, or get another moment.
    opened(editor, post, "?working=1").send("_release")
    form = opened(editor, post, "?working=1")
    form.send("_working", **at(tomorrow()))
    assert working_copy(post).held_back == ""


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (workflow.trash, "The item is in the trash."),
        (workflow.withdraw, "The item itself is no longer public."),
    ],
)
def test_what_is_not_public_any_more_stays_as_it_is(post, editor, act, why):
    keep(editor, post, title="Pace")
    act(post)
    its_moment_comes(post)
    put_due_copies_in_public()
    assert fresh(post).title == "Pacing"
    assert working_copy(post).content["title"] == "Pace"
    assert held_back(post) == why
    (mail,) = mails()
    assert why in mail.text
    assert mail.to_email == "editor@example.org"


def test_what_was_restored_before_its_moment_goes_public(post, editor):
    keep(editor, post, title="Pace")
    workflow.trash(post)
    workflow.restore(post)
    its_moment_comes(post)
    put_due_copies_in_public()
    assert fresh(post).title == "Pace"


def test_what_could_not_be_brought_along_is_mailed(post, editor, make):
    topic = make.topic("Rural schools")
    keep(editor, post, topics=[str(topic.pk)], title="Pace")
    topic.delete()
    its_moment_comes(post)
    put_due_copies_in_public()
    assert fresh(post).title == "Pace"
    (mail,) = mails()
    assert mail.subject == "Published, but not completely: Pace"
    assert "Topics: 1 that no longer exists" in mail.text


def test_one_that_fails_does_not_stop_the_others(make, editor, monkeypatch):
    bad, good = make.post(title="Bad"), make.post(title="Good")
    for item in (bad, good):
        revisions.record(item)
        keep(editor, item, seo_title="Later")
        its_moment_comes(item)
    record = revisions.record

    def fails(item, *args, **more):
        if item.pk == bad.pk:
            raise LookupError("as asked")
        return record(item, *args, **more)

    with monkeypatch.context() as broken:
        broken.setattr(revisions, "record", fails)
        with pytest.raises(LookupError):
            put_due_copies_in_public()
    assert (fresh(good).seo_title, fresh(bad).seo_title) == ("Later", "")
    put_due_copies_in_public()
    assert fresh(bad).seo_title == "Later"


# --- at once, and killed -------------------------------------------------------------------------


def swept(start: Barrier | None = None) -> None:
    """One sweep on a connection of its own, begun with the others that `start` waits for."""
    try:
        if start:
            start.wait(timeout=30)
        put_due_copies_in_public()
    finally:
        connection.close()


def four_workers_sweep() -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(swept, [Barrier(4)] * 4))


@pytest.mark.django_db(transaction=True)
def test_several_workers_put_it_in_public_once(make):
    user = signed_in("root", is_superuser=True)
    items = [make.post(title=f"Post {number}") for number in range(6)]
    for item in items:
        revisions.record(item)
        keep(user, item, seo_title="Later")
        its_moment_comes(item)
    four_workers_sweep()
    for item in items:
        # One that all skipped, as another had it in hand, would still be due.
        assert fresh(item).seo_title == "Later"
        assert [row.number for row in revisions.history(item)] == [2, 1]
    assert mails() == []


@pytest.mark.django_db(transaction=True)
def test_several_workers_mail_a_collision_once(make):
    user = signed_in("root", is_superuser=True)
    item = make.post(title="Pacing")
    revisions.record(item)
    keep(user, item, title="Copy")
    opened(user, item).send(title="Public")
    its_moment_comes(item)
    four_workers_sweep()
    assert held_back(item)
    assert len(mails()) == 1
    assert fresh(item).title == "Public"


@pytest.mark.django_db(transaction=True)
def test_what_somebody_saves_just_now_waits(make):
    user = signed_in("root", is_superuser=True)
    item = make.post(title="Pacing")
    revisions.record(item)
    keep(user, item, title="Pace")
    its_moment_comes(item)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            type(item).objects.select_for_update().get(pk=item.pk)
            pool.submit(swept).result(timeout=30)
        assert fresh(item).title == "Pacing"
        pool.submit(swept).result(timeout=30)
    assert fresh(item).title == "Pace"


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_half_way_has_changed_nothing(make, workers):
    user = signed_in("root", is_superuser=True)
    item = make.post(title="Pacing")
    revisions.record(item)
    keep(user, item, title="Pace")
    its_moment_comes(item)
    with transaction.atomic():
        # The copy is deleted last of all: there the worker waits until it is killed.
        Revision.objects.select_for_update().get(pk=working_copy(item).pk)
        worker = workers.start()
        wait_for(_waits_to_delete)
        worker.kill()
        worker.wait()
    wait_for(lambda: not _waits_to_delete())
    assert fresh(item).title == "Pacing"
    assert revisions.history(item).count() == 1
    assert working_copy(item).goes_public_at is not None
    put_due_copies_in_public()
    assert fresh(item).title == "Pace"
    assert revisions.history(item).count() == 2


def _waits_to_delete() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction keeps its first look
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database() AND query LIKE 'DELETE%core_revision%'"
        )
        return cursor.fetchone()[0] > 0
