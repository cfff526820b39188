from django.urls import path

from competencyworks.core import converters  # noqa: F401 - registers uslug

from . import feeds, health, sitemaps, states, subscribe, views

app_name = "website"
urlpatterns = [
    path("", views.home, name="home"),
    path("feed/", feeds.SiteFeed(), name="feed"),
    path("topics/", views.topics, name="topics"),
    path("topics/<uslug:slug>/", views.topic, name="topic"),
    path("topics/<uslug:slug>/feed/", feeds.TopicFeed(), name="topic_feed"),
    path("tags/<uslug:slug>/", views.tag, name="tag"),
    path("tags/<uslug:slug>/feed/", feeds.TagFeed(), name="tag_feed"),
    path("states/", states.index, name="states"),
    path("states/<slug:slug>/", views.state, name="state"),
    path("states/<slug:slug>/feed/", feeds.StateFeed(), name="state_feed"),
    path("people/<uslug:slug>/", views.person, name="person"),
    path("people/<uslug:slug>/feed/", feeds.PersonFeed(), name="person_feed"),
    path("subscribe/", subscribe.subscribe, name="subscribe"),
    path("search/", views.search, name="search"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<section>.xml", sitemaps.section, name="sitemap_section"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("healthz", health.healthz, name="healthz"),
]
# Last of all: whatever no other room answers may be a page of the staff's.
page_urlpatterns = [path("<path:path>/", views.page, name="page")]
