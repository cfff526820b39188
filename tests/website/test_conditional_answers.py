"""What a browser or a program has already is not sent again."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import get_resolver, resolve
from django.utils import timezone
from django.utils.http import parse_http_date
from lxml import etree

from competencyworks.core import revisions
from competencyworks.core.discussion import own_comment
from tests import factories
from tests.crawl import SITEMAP
from tests.events.factories import event
from tests.website import one_of_each

pytestmark = pytest.mark.django_db

PAGES = [
    "/", "/blog/", "/blog/2026/03/pace/", "/papers/", "/papers/report/", "/events/",
    "/events/talk/", "/wiki/", "/wiki/recent/", "/wiki/pacing/", "/topics/equity/",
    "/search/?q=pace", "/about/", "/robots.txt",
]  # fmt: skip

FOR_PROGRAMS = re.compile(r"feed/\$?$|\.ics$|sitemap")


@pytest.fixture
def site():
    return one_of_each.build()


@pytest.mark.parametrize(
    "address", one_of_each.FEEDS + one_of_each.SITEMAPS + one_of_each.CALENDARS
)
def test_every_feed_sitemap_and_calendar_answers_304_to_both_conditions(client, site, address):
    first = client.get(address)
    assert first.status_code == 200
    assert first["Cache-Control"] == "no-cache"
    for name, sent in {"if-none-match": "ETag", "if-modified-since": "Last-Modified"}.items():
        again = client.get(address, headers={name: first[sent]})
        assert (again.status_code, again.content) == (304, b""), name
        assert again["ETag"] == first["ETag"]
    assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200
    old = "Tue, 01 Jan 2019 00:00:00 GMT"
    assert client.get(address, headers={"if-modified-since": old}).status_code == 200


def test_every_address_that_programs_read_is_tried():
    addresses = one_of_each.FEEDS + one_of_each.SITEMAPS + one_of_each.CALENDARS
    tried = {resolve(address.partition("?")[0]).route for address in addresses}
    routes = {route for route in routes_of(get_resolver()) if FOR_PROGRAMS.search(route)}
    assert routes - tried == {"events/registration/<str:token>/event.ics"}  # a registrant's own


def routes_of(resolver, before: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        yield from routes_of(each, route) if hasattr(each, "url_patterns") else [route]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_asked_for_again_and_not_sent_again(client, site, address):
    first = client.get(address)
    assert first.status_code == 200
    assert first["Cache-Control"] == "no-cache"
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    # Headers of security and the ban of cookies hold for this answer too.
    assert "Content-Security-Policy" in again
    assert not again.cookies


def test_a_page_that_changed_is_sent(client, site):
    first = client.get(site.path)
    site.title = "Another title"
    site.save()
    again = client.get(site.path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, "Another title" in again.content.decode()) == (200, True)


def test_feeds_without_items_do_not_look_new(client):
    factories.person(slug="ana")
    first = client.get("/people/ana/feed/")
    assert first["Last-Modified"] == "Sat, 01 Jan 2000 00:00:00 GMT"
    for name, sent in {"if-none-match": "ETag", "if-modified-since": "Last-Modified"}.items():
        assert client.get("/people/ana/feed/", headers={name: first[sent]}).status_code == 304


@pytest.mark.parametrize("change", ["withdraw", "expire", "trash"])
def test_a_calendar_tells_of_an_event_that_went(client, change):
    gone = event(title="Gone")
    event(title="Stays")
    shown = client.get("/events/calendar.ics")
    later = timezone.now() - timedelta(seconds=5)
    type(gone).objects.update(updated_at=timezone.now() - timedelta(days=3))
    before = client.get("/events/calendar.ics")["Last-Modified"]
    match change:
        case "withdraw":
            gone.status = "withdrawn"
            gone.save()
        case "expire":
            type(gone).objects.filter(pk=gone.pk).update(unpublish_at=later)
        case "trash":
            type(gone).objects.filter(pk=gone.pk).update(trashed_at=later)
    again = client.get("/events/calendar.ics", headers={"if-modified-since": before})
    assert "SUMMARY:Gone" in shown.content.decode()
    assert (again.status_code, "SUMMARY:Gone" in again.content.decode()) == (200, False)


def test_pages_of_staff_are_not_touched(editor, make):
    page = editor.get("/admin/")
    assert "no-store" in page["Cache-Control"]
    assert "ETag" not in page
    script = editor.get("/admin/jsi18n/")  # says nothing of how long it may be kept
    assert (script.status_code, "ETag" in script, "Cache-Control" in script) == (200, False, False)
    post = make.post()
    preview = editor.get(f"/admin/blog/post/{post.pk}/preview/")
    assert preview.status_code == 200
    assert "ETag" not in preview


def test_what_is_not_there_has_no_etag(client):
    missing = client.get("/nothing-is-here/")
    assert (missing.status_code, "ETag" in missing) == (404, False)


def test_the_sitemap_names_no_empty_one(client):
    factories.post()
    index = etree.fromstring(client.get("/sitemap.xml").content)
    named = [each.text.rpartition("/")[2] for each in index.iter(f"{SITEMAP}loc")]
    assert sorted(named) == ["sitemap-lists.xml", "sitemap-posts.xml"]


def test_programs_that_read_no_page_find_the_icon(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response["Cache-Control"] == "public, max-age=86400"
    icon = client.get(response["Location"])
    assert (icon.status_code, icon["Content-Type"]) == (200, "image/png")


def test_a_comment_that_waited_is_told_to_who_asks_by_date_alone(client):
    post = factories.post()
    factories.comment(post, created_at=factories.ago(hours=2))
    before = client.get("/comments/feed/")["Last-Modified"]
    factories.comment(post, created_at=factories.ago(hours=5), decided_at=factories.ago(hours=1))
    again = client.get("/comments/feed/", headers={"if-modified-since": before})
    assert again.status_code == 200


@pytest.mark.parametrize("of_all", [True, False])
@pytest.mark.parametrize("others", [0, 1])
def test_a_comment_that_was_withdrawn_is_told_to_who_asks_by_date_alone(client, of_all, others):
    post = factories.post()
    for _ in range(others):
        factories.comment(post, created_at=factories.ago(hours=5))
    newest = factories.comment(post, created_at=factories.ago(hours=2))
    path = "/comments/feed/" if of_all else f"{post.path}feed/"
    before = client.get(path)["Last-Modified"]
    own_comment.withdraw(newest)
    again = client.get(path, headers={"if-modified-since": before})
    assert again.status_code == 200
    assert parse_http_date(again["Last-Modified"]) > parse_http_date(before)


def test_a_change_that_waited_is_told_to_who_asks_by_date_alone(client):
    def change(saved: int, visible: int):
        revision = revisions.record(factories.wiki_page())
        revision.created_at = factories.ago(hours=saved)
        revision.visible_from = factories.ago(hours=visible)
        revision.save()

    change(saved=3, visible=3)
    before = client.get("/wiki/recent/feed/")["Last-Modified"]
    change(saved=5, visible=1)
    again = client.get("/wiki/recent/feed/", headers={"if-modified-since": before})
    assert again.status_code == 200
