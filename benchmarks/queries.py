"""
The queries of pages: `python -m benchmarks.queries [--explain] PATH…`, with the site's settings.

Prints as JSON how many queries each path takes, or with --explain their plans.
"""

import json
import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "competencyworks.settings")
    django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries_of(path: str) -> list[str]:
    """The SQL of what `path` asks the database; raises RuntimeError if it does not answer 200."""
    client = Client(SERVER_NAME=settings.SITE_HOST)
    client.get(path)  # what a process asks for once (content types) is not the page's
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answers {answer.status_code}")
    return [query["sql"] for query in queries]


def plans_of(path: str) -> str:
    """The queries of `path`, each with the plan that PostgreSQL runs and its times."""
    told = [f"=== {path}"]
    with connection.cursor() as cursor:
        for sql in queries_of(path):
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            told.append(f"--- {sql}\n{plan}")
    return "\n\n".join(told)


if __name__ == "__main__":
    if sys.argv[1] == "--explain":
        print("\n\n".join(plans_of(path) for path in sys.argv[2:]))
    else:
        print(json.dumps({path: len(queries_of(path)) for path in sys.argv[1:]}))
