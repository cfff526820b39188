"""Redirects that staff add: pasted addresses, addresses that are taken, and circles."""

import lxml.html
import pytest

from competencyworks.core.addresses import OldAddress
from tests import factories

pytestmark = pytest.mark.django_db
ADD = "/admin/core/oldaddress/add/"


def errors(response) -> str:
    assert response.status_code == 200
    tree = lxml.html.fromstring(response.content)
    return " ".join(node.text_content() for node in tree.find_class("errorlist"))


def test_a_circle_is_refused(editor):
    OldAddress.objects.create(path="/a", to="/b/")
    assert "redirects back" in errors(editor.post(ADD, {"path": "/b/", "to": "/a/"}))
    OldAddress.objects.create(path="/b", to="http://testserver/C/?x=1")
    assert "redirects back" in errors(editor.post(ADD, {"path": "/c/", "to": "/a/#top"}))


def test_a_circle_that_is_stored_ends_at_once(client):
    OldAddress.objects.create(path="/a", to="/b/")
    OldAddress.objects.create(path="/b", to="/a/")
    assert client.get("/a/").status_code == 404
    assert client.get("/b/").status_code == 404


def test_a_chain_is_one_hop(client):
    factories.page(title="About", slug="about")
    OldAddress.objects.create(path="/a", to="/b/")
    OldAddress.objects.create(path="/b", to="/c/")
    OldAddress.objects.create(path="/c", to="/about/")
    assert client.get("/a/")["Location"] == "/about/"


def test_a_chain_ends_where_a_page_answers(client):
    factories.page(title="About", slug="about")
    OldAddress.objects.create(path="/a", to="/about/")
    OldAddress.objects.create(path="/about", to="/elsewhere/")
    assert client.get("/a/")["Location"] == "/about/"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("http://testserver/2019/old-thing", "/2019/old-thing"),
        ("https://testserver:8322/2019/old-thing/?p=3#top", "/2019/old-thing?p=3"),
        ("testserver/2019/old-thing", "/2019/old-thing"),
        ("2019/old-thing", "/2019/old-thing"),
    ],
)
def test_of_a_pasted_address_the_path_is_kept(editor, typed, stored):
    editor.post(ADD, {"path": typed, "to": "/"})
    assert OldAddress.objects.get().path == stored


@pytest.mark.parametrize("typed", ["https://elsewhere.example/x", "ftp://testserver/x", "http://["])
def test_an_address_of_another_site_is_refused(editor, typed):
    assert "not an address on this site" in errors(editor.post(ADD, {"path": typed, "to": "/"}))


@pytest.mark.parametrize("typed", ["/wiki/", "wiki", "/admin/", "/", "/about", "/media/x.jpg"])
def test_an_address_at_which_a_page_answers_is_refused(editor, typed):
    factories.page(title="About", slug="about")
    told = errors(editor.post(ADD, {"path": typed, "to": "/events/"}))
    assert "There is a page at this address now" in told


def test_a_redirect_is_changed_though_a_page_answers_there_now(editor):
    row = OldAddress.objects.create(path="/about", to="/events/")
    factories.page(title="About", slug="about")
    page = f"/admin/core/oldaddress/{row.pk}/change/"
    assert editor.post(page, {"path": "/about", "to": "/wiki/"}).status_code == 302
