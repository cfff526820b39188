"""The file of a paper has one address, whatever is behind it."""

import pytest
from django.core.files.storage import default_storage

from blog.models import PaperDownloads
from blog.papers import downloads
from tests import factories

pytestmark = pytest.mark.django_db
READER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
FIRST, SECOND = factories.pdf("First words"), factories.pdf("Second words", "and a page more")


@pytest.fixture
def paper():
    return factories.paper(title="On pacing", slug="on-pacing", file=FIRST)


def get(client, path="/papers/on-pacing/on-pacing.pdf", **headers):
    return client.get(path, headers={**READER, **headers})


def downloaded() -> int:
    return sum(PaperDownloads.objects.values_list("count", flat=True))


def test_a_file_that_is_replaced_under_another_name_stays_at_its_address(client, paper):
    first = get(client)
    assert first.getvalue() == FIRST
    factories.paper_file(paper, SECOND, name="Final FINAL (2).PDF")
    second = get(client)
    assert second.getvalue() == SECOND
    for response in (first, second):
        assert response.status_code == 200
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == 'inline; filename="on-pacing.pdf"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "no-cache"
        assert not response.cookies
    assert first["ETag"] != second["ETag"]
    assert paper.files.count() == 2
    assert all(default_storage.exists(row.file.name) for row in paper.files.all())


def test_who_has_the_file_is_told_so_until_it_is_replaced(client, paper):
    first = get(client)
    etag = first["ETag"]
    unchanged = get(client, **{"if-none-match": etag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged["ETag"] == etag
    assert unchanged["Cache-Control"] == "no-cache"
    assert get(client, **{"if-modified-since": first["Last-Modified"]}).status_code == 304
    factories.paper_file(paper, SECOND)
    changed = get(client, **{"if-none-match": etag})
    assert changed.status_code == 200
    assert changed.getvalue() == SECOND


def test_head_tells_all_and_sends_nothing(client, paper):
    response = client.head("/papers/on-pacing/on-pacing.pdf", headers=READER)
    assert response.status_code == 200
    assert response["Content-Length"] == str(len(FIRST))
    assert response["Content-Type"] == "application/pdf"
    assert response.getvalue() == b""
    assert client.post("/papers/on-pacing/on-pacing.pdf").status_code == 405


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=100-", 100, len(FIRST) - 1),
     ("bytes=-50", len(FIRST) - 50, len(FIRST) - 1), ("bytes=10-999999", 10, len(FIRST) - 1),
     ("bytes=-999999", 0, len(FIRST) - 1)],
)  # fmt: skip
def test_a_part_is_sent_to_who_asks_for_it(client, paper, asked, first, last):
    response = get(client, range=asked)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{len(FIRST)}"
    assert response["Content-Length"] == str(last - first + 1)
    assert response.getvalue() == FIRST[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=-0", "bytes=5-2"])
def test_a_part_that_is_not_there_is_refused(client, paper, asked):
    response = get(client, range=asked)
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(FIRST)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=a-b"])
def test_what_is_no_range_of_ours_gets_the_whole(client, paper, asked):
    response = get(client, range=asked)
    assert (response.status_code, response.getvalue()) == (200, FIRST)


def test_parts_of_two_files_are_never_mixed(client, paper):
    etag = get(client)["ETag"]
    assert get(client, range="bytes=0-9", **{"if-range": etag}).status_code == 206
    factories.paper_file(paper, SECOND)
    response = get(client, range="bytes=10-19", **{"if-range": etag})
    assert (response.status_code, response.getvalue()) == (200, SECOND)


def test_an_old_address_of_the_paper_leads_to_the_file_in_one_hop(client, paper):
    for slug in ("on-time", "on-tempo"):
        paper.slug = slug
        paper.save()
    for old in ("on-pacing", "on-time"):
        response = get(client, f"/papers/{old}/{old}.pdf")
        assert response.status_code == 301
        assert response["Location"] == "/papers/on-tempo/on-tempo.pdf"
        assert client.get(f"/papers/{old}/cite.ris")["Location"] == "/papers/on-tempo/cite.ris"
    assert downloaded() == 0
    assert get(client, "/papers/on-tempo/on-time.pdf")["Location"].endswith("/on-tempo.pdf")


HIDDEN = {
    "draft": {"public": False},
    "scheduled": {"publish_at": factories.ahead(days=1)},
    "withdrawn": {"status": "withdrawn"},
    "trashed": {"trashed_at": factories.ago(days=1)},
}


@pytest.mark.parametrize("why", HIDDEN)
def test_the_file_of_a_paper_that_is_not_public_is_not_there(client, why):
    paper = factories.paper(slug="hidden", file=FIRST, **HIDDEN[why])
    assert get(client, paper.file_path).status_code == 404
    assert client.get("/papers/hidden/cite.bib").status_code == 404
    stored = paper.current_file().file.name
    for address in (f"/media/{stored}", f"/media/images/../{stored}", f"/media//{stored}"):
        assert client.get(address).status_code == 404


def test_a_paper_without_a_file_and_a_file_that_was_lost_are_404(client, paper):
    assert get(client, factories.paper().file_path).status_code == 404
    default_storage.delete(paper.current_file().file.name)
    assert get(client).status_code == 404
    assert downloaded() == 0


def test_downloads_are_counted_by_day_and_nothing_else_is_kept(client, paper):
    for _ in range(3):
        get(client)
    get(client, range="bytes=0-99")
    assert PaperDownloads.objects.get().count == 4
    kept = {field.name for field in PaperDownloads._meta.get_fields()}
    assert kept == {"id", "paper", "day", "count"}


@pytest.mark.parametrize(
    "agent",
    ["", "Googlebot/2.1 (+http://www.google.com/bot.html)", "curl/8.5", "python-requests/2.32",
     "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "Wget/1.21",
     "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)"],
)  # fmt: skip
def test_robots_are_not_counted(client, paper, agent):
    assert get(client, **{"user-agent": agent}).status_code == 200
    assert downloaded() == 0


def test_what_is_no_reading_is_not_counted(client, paper, editor):
    etag = get(client)["ETag"]
    PaperDownloads.objects.all().delete()
    client.head("/papers/on-pacing/on-pacing.pdf", headers=READER)
    get(client, **{"if-none-match": etag})
    get(client, range="bytes=100-199")
    get(client, range="bytes=999999-")
    get(client, **{"sec-purpose": "prefetch"})
    row = paper.current_file()
    assert get(editor, f"/admin/blog/paper/{paper.pk}/files/{row.pk}/").getvalue() == FIRST
    assert downloaded() == 0


def test_the_file_goes_out_where_counting_fails(client, paper, monkeypatch, caplog):
    monkeypatch.setattr(downloads, "_ADD", "INSERT INTO no_such_table VALUES (%s, %s)")
    assert get(client).getvalue() == FIRST
    assert "could not be counted" in caplog.text
