from django.urls import path

from . import views

urlpatterns = [
    path("states/", views.policy_map, name="states"),
]
