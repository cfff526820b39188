"""Records of addresses from before hosts were told apart as browsers do."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType

from competencyworks.core.links.graph import record
from competencyworks.core.models import CitedChange, Link, OutsideAddress
from tests import factories
from wiki.models import Resource

pytestmark = pytest.mark.django_db

DOI = "https://dx.doi.org/10.1000/ABC"
SAME_DOI = "https://doi.org/10.1000/abc"
SHARP = "https://faß.example/x"
DOUBLE = "https://fass.example/x"


def migrated():
    """The database as an upgrade leaves it."""
    migration = import_module("competencyworks.core.migrations.0019_hosts_of_records")
    for operation in migration.Migration.operations:
        operation.code(apps, None)


def text(*addresses):
    links = " ".join(f'<a href="{url}">{url}</a>' for url in addresses)
    return factories.post(body=f"<p>{links}</p>")


def kept(key: str, url: str) -> OutsideAddress:
    return OutsideAddress.objects.update_or_create(
        key=key, defaults={"url": url, "host": key.split("/")[0]}
    )[0]


def of_old(key: str, url: str, *items) -> OutsideAddress:
    """A record as it was made before, to which the only link of each of these items leads."""
    row = kept(key, url)
    for item in items:
        of_item = Link.objects.filter(
            source_type=ContentType.objects.get_for_model(item), source_id=item.pk
        )
        of_item.exclude(pk=of_item.first().pk).delete()
        of_item.update(outside=row)
    OutsideAddress.objects.filter(links=None).exclude(pk=row.pk).delete()
    return row


def keys(item) -> set[str]:
    kind = ContentType.objects.get_for_model(item)
    rows = Link.objects.filter(source_type=kind, source_id=item.pk)
    return set(rows.values_list("outside__key", flat=True))


def test_two_records_of_one_doi_become_one_and_keep_links_and_resources():
    both, mine = text(SAME_DOI), text(DOI)
    resource = factories.resource(url=DOI)
    double = of_old("dx.doi.org/10.1000/ABC", DOI, mine)
    one = OutsideAddress.objects.filter(key="doi.org/10.1000/abc").first() or kept(
        "doi.org/10.1000/abc", SAME_DOI
    )
    kind = ContentType.objects.get_for_model(both)
    Link.objects.filter(source_type=kind, source_id=both.pk).update(outside=one)
    second = Link.objects.create(source_type=kind, source_id=both.pk, outside=double)
    CitedChange.objects.create(link=second, cited=resource, changed_at="2026-01-01T00:00Z")
    Resource.objects.filter(pk=resource.pk).update(outside=double)
    migrated()
    assert OutsideAddress.objects.get().key == "doi.org/10.1000/abc"
    assert keys(mine) == keys(both) == {"doi.org/10.1000/abc"}
    resource.refresh_from_db()
    assert resource.outside_id == one.pk
    assert CitedChange.objects.get().link.source == both


def test_a_record_alone_takes_the_new_form():
    mine = text(DOI)
    row = of_old("dx.doi.org/10.1000/ABC", DOI, mine)
    migrated()
    row.refresh_from_db()
    assert (row.key, row.host) == ("doi.org/10.1000/abc", "doi.org")


def test_what_two_hosts_shared_is_parted():
    sharp, double, both = text(SHARP), text(DOUBLE), text(SHARP, DOUBLE)
    resource = factories.resource(url=SHARP)
    old = of_old("fass.example/x", SHARP, sharp, double, both)
    Resource.objects.filter(pk=resource.pk).update(outside=old)
    migrated()
    assert keys(sharp) == {"xn--fa-hia.example/x"}
    assert keys(double) == {"fass.example/x"}
    assert keys(both) == {"xn--fa-hia.example/x", "fass.example/x"}
    resource.refresh_from_db()
    assert resource.outside.key == "xn--fa-hia.example/x"
    old.refresh_from_db()
    assert old.url == DOUBLE


def test_the_migration_leaves_what_saving_anew_would_leave():
    items = [text(SHARP, DOUBLE), text(SHARP), text(DOI)]
    before = [keys(item) for item in items]
    of_old("fass.example/x", SHARP, *items[:2])
    of_old("dx.doi.org/10.1000/ABC", DOI, items[2])
    migrated()
    after = [keys(item) for item in items]
    for item in items:
        record(item)
    assert before == after == [keys(item) for item in items]
