"""
The yardstick of writing: a bare Django view that inserts one row in one transaction.

An application of its own, in a process of its own, under the same server, with the same database.
"""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from environs import Env

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {**Env().dj_db_url("DATABASE_URL"), "CONN_MAX_AGE": 600}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="nothing is signed here",
    USE_TZ=True,
)
django.setup()

from django.db import connection, models, transaction  # noqa: E402 - needs the settings

TABLE = "benchmark_row"


class Row(models.Model):
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254)

    class Meta:
        app_label = "benchmarks"
        db_table = TABLE

    def __str__(self) -> str:
        return self.name


def insert(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        Row.objects.create(name=request.POST["name"], email=request.POST["email"])
    return HttpResponse(status=204)


urlpatterns = [path("insert", insert), path("", lambda request: HttpResponse("ready"))]
if os.environ.get("MAKE_TABLE"):
    with connection.schema_editor() as editor:
        editor.create_model(Row)
application = get_wsgi_application()
