"""The catalogue in public: its list with filters, and a page for each resource."""

import json
import re
from itertools import pairwise
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from wiki.catalogue.by_state import shades
from wiki.models import PageResource, Resource

pytestmark = pytest.mark.django_db
LIST = "/wiki/resources/"


def titles(answer) -> list[str]:
    """What an answer lists, in its order."""
    assert answer.status_code == 200
    tree = html.fromstring(answer.content)
    return [link.text for link in tree.xpath("//main//h2[@class='entry-title']/a")]


def options(answer, field: str) -> dict[str, str]:
    """Values and words of the choices of a field."""
    found = html.fromstring(answer.content).xpath(f"//select[@name='{field}']/option[@value!='']")
    return {option.get("value"): option.text for option in found}


@pytest.fixture
def tree(make):
    """Equity, and Pacing below it."""
    equity = make.topic("Equity", slug="equity")
    return equity, make.topic("Pacing", slug="pacing", parent=equity)


@pytest.fixture
def shelf(make, tree):
    """Three resources that differ in everything by which a list is narrowed."""
    equity, pacing = tree
    make.resource(
        title="Aims",
        kind="report",
        topics=[pacing],
        states=[make.state("NH")],
        grades=["high"],
        audience=["teachers"],
        publisher="Old Mill Institute",
        year=2019,
        tags=["seat time"],
        body="<p>On rubrics.</p>",
        publish_at=make.ago(days=3),
    )
    make.resource(
        title="bridges",
        kind="policy",
        topics=[equity],
        states=[make.state("VT")],
        grades=["middle"],
        audience=["families"],
        publisher="State of Vermont",
        year=2022,
        tags=["credit"],
        body="<p>On time.</p>",
        publish_at=make.ago(days=2),
    )
    make.resource(title="Clocks", kind="tool", publish_at=make.ago(days=1))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=report", ["Aims"]),
        ("topic=pacing", ["Aims"]),
        ("topic=equity", ["bridges", "Aims"]),
        ("state=nh", ["Aims"]),
        ("grade=middle", ["bridges"]),
        ("audience=teachers", ["Aims"]),
        ("publisher=old mill institute", ["Aims"]),
        ("tag=seat-time", ["Aims"]),
        ("from=2020", ["bridges"]),
        ("from=2019&to=2020", ["Aims"]),
        ("to=2022", ["bridges", "Aims"]),
        ("q=rubric", ["Aims"]),
        ("topic=equity&state=vt&kind=policy", ["bridges"]),
        ("kind=report&state=vt", []),
        ("sort=title", ["Aims", "bridges", "Clocks"]),
        ("sort=year", ["bridges", "Aims", "Clocks"]),
    ],
)
def test_the_list_narrows_by_every_field_and_by_several(client, shelf, query, found):
    assert titles(client.get(f"{LIST}?{query}")) == found


def test_every_filter_at_once(client, shelf):
    query = (
        "q=rubrics&kind=report&topic=equity&state=nh&grade=high&audience=teachers"
        "&publisher=Old+Mill+Institute&tag=seat-time&from=2018&to=2020"
    )
    answer = client.get(f"{LIST}?{query}")
    assert titles(answer) == ["Aims"]
    chosen = html.fromstring(answer.content).xpath("//ul[contains(@class,'chosen')]/li/a")
    assert len(chosen) == 11  # ten, and one that removes all
    # Each of them takes itself away and leaves the others.
    without = client.get(chosen[1].get("href"))
    assert "kind=" not in chosen[1].get("href")
    assert chosen[1].get("href").count("=") == 9
    assert titles(without) == ["Aims"]


def test_choices_say_how_many_are_left(client, shelf):
    everything = client.get(LIST)
    assert options(everything, "topic") == {"equity": "Equity (2)", "pacing": "– Pacing (1)"}
    assert options(everything, "kind") == {
        "report": "Report (1)", "tool": "Tool (1)", "policy": "Policy (1)",
    }  # fmt: skip
    on_equity = client.get(f"{LIST}?topic=equity")
    assert options(on_equity, "state") == {"nh": "New Hampshire (1)", "vt": "Vermont (1)"}
    assert options(on_equity, "tag") == {"credit": "credit (1)", "seat-time": "seat time (1)"}
    assert options(on_equity, "grade") == {"middle": "Middle grades (1)", "high": "High school (1)"}
    assert "2 resources" in on_equity.content.decode()


