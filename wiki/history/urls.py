from django.urls import path

from . import views

urlpatterns = [
    path("resources/<uslug:slug>/history/", views.resource_history, name="resource_history"),
    path(
        "resources/<uslug:slug>/history/compare/",
        views.compare_resource,
        name="resource_compare",
    ),
    path("<uslug:slug>/history/", views.page_history, name="page_history"),
    path("<uslug:slug>/history/compare/", views.compare_page, name="page_compare"),
]
