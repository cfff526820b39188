from django.urls import path

from competencyworks.core import converters  # noqa: F401 - registers uslug

from ..video_service import webhook
from . import certificate_page, name_page, own_page, survey_page, views

app_name = "signing_up"
urlpatterns = [
    # Before the events' own addresses: "registration" is no slug of an event.
    path("events/registration/<str:token>/", own_page.show, name="own_page"),
    path("events/registration/<str:token>/change/", own_page.change, name="change"),
    path("events/registration/<str:token>/name/", name_page.correct, name="name"),
    path("events/registration/<str:token>/cancel/", own_page.cancel, name="cancel"),
    path("events/registration/<str:token>/survey/", survey_page.answer, name="survey"),
    path("events/registration/<str:token>/event.ics", own_page.calendar, name="calendar"),
    path("events/certificates/<str:token>/", certificate_page.show, name="certificate"),
    path(
        "events/certificates/<str:token>/certificate.pdf",
        certificate_page.pdf,
        name="certificate_pdf",
    ),
    path("events/webhooks/zoom/", webhook.receive, name="zoom_webhook"),
    path("events/<uslug:slug>/register/", views.register, name="register"),
    path("events/<uslug:slug>/register/sent/", views.sent, name="sent"),
]
