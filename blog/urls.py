from django.urls import path

from competencyworks.core import converters  # noqa: F401 - registers year, month, uslug

from . import citing, digest_views, feeds, views
from .papers import feeds as paper_feeds
from .papers import views as paper_views

app_name = "blog"
urlpatterns = [
    path("blog/", views.index, name="index"),
    path("blog/feed/", feeds.BlogFeed(), name="feed"),
    path("blog/<year:year>/", views.year, name="year"),
    path("blog/<year:year>/<month:month>/", views.month, name="month"),
    path("blog/<year:year>/<month:month>/<uslug:slug>/", views.post, name="post"),
    path("blog/whats-new/", digest_views.whats_new, name="whats_new"),
    path("blog/whats-new/feed/", feeds.DigestFeed(), name="whats_new_feed"),
    path(
        "blog/<year:year>/<month:month>/<uslug:slug>/cite.<slug:form>",
        citing.cite_post,
        name="cite_post",
    ),
    path("blog/<slug:slug>/", views.channel, name="channel"),
    path("blog/<slug:slug>/feed/", feeds.ChannelFeed(), name="channel_feed"),
    path("series/", views.series_index, name="series_index"),
    path("series/<uslug:slug>/", views.series, name="series"),
    path("series/<uslug:slug>/feed/", feeds.SeriesFeed(), name="series_feed"),
    path("papers/", paper_views.index, name="papers"),
    path("papers/feed/", paper_feeds.PaperFeed(), name="papers_feed"),
    path("papers/<uslug:slug>/", paper_views.paper, name="paper"),
    path("papers/<uslug:slug>/<uslug:name>.pdf", paper_views.file, name="paper_file"),
    path("papers/<uslug:slug>/cite.<slug:form>", citing.cite_paper, name="cite_paper"),
]
