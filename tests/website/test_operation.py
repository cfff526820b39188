"""What an operator relies on: health, logs, error pages, odd addresses."""

import pytest
from django.test import Client

from tests import factories


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
