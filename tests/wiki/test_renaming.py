"""A page gets another title: nothing that leads to it breaks, and all of it happens or nothing."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import Post
from competencyworks.core import revisions
from competencyworks.core.models import Link, OldAddress, Revision
from tests import factories
from tests.core.discussion.test_deciding_at_once import at_once
from tests.events.factories import event
from wiki.models import FormerTitle, Resource, Suggestion, WikiPage
from wiki.pages import renaming

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60  # after which a process that says nothing is given up

rollback = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


def linking(count: int, title: str = "Pacing") -> list:
    """Pages and resources, half of each, whose texts lead to the title in all spellings."""
    spellings = [
        f"[[{title}]]",
        f"[[ {title.lower()} | at their own pace ]]",
        f"[[{title.upper()}]]",
    ]
    made = []
    for number in range(count):
        make = factories.wiki_page if number % 2 else factories.resource
        body = f"<p>On {spellings[number % 3]} and [[Grading]], <code>[[{title}]]</code>.</p>"
        made.append(make(title=f"{title} source {number}", body=body))
    for model in (WikiPage, Resource):
        items = [item for item in made if isinstance(item, model)]
        revisions.record_each(items, None, "Written")
    return made


def words(item) -> str:
    return re.sub(r"<[^>]+>", "", item.html)


def everything() -> Iterator[tuple]:
    """All rows that a rename may touch."""
    for model in (WikiPage, Resource, Post, Revision, Link, OldAddress, FormerTitle):
        yield from model.objects.order_by("pk").values_list()


@rollback
def test_three_hundred_links_are_rewritten_and_none_turns_red(client):
    page = factories.wiki_page("Pacing")
    items = linking(300)
    shown = [words(item) for item in items]
    by = factories_user()
    assert renaming.rename(page, "Time varies", by=by) == 300
    page.refresh_from_db()
    assert (page.title, page.path) == ("Time varies", "/wiki/time-varies/")
    answer = client.get("/wiki/pacing/")
    assert (answer.status_code, answer["Location"]) == (301, "/wiki/time-varies/")
    assert FormerTitle.objects.get().key == "pacing"
    assert not Link.objects.filter(title="pacing").exists()
    assert Link.objects.filter(title="time varies").count() == 300
    for item, before in zip(items, shown, strict=True):
        item.refresh_from_db()
        assert words(item) == before
        assert "[[Time varies|" in item.body
        assert "<code>[[Pacing]]</code>" in item.body
        last = revisions.history(item).first()
        assert (last.number, last.author) == (2, by)
        assert last.reason == "Renamed [[Pacing]] to [[Time varies]]"
        assert last.content["body"] == item.body
    red = client.get("/wiki/wanted/").content.decode()
    assert "Grading" in red
    assert "Pacing</a>" not in red
    for item in items[1:4:2]:
        html = client.get(item.path).content.decode()
        assert '<a class="wikilink" href="/wiki/time-varies/">' in html


@rollback
def test_links_by_address_are_rewritten_in_texts_of_all_kinds(client, settings):
    page = factories.wiki_page("Pacing")
    start = settings.SITE_URL
    body = (
        f'<p><a href="/wiki/pacing/">a</a> <a href="{start}/wiki/pacing?x=1#how">b</a> '
        '<a href="/wiki/pacing-guides/">c</a> <a href="/wiki/pacing/history/">d</a></p>'
    )
    items = [
        make(title=f"On it {number}", body=body)
        for number, make in enumerate(
            [factories.post, factories.paper, factories.wiki_page, factories.resource, event]
        )
    ]
    person = factories.person("Ann Lee", bio='<p><a href="/wiki/pacing/">it</a></p>')
    by = factories_user()
    assert renaming.rename(page, "Time varies", by=by) == 6
    for item in items:
        item.refresh_from_db()
        hrefs = re.findall(r'href="([^"]*)"', item.body)
        assert hrefs == [
            "/wiki/time-varies/", "/wiki/time-varies/?x=1#how", "/wiki/pacing-guides/",
            "/wiki/pacing/history/",
        ]  # fmt: skip
        last = revisions.history(item).first()
        assert (last.author, last.reason) == (by, "Renamed [[Pacing]] to [[Time varies]]")
        assert item.path in client.get("/wiki/time-varies/").content.decode()
    person.refresh_from_db()
    assert 'href="/wiki/time-varies/"' in person.bio
    assert not Link.objects.filter(path="/wiki/pacing").exists()


@rollback
def test_a_link_by_address_finds_a_page_that_was_never_public():
    page = factories.wiki_page("Pacing", public=False)
    one = factories.wiki_page("One", body='<p><a href="/wiki/pacing/">it</a> [[Pacing]]</p>')
    assert renaming.rename(page, "Time varies") == 1
    one.refresh_from_db()
    assert one.body == '<p><a href="/wiki/time-varies/">it</a> [[Pacing]]</p>'


def factories_user():
    from django.contrib.auth.models import User

    return User.objects.create_user("curator", first_name="Cora", last_name="Lane")


@rollback
def test_a_rename_costs_as_many_queries_for_many_links_as_for_some():
    counts = []
    for number, size in enumerate((4, 80)):
        page = factories.wiki_page(f"Subject {number}")
        linking(size, page.title)
        ContentType.objects.clear_cache()
        with CaptureQueriesContext(connection) as queries:
            renaming.rename(page, f"Another {number}")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 60


@rollback
def test_the_words_that_are_shown_stay_and_a_bar_goes_where_it_says_nothing():
    page = factories.wiki_page("Pacing")
    one = factories.wiki_page(
        "One", body="<p>[[Pacing|Time varies]] [[Pacing]] [[Pacing|R&amp;D]]</p>"
    )
    renaming.rename(page, "Time varies")
    one.refresh_from_db()
    assert one.body == "<p>[[Time varies]] [[Time varies|Pacing]] [[Time varies|R&amp;D]]</p>"


@rollback
def test_a_page_that_links_to_itself_does_so_afterwards_and_keeps_one_revision():
    page = factories.wiki_page("Pacing", body="<p>See [[Pacing]].</p>")
    revisions.record(page)
    renaming.rename(page, "Time varies", reason="Clearer")
    page.refresh_from_db()
    assert page.body == "<p>See [[Time varies|Pacing]].</p>"
    assert [row.reason for row in revisions.history(page)] == ["Clearer", ""]


@rollback
@pytest.mark.parametrize(
    ("title", "slug", "after"),
    [
        ("Pacing", "", "time-varies"),
        ("Pacing", "pacing-3", "time-varies"),
        ("Pacing", "our-own", "our-own"),
        ("K-12: all", "", "time-varies"),
    ],
)
def test_the_address_follows_the_title_unless_staff_chose_it(title, slug, after):
    page = factories.wiki_page(title, slug=slug)
    renaming.rename(page, "Time  varies ")
    page.refresh_from_db()
    assert (page.title, page.slug) == ("Time varies", after)
    assert OldAddress.objects.exists() is (after == "time-varies")


@rollback
def test_a_draft_has_no_links_that_are_its_own():
    page = factories.wiki_page("Pacing", public=False)
    item = factories.wiki_page("One", body="<p>See [[Pacing]].</p>")
    assert renaming.rename(page, "Time varies") == 0
    item.refresh_from_db()
    assert item.body == "<p>See [[Pacing]].</p>"
    assert not FormerTitle.objects.exists()


@rollback
def test_working_copies_and_suggestions_that_wait_are_rewritten():
    page = factories.wiki_page("Pacing")
    item = factories.wiki_page("One", body="<p>See [[Pacing]].</p>")
    for one in (page, item):
        revisions.record(one)
    states = Revision.State

    def draft(of, state, **content):
        return Revision.objects.create(
            item=of, state=state, base=1, content=revisions.content_of(of) | content
        )

    body = "<p>See [[Pacing]], always.</p>"
    working = draft(item, states.WORKING, body=body)
    waiting, decided = (
        draft(item, states.SUGGESTED, body=body),
        draft(item, states.DECLINED, body=body),
    )
    Suggestion.objects.create(item=item, revision=waiting, name="Ann")
    Suggestion.objects.create(
        item=item, revision=decided, name="Ben", status="declined", decided_at=factories.ago(days=1)
    )
    own = draft(page, states.WORKING, body="<p>New.</p>")
    renaming.rename(page, "Time varies")
    for row in (working, waiting, decided, own):
        row.refresh_from_db()
    rewritten = "<p>See [[Time varies|Pacing]], always.</p>"
    assert working.content["body"] == waiting.content["body"] == rewritten
    assert decided.content["body"] == body
    assert (own.content["title"], own.content["slug"]) == ("Time varies", "time-varies")


@rollback
@pytest.mark.parametrize("title", ["", "  ", "_", "A [[title]]", "a|b", "<b>", "grading  FOR all"])
def test_a_title_that_cannot_be_is_refused(title):
    page = factories.wiki_page("Pacing")
    factories.wiki_page("Grading for all", public=False)
    with pytest.raises(renaming.CannotRename):
        renaming.rename(page, title)
    page.refresh_from_db()
    assert page.title == "Pacing"


@rollback
def test_titles_can_go_round(client):
    """A becomes B once B has become C; and back: no old title leads astray."""
    a, b = factories.wiki_page("A"), factories.wiki_page("B")
    item = factories.wiki_page("One", body="<p>[[A]] [[B]]</p>")
    renaming.rename(b, "C")
    renaming.rename(a, "B")
    renaming.rename(a, "A")
    item.refresh_from_db()
    assert item.body == "<p>[[A]] [[C|B]]</p>"
    html = client.get(item.path).content.decode()
    assert f'href="{a.path}">A</a> <a class="wikilink" href="/wiki/c/">B</a>' in html


@committed
@pytest.mark.parametrize(
    "step", ["_lock", "record", "record_each", "_rewrite", "_rename_drafts", "readdress"]
)
def test_a_rename_that_is_killed_half_way_has_changed_nothing(step):
    page = factories.wiki_page("Pacing")
    linking(20)
    factories.post(body='<p><a href="/wiki/pacing/">it</a></p>')
    before = list(everything())
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.wiki.rename_process", str(page.pk), "Time varies", step],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TEST_DATABASE": connection.settings_dict["NAME"]},
    )
    try:
        said = next((line for line in process.stdout if line.strip() == "here"), "")
    finally:
        process.kill()
        process.wait(SECONDS)
        process.stdout.close()
    assert said, "it ended before it could be killed"
    assert list(everything()) == before
    assert renaming.rename(page, "Time varies") == 21


@committed
def test_renames_at_the_same_time_wait_for_one_another_and_lose_nothing():
    """Every page leads to every other one, so that each rename needs the rows of all."""
    names = ["Ant", "Bee", "Cat", "Dog", "Elk", "Fox"]
    body = "<p>" + " ".join(f"[[{name}]]" for name in names) + "</p>"
    pages = [factories.wiki_page(name, body=body) for name in reversed(names)]
    for page in pages:
        revisions.record(page)
    acts = [lambda page=page: renaming.rename(page, f"{page.title} again") for page in pages]
    assert at_once(*acts) == [5] * 6
    for page in pages:
        page.refresh_from_db()
        assert page.title.endswith(" again")
        assert page.body == "<p>" + " ".join(f"[[{n} again|{n}]]" for n in names) + "</p>"
        assert [row.number for row in revisions.history(page)] == [7, 6, 5, 4, 3, 2, 1]


@committed
def test_of_two_who_want_one_title_one_gets_it():
    pages = [factories.wiki_page(name) for name in ("Ant", "Bee")]

    def act(page):
        try:
            return renaming.rename(page, "Cat")
        except renaming.CannotRename as error:
            return str(error)

    found = at_once(*(lambda page=page: act(page) for page in pages))
    assert sorted(found, key=str) == [0, "Another page has the title “Cat”. Choose another."]
