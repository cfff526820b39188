from django.urls import path

from competencyworks.core import converters  # noqa: F401 - registers year, month, uslug

from . import digest_views, feeds, views

app_name = "blog"
urlpatterns = [
    path("blog/", views.index, name="index"),
    path("blog/feed/", feeds.BlogFeed(), name="feed"),
    path("blog/<year:year>/", views.year, name="year"),
    path("blog/<year:year>/<month:month>/", views.month, name="month"),
    path("blog/<year:year>/<month:month>/<uslug:slug>/", views.post, name="post"),
    path("blog/whats-new/", digest_views.whats_new, name="whats_new"),
    path("blog/whats-new/feed/", feeds.DigestFeed(), name="whats_new_feed"),
    path("blog/<slug:slug>/", views.channel, name="channel"),
    path("blog/<slug:slug>/feed/", feeds.ChannelFeed(), name="channel_feed"),
    path("series/", views.series_index, name="series_index"),
    path("series/<uslug:slug>/", views.series, name="series"),
    path("series/<uslug:slug>/feed/", feeds.SeriesFeed(), name="series_feed"),
]
