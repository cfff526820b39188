from django.urls import path

from . import citing, views

urlpatterns = [
    path("resources/", views.index, name="resources"),
    path("resources/<uslug:slug>/", views.resource, name="resource"),
    path("resources/<uslug:slug>/cite.<slug:form>", citing.cite, name="cite_resource"),
]
