"""Pages that say that something is not there or went wrong lead on."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from lxml import html

from tests import factories

pytestmark = pytest.mark.django_db
SEARCH = "competencyworks.website.views.searching.search"
FORM = "competencyworks.core.discussion.views.CommentForm"
ADMIN = "competencyworks.website.admin.SiteSettingsAdmin.get_object"
WAYS_ON = {"/", "/wiki/", "/events/", "/topics/", "/search/"}


def links(response) -> set[str]:
    return set(html.fromstring(response.content.decode()).xpath("//main//a/@href"))


def raising(error: Exception):
    def view(*args):
        raise error

    return view


def test_a_lost_address_leads_to_every_section_and_to_the_search(client):
    response = client.get("/nothing-is-here/")
    assert response.status_code == 404
    assert links(response) >= WAYS_ON
    assert "The page could not be found" in response.content.decode()


def test_refused_and_malformed_requests_lead_on(client, monkeypatch):
    monkeypatch.setattr(SEARCH, raising(PermissionDenied()))
    refused = client.get("/search/?q=word")
    assert refused.status_code == 403
    assert links(refused) >= WAYS_ON
    malformed = client.get("/", headers={"host": "?"})
    assert malformed.status_code == 400
    assert links(malformed) >= WAYS_ON


def test_after_a_fault_one_may_try_the_page_again(monkeypatch):
    monkeypatch.setattr(SEARCH, raising(ValueError("broken")))
    client = Client(raise_request_exception=False)
    response = client.get("/search/?q=a&page=2")
    assert response.status_code == 500
    assert links(response) >= WAYS_ON | {"/search/?q=a&page=2"}


def test_a_fault_in_a_form_does_not_offer_to_send_it_again(monkeypatch):
    post = factories.post()
    monkeypatch.setattr(FORM, raising(ValueError("broken")))
    client = Client(raise_request_exception=False)
    response = client.post(f"/comments/on/blog.post/{post.pk}/", {"body": "Words"})
    assert response.status_code == 500
    assert not any("/comments/on/" in link for link in links(response))


def test_a_fault_in_the_admin_leads_back_to_its_front_page(root, monkeypatch):
    monkeypatch.setattr(ADMIN, raising(ValueError("broken")))
    root.raise_request_exception = False
    response = root.get("/admin/website/sitesettings/1/change/")
    assert response.status_code == 500
    assert links(response) >= WAYS_ON | {"/admin/", "/admin/website/sitesettings/1/change/"}


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("/?page=9", "/"),
        ("/blog/?page=9", "/blog/"),
        ("/blog/k-12/?page=0", "/blog/k-12/"),
        ("/blog/?page=x", "/blog/"),
        ("/blog/?page=99999999999", "/blog/"),
        ("/tags/pacing/?page=3", "/tags/pacing/"),
        ("/search/?q=word&page=3", "/search/?q=word"),
        ("/search/?q=nowhere&page=2", "/search/?q=nowhere"),
        ("/events/?kind=webinar&page=3", "/events/?kind=webinar"),
        ("/events/past/?page=3", "/events/past/"),
        ("/wiki/?page=3", "/wiki/"),
        ("/wiki/recent/?page=3", "/wiki/recent/"),
        ("/wiki/recent/?kind=pages&page=3", "/wiki/recent/?kind=pages"),
        ("/wiki/wanted/?page=3", "/wiki/wanted/"),
        ("/wiki/resources/?kind=report&page=3", "/wiki/resources/?kind=report"),
        ("/papers/?page=3", "/papers/"),
        ("/series/?page=3", "/series/"),
        ("{post}?comments=9", "{post}"),
    ],
)
def test_past_the_end_of_a_list_one_is_told_so_and_led_to_its_start(client, path, first):
    post = factories.post(tags=["pacing"], body="<p>A word.</p>")
    path, first = path.replace("{post}", post.path), first.replace("{post}", post.path)
    response = client.get(path)
    assert response.status_code == 404
    assert "That page of the list could not be found" in response.content.decode()
    assert first in links(response)
    assert client.get(first).status_code == 200
