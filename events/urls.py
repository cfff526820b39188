from django.urls import path

from competencyworks.core import converters  # noqa: F401 - registers year, month, uslug

from . import feeds, views

app_name = "events"
urlpatterns = [
    path("events/", views.index, name="index"),
    path("events/past/", views.past, name="past"),
    path("events/feed/", feeds.EventFeed(), name="feed"),
    path("events/calendar.ics", views.calendar_ics, name="calendar_ics"),
    path("events/calendar/", views.this_month, name="this_month"),
    path("events/calendar/<year:year>/<month:month>/", views.month, name="month"),
    path("events/<uslug:slug>/", views.event, name="event"),
    path("events/<uslug:slug>/event.ics", views.event_ics, name="event_ics"),
]
