from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests import showcase
from tests.browser import chromium as installed
from tests.first_rows import put_back

TIMEOUT = 20_000  # milliseconds; slow machines share their cores with other tests

expect.set_options(timeout=TIMEOUT)


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent == installed.HERE:
            item.add_marker("browser")
            # A browser on a busy machine now and then misses a beat.
            # A second failure fails; the summary counts what was run again.
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="module")
def first_rows(django_db_setup) -> str:
    """What migrations have put into the database, as Django keeps it outside of the loop."""
    return connection._test_serialized_contents


@pytest.fixture(scope="module")
def browser(first_rows) -> Iterator[Browser]:
    """An installed Chromium, started once for a module."""
    path = installed.find()
    if not path:
        pytest.skip("no Chromium found (Debian: apt install chromium; or set CHROMIUM=)")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop running in this thread. Django takes that for async
        # code and would refuse the database, though nothing here awaits anything.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        # Django's connection within the loop is another: it must know the first rows too, or
        # emptying the tables makes the roles anew, and putting the rows back finds them there.
        connection._test_serialized_contents = first_rows
        browser = playwright.chromium.launch(executable_path=path, args=installed.ARGUMENTS)
        yield browser
        browser.close()
        connections.close_all()  # within the loop Django has connections of its own


@pytest.fixture(scope="module")
def chromium(browser) -> Browser:
    """The browser, for tests that keep what they store to themselves."""
    return browser


@pytest.fixture(autouse=True)
def own_media(request):
    """Files are the test's own, unless they belong to the site that the tests of a module share."""
    if "site" not in request.fixturenames:
        folder = request.getfixturevalue("tmp_path") / "media"
        request.getfixturevalue("settings").MEDIA_ROOT = folder


@dataclass(frozen=True)
class Site:
    """A running site with the showcase in it, and the address of each kind of page."""

    url: str
    paths: dict[str, str]


@pytest.fixture(scope="module")
def site(browser, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Site]:
    """The showcase, served to the browser; the tests of a module share it."""
    folder = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder):
        rows_of_migrations = connection.creation.serialize_db_to_string()
        paths = showcase.build()
        server = LiveServer("localhost")
        yield Site(server.url, paths)
        server.stop()
        call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
        put_back(rows_of_migrations)


class Watch:
    """What went wrong in the pages of a context, while it was used."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url, self.problems = url, []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(str(error.error)))
        context.on("request", lambda request: self._request(request.url))

    def _console(self, message) -> None:
        # A page that is not there (any longer), or a form that comes back, says so here too.
        expected = any(f"status of {code}" in message.text for code in (404, 410, 422))
        if message.type in ("error", "warning") and not expected:
            self.problems.append(f"{message.type} at {message.page.url}: {message.text}")

    def _request(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:")):
            self.problems.append(f"a request to {url}")


@pytest.fixture
def visitor(browser, site) -> Iterator[Callable[..., BrowserContext]]:
    """
    Opens browsers without a past. What goes wrong in one of them fails the test at its end:
    an error, a warning, something that the page's policy refused, a request to another host.
    """
    contexts, watches = [], []

    def visit(**options) -> BrowserContext:
        context = browser.new_context(base_url=site.url, reduced_motion="reduce", **options)
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        watches.append(Watch(context, site.url))
        return context

    yield visit
    for context in contexts:
        context.close()
    assert not [problem for watch in watches for problem in watch.problems]


@pytest.fixture
def page(visitor) -> Page:
    """A tab in a visitor's browser."""
    return visitor().new_page()
