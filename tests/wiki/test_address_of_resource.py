"""The address in the form of a resource, as people type it."""

import pytest

from wiki.models import Resource

from .test_catalogue_admin import ADD, filled

pytestmark = pytest.mark.django_db


def made(curator, url: str):
    sent = filled(curator.get(f"{ADD}?kind=report"), title="One", url=url)
    return curator.post(ADD, sent | {"_save": "Save"})


def test_https_is_added_where_it_is_left_out(curator):
    assert made(curator, "example.org/x").status_code == 302
    assert Resource.objects.get().url == "https://example.org/x"


def test_a_curated_address_is_known_without_its_scheme(curator, make):
    make.resource(url="https://example.org/x", title="Known")
    answer = made(curator, "example.org/x")
    assert "This web address is already in the wiki" in answer.text


def test_what_is_no_address_is_refused(curator):
    assert made(curator, "javascript:alert(1)").status_code == 200
    assert not Resource.objects.exists()
