"""All addresses of the site."""

import posixpath

from django.conf import settings
from django.contrib import admin
from django.http import Http404
from django.urls import include, path, re_path
from django.views.static import serve

from competencyworks.core.discussion.urls import feed_urlpatterns
from competencyworks.website.urls import page_urlpatterns

handler403 = "competencyworks.website.errors.forbidden"
handler404 = "competencyworks.website.errors.not_found"
handler500 = "competencyworks.website.errors.broken"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("comments/", include("competencyworks.core.discussion.moderation_urls")),
    path("", include("competencyworks.core.discussion.urls")),
    path("", include("blog.urls")),
    path("", include("events.signing_up.urls")),
    path("", include("events.urls")),
    path("", include("wiki.urls")),
    path("", include("competencyworks.website.urls")),
]


def media(request, path):
    """One process on one machine: uploads come from Django itself, as bytes, never sniffed."""
    # Files of which a view decides who gets them: drafts, and what was replaced.
    if posixpath.normpath(path).lstrip("/").startswith("kept/"):
        raise Http404("not by this address")
    # The folder is asked for at each request, so that tests can have one of their own.
    return serve(request, path, document_root=settings.MEDIA_ROOT)


if settings.SERVE_MEDIA:
    urlpatterns.append(re_path(r"^media/(?P<path>.+)$", media))
urlpatterns.append(path("", include((feed_urlpatterns, "feeds_below"))))
urlpatterns.append(path("", include((page_urlpatterns, "pages"))))
