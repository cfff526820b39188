"""The footer's menu: what staff put there, for as long as it is public."""

from datetime import timedelta

import pytest
from django.utils import timezone

from competencyworks.website.models import SiteSettings
from tests import factories

pytestmark = pytest.mark.django_db


def menu(client) -> list[str]:
    return [entry["title"] for entry in client.get("/").context["site"].menu]


@pytest.fixture(params=["settings saved", "no settings yet"])
def either(request):
    """The menu is the same before staff have saved any settings."""
    if request.param == "settings saved":
        SiteSettings(name="A site").save()


@pytest.mark.usefixtures("either")
def test_the_menu_shows_public_pages_in_their_order(client):
    factories.page(title="Second", in_menu=True, position=2)
    factories.page(title="First", in_menu=True, position=1)
    factories.page(title="Elsewhere")
    factories.page(title="Draft", in_menu=True, status="draft")
    assert menu(client) == ["First", "Second"]
    assert 'href="/second/">Second</a>' in client.get("/").content.decode()


@pytest.mark.usefixtures("either")
def test_the_menu_follows_the_clock(client, monkeypatch):
    now = timezone.now()
    factories.page(title="Later", in_menu=True, publish_at=now + timedelta(hours=1))
    factories.page(title="Until then", in_menu=True, unpublish_at=now + timedelta(hours=1))
    assert menu(client) == ["Until then"]
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=2))
    assert menu(client) == ["Later"]
