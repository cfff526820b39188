"""What takes a resource's place, in a table and back."""

import csv
import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competencyworks.core.models import Revision
from tests import factories
from tests.wiki.tables import Table
from wiki.catalogue import importing
from wiki.catalogue.importing import import_resources
from wiki.catalogue.naming import reference
from wiki.models import Resource

pytestmark = pytest.mark.django_db

NEW = "https://mill.example/second"


def run(table: Table | bytes, **options):
    content = table if isinstance(table, bytes) else table.content
    return import_resources(io.BytesIO(content), **options)


def told(report) -> list[str]:
    return [str(problem) for problem in report.problems]


def counts(report) -> tuple[int, int, int, int]:
    return report.made, report.changed, report.same, report.bad_rows


def exported(client, query: str = "") -> bytes:
    return b"".join(client.get(f"/wiki/resources.csv{query}").streaming_content)


def cells(content: bytes) -> dict[str, str]:
    """What stands in the column, by title."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return {row["title"]: row["superseded by"] for row in rows}


def pairs() -> dict[str, str | None]:
    """The title of each resource, and that of what took its place."""
    return dict(Resource.objects.values_list("title", "superseded_by__title"))


@pytest.mark.parametrize(
    "cell",
    [
        NEW, "http://www.mill.example/second/?utm_source=mail", "/wiki/resources/second/",
        "/wiki/resources/second?x=1#top", "https://TESTSITE/wiki/resources/second/",
        "/wiki/resources/once/",
    ],
)  # fmt: skip
def test_a_resource_that_is_there_is_found_by_each_of_its_addresses(make, settings, cell):
    new = make.resource(title="Second", slug="once", url=NEW)
    new.slug = "second"
    new.save()
    cell = cell.replace("https://TESTSITE", settings.SITE_URL)
    report = run(Table(title="First", superseded_by=cell))
    assert (counts(report), told(report)) == ((1, 0, 0, 0), [])
    assert pairs() == {"First": "Second", "Second": None}


@pytest.mark.parametrize("is_below", [True, False])
@pytest.mark.parametrize("batch", [1, 2, 200])
def test_a_row_of_the_same_table_is_found_above_and_below(monkeypatch, is_below, batch):
    monkeypatch.setattr(importing, "BATCH", batch)
    table = Table(title="Other")
    ends = [("Second", NEW, ""), ("First", "https://mill.example/first", NEW)]
    for title, address, by in reversed(ends) if is_below else ends:
        table.add(title=title, address=address, superseded_by=by)
    table.add(title="Another")
    assert run(table, dry_run=True).text == "4 created, 0 changed, 0 unchanged, 0 with errors."
    assert not Resource.objects.exists()
    report = run(table)
    assert (counts(report), told(report)) == ((4, 0, 0, 0), [])
    assert pairs()["First"] == "Second"
    contents = Revision.objects.values_list("content__title", "number", "content__superseded_by")
    second = Resource.objects.get(title="Second").pk
    assert ("First", 1, second) in contents
    assert contents.count() == 4
    assert counts(run(table)) == (0, 0, 4, 0)
    assert Revision.objects.count() == 4


def test_a_long_chain_goes_in_from_its_end():
    table = Table(
        title="0", address="https://mill.example/0", superseded_by="https://mill.example/1"
    )
    for number in range(1, 30):
        by = f"https://mill.example/{number + 1}" if number < 29 else ""
        table.add(title=str(number), address=f"https://mill.example/{number}", superseded_by=by)
    assert counts(run(table)) == (30, 0, 0, 0)
    expected = {str(number): str(number + 1) for number in range(29)} | {"29": None}
    assert pairs() == expected


def test_many_rows_that_name_one_cost_few_queries():
    table = Table(title="Old 0", superseded_by=NEW)
    for number in range(1, 300):
        table.add(title=f"Old {number}", superseded_by=NEW)
    table.add(title="Second", address=NEW)
    with CaptureQueriesContext(connection) as queries:
        assert counts(run(table)) == (301, 0, 0, 0)
    assert len(queries) < 150
    assert set(pairs().values()) == {"Second", None}


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("at home", "“at home” is neither a web address nor the address of a page here"),
        ("https://mill.example/none", "there is no resource at “https://mill.example/none”"),
        ("/wiki/resources/none/", "there is no resource at “/wiki/resources/none/”"),
        ("/wiki/a-page/", "there is no resource at “/wiki/a-page/”"),
        ("//mill.example/second", "there is no resource at “//mill.example/second”"),
        ("/wiki/resources/[x/", "there is no resource at “/wiki/resources/[x/”"),
        ("https://mill.example/gone", "there is no resource at “https://mill.example/gone”"),
        ("https://mill.example/first/#a", "it cannot replace itself"),
        ("/wiki/resources/first/", "it cannot replace itself"),
        ("https://mill.example/a\0", "it contains a character that cannot be stored"),
        (
            "https://mill.example/bad",
            "there is no resource at “https://mill.example/bad”: row 4 was not imported",
        ),
    ],
)
@pytest.mark.parametrize("is_there", [True, False])
def test_what_is_wrong_is_told_by_row_and_column_and_the_row_stays_out(make, cell, said, is_there):
    make.wiki_page(slug="a-page")
    make.resource(url="https://mill.example/gone", trashed_at=make.ago(days=1))
    first = {"title": "First", "address": "https://mill.example/first"}
    if is_there:
        make.resource(title="First", url=first["address"], slug="first")
    elif cell == "/wiki/resources/first/":
        first["page"] = cell
    table = Table(title="Good").add(**first, why="New words", superseded_by=cell)
    table.add(address="https://mill.example/bad", year="20x6")
    bad = ["row 4, column year: “20x6” is not a year"]
    for is_dry in (True, False):
        report = run(table, dry_run=is_dry)
        assert told(report) == [f"row 3, column superseded by: {said}", *bad]
        assert counts(report) == (1, 0, 0, 2)
    assert not Resource.objects.filter(why="New words").exists()
    assert Resource.objects.filter(title="Good").exists()


def test_a_row_with_errors_is_still_known_by_what_is_there(make):
    """Also by rows that wait for one that waits for it."""
    make.resource(title="Second", url=NEW)
    first = "https://mill.example/first"
    table = Table(title="Draft", superseded_by=first)
    table.add(title="First", address=first, superseded_by=NEW)
    table.add(title="Second", address=NEW, year="x")
    report = run(table)
    assert told(report) == ["row 4, column year: “x” is not a year"]
    assert counts(report) == (2, 0, 0, 1)
    assert pairs() == {"Draft": "First", "First": "Second", "Second": None}


def test_new_rows_in_a_circle_are_told_and_stay_out():
    table = Table(
        title="A", address="https://mill.example/a", superseded_by="https://mill.example/b"
    )
    table.add(title="B", address="https://mill.example/b", superseded_by="https://mill.example/a")
    table.add(title="C", superseded_by="https://mill.example/a")
    report = run(table)
    assert told(report) == [
        f"row {row}, column superseded by: there is no resource at “https://mill.example/{name}”: "
        f"row {other} was not imported"
        for row, name, other in [(2, "b", 3), (3, "a", 2), (4, "a", 2)]
    ]
    assert counts(report) == (0, 0, 0, 3)
    assert not Resource.objects.exists()


# --- And back -----------------------------------------------------------------------------


def test_an_export_names_the_public_page_and_comes_back_without_a_change(client, make, settings):
    new = make.resource(title="Second")
    draft = make.resource(title="Third", public=False)
    make.resource(title="First", superseded_by=new)
    make.resource(title="Kept", superseded_by=draft)
    a, b = make.resource(title="A"), make.resource(title="B")
    for one, other in ((a, b), (b, a)):
        one.superseded_by = other
        one.save()
    content = exported(client)
    assert cells(content) == {
        "First": f"{settings.SITE_URL}{new.path}",
        "Second": "",
        "Kept": "",
        "A": f"{settings.SITE_URL}{b.path}",
        "B": f"{settings.SITE_URL}{a.path}",
    }
    assert draft.slug not in content.decode()
    before = pairs()
    assert counts(run(content)) == (0, 0, 5, 0)
    assert pairs() == before
    assert before["Kept"] == "Third"


def test_an_export_goes_into_an_empty_catalogue_and_one_of_another_site(client, make, settings):
    new = make.resource(title="Second", url="", publisher="Mill")
    make.resource(title="First", superseded_by=new)
    content = exported(client)
    for site in (settings.SITE_URL, "https://other.example"):
        Resource.objects.all().delete()
        sent = content.replace(settings.SITE_URL.encode(), site.encode())
        assert counts(run(sent, publish=True)) == (2, 0, 0, 0)
        assert pairs() == {"First": "Second", "Second": None}
        assert counts(run(sent, publish=True)) == (0, 0, 2, 0)


def test_a_successor_changes_by_an_import_and_an_empty_cell_takes_none_away(make):
    one, two = make.resource(title="One", url=NEW), make.resource(title="Two")
    item = make.resource(title="First", superseded_by=two)
    given = {"title": "First", "address": item.url}
    assert counts(run(Table(**given, superseded_by=""))) == (0, 0, 1, 0)
    assert counts(run(Table(**given, superseded_by=NEW))) == (0, 1, 0, 0)
    assert pairs()["First"] == "One"
    assert Revision.objects.get(object_id=item.pk).content["superseded_by"] == one.pk


def test_an_export_asks_for_nothing_by_itself(client):
    seen = []
    for size in (2, 20):
        for _ in range(size):
            factories.resource(superseded_by=factories.resource())
        with CaptureQueriesContext(connection) as queries:
            exported(client)
        seen.append(len(queries))
    assert seen[0] == seen[1]


def test_the_command_says_the_same_in_a_dry_run(tmp_path, capsys):
    path = tmp_path / "resources.csv"
    path.write_bytes(Table(superseded_by=NEW).add(address=NEW).content)
    call_command("import_resources", str(path), "--dry-run")
    assert capsys.readouterr().out.splitlines()[0] == (
        "2 created, 0 changed, 0 unchanged, 0 with errors."
    )


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("/wiki//resources/a%20b/", "/wiki/resources/a b"),
        ("https://elsewhere.example/wiki/resources/a/", "elsewhere.example/wiki/resources/a"),
        ("wiki/resources/a/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_each_address_has_one_form(cell, name):
    assert reference(cell) == name
