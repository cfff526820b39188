from django.urls import path

from . import views

urlpatterns = [
    path("suggest/", views.suggest_resource, name="suggest"),
    path("suggest/known/", views.known, name="suggest_known"),
    path("suggest/thanks/", views.thanks, name="suggest_thanks"),
    path("resources/<uslug:slug>/suggest/", views.suggest_resource_edit, name="resource_suggest"),
    path(
        "resources/<uslug:slug>/suggest/thanks/",
        views.thanks,
        {"kind": "resource"},
        name="resource_suggest_thanks",
    ),
    path("<uslug:slug>/suggest/", views.suggest_page_edit, name="page_suggest"),
    path(
        "<uslug:slug>/suggest/thanks/", views.thanks, {"kind": "page"}, name="page_suggest_thanks"
    ),
]
