"""What every test may ask for."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from tests import factories


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
    if made and name in ("author", "editor"):
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
def root(db) -> Client:
    return signed_in("root", is_superuser=True)
