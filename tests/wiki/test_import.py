"""Resources from a table, and back."""

import csv
import io
import re
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from competencyworks.core.background import locks
from competencyworks.core.csv_tables import FORMULA, as_typed, harmless
from competencyworks.core.models import Link, OutsideAddress, Revision
from competencyworks.core.prose.cleaning import clean_html
from tests import factories
from tests.wiki.tables import Table
from wiki.catalogue.columns import COLUMNS, html_of_text, text_of_html
from wiki.catalogue.csv_reading import NotATable
from wiki.catalogue.importing import AlreadyRunning, import_resources
from wiki.models import PolicySpan, Resource

pytestmark = pytest.mark.django_db


def run(table: Table | bytes, **options):
    content = table if isinstance(table, bytes) else table.content
    return import_resources(io.BytesIO(content), **options)


def problems(report) -> list[str]:
    return [str(problem) for problem in report.problems]


@pytest.fixture
def topics(make):
    return [make.topic("Equity", slug="equity"), make.topic("Time, and credit", slug="time")]


def test_every_column_arrives(topics, curator):
    table = Table(
        title="Credit for learning",
        kind="Policy",
        address="https://law.example.org/306/?utm_source=mail",
        publisher="State of New Hampshire",
        authors="Ana Ruiz; Ben Li",
        year="2013",
        summary="First.\nSecond & third.",
        why="It was the first.",
        topics="Equity; time",
        states="NH; Vermont",
        grade_bands="High school; middle",
        audience="policymakers",
        tags="Seat time; credit",
        policy_form="statute",
        policy_number="Ed 306",
        policy_stage="In force",
        in_force_from="2013-09-01",
        in_force_until="6/30/2030",
        credit="Dana Fox",
        owner="curator",
        review_by="2030-01-02",
    )
    report = run(table, by=curator.user, publish=True)
    assert (report.made, problems(report)) == (1, [])
    item = Resource.objects.get()
    assert item.is_public
    assert item.kind == "policy"
    assert item.body == "<p>First.</p>\n<p>Second &amp; third.</p>"
    assert {topic.name for topic in item.topics.all()} == {"Equity", "Time, and credit"}
    assert {state.code for state in item.states.all()} == {"NH", "VT"}
    assert item.grades == ["middle", "high"]
    assert {tag.name for tag in item.tags.all()} == {"Seat time", "credit"}
    assert item.policy_form == "statute"
    assert item.in_force_until == date(2030, 6, 30)
    assert item.owner == curator.user
    assert item.review_by == date(2030, 1, 2)
    assert item.outside.key == "law.example.org/306"
    # What a save by hand leaves behind is there too.
    revision = Revision.objects.get(object_id=item.pk, content_type__model="resource")
    assert (revision.number, revision.author, revision.reason) == (1, curator.user, "Imported")
    assert revision.content["tags"] == ["Seat time", "credit"]
    assert Link.objects.filter(outside=item.outside, source_id=item.pk).exists()
    assert {span.state.code for span in PolicySpan.objects.all()} == {"NH", "VT"}


