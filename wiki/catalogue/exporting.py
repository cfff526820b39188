"""The catalogue as a table for other programs."""

from collections.abc import Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

from competencyworks.core import belongings
from competencyworks.core.csv_tables import csv_lines

from ..models.resource_rows import ResourceQuerySet, successor
from .columns import EXPORTED
from .filters import filters_of

CHUNK = 500  # resources that are in memory together


def resources_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The list that the address asks for, whole."""
    filters = filters_of(request.GET, "/wiki/resources.csv")
    lines = as_csv(filters.rows(timezone.now()))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="resources.csv"'
    response["X-Robots-Tag"] = "noindex"
    return response


def as_csv(rows: ResourceQuerySet) -> Iterator[str]:
    """The resources `rows` in pieces. They are read by a cursor of the server."""
    found = exported(rows).iterator(chunk_size=CHUNK)
    written = ([column.write(item) for column in EXPORTED] for item in found)
    return csv_lines([column.name for column in EXPORTED], written)


def exported(rows: ResourceQuerySet) -> ResourceQuerySet:
    """With what a line of the table says."""
    return rows.defer("html", "contents", "lead", "attached_text", "vector").annotate(
        topic_list=belongings.topics("wiki_resource"),
        state_list=belongings.states("wiki_resource"),
        tag_list=belongings.tags("wiki_resource"),
        successor=successor(timezone.now()),
    )
