"""What a search and 'Mentioned in' say of an item: its date, and parts of its text."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone
from lxml import html

from events.models import Event
from tests import factories
from tests.events.factories import event
from wiki.models import WikiPage

pytestmark = pytest.mark.django_db


def page_of(client, path: str):
    return html.fromstring(client.get(path).content.decode())


def extract(client, words: str) -> str:
    found = page_of(client, f"/search/?q={words}").xpath("//p[@class='extract']")
    return found[0].text_content()


def test_an_extract_holds_no_marks_of_notes(client):
    factories.post(body="<p>Teachers like pacing[fn]As <em>Ruiz</em> says[/fn]. Students too.</p>")
    assert extract(client, "pacing") == "Teachers like pacing (As Ruiz says). Students …"


def test_notes_of_the_wiki_are_read_once_and_without_their_numbers(client):
    factories.wiki_page(
        "Page", body="<p>Teachers like pacing[fn]As <em>Ruiz</em> says.[/fn]. Students</p>"
    )
    assert extract(client, "pacing") == "Teachers like pacing. Students As Ruiz says …"


def test_a_heading_is_set_apart_from_the_text_below_it(client):
    factories.post(body="<h2>What changed</h2><p>The pacing.</p><h2>Why?</h2><p>Learning.</p>")
    assert extract(client, "pacing") == "What changed · The pacing. Why? Learning …"


def test_rows_of_a_list_are_set_apart(client):
    factories.post(body="<ul><li>pacing</li><li>grading</li></ul><p>Schools.</p>")
    assert extract(client, "pacing") == "… pacing · grading · Schools …"


def test_headings_titles_and_sources_of_a_digest_are_set_apart(client):
    factories.digest(
        factories.heading("Policy"),
        factories.link("Pacing & <grades>", source="Capitol Watch", note="By law.\n\nIn May"),
        factories.link("A wall", source="Rooms"),
        body="<p>Enough.</p>",
    )
    assert extract(client, "pacing") == (
        "Enough. Policy · Pacing & <grades> · Capitol Watch · By law. In May · A wall · Rooms …"
    )


def test_what_else_is_said_of_a_resource_is_set_apart(client):
    factories.resource(why="n < 30 and m > 5", publisher="Pacing Press", authors="Ana Ruiz")
    assert "n < 30 and m > 5 · Pacing Press · Ana Ruiz" in extract(client, "pacing")


def test_no_blank_stands_before_a_full_stop(client):
    factories.post(body='<p>Now <a href="/x/">pacing</a>, <b>grades</b>. <i>Seen </i>. End</p>')
    assert extract(client, "pacing") == "… pacing, grades. Seen …"


def test_no_blank_stands_before_signs_though_one_is_stored_there_nor_within_a_word(client):
    factories.post(body="<p>Schools like pacing , <i>grades </i>. Some un<b>known</b> school</p>")
    assert extract(client, "pacing") == "Schools like pacing, grades. Some unknown school …"


@pytest.mark.parametrize("spelling", ["K-12", "K–12", "K12", "K 12"])
def test_every_spelling_of_k_12_is_marked(client, spelling):
    factories.post(body=f"<p>For {spelling} schools.</p>")
    for words in ("K-12", "K12", "K 12"):
        text = client.get("/search/", {"q": words}).content.decode()
        assert "<mark>" in text.partition('class="extract"')[2].partition("</p>")[0], words


def test_hyphens_and_signs_do_not_keep_words_from_being_marked(client):
    factories.post(body="<p>A self-paced “course” ends.</p>")
    text = client.get("/search/", {"q": "self–paced course"}).content.decode()
    assert "“<mark>course</mark>”" in text
    assert "<mark>paced</mark>" in text or "<mark>self-paced</mark>" in text


# --- Dates --------------------------------------------------------------------------------

ANNOUNCED = datetime(2025, 11, 27, 12, tzinfo=UTC)
IN_FORCE = {"policy_stage": "in_force"}
JANUARY = datetime(2099, 1, 7, 19, tzinfo=UTC)


def dated(client, path: str) -> str:
    found = page_of(client, path)
    said = found.xpath("//main//article//span[@class='date']")
    said = said or found.xpath("//section[@class='mentioned']//span[@class='date']")
    return " ".join(said[0].text_content().split())


@pytest.fixture(params=["search", "mentioned in"])
def said_of(request, client):
    """The date that readers are told of an item that leads to the page /guide/."""

    def say(item) -> str:
        guide = factories.page(title="Guide", slug="guide", body="<p>nothing</p>")
        item.body = f'<p>pacing <a href="{guide.path}">guide</a></p>'
        item.save()
        if isinstance(item, WikiPage):
            WikiPage.objects.filter(pk=item.pk).update(
                updated_at=datetime(2026, 3, 4, 12, tzinfo=UTC)
            )
        path = "/search/?q=pacing" if request.param == "search" else guide.path
        return dated(client, path)

    return say


def test_an_event_is_dated_by_its_day_and_hours(said_of):
    said = said_of(event(starts_at=JANUARY, publish_at=ANNOUNCED, zone="America/New_York"))
    assert said.endswith("Wednesday, January 7, 2099, 2:00–3:00 p.m. ET")
    assert "November" not in said


def test_a_past_event_is_said_to_be_past(said_of):
    said = said_of(event(starts_at=datetime(2024, 1, 4, 19, tzinfo=UTC), zone="America/New_York"))
    assert said.endswith("Thursday, January 4, 2024, 2:00–3:00 p.m. ET · Past")


def test_a_canceled_event_is_said_to_be_canceled(said_of):
    item = event(starts_at=JANUARY)
    Event.objects.filter(pk=item.pk).update(cancelled_at=timezone.now())
    item.refresh_from_db()
    said = said_of(item)
    assert "Canceled" in said
    assert "Past" not in said


def test_a_wiki_page_is_dated_by_its_last_change(said_of):
    assert said_of(factories.wiki_page("A page", publish_at=ANNOUNCED)).endswith(
        "Last changed March 4, 2026"
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({**IN_FORCE, "in_force_from": date(2015, 7, 1)}, "In force since July 1, 2015"),
        ({**IN_FORCE, "in_force_from": date(2099, 7, 1)}, "In force from July 1, 2099"),
        ({"in_force_from": date(2015, 7, 1)}, "In force since July 1, 2015"),
        (IN_FORCE, "In force"),
        ({"policy_stage": "proposed", "in_force_from": date(2099, 7, 1)}, "Proposed"),
        ({"policy_stage": "ended"}, "No longer in force"),
        (
            {"policy_stage": "ended", "in_force_until": date(2019, 6, 30)},
            "In force until June 30, 2019",
        ),
        ({"year": 2013}, "2013"),
        ({}, "Added November 27, 2025"),
    ],
)
def test_a_policy_is_dated_by_its_force(said_of, fields, said):
    assert said_of(factories.resource(kind="policy", publish_at=ANNOUNCED, **fields)).endswith(said)


def test_other_resources_are_dated_by_their_year(said_of):
    assert said_of(factories.resource(kind="report", year=2016, publish_at=ANNOUNCED)).endswith(
        "2016"
    )


def test_a_post_is_dated_by_its_publication(said_of):
    assert said_of(factories.post(publish_at=ANNOUNCED)).endswith("November 27, 2025")
