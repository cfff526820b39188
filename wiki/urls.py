from django.urls import include, path

from competencyworks.core import converters  # noqa: F401 - registers uslug

app_name = "wiki"
urlpatterns = [
    path("wiki/", include("wiki.catalogue.urls")),
    path("wiki/", include("wiki.suggesting.urls")),
    path("wiki/", include("wiki.watching.urls")),
    path("wiki/", include("wiki.states.urls")),
    path("wiki/", include("wiki.history.urls")),
    # The last: whatever follows /wiki/ may be a page's slug.
    path("wiki/", include("wiki.pages.urls")),
]
