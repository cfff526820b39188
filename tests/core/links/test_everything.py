"""Rows that were not written by save(): imports, and the command that writes all anew."""

import pytest
from django.core.management import call_command

from competencyworks.core.models import Link
from competencyworks.website.models import SiteSettings
from tests import factories

pytestmark = pytest.mark.django_db


def rows() -> set[tuple]:
    return {
        (row.source_type.model, row.source_id, row.outside_id, row.path, row.title, row.text)
        for row in Link.objects.select_related("source_type")
    }


def test_rederive_writes_the_rows_of_all_items_anew(capsys):
    body = '<p><a href="/about/">Us</a> <a href="https://example.org/x">X</a></p>'
    for kind in (factories.post, factories.series, factories.page, factories.paper):
        kind(body=body)
    factories.resource(body=body)
    factories.wiki_page(body=body)
    factories.person(website="https://example.org/x")
    factories.digest(factories.link(url="https://example.org/y"))
    channel = factories.channel()
    channel.introduction = body
    channel.save()
    factories.person(bio=body)
    SiteSettings(licence_url="https://example.org/licence").save()
    before = rows()
    assert len(before) == 6 * 2 + 1 + 1 + 1 + 2 * 2 + 1
    Link.objects.filter(path="").delete()
    Link.objects.update(text="Wrong")
    post = factories.post(body="<p>None.</p>")
    Link.objects.create(source=post, path="/gone", text="Left over")
    call_command("rederive")
    assert rows() == before
