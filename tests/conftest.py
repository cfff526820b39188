"""What every test may ask for."""

import os

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from pytest_django.plugin import blocking_manager_key

from tests import factories
from tests.first_rows import put_back


def has_real_transactions(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction"))


def pytest_collection_modifyitems(items):
    """
    Tests with real transactions end by emptying the tables. `serialized_rollback` lets them
    begin with the rows of migrations, and keeps Django from making content types and
    permissions anew, with other keys.
    """
    for item in items:
        if has_real_transactions(item):
            mark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
            item.add_marker(mark, append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Bring the rows of migrations (channels, states, roles) back for a test of the other kind."""
    result = yield
    if has_real_transactions(item) and nextitem and not has_real_transactions(nextitem):
        with item.config.stash[blocking_manager_key].unblock():
            put_back(connection._test_serialized_contents)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Where REQUIRE_BROWSER is set, as .ci/run does, no test is skipped for lack of a program."""
    report = yield
    needs = any(item.get_closest_marker(name) for name in ("browser", "node", "nu"))
    if report.skipped and needs and os.environ.get("REQUIRE_BROWSER"):
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_BROWSER is set, but this was skipped: {report.longrepr[2]}"
    return report


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    """Files that a test uploads are its own."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def make(db):
    """The factories, with the database."""
    return factories


def signed_in(name: str, **more) -> Client:
    """A browser in which the staff user `name` has signed in; made where missing."""
    user, made = User.objects.get_or_create(
        username=name, defaults={"is_staff": True, "email": f"{name}@example.org", **more}
    )
    if made and name in ("author", "editor", "moderator", "curator"):
        user.groups.add(Group.objects.get(name=name.capitalize()))
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def author(db) -> Client:
    return signed_in("author")


@pytest.fixture
def editor(db) -> Client:
    return signed_in("editor")


@pytest.fixture
def moderator(db) -> Client:
    return signed_in("moderator")


@pytest.fixture
def curator(db) -> Client:
    return signed_in("curator")


@pytest.fixture
def root(db) -> Client:
    return signed_in("root", is_superuser=True)
