"""Providers of technical assistance from A to Z."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

pytestmark = pytest.mark.django_db
LIST = "/wiki/providers/"


def tree(client, query: str = ""):
    answer = client.get(LIST + query, follow=True)
    assert answer.status_code == 200
    return html.fromstring(answer.content)


def names(client, query: str = "") -> list[str]:
    return tree(client, query).xpath("//h3/a/text()")


@pytest.fixture
def three(make):
    make.resource(
        title="éclair Coaching",
        kind="provider",
        services="Coaching; audits",
        states=[make.state("NH"), make.state("VT")],
        contact_name="Ana Ruiz",
        contact_email="ana@eclair.example",
        contact_phone="+1 555 0100",
    )
    make.resource(title="Zephyr", kind="provider", serves_all_states=True, services="Policy")
    make.resource(title="9 Hills", kind="provider", services="Scoring")
    make.resource(title="A report", kind="report", services="")
    make.resource(title="Draft", kind="provider", public=False)


def test_they_stand_under_their_letters_with_services_regions_and_contact(client, three):
    page = tree(client)
    assert names(client) == ["9 Hills", "éclair Coaching", "Zephyr"]
    assert page.xpath("//h2[@class='letter-name']/text()") == ["#", "E", "Z"]
    links = page.xpath("//nav[@class='letters']/a/@href")
    assert links == ["#letter-others", "#letter-e", "#letter-z"]
    assert all(page.xpath("//h2[@id=$id]", id=link[1:]) for link in links)
    words = page.xpath("//article")[1].text_content()
    for word in ("Coaching, audits", "New Hampshire", "Vermont", "Ana Ruiz", "+1 555 0100"):
        assert word in words
    assert "All states" in page.xpath("//article")[2].text_content()
    assert page.xpath("//a/@href[starts-with(., 'tel:')]") == ["tel:+15550100"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state=nh", ["éclair Coaching", "Zephyr"]),
        ("?state=me", ["Zephyr"]),
        ("?service=AUDIT", ["éclair Coaching"]),
        ("?state=me&service=audit", []),
        ("?letter=z", ["Zephyr"]),
        ("?state=&service=scoring", ["9 Hills"]),
        ("?state=zz", ["9 Hills", "éclair Coaching", "Zephyr"]),
        ("?service=100%25", []),
    ],
)
def test_they_are_narrowed_by_state_service_and_letter(client, three, query, found):
    assert names(client, query) == found


def test_many_come_in_pages_with_a_way_to_each_letter(client, make):
    seen = []
    for size in (31, 40):
        for number in range(size):
            make.resource(title=f"{'ABC'[number % 3]} {size} {number}", kind="provider")
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            page = tree(client)
        seen.append(len(queries))
        assert len(page.xpath("//h3")) == 30
    assert seen == [3, 3]
    assert page.xpath("//nav[@class='letters']/a/@href")[1] == "/wiki/providers/?letter=b"
    assert all(name.startswith("B") for name in names(client, "?letter=b"))
