"""Two people have one form open: what they save is merged, or shown to both; nothing is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from blog.admin import PostAdmin
from blog.models import Post
from competencyworks.core import revisions, workflow
from tests.conftest import signed_in
from tests.core.history.forms import BODY, fresh, opened, said


def test_different_paragraphs_are_merged_and_told(post, two):
    mine, theirs = opened(two[0], post), opened(two[1], post)
    theirs.send(body=BODY.replace("Three", "Third"), title="Pace")
    answer = mine.send(body=BODY.replace("One", "First"))
    assert "First" in fresh(post).body
    assert "Third" in fresh(post).body
    assert fresh(post).title == "Pace"
    assert "Ben Okafor saved changes while you were writing. Merged: Title, Text." in said(answer)
    assert [row.number for row in revisions.history(post)] == [3, 2, 1]


def test_the_same_paragraph_shows_both_and_saves_nothing(post, two):
    mine, theirs = opened(two[0], post), opened(two[1], post)
    theirs.send(body=BODY.replace("One", "Theirs").replace("Three", "Third"), title="Pace")
    answer = mine.send(body=BODY.replace("One", "Mine"), excerpt="Short")
    page = answer.content.decode()
    assert "Ben Okafor changed the same fields as you: Text." in page
    assert "<p>Mine.</p>" in page
    assert "<p>Theirs.</p>" in page
    assert said(answer) == ""
    assert fresh(post).body == BODY.replace("One", "Theirs").replace("Three", "Third")
    assert revisions.history(post).count() == 2
    # The form holds mine, and what could be merged; saved again, it counts.
    form = mine.again()
    assert form.data["excerpt"] == ["Short"]
    assert form.data["body"] == [BODY.replace("One", "Mine").replace("Three", "Third")]
    form.send(body=BODY.replace("One", "Both").replace("Three", "Third"))
    assert fresh(post).body == BODY.replace("One", "Both").replace("Three", "Third")
    assert (fresh(post).title, fresh(post).excerpt) == ("Pace", "Short")


def test_a_third_save_between_is_seen_too(post, two):
    mine, theirs = opened(two[0], post), opened(two[1], post)
    theirs.send(body=BODY.replace("One", "Theirs"))
    mine.send(body=BODY.replace("One", "Mine"))
    opened(two[1], post).send(body=BODY.replace("One", "Once more"))
    answer = mine.again().send()
    assert "<p>Once more.</p>" in answer.content.decode()
    assert fresh(post).body == BODY.replace("One", "Once more")


def test_relations_and_rows_are_merged(post, two, make):
    ben, cleo = make.person("Ben"), make.person("Cleo")
    mine, theirs = opened(two[0], post), opened(two[1], post)
    theirs.add_row("post_authors", person=str(ben.pk), position="5").send(tags="a, b")
    mine.add_row("post_authors", person=str(cleo.pk), position="5").send(tags="a, c")
    item = fresh(post)
    assert sorted(tag.name for tag in item.tags.all()) == ["a", "b", "c"]
    assert [author.person.name for author in item.post_authors.all()] == ["Ada", "Cleo", "Ben"]


def test_a_row_that_a_colleague_removed_stays_removed(post, two):
    mine, theirs = opened(two[0], post), opened(two[1], post)
    theirs.put(**{"post_authors-0-DELETE": "on"}).send()
    mine.send(excerpt="Short")
    assert fresh(post).ordered_authors() == []
    assert fresh(post).excerpt == "Short"


def test_publishing_by_another_is_not_undone(make, two):
    item = make.post(body=BODY, public=False)
    revisions.record(item)
    mine, theirs = opened(two[0], item), opened(two[1], item)
    theirs.send("_publish")
    mine.send(body=BODY.replace("One", "First"))
    assert fresh(item).is_public
    assert "First" in fresh(item).body


def test_an_invalid_form_keeps_the_rows_that_are_stored(post, two):
    mine, theirs = opened(two[0], post), opened(two[1], post)
    theirs.send(excerpt="Theirs")
    answer = mine.send(title="")
    assert "This field is required" in answer.content.decode()
    assert len(fresh(post).ordered_authors()) == 1
    mine.again().send(title="Pace")
    assert len(fresh(post).ordered_authors()) == 1
    assert (fresh(post).title, fresh(post).excerpt) == ("Pace", "Theirs")


def test_two_titles_are_shown_as_two_values(post, two):
    mine, theirs = opened(two[0], post), opened(two[1], post)
    theirs.send(title="Theirs")
    page = mine.send(title="Mine").content.decode()
    assert "changed the same fields as you: Title." in page
    assert "Theirs</del>" in page
    mine.again().send()
    assert fresh(post).title == "Mine"


def test_what_nobody_else_touched_is_saved_as_ever(post, editor):
    form = opened(editor, post)
    form.send("_continue", title="Pace")
    assert fresh(post).title == "Pace"
    assert [row.number for row in revisions.history(post)] == [2, 1]


def test_the_minute_of_publishing_is_no_change(post, two):
    """The form shows no fractions of a second, and so sends another moment than is stored."""
    mine, theirs = opened(two[0], post), opened(two[1], post)
    theirs.send(excerpt="Theirs")
    page = mine.send(title="Mine").content.decode()
    assert "changed the same fields as you" not in page


@pytest.mark.django_db(transaction=True)
def test_an_act_between_reading_and_saving_is_not_undone(make, two, monkeypatch):
    """A colleague publishes by the list's action, right when the form is being saved."""
    item = make.post(body=BODY, public=False)
    revisions.record(item)
    mine = opened(two[0], item)
    save, acts = PostAdmin.save_model, []

    def publish():
        try:
            acts.append(workflow.publish(item, two[1].user))
        finally:
            connections.close_all()

    def save_late(self, *args):
        if not acts:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(publish).result()
        save(self, *args)

    monkeypatch.setattr(PostAdmin, "save_model", save_late)
    mine.send(body=BODY.replace("One", "First"))
    assert fresh(item).is_public
    assert "First" in fresh(item).body


def test_every_kind_can_be_saved_by_two(make, two, root):
    from tests.core.history.test_restoring import every_kind

    for item in every_kind(make):
        revisions.record(item)
        before = revisions.content_of(fresh(item))
        mine, theirs = opened(two[1], item), opened(root, item)
        answer = theirs.send(seo_title="Theirs")
        assert "errorlist" not in answer.content.decode(), type(item)
        answer = mine.send(seo_description="Mine")
        assert "errorlist" not in answer.content.decode(), type(item)
        after = revisions.content_of(fresh(item))
        changed = {name for name in after if after[name] != before[name]}
        assert changed - {"publish_at"} == {"seo_title", "seo_description"}, type(item)


@pytest.mark.django_db(transaction=True)
def test_saves_in_the_same_moment_lose_nothing(make):
    item = make.post(body="".join(f"<p>{number}.</p>\n" for number in range(8)))
    revisions.record(item)
    browsers = [signed_in(f"staff{n}", is_superuser=True) for n in range(8)]
    forms = [opened(browser, item) for browser in browsers]

    def save(number: int) -> None:
        try:
            body = forms[number].data["body"][0]
            forms[number].send(body=body.replace(f"<p>{number}.", f"<p>Changed {number}."))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save, range(8)))
    body = Post.objects.get(pk=item.pk).body
    assert [number for number in range(8) if f"Changed {number}." not in body] == []
    assert [row.number for row in revisions.history(item)] == list(range(9, 0, -1))
