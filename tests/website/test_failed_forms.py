"""A form that was sent and not taken says so first of all in its title (WCAG 2.2, 3.3.1)."""

import pytest
from lxml import html

from competencyworks.core.discussion import proofs
from competencyworks.core.discussion.threads import form_path
from tests import factories
from tests.events import factories as events
from tests.events.pages import own_path

pytestmark = pytest.mark.django_db


def comment(client):
    return form_path(factories.post()), {"body": ""}


def changed_comment(client):
    return proofs.private_path(factories.comment(factories.post())), {"step": "edit", "body": ""}


def registration(client):
    return f"{events.event().path}register/", {"name": ""}


def changed_registration(client):
    return f"{own_path(events.registered(events.event()))}change/", {"name": ""}


def suggested_resource(client):
    return "/wiki/suggest/", {"title": ""}


def suggested_edit(client):
    return f"{factories.wiki_page().path}suggest/", {"name": ""}


def watching(client):
    return f"{factories.wiki_page().path}watch/", {"email": "nobody"}


def signing_in(client):
    return "/admin/login/", {"login": "", "password": ""}


FORMS = [
    comment, changed_comment, registration, changed_registration, suggested_resource,
    suggested_edit, watching, signing_in,
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_its_title_begins_with_error(client, form):
    address, fields = form(client)
    shown = html.fromstring(client.get(address, follow=True).content).findtext(".//title")
    assert "Error" not in shown
    response = client.post(address, fields)
    tree = html.fromstring(response.content)
    assert tree.findtext(".//title").startswith("Error: "), response.status_code
    # What search engines and social sites are told is no error.
    assert not [each for each in tree.xpath("//meta/@content") if each.startswith("Error")]
