"""What every template may ask for, read from the database only if it does."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from competencyworks.core.prepared import Prepared

from .models import SiteSettings

# Every page asks this, so it is one query, and written once.
_SITE = Prepared(lambda at: SiteSettings.objects.with_menu(at))


def current_site() -> SiteSettings:
    """The site's settings, with the menu; the defaults while staff have saved none."""
    return _SITE.first() or SiteSettings()


def site(request: HttpRequest) -> dict:
    """`site` and `site_url` (scheme and host, without a slash at the end)."""
    return {"site": SimpleLazyObject(current_site), "site_url": settings.SITE_URL}