def test_a_resource_on_a_topic_and_on_one_below_counts_once(client, make, tree):
    make.resource(topics=tree)
    assert options(client.get(LIST), "topic")["equity"] == "Equity (1)"


def test_more_than_are_counted_are_said_to_be_at_least_so_many(client, make, monkeypatch):
    monkeypatch.setattr("wiki.catalogue.facets.COUNTED", 3)
    monkeypatch.setattr("wiki.catalogue.facets._found", _fresh_found())
    for kind in ("report", "report", "report", "tool"):
        make.resource(kind=kind)
    answer = client.get(LIST)
    assert "3+ resources" in answer.content.decode()
    kinds = options(answer, "kind")
    assert kinds["report"] == "Report (3+)"
    assert kinds["video"] == "Video"  # perhaps there is one among the older ones


def _fresh_found():
    """The prepared statements hold the number that was there when they were written."""
    from wiki.catalogue import facets

    return facets._found.__wrapped__


@pytest.mark.parametrize(
    "query",
    [
        "kind=poem", "topic=nothing", "state=zz", "grade=99", "audience=cats", "tag=none",
        "from=20x6", "to=99999",
        "sort=%F0%9F%98%80", "view=none", "from=٢٠٢٠",
    ],
)  # fmt: skip
def test_values_that_there_are_not_are_left_out_and_said(client, shelf, query):
    answer = client.get(f"{LIST}?{query}", follow=True)
    assert titles(answer) == ["Clocks", "bridges", "Aims"]
    if not query.startswith(("sort", "view")):
        assert "That filter was ignored." in answer.content.decode()


def test_a_form_without_choices_leads_to_an_address_without_blanks(client, shelf):
    answer = client.get(f"{LIST}?q=&kind=report&topic=&state=&from=&to=&sort=")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{LIST}?kind=report"


def test_filtered_lists_are_not_for_search_engines(client, shelf):
    def robots(address):
        return html.fromstring(client.get(address).content).xpath("//meta[@name='robots']/@content")

    assert robots(LIST) == []
    for query in ("kind=report", "sort=title", "view=table", "kind=poem"):
        assert robots(f"{LIST}?{query}") == ["noindex"]


def test_further_pages_keep_the_filters(client, make):
    for _ in range(25):
        make.resource(kind="tool")
    answer = client.get(f"{LIST}?kind=tool")
    assert len(titles(answer)) == 20
    [further] = html.fromstring(answer.content).xpath("//a[@rel='next']/@href")
    assert further == "?kind=tool&page=2"
    assert len(titles(client.get(LIST + further))) == 5
    assert client.get(f"{LIST}?kind=tool&page=3").status_code == 404


def test_the_table_says_the_same(client, shelf):
    tree = html.fromstring(client.get(f"{LIST}?view=table").content)
    rows = tree.xpath("//table//tbody/tr/th/a/text()")
    assert rows == ["Clocks", "bridges", "Aims"]
    assert tree.xpath("//form//input[@name='view']/@value") == ["table"]


def on_map(tree) -> dict[str, tuple[str, str]]:
    """State → what its tile says and where it leads, of those that have resources."""
    tiles = tree.xpath("//figure//a")
    said = {link.get("aria-label"): link.get("href") for link in tiles}
    assert len(said) == len(tiles) == 56
    return {
        words.partition(": ")[0]: (words.partition(": ")[2], path)
        for words, path in said.items()
        if not words.endswith(": no resources")
    }


