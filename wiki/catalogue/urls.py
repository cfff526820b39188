from django.urls import path

from . import citing, exporting, providers, views

urlpatterns = [
    path("resources/", views.index, name="resources"),
    path("resources.csv", exporting.resources_csv, name="resources_csv"),
    path("resources/<uslug:slug>/", views.resource, name="resource"),
    path("resources/<uslug:slug>/cite.<slug:form>", citing.cite, name="cite_resource"),
    path("providers/", providers.providers, name="providers"),
]