def test_new_ones_are_drafts_unless_asked_otherwise(client):
    run(Table())
    item = Resource.objects.get()
    assert item.status == "draft"
    assert client.get(item.path).status_code == 404


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"year": "20x6"}, "row 2, column year: “20x6” is not a year"),
        ({"year": "1700"}, "row 2, column year: Ensure this value is greater than or equal to"),
        ({"kind": "poem"}, "row 2, column kind: “poem” is not one of: report, article"),
        ({"kind": ""}, "row 2, column kind: a new resource needs a kind"),
        ({"title": ""}, "row 2, column title: a new resource needs a title"),
        ({"title": "x" * 301}, "row 2, column title: Ensure this value has at most 300"),
        ({"address": "ftp://x.example/"}, "row 2, column address: “ftp://x.example/” is no"),
        ({"address": "https://x"}, "row 2, column address: Enter a valid URL"),
        ({"topics": "Cats"}, "row 2, column topics: there is no topic “Cats”"),
        ({"states": "NH; ZZ"}, "row 2, column states: there is no state “ZZ”"),
        ({"grade bands": "high; low"}, "row 2, column grade bands: “low” is not one of: early"),
        ({"pages": "many"}, "row 2, column pages: “many” is not a whole number"),
        ({"pages": "9999999999"}, "row 2, column pages: “9999999999” is too large a number"),
        ({"minutes": "5"}, "row 2, column minutes: this does not apply to the kind “report”"),
        ({"owner": "nobody"}, "row 2, column owner: no staff member has the username “nobody”"),
        ({"review by": "soon"}, "row 2, column review by: “soon” is not a date like"),
        (
            {"review by": "9999-12-31"},
            "row 2, column review by: “9999-12-31” is not within the years",
        ),
        (
            {"review by": "0001-01-01"},
            "row 2, column review by: “0001-01-01” is not within the years",
        ),
        ({"why": "a\0b"}, "row 2, column why: it contains a character that cannot be stored"),
        (
            {"kind": "policy", "in force from": "2024-01-02", "in force until": "2024-01-01"},
            "row 2, column in force until: the end is before the start",
        ),
        (
            {"kind": "provider", "contact e-mail": "at home"},
            "row 2, column contact e-mail: Enter an email address like",
        ),
        ({"kind": "provider", "all states": "maybe"}, "row 2, column all states: “maybe” is"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column_and_the_rest_goes_in(cells, said):
    report = run(Table(**cells).add())
    assert len(problems(report)) == 1
    assert problems(report)[0].startswith(said)
    assert (report.made, report.bad_rows) == (1, 1)
    assert Resource.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"title,colour\nA,b\n", "There is no column “colour”. The columns are: title, kind"),
        (b"title,Title\nA,b\n", "The column “title” appears twice."),
        (b"kind,year\nreport,2012\n", "There must be a column “title” or “address”."),
        (b"title,kind\nGood,report\n\xe9t\xe9,report\n", "not in UTF-8"),
        (b'title,kind\nGood,report\n"' + b"x" * 300_000, "is opened but not closed"),
    ],
)
def test_what_is_no_table_is_refused_before_anything_is_stored(content, said):
    with pytest.raises(NotATable, match=re.escape(said)):
        run(content)
    assert not Resource.objects.exists()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_tables_of_all_programs_are_read(delimiter, encoding):
    table = Table(title="Überblick, kurz; gut", summary="Eine\nzweite Zeile")
    report = run(table.written(delimiter, encoding))
    assert (report.made, problems(report)) == (1, [])
    assert Resource.objects.get().title == "Überblick, kurz; gut"


def test_a_second_run_changes_nothing(topics):
    table = Table(topics="Equity", tags="b; a", states="NH").add(address="", publisher="Mill").add()
    assert run(table, publish=True).made == 3
    before = list(Resource.objects.order_by("pk").values())
    again = run(table, publish=True)
    assert (again.made, again.changed, again.same) == (0, 0, 3)
    assert list(Resource.objects.order_by("pk").values()) == before
    assert Revision.objects.count() == 3


def test_what_differs_is_changed_and_what_is_not_given_stays(make, topics):
    item = make.resource(
        url="http://www.mill.example/a",
        kind="report",
        publisher="Mill",
        why="Old.",
        topics=topics,
        tags=["a"],
    )
    report = run(Table(address="https://mill.example/a/", title="New", why="New.", tags="A; b"))
    assert (report.made, report.changed) == (0, 1)
    item = Resource.objects.get()
    assert (item.title, item.why, item.publisher) == ("New", "New.", "Mill")
    assert item.topics.count() == 2
    assert item.is_public
    assert {tag.name for tag in item.tags.all()} == {"a", "b"}
    assert Revision.objects.get(object_id=item.pk).content["why"] == "New."


def test_twice_in_one_file_and_in_the_trash(make):
    make.resource(url="https://mill.example/gone", trashed_at=make.ago(days=1))
    table = Table(address="https://mill.example/a").add(address="http://www.mill.example/a/")
    table.add(address="https://mill.example/gone/")
    report = run(table)
    assert problems(report) == [
        "row 3, column address: row 2 has the same address",
        "row 4, column address: it is in the trash; restore it first",
    ]
    assert report.made == 1


def test_equal_titles_get_addresses_of_their_own(make):
    make.resource(title="Aims")
    run(Table(title="Aims").add(title="Aims").add(title="Suggest").add(title="!!!"), publish=True)
    assert sorted(Resource.objects.values_list("slug", flat=True)) == [
        "aims", "aims-2", "aims-3", "resource", "suggest-2",
    ]  # fmt: skip


def test_a_dry_run_tells_the_same_and_stores_nothing(topics):
    table = Table(topics="Equity", tags="new").add(year="x")
    report = run(table, dry_run=True)
    assert (report.made, report.bad_rows) == (1, 1)
    assert not Resource.objects.exists()
    assert not OutsideAddress.objects.exists()
    assert run(table).made == 1


def test_a_policy_that_changes_by_an_import_is_noted(make):
    item = make.resource(kind="policy", policy_stage="proposed")
    run(Table(address=item.url, title=item.title, kind="policy", policy_stage="in_force"))
    item.refresh_from_db()
    assert item.revised_at > make.ago(minutes=1)


