from django.urls import path, register_converter
from django.urls.converters import IntConverter

from . import feeds, views


class YearConverter(IntConverter):
    regex = "[0-9]{4}"


class MonthConverter(IntConverter):
    regex = "[0-9]{2}"

    def to_url(self, value):
        return f"{value:02}"


class SlugConverter:
    """Slugs in any script; Django's own converter takes ASCII alone."""

    regex = r"[-\w]+"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")
register_converter(SlugConverter, "uslug")

app_name = "blog"
urlpatterns = [
    path("blog/", views.index, name="index"),
    path("blog/feed/", feeds.BlogFeed(), name="feed"),
    path("blog/<year:year>/", views.year, name="year"),
    path("blog/<year:year>/<month:month>/", views.month, name="month"),
    path("blog/<year:year>/<month:month>/<uslug:slug>/", views.post, name="post"),
    path("blog/<slug:slug>/", views.channel, name="channel"),
    path("blog/<slug:slug>/feed/", feeds.ChannelFeed(), name="channel_feed"),
    path("series/", views.series_index, name="series_index"),
    path("series/<uslug:slug>/", views.series, name="series"),
    path("series/<uslug:slug>/feed/", feeds.SeriesFeed(), name="series_feed"),
]
