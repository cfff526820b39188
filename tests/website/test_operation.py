"""What an operator relies on: health, logs, error pages, refusing to start half-configured."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests import factories

ROOT = Path(__file__).resolve().parent.parent.parent
FULL = {
    "SECRET_KEY": "k" * 60,
    "SITE_URL": "https://www.example.org",
    "DATABASE_URL": "postgresql://u:p@localhost/x",
    "EMAIL_URL": "smtp://localhost",
}


def check(tmp_path, **environment):
    """`manage.py check` in production with only this environment."""
    clean = {"PATH": os.environ["PATH"], "CW_MODE": "production", "CW_VAR": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
    )


def test_production_starts_with_everything_set(tmp_path):
    result = check(tmp_path, **FULL)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("missing", FULL)
def test_production_refuses_to_start_and_says_what_to_set(tmp_path, missing):
    result = check(tmp_path, **{name: value for name, value in FULL.items() if name != missing})
    assert result.returncode != 0
    assert f"Set {missing}" in result.stderr


ZOOM = {"ZOOM_ACCOUNT_ID": "a", "ZOOM_CLIENT_ID": "b", "ZOOM_CLIENT_SECRET": "c"}


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        (ZOOM, ""),
        ({**ZOOM, "ZOOM_WEBHOOK_SECRET": "d"}, ""),
        ({**ZOOM, "ZOOM_CLIENT_SECRET": ""}, "Set ZOOM_CLIENT_SECRET too"),
        ({"ZOOM_CLIENT_ID": "b"}, "Set ZOOM_ACCOUNT_ID and ZOOM_CLIENT_SECRET too"),
        ({"ZOOM_WEBHOOK_SECRET": "d"}, "Set ZOOM_ACCOUNT_ID and ZOOM_CLIENT_ID and"),
    ],
)
def test_half_the_keys_of_the_video_service_are_refused(tmp_path, given, lacking):
    result = check(tmp_path, **FULL, **given)
    assert (result.returncode == 0) is not bool(lacking), result.stderr
    assert lacking in result.stderr


def test_an_unknown_mode_is_refused(tmp_path):
    assert check(tmp_path, **{**FULL, "CW_MODE": "prod"}).returncode != 0


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp+tls://ann:p%40ss@mail.example.org", "mail.example.org 587 True False 20 p@ss"),
        ("smtp+tls://ann:x@mail.example.org:2525", "mail.example.org 2525 True False 20 x"),
        ("smtp+ssl://ann:x@mail.example.org?timeout=40", "mail.example.org 465 False True 40 x"),
        ("smtp://localhost", "localhost 25 False False 20 None"),
    ],
)
def test_the_mail_server_is_spoken_to_as_its_address_says(tmp_path, url, expected):
    names = "HOST PORT USE_TLS USE_SSL TIMEOUT HOST_PASSWORD".split()
    program = "from competencyworks import settings as s; print(*(getattr(s, n) for n in {}))"
    result = subprocess.run(
        [sys.executable, "-c", program.format([f"EMAIL_{name}" for name in names])],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "CW_VAR": str(tmp_path), **FULL, "EMAIL_URL": url},
        capture_output=True,
        text=True,
    )
    assert result.stdout.strip() == expected, result.stderr


@pytest.mark.parametrize("url", ["smtps://h", "mail.example.org", "smtp+starttls://h", "file:///x"])
def test_an_unknown_kind_of_mail_server_is_refused(tmp_path, url):
    result = check(tmp_path, **{**FULL, "EMAIL_URL": url})
    assert result.returncode != 0
    assert "EMAIL_URL begins with one of smtp, smtp+tls, smtp+ssl" in result.stderr


@pytest.mark.django_db
def test_health_says_ok(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_a_request_is_one_line_without_its_address(client, caplog):
    post = factories.post(slug="a-secret-name")
    caplog.clear()
    with caplog.at_level("INFO"):
        response = client.get(post.path, {"token": "abc"})
    lines = [r.getMessage() for r in caplog.records if r.name == "competencyworks.request"]
    assert len(lines) == 1
    assert f"id={response['X-Request-ID']} method=GET route=blog:post status=200" in lines[0]
    assert "secret" not in lines[0]
    assert "abc" not in lines[0]


@pytest.mark.django_db
def test_a_failure_shows_our_page_a_reference_and_nothing_of_the_inside(monkeypatch):
    def fail(*args):
        raise RuntimeError("the inside")

    monkeypatch.setattr("competencyworks.website.views.searching.search", fail)
    response = Client(raise_request_exception=False).get("/search/?q=a")
    text = response.content.decode()
    assert response.status_code == 500
    assert response["X-Request-ID"] in text
    assert "the inside" not in text
    assert "Traceback" not in text


@pytest.mark.django_db
def test_robots_and_security_txt(client, editor):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text
    assert client.get("/.well-known/security.txt").status_code == 404
    editor.post(
        "/admin/website/sitesettings/1/change/",
        {"name": "CompetencyWorks", "contact_email": "hello@example.org"},
    )
    text = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: mailto:hello@example.org" in text
    assert "Expires: " in text


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["0", "-1", "x", "1e3", "99999999999999999999", "²"])
def test_a_page_that_cannot_be_is_not_found(client, page):
    assert client.get("/blog/", {"page": page}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/%00/",
        "/a/%00b/",
        "/%ff/",
        "/..%2f..%2fetc/passwd",
        "/media/../settings.py",
        "/tags/%F0%9F%98%80/",
    ],
)
def test_an_odd_address_is_refused_rather_than_an_error(client, path):
    assert client.get(path).status_code in (301, 400, 404)
