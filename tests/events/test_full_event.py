"""Whoever cannot have a seat is told so before and after they fill in the form."""

import pytest
from lxml import html

from events.models import Registration
from tests.events import factories, pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def full():
    event = factories.event(title="Grading live", capacity=1)
    factories.registered(event)
    return event


def shown(client, event):
    return html.fromstring(client.get(pages.address(event)).content)


def test_the_form_of_a_full_event_says_what_it_does(client, full):
    tree = shown(client, full)
    assert tree.findtext(".//h1") == "Join the waiting list"
    assert tree.findtext(".//title").startswith("Join the waiting list: Grading live")
    assert tree.xpath("//form//button[@class='button']/text()") == ["Join the waiting list"]
    assert "All seats are taken." in tree.xpath("//p[@class='notice']")[0].text
    answered = pages.register(client, full, email="not an address")
    assert answered.tree.findtext(".//h1") == "Join the waiting list"
    assert pages.register(client, full).status == 303
    assert Registration.objects.latest("pk").status == "waiting"


def test_the_form_of_an_event_with_seats_registers(client):
    event = factories.event(capacity=1)
    tree = shown(client, event)
    assert tree.findtext(".//h1") == "Register"
    assert tree.xpath("//form//button[@class='button']/text()") == ["Register for this webinar"]
    assert not tree.xpath("//p[@class='notice']")


def test_without_a_waiting_list_the_form_says_that_no_seat_is_free(client, full):
    full.has_waiting_list = False
    full.save()
    tree = shown(client, full)
    assert tree.findtext(".//h1") == "Register"
    assert "there is no waiting list" in tree.xpath("//p[@class='notice']")[0].text


def test_registering_again_while_waiting_says_that_one_waits(client, full):
    pages.register(client, full)
    pages.register(client, full)
    (mail,) = pages.mails("again")
    assert mail.subject == "You are on the waiting list: Grading live"
    assert "tried to register with this email address, which is already on the" in mail.text


def test_the_breadcrumb_of_the_form_leads_to_its_event(client, full):
    for address in (pages.address(full), f"{full.path}register/sent/"):
        tree = html.fromstring(client.get(address).content)
        crumbs = tree.xpath("//nav[@aria-label='Breadcrumb']//a")
        assert [(a.text, a.get("href")) for a in crumbs] == [
            ("Events", "/events/"), ("Grading live", full.path)
        ]  # fmt: skip


def test_no_page_on_the_way_to_a_seat_is_a_dead_end(client, full):
    for address in (pages.address(full), f"{full.path}register/sent/"):
        links = html.fromstring(client.get(address).content).xpath("//main//a/@href")
        assert full.path in links
    closed = factories.event(days=-1)
    for address in (pages.address(closed), closed.path):
        assert "/events/" in html.fromstring(client.get(address).content).xpath(
            "//main//p//a/@href"
        )