def test_the_map_counts_what_fits_by_state_as_its_table_does(client, make, shelf):
    make.resource(kind="report", states=[make.state("NH"), make.state("OH")])
    make.resource(kind="report", states=[make.state("OH")], public=False)
    tree = html.fromstring(client.get(f"{LIST}?kind=report&view=map").content)
    found = on_map(tree)
    assert found == {
        "New Hampshire": ("2 resources", f"{LIST}?kind=report&state=nh"),
        "Ohio": ("1 resource", f"{LIST}?kind=report&state=oh"),
    }
    rows = tree.xpath("//table/tbody/tr")
    table = {
        row.findtext("th/a"): (row.findtext("td"), row.find("th/a").get("href")) for row in rows
    }
    assert table == {name: (said.split()[0], path) for name, (said, path) in found.items()}
    for said, path in found.values():
        assert len(titles(client.get(path))) == int(said.split()[0])


def test_the_map_tells_how_many_name_no_state(client, shelf):
    words = html.fromstring(client.get(f"{LIST}?view=map").content).text_content()
    assert "1 names no state." in words
    answer = client.get(f"{LIST}?kind=tool&view=map")
    assert "None of these resources names a state" in html.fromstring(answer.content).text_content()
    answer = client.get(f"{LIST}?kind=video&view=map")
    assert "No resources match these filters." in answer.text


def test_the_view_stays_while_filters_are_taken_away(client, shelf):
    tree = html.fromstring(client.get(f"{LIST}?kind=report&grade=high&view=map").content)
    ways = tree.xpath("//ul[@aria-label='Active filters']//a[@rel]/@href")
    assert ways == [f"{LIST}?grade=high&view=map", f"{LIST}?kind=report&view=map"]


@pytest.mark.parametrize("most", [0, 1, 2, 5, 9, 14, 31, 120, 7000])
def test_shades_of_the_map_rise_and_are_all_in_use_once_there_is_enough(most):
    steps = shades(most)
    assert steps[0] == 1
    assert all(one < other for one, other in pairwise(steps))
    assert most < 4 or steps[-1] <= most


def test_what_is_not_public_is_neither_listed_nor_counted(client, make, tree):
    hidden = [
        {"public": False},
        {"publish_at": make.ahead(days=1)},
        {"unpublish_at": make.ago(minutes=1)},
        {"status": "withdrawn"},
        {"trashed_at": make.ago(days=1)},
    ]
    for more in hidden:
        item = make.resource(kind="video", topics=tree, tags=["x"], publisher="Hidden", **more)
        assert client.get(item.path).status_code == 404
    answer = client.get(LIST)
    assert titles(answer) == []
    assert "Hidden" not in answer.content.decode()
    assert options(answer, "kind") == options(answer, "topic") == {}


def test_a_list_with_three_filters_asks_as_often_for_many_as_for_few(client, make, tree):
    seen = []
    address = f"{LIST}?kind=report&topic=equity&state=nh"
    for size in (2, 9):
        for _ in range(size):
            make.resource(topics=tree, states=[make.state()], tags=["a", "b"], publisher="One")
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        seen.append(len(queries))
    assert seen == [5, 5]  # site, tree of topics, state, list, counts


# --- One resource -------------------------------------------------------------------------

OWN = {
    "report": ({"page_count": 1200}, ["1,200 pages"]),
    "article": ({"periodical": "Field Notes"}, ["Published in", "Field Notes"]),
    "tool": ({"format": "Rubric"}, ["Rubric", "Free"]),
    "video": ({"minutes": 1}, ["1 minute"]),
    "course": ({"hours": 30, "price_note": "$40"}, ["30 hours", "$40"]),
    "policy": (
        {"policy_form": "statute", "policy_number": "SB 18", "policy_stage": "in_force"},
        ["Statute", "SB 18", "In force"],
    ),
    "provider": (
        {"services": "Coaching; Audits", "contact_email": "hello@mill.example"},
        ["<li>Coaching</li>", "mailto:hello@mill.example"],
    ),
    "example": ({"setting": "district", "place": "Keene", "learners": 4100}, ["District", "4,100"]),
}
TYPES = {
    "report": "Report", "article": "Article", "tool": "LearningResource", "video": "VideoObject",
    "course": "Course", "policy": "Legislation", "provider": "Organization",
    "example": "EducationalOrganization",
}  # fmt: skip


