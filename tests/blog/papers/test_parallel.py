"""Many at the same time: every download is counted, and one file is the newest."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from blog.models import PaperDownloads
from blog.papers import downloads
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(act, arguments) -> None:
    """`act` with each of the arguments, in as many threads, each with its own connection."""

    def run(argument):
        try:
            return act(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(arguments)) as threads:
        list(threads.map(run, arguments))


def test_downloads_at_the_same_time_are_all_counted():
    paper = factories.paper()
    at_once(lambda _: [downloads.count(paper) for _ in range(5)], range(8))
    assert PaperDownloads.objects.get().count == 40


def test_files_replaced_at_the_same_time_are_all_kept_and_one_is_in_use(client):
    paper = factories.paper()
    contents = [factories.pdf(f"Version {number}") for number in range(4)]
    at_once(lambda content: factories.paper_file(paper, content), contents)
    assert paper.files.count() == 4
    assert len({row.file.name for row in paper.files.all()}) == 4
    assert client.get(paper.file_path).getvalue() in contents
