"""What every template may ask for, read from the database only if it does."""

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .models import Page, SiteSettings


def current_site() -> SiteSettings:
    """The site's settings with `menu`, the staff pages of the footer, in one query."""
    menu = (
        Page.objects.published()
        .filter(in_menu=True)
        .order_by("position", "title")
        .values(json=JSONObject(title="title", path="path"))
    )
    site = SiteSettings.objects.select_related("owner_mark").annotate(menu=ArraySubquery(menu))
    return site.first() or SiteSettings()


def site(request: HttpRequest) -> dict:
    """`site` and `site_url` (scheme and host, without a slash at the end)."""
    return {"site": SimpleLazyObject(current_site), "site_url": settings.SITE_URL}
