from django.urls import path

from . import views

PAGE, RESOURCE = {"kind": "page"}, {"kind": "resource"}

urlpatterns = [
    path("watch/confirm/<str:token>/", views.confirm, name="watch_confirm"),
    path("watch/stop/<str:token>/", views.stop, name="watch_stop"),
    path("resources/<uslug:slug>/watch/", views.watch, RESOURCE, name="resource_watch"),
    path("resources/<uslug:slug>/watch/sent/", views.sent, RESOURCE, name="resource_watch_sent"),
    path("<uslug:slug>/watch/", views.watch, PAGE, name="page_watch"),
    path("<uslug:slug>/watch/sent/", views.sent, PAGE, name="page_watch_sent"),
]
