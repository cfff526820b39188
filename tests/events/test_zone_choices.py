"""The time zones that the form of an event offers."""

import re

import pytest
from lxml import html

from events.zones import offered, offered_names, places
from tests.events import factories, pages
from tests.events.test_admin import add, edit

pytestmark = pytest.mark.django_db
OLD = ["Asia/Calcutta", "US/Eastern", "Europe/Kiev", "America/Buenos_Aires", "EST5EDT", "UTC"]


def groups_in(client, path: str) -> dict[str, list[tuple[str, str]]]:
    tree = html.fromstring(client.get(path).text)
    return {
        group.get("label"): [(each.get("value"), each.text) for each in group]
        for group in tree.xpath("//select[@name='zone']/optgroup")
    }


def test_the_usual_ones_come_first_in_words_and_the_others_by_region(manager):
    groups = groups_in(manager, "/admin/events/event/add/")
    assert list(groups)[:3] == ["United States", "Africa", "Americas"]
    assert groups["United States"][:2] == [
        ("America/New_York", "Eastern Time – New York"),
        ("America/Chicago", "Central Time – Chicago"),
    ]
    assert ("Asia/Kolkata", "Kolkata, India") in groups["Asia"]
    assert ("America/Indiana/Knox", "Knox, Indiana, United States") in groups["Americas"]
    for group, choices in groups.items():
        if group != "United States":
            assert choices == sorted(choices, key=lambda choice: choice[1])


def test_each_zone_is_offered_once_under_its_present_name():
    assert len(offered_names()) == len(set(offered_names()))
    assert not set(OLD) & set(offered_names())
    for present in ("Asia/Kolkata", "Europe/Kyiv", "America/Argentina/Buenos_Aires"):
        assert present in offered_names()
    labels = [label for _, choices in offered() for _, label in choices]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("zone", "label"),
    [
        ("Africa/Sao_Tome", "São Tomé and Príncipe"),
        ("America/Antigua", "Antigua and Barbuda"),
        ("America/St_Kitts", "St. Kitts and Nevis"),
        ("America/Miquelon", "St. Pierre and Miquelon"),
        ("Africa/Bissau", "Guinea-Bissau"),
        ("Africa/Tunis", "Tunis, Tunisia"),
        ("Africa/Kinshasa", "Kinshasa, Democratic Republic of the Congo"),
        ("America/Mexico_City", "Mexico City, Mexico"),
        ("America/St_Thomas", "St. Thomas, U.S. Virgin Islands"),
        ("America/St_Johns", "St. John’s, Canada"),
        ("Asia/Seoul", "Seoul, South Korea"),
        ("Asia/Singapore", "Singapore"),
        ("Europe/London", "London, United Kingdom"),
        ("Europe/Vatican", "Vatican City"),
        ("Indian/Comoro", "Comoros"),
        ("Pacific/Pago_Pago", "Pago Pago, American Samoa"),
    ],
)
def test_city_and_country_are_said_once_in_plain_words(zone, label):
    assert places()[zone] == label


def test_no_label_is_shortened_or_has_brackets_or_its_city_twice():
    for label in places().values():
        assert not re.search(r"[()&]|\b(?:Rep|Terr|Is|NL|UK|US)\b|\bSt ", label), label
        first, *rest = label.split(", ")
        assert not re.search(rf"\b{re.escape(first)}\b", " ".join(rest)), label


@pytest.mark.parametrize("zone", OLD)
def test_an_event_keeps_an_older_name_until_somebody_chooses_another(manager, zone):
    event = factories.event(zone=zone)
    factories.registered(event)
    groups = groups_in(manager, f"/admin/events/event/{event.pk}/change/")
    assert [value for value, _ in groups["Current time zone"]] == [zone]
    start = event.starts_at
    assert edit(manager, event, title="New title").status_code == 302
    event.refresh_from_db()
    assert (event.title, event.zone, event.starts_at) == ("New title", zone, start)
    assert not pages.mails("changed")


def test_the_present_name_of_the_same_zone_is_no_change_to_tell(manager):
    event = factories.event(zone="US/Eastern")
    factories.registered(event)
    assert edit(manager, event, zone="America/New_York").status_code == 302
    event.refresh_from_db()
    assert (event.zone, event.sequence) == ("America/New_York", 0)
    assert not pages.mails("changed")


def test_a_new_event_takes_present_names_alone(manager):
    response = add(manager, zone="Asia/Calcutta")
    assert response.status_code == 200
    assert "zone" in response.context["adminform"].form.errors
