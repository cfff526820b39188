"""Uploads come whole, in part, or not again."""

import os
from pathlib import Path

import pytest

from tests import factories

PDF = b"%PDF-1.4 " + bytes(range(256)) * 40
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
def report(settings) -> str:
    """The address of a file whose name is no digest."""
    folder = Path(settings.MEDIA_ROOT) / "files/2026/03"
    folder.mkdir(parents=True)
    (folder / "report.pdf").write_bytes(PDF)
    return "/media/files/2026/03/report.pdf"


def body(response) -> bytes:
    return response.getvalue()


@pytest.mark.django_db
def test_a_picture_may_be_kept_for_ever_for_its_name_holds_its_digest(client):
    picture = factories.image()
    response = client.get(picture.file.url)
    assert response["Cache-Control"] == FOR_EVER
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert body(response) == picture.file.read()


def test_a_rendition_too(client, settings):
    folder = Path(settings.MEDIA_ROOT) / "images/2026/03/steps-0a1b2c3d-png/1_1-50x50"
    folder.mkdir(parents=True)
    (folder / "320w.avif").write_bytes(b"avif")
    response = client.get("/media/images/2026/03/steps-0a1b2c3d-png/1_1-50x50/320w.avif")
    assert (response["Cache-Control"], response["Content-Type"]) == (FOR_EVER, "image/avif")


def test_another_file_is_asked_for_again(client, report):
    first = client.get(report)
    assert first["Cache-Control"] == "no-cache"
    assert first["Content-Type"] == "application/pdf"
    assert body(first) == PDF
    for name, sent in {"if-none-match": "ETag", "if-modified-since": "Last-Modified"}.items():
        again = client.get(report, headers={name: first[sent]})
        assert (again.status_code, again["ETag"]) == (304, first["ETag"])


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=100-", 100, len(PDF) - 1), ("bytes=-5", len(PDF) - 5, None),
     ("bytes=10-999999", 10, len(PDF) - 1)],
)  # fmt: skip
def test_a_part_is_sent_to_who_asks_for_it(client, report, asked, first, last):
    last = len(PDF) - 1 if last is None else last
    response = client.get(report, headers={"range": asked})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{len(PDF)}"
    assert response["Content-Length"] == str(last - first + 1)
    assert response["Accept-Ranges"] == "bytes"
    assert body(response) == PDF[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=-0", "bytes=5-2"])
def test_a_part_that_is_not_there_is_refused(client, report, asked):
    response = client.get(report, headers={"range": asked})
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(PDF)}")


@pytest.mark.parametrize("by", ["ETag", "Last-Modified"])
def test_parts_of_two_files_are_never_mixed(client, report, settings, by):
    known = client.get(report)[by]
    part = client.get(report, headers={"range": "bytes=0-9", "if-range": known})
    assert part.status_code == 206
    file = Path(settings.MEDIA_ROOT) / "files/2026/03/report.pdf"
    file.write_bytes(b"Another file")
    os.utime(file, (1_900_000_000, 1_900_000_000))
    part = client.get(report, headers={"range": "bytes=0-4", "if-range": known})
    assert (part.status_code, body(part)) == (200, b"Another file")


def test_head_tells_all_and_sends_nothing(client, report):
    response = client.head(report)
    assert (response.status_code, response["Content-Length"]) == (200, str(len(PDF)))
    assert body(response) == b""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["files", "files/", "../settings.py", "%2e%2e/x", "kept/x.pdf", "none.png", "x\\..\\y"]
)
def test_what_is_no_file_of_readers_is_not_there(client, report, path):
    assert client.get(f"/media/{path}").status_code == 404
