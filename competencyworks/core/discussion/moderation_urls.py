"""Addresses below /comments/ that mails to moderators and hosts lead to."""

from django.urls import path

from . import moderation_views

app_name = "moderation"
urlpatterns = [
    path("decide/<str:token>/", moderation_views.decide_by_mail, name="decide"),
]
