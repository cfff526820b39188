"""Copies of dead pages, asked of a local server that speaks the archive's API."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from competencyworks.core.links import mourning, upkeep
from competencyworks.core.links.archive import ArchiveError
from competencyworks.core.models import OutsideAddress, OutsideHost
from tests import factories
from tests.core.links.health.conftest import cite
from tests.core.web import response

pytestmark = pytest.mark.django_db
COPY = "web.archive.example/web/20140302101112/https://example.org/report"


def says(**closest) -> bytes:
    closest = {
        "available": True, "status": "200", "timestamp": "20140302101112", "url": f"http://{COPY}",
    } | closest  # fmt: skip
    return snapshots({"closest": closest})


def snapshots(found: dict) -> bytes:
    body = json.dumps({"url": "example.org/report", "archived_snapshots": found})
    return response(body.encode(), Content_Type="application/json")


@pytest.fixture
def archive(serve, settings):
    """An archive; `archive.reply` is what it says next, `archive.queries` what it was asked."""

    def answer(path, connection):
        archive.queries.append({n: v[0] for n, v in parse_qs(urlsplit(path).query).items()})
        connection.sendall(archive.reply)

    archive = serve(answer)
    archive.reply, archive.queries = says(), []
    settings.ARCHIVE_URL = f"{archive.url}/wayback/available"
    settings.CHECK_LINKS = True
    return archive


def dead(url: str = "https://example.org/report", **more) -> OutsideAddress:
    row = cite(url, **more)
    OutsideAddress.objects.filter(pk=row.pk).update(health="dead")
    row.refresh_from_db()
    return row


def test_the_copy_closest_to_when_the_link_was_first_published_is_kept(archive):
    row = dead(publish_at=factories.ago(days=2000))
    first = factories.ago(days=4000)
    factories.page(body='<p><a href="https://www.example.org/report/">It</a></p>', publish_at=first)
    assert mourning.look_for_copy(row) is True
    row.refresh_from_db()
    assert row.archived_url == f"https://{COPY}"
    assert f"{row.archived_at:%Y-%m-%d %H:%M:%S}" == "2014-03-02 10:11:12"
    assert archive.queries == [
        {"url": "https://example.org/report", "timestamp": f"{first:%Y%m%d}"}
    ]
    assert not mourning.without_copy().exists()


@pytest.mark.parametrize(
    "reply",
    [snapshots({}), says(available=False), says(status="404"), says(status="301")],
)
def test_where_there_is_none_it_is_asked_again_after_a_month(archive, reply):
    archive.reply = reply
    row = dead()
    assert mourning.look_for_copy(row) is False
    assert not mourning.without_copy().exists()
    OutsideAddress.objects.update(archive_asked_at=factories.ago(days=31))
    archive.reply = says()
    assert mourning.look_for_copy(mourning.without_copy().get()) is True


@pytest.mark.parametrize(
    "reply",
    [
        response(status="500 Oops"),
        response(b"<p>Down</p>"),
        response(b"[]"),
        response(b'{"archived_snapshots": {"closest": "x"}}'),
        says(timestamp="long ago"),
        says(url="javascript:alert(1)"),
        says(url="http://[::1"),
        response(b"[" * 2_000),
    ],
)
def test_an_archive_that_makes_no_sense_is_asked_again_in_an_hour(archive, reply):
    archive.reply = reply
    row = dead()
    with pytest.raises(ArchiveError):
        mourning.look_for_copy(row)
    row.refresh_from_db()
    assert row.archived_url == ""
    assert not mourning.without_copy().exists()
    OutsideAddress.objects.update(archive_asked_at=factories.ago(days=29, hours=23, minutes=61))
    assert mourning.without_copy().get() == row


def test_an_archive_that_is_overwhelmed_is_left_alone(archive):
    archive.reply = response(status="429 Too Many Requests", Retry_After="600")
    dead()
    dead("https://example.org/other")
    assert upkeep.find_archived_copies() is False
    assert OutsideHost.objects.get().free_at > factories.ahead(minutes=9)
    assert upkeep.find_archived_copies() is False
    assert len(archive.queries) == 1


def test_the_worker_asks_for_one_copy_after_the_other(archive):
    rows = [dead(f"https://example.org/{n}") for n in range(2)]
    alive = cite("https://example.org/alive")
    assert [upkeep.find_archived_copies() for _ in range(3)] == [True, True, False]
    for row in [*rows, alive]:
        row.refresh_from_db()
    assert [bool(row.archived_url) for row in [*rows, alive]] == [True, True, False]


def test_an_empty_address_of_the_archive_turns_it_off(archive, settings):
    dead()
    settings.ARCHIVE_URL = ""
    assert upkeep.find_archived_copies() is False
    assert archive.queries == []
