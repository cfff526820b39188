import pytest
from django.db import transaction
from django.test import override_settings

from competencyworks.website.demo.loading import load
from tests import crawl, showcase

# No link leads to these.
UNLINKED = [
    "/search/?q=competency",
    f"/search/?q={showcase.HIDDEN}",
    "/robots.txt",
    "/sitemap.xml",
    "/.well-known/security.txt",
    "/healthz",
]


@pytest.fixture(scope="session")
def walk(django_db_setup, django_db_blocker, tmp_path_factory) -> crawl.Crawl:
    """
    Every public address of the demo and of the showcase, asked for once.

    What was found is kept, the content is not: it never leaves its transaction.
    """
    folder = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder), transaction.atomic():
        load()
        kinds = showcase.build()
        found = crawl.crawl(["/", *UNLINKED, *kinds.values()])
        transaction.set_rollback(True)
    return found
