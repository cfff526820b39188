"""All addresses of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from competencyworks.core.discussion.urls import feed_urlpatterns
from competencyworks.core.media_files import media
from competencyworks.website.urls import page_urlpatterns

handler400 = "competencyworks.website.errors.bad_request"
handler403 = "competencyworks.website.errors.forbidden"
handler404 = "competencyworks.website.errors.not_found"
handler500 = "competencyworks.website.errors.broken"

urlpatterns = [
    # First the sign-in, which takes the place of the admin's own.
    path("admin/", include("competencyworks.accounts.urls")),
    path("admin/", admin.site.urls),
    path("comments/", include("competencyworks.core.discussion.moderation_urls")),
    path("", include("competencyworks.core.discussion.urls")),
    path("", include("blog.urls")),
    path("", include("events.signing_up.urls")),
    path("", include("events.urls")),
    path("", include("wiki.urls")),
    path("", include("competencyworks.website.urls")),
]

if settings.SERVE_MEDIA:
    urlpatterns.append(re_path(r"^media/(?P<path>.+)$", media))
urlpatterns.append(path("", include((feed_urlpatterns, "feeds_below"))))
urlpatterns.append(path("", include((page_urlpatterns, "pages"))))