@pytest.mark.parametrize("kind", Resource.Kind.values)
def test_each_kind_shows_its_own_fields_and_says_what_it_is(client, make, kind):
    columns, words = OWN[kind]
    page = client.get(make.resource(kind=kind, **columns).path).content.decode()
    assert [word for word in words if word not in page] == []
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert json.loads(data)["@graph"][0]["@type"] == TYPES[kind]


def test_a_page_says_all_that_is_known_of_a_resource(client, make, tree):
    item = make.resource(
        title="Aims",
        authors="Ana Ruiz; Ben Li",
        publisher="Old Mill Institute",
        year=2019,
        why="It counts the hours.",
        body="<p>A summary.</p>",
        grades=["high", "early"],
        audience=["teachers"],
        credit="Dana Fox",
        topics=tree,
        states=[make.state()],
        tags=["seat time"],
        url="https://mill.example/aims.pdf",
    )
    page = client.get(item.path).content.decode()
    for words in (
        "Ana Ruiz; Ben Li", "Old Mill Institute", "2019", "It counts the hours.", "A summary.",
        "Early childhood, High school", "Teachers and faculty", "Dana Fox", "/topics/pacing/",
        "/states/nh/", "/tags/seat-time/", 'href="https://mill.example/aims.pdf"',
        f"{item.path}history/", f"{item.path}suggest/", f"{item.path}watch/",
        "Ruiz, A., &amp; Li, B. (2019). <i>Aims</i>.",
    ):  # fmt: skip
        assert words in page
    cited = client.get(f"{item.path}cite.bib").content.decode()
    assert "author = {Ruiz, Ana and Li, Ben}" in cited
    assert "https://mill.example/aims.pdf" in cited


def test_laws_and_providers_are_not_cited(client, make):
    for kind in ("policy", "provider", "example"):
        item = make.resource(kind=kind)
        assert "Cite this" not in client.get(item.path).content.decode()
        assert client.get(f"{item.path}cite.ris").status_code == 404


def test_what_takes_its_place_is_named_once_it_is_public(client, make):
    new = make.resource(title="Second edition", public=False)
    old = make.resource(superseded_by=new)
    assert "Second edition" not in client.get(old.path).content.decode()
    new.status = "published"
    new.save()
    page = client.get(old.path).content.decode()
    assert f'replaces this one: <a href="{new.path}">Second edition</a>' in page


def test_the_public_pages_that_list_it_are_named(client, make):
    item = make.resource()
    for title, more in (
        ("Open page", {}),
        ("Draft page", {"public": False}),
        ("Silent page", {"listed": "none"}),
    ):
        page = make.wiki_page(title, **more)
        PageResource.objects.create(page=page, resource=item)
    page = client.get(item.path).content.decode()
    assert "Open page" in page
    assert "Draft page" not in page
    assert "Silent page" not in page


def test_readers_hear_how_its_address_does(client, make):
    item = make.resource()
    outside = item.outside
    outside.health, outside.checked_at = "alive", make.ago(days=2)
    outside.save()
    assert "The link worked on" in client.get(item.path).content.decode()
    outside.health = "dead"
    outside.archived_url = "https://archive.example/1/"
    outside.archived_at = make.ago(days=400)
    outside.save()
    page = client.get(item.path).content.decode()
    assert "This link is no longer available" in page
    assert 'href="https://archive.example/1/"' in page
    assert "This link is no longer available." in client.get(LIST).content.decode()


def test_a_page_asks_as_often_for_much_as_for_little(client, make, tree):
    seen = []
    item = make.resource()
    for size in (1, 5):
        for number in range(size):
            item.topics.add(make.topic())
            item.tags.add(f"tag {size} {number}")
            page = make.wiki_page(f"Page {size} {number}")
            PageResource.objects.create(page=page, resource=item)
            make.comment(item)
        client.get(item.path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(item.path).status_code == 200
        seen.append(len(queries))
    assert seen == [3, 3]  # site, resource, comments


def test_addresses_in_scripts_of_the_world(client, make):
    item = make.resource(title="學習 résumé", publisher="Söhne & Töchter")
    assert client.get(quote(item.path)).status_code == 200
    answer = client.get(LIST, {"publisher": "söhne & töchter"})
    assert titles(answer) == ["學習 résumé"]