def test_five_thousand_rows_with_fifty_bad_ones(tmp_path, capsys, topics):
    """4,950 go in, 50 are told; again: none is made. There are fewer queries than rows."""
    table = Table.of(5000, bad_every=100)
    path = tmp_path / "resources.csv"
    path.write_bytes(table.content)
    with CaptureQueriesContext(connection) as queries:
        call_command("import_resources", str(path), "--publish")
    told = capsys.readouterr().out.splitlines()
    assert told[-1] == "4950 created, 0 changed, 0 unchanged, 50 with errors."
    assert told[0] == "row 101, column year: “20x6” is not a year"
    assert len(told) == 51
    assert all(re.match(r"row \d+01, column \w+: ", line) for line in told[:-1])
    assert Resource.objects.published().count() == 4950
    assert len(queries) < 5000
    call_command("import_resources", str(path), "--publish")
    assert capsys.readouterr().out.splitlines()[-1] == (
        "0 created, 0 changed, 4950 unchanged, 50 with errors."
    )
    assert Resource.objects.count() == 4950


def test_the_command_says_what_is_wrong_with_file_and_user(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_resources", str(tmp_path / "none.csv"))
    path = tmp_path / "a.csv"
    path.write_bytes(b"colour\n")
    with pytest.raises(CommandError, match="There is no column"):
        call_command("import_resources", str(path))
    with pytest.raises(CommandError, match="There is no user"):
        call_command("import_resources", str(path), "--by", "nobody")


def test_one_import_at_a_time():
    with locks.held("import of resources"), pytest.raises(AlreadyRunning):
        run(Table())


# --- And back -----------------------------------------------------------------------------


def exported(client, query: str = "") -> bytes:
    answer = client.get(f"/wiki/resources.csv{query}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_an_export_comes_back_without_a_change(client, make, topics):
    make.resource(
        kind="provider",
        title="=HYPERLINK(1)",
        services="Coaching; audits",
        contact_phone="+1 555 0100",
        why="  'Quoted'\r\nand in two lines ",
        body="<p>One &amp; <em>two</em></p><ul><li>x</li></ul>",
        topics=topics,
        states=[factories.state("NH"), factories.state("VT")],
        tags=["b c", "A"],
        grades=["high", "early"],
        serves_all_states=True,
    )
    make.resource(kind="policy", in_force_from=date(2013, 9, 1), policy_stage="ended", url="")
    make.resource(kind="tool", body="<p>One</p><p>Two</p>", publisher="'=1", price_note="-")
    again = run(exported(client), publish=True)
    assert (again.made, again.changed, again.same, problems(again)) == (0, 0, 3, [])


def test_an_export_holds_no_formula(client, make):
    hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1"]
    for text in hostile:
        make.resource(title=text, publisher=text, authors=text, why=text, tags=[text.strip()])
    content = exported(client)
    cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(FORMULA)]
    assert {row["title"] for row in lines(content)} >= {"'=1+1", "''=1"}


def test_an_export_has_what_the_list_shows(client, make, topics, settings):
    make.resource(title="In", kind="report", topics=topics[:1], grades=["high"])
    make.resource(title="Out", kind="tool")
    make.resource(title="Draft", public=False)
    rows = lines(exported(client, "?kind=report&topic=equity&grade=high"))
    assert [row["title"] for row in rows] == ["In"]
    assert rows[0]["page"] == f"{settings.SITE_URL}{Resource.objects.get(title='In').path}"
    assert {row["title"] for row in lines(exported(client))} == {"In", "Out"}


def test_an_export_reads_no_row_by_itself(client, make, topics):
    seen = []
    for size in (2, 20):
        for _ in range(size):
            make.resource(topics=topics, tags=["a"])
        with CaptureQueriesContext(connection) as queries:
            exported(client)
        seen.append(len(queries))
    assert seen[0] == seen[1]


@given(st.text())
def test_what_was_made_harmless_comes_back(text):
    made = harmless(text)
    assert not made.startswith(FORMULA)
    assert as_typed(made) == text


@given(st.text(alphabet="a <>&\"'\n\r=é\u2028;p/", max_size=60))
def test_a_summary_written_as_text_comes_back(text):
    body = clean_html(html_of_text(text.strip())).strip()
    assert clean_html(html_of_text(text_of_html(body).strip())).strip() == body


def test_the_documentation_names_every_column():
    with open("docs/import.md", encoding="utf-8") as file:
        text = file.read()
    table = text[text.index("## Resources from a table") :]
    told = re.findall(r"^\| `([^`]+)` \| (.+) \|$", table, re.MULTILINE)
    assert told == [(column.name, column.told) for column in COLUMNS]
