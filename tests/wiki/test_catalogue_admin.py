"""The form of a resource for curators: the fields of its kind, and what guards them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from tests.wiki.tables import Table
from wiki.models import Resource

pytestmark = pytest.mark.django_db
LIST = "/admin/wiki/resource/"
ADD = f"{LIST}add/"


def fields(answer) -> set[str]:
    """The names of the columns that a form shows."""
    assert answer.status_code == 200
    form = html.fromstring(answer.content).get_element_by_id("resource_form")
    return set(form.fields) & {field.name for field in Resource._meta.fields}


def filled(answer, **more) -> dict:
    """What a browser sends of the form of an answer, with changes."""
    form = html.fromstring(answer.content).get_element_by_id("resource_form")
    sent = {name: value for name, value in form.form_values() if not name.startswith("_")}
    return sent | more


def test_to_add_begins_with_the_choice_of_a_kind(curator):
    page = html.fromstring(curator.get(f"{ADD}?url=https://mill.example/").content)
    links = page.xpath("//dl/dt/a/@href")
    assert len(links) == len(Resource.Kind)
    assert "?url=https%3A%2F%2Fmill.example%2F&kind=report" in links


@pytest.mark.parametrize("kind", Resource.Kind)
def test_each_kind_has_the_fields_that_belong_to_it_and_no_others(curator, kind):
    shown = fields(curator.get(f"{ADD}?kind={kind}"))
    assert shown & set(Resource.OWN_FIELDS) - set(Resource.KIND_FIELDS[kind]) == set()
    missing = set(Resource.KIND_FIELDS[kind]) - shown
    assert missing <= {"serves_all_states"}  # an empty box


def test_a_resource_is_made_by_the_form(curator):
    answer = curator.get(f"{ADD}?kind=video&url=https://mill.example/a")
    sent = filled(answer, title="Two", minutes="5", body="<p>x</p>", grades=["high"])
    made = curator.post(ADD, sent | {"_publish": "Publish"})
    assert made.status_code == 302
    item = Resource.objects.get()
    assert (item.kind, item.minutes, item.grades, item.is_public) == ("video", 5, ["high"], True)
    assert item.outside.key == "mill.example/a"


def test_another_kind_is_possible_and_says_what_goes(curator, make):
    item = make.resource(kind="report", page_count=12, publisher="Mill")
    answer = curator.get(f"{LIST}{item.pk}/change/?kind=video")
    assert "number of pages (12)" in answer.content.decode()
    curator.post(f"{LIST}{item.pk}/change/", filled(answer, minutes="7"))
    item.refresh_from_db()
    assert (item.kind, item.minutes, item.page_count, item.publisher) == ("video", 7, None, "Mill")


def test_a_known_address_is_pointed_out_and_kept_only_on_purpose(curator, make):
    known = make.resource(title="Known", url="https://www.mill.example/a/")
    sent = filled(curator.get(f"{ADD}?kind=tool"), title="Two", url="http://mill.example/a")
    answer = curator.post(ADD, sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'<a href="{LIST}{known.pk}/change/">Known</a>' in page
    assert Resource.objects.count() == 1
    assert curator.post(ADD, filled(answer, same_address="on")).status_code == 302
    assert Resource.objects.count() == 2
    # A form whose address is its own says nothing.
    answer = curator.get(f"{LIST}{known.pk}/change/")
    known.refresh_from_db()
    assert Resource.objects.filter(title="Two").delete()[0]
    assert curator.post(f"{LIST}{known.pk}/change/", filled(answer)).status_code == 302


def test_what_it_says_has_changed_is_noted_when_told(curator, make):
    item = make.resource(kind="report")
    change = f"{LIST}{item.pk}/change/"
    curator.post(change, filled(curator.get(change), why="New words."))
    item.refresh_from_db()
    assert item.revised_at is None
    curator.post(change, filled(curator.get(change), says_changed="on"))
    item.refresh_from_db()
    assert item.revised_at >= make.ago(minutes=1)


@pytest.mark.parametrize(
    ("column", "value", "is_noted"),
    [("policy_stage", "ended", True), ("policy_number", "SB 2", True), ("why", "New.", False)],
)
def test_of_a_public_policy_it_is_noted_by_itself(make, column, value, is_noted):
    item = make.resource(kind="policy", policy_stage="proposed")
    setattr(item, column, value)
    item.save()
    item.refresh_from_db()
    assert (item.revised_at is not None) == is_noted


def test_the_list_filters_and_asks_as_often_for_many_as_for_few(curator, make):
    dead = make.resource(title="Dead one", kind="tool", owner=curator.user)
    dead.outside.health = "dead"
    dead.outside.save()
    for query in ("kind__exact=tool", "health=dead", "owner=me", "stage=published"):
        assert "Dead one" in curator.get(f"{LIST}?{query}").content.decode()
    assert "Dead one" not in curator.get(f"{LIST}?health=alive").content.decode()
    seen = []
    for size in (2, 8):
        for _ in range(size):
            make.resource(owner=curator.user)
        curator.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            assert curator.get(LIST).status_code == 200
        seen.append(len(queries))
    assert seen[0] == seen[1]


def test_a_draft_has_a_preview_for_staff_alone(client, curator, make):
    item = make.resource(public=False, title="Not yet")
    answer = curator.get(f"{LIST}{item.pk}/preview/")
    assert "Not yet" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get(item.path).status_code == 404


def upload(client, table: Table, **more):
    file = SimpleUploadedFile("resources.csv", table.content, "text/csv")
    return client.post(f"{LIST}import/", {"file": file, **more})


def test_a_table_is_looked_through_and_then_imported(curator):
    table = Table(title="Aims").add(year="20x6")
    looked = upload(curator, table, _check="1").content.decode()
    assert "Nothing has been imported yet." in looked
    assert "“20x6” is not a year" in looked
    assert not Resource.objects.exists()
    done = upload(curator, table, _import="1", publish="on").content.decode()
    assert "1 added, 0 changed, 0 unchanged, 1 with errors." in done
    assert Resource.objects.published().get().created_by == curator.user


def test_a_table_without_a_good_row_is_not_to_be_chosen_again(curator):
    looked = upload(curator, Table(year="20x6"), _check="1").content.decode()
    assert "Choose the file again" not in looked
    empty = SimpleUploadedFile("resources.csv", b"title,kind\n", "text/csv")
    looked = curator.post(f"{LIST}import/", {"file": empty, "_check": "1"}).content.decode()
    assert "no rows below its first one" in looked
    assert "Choose the file again" not in looked
    good = upload(curator, Table(title="Aims"), _check="1").content.decode()
    assert "Choose the file again" in good


def test_what_is_no_table_is_said_beside_the_file(curator):
    table = Table(colour="red")
    answer = upload(curator, table, _import="1")
    assert "There is no column “colour”" in answer.content.decode()


def test_only_those_who_may_add_resources_import(author, curator):
    assert author.get(f"{LIST}import/").status_code == 403
    assert f"{LIST}import/" in curator.get(LIST).content.decode()
