from django.urls import path

from . import home, recent, views, wanted

urlpatterns = [
    path("", home.home, name="wiki"),
    path("recent/", recent.recent, name="recent"),
    path("recent/feed/", recent.RecentFeed(), name="recent_feed"),
    path("wanted/", wanted.wanted, name="wanted"),
    path("<uslug:slug>/", views.page, name="page"),
]
