"""Whatever text is stored, every feed, sitemap and calendar can be read."""

import re

import pytest
from django.apps import apps
from django.db import connection, models
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from lxml import etree

from competencyworks.core.one_line import LineField, clean_line, clean_text
from events import calendars
from events.models import Event
from tests import factories
from tests.events.factories import registered
from tests.events.pages import own_path
from tests.website import one_of_each

# Other text is seldom wrong: control characters, non-characters, line ends, signs of markup.
ODD_ONES = (
    "\x01\x08\t\n\x0b\x0c\r\x1b\x1f\x7f\x85\x9f\u200b\u200d\u2028\u202e\u2067\ufdd0\ufeff\ufffe"
    "\uffff\U0001fffe\U0010ffff<>&\"'];:,\\%"
)
ODD = st.sampled_from(ODD_ONES)
# PostgreSQL stores all but NUL and halves of pairs.
ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.text(ODD | ANY, min_size=1, max_size=40)
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOT_IN_CALENDARS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # RFC 5545, 3.1


def columns() -> dict[str, list[tuple[str, int | None]]]:
    """The columns of text in our tables, and in that of tags, with the length that they take."""
    found = {"taggit_tag": [("name", 100)]}
    for model in apps.get_models():
        if model._meta.proxy or not model.__module__.startswith(
            ("blog.", "wiki.", "events.", "competencyworks.")
        ):
            continue
        fields = [
            (field.column, field.max_length)
            for field in model._meta.local_concrete_fields
            if isinstance(field, LineField | models.TextField)
            # A heading of a digest has no source, which the database keeps.
            and (model._meta.db_table, field.name) != ("blog_digestrow", "source")
        ]
        if fields:
            found[model._meta.db_table] = fields
    return found


def store(text: str) -> None:
    """Into every column, by SQL, past all that cleans."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, fields in columns().items():
            values = ", ".join(f"{quote(name)} = %s" for name, _ in fields)
            cursor.execute(
                f"UPDATE {quote(table)} SET {values}",
                [text[:length] for _, length in fields],
            )


@pytest.mark.django_db
def test_every_column_of_words_is_tried():
    found = columns()
    assert {"blog_post", "events_event", "core_revision", "core_comment"} < found.keys()
    assert ("reason", 500) in found["core_revision"]
    assert ("title", 300) in found["wiki_wikipage"]


@pytest.mark.django_db
def test_every_feed_sitemap_and_calendar_is_well_formed_for_any_stored_text(client):
    one_of_each.build()
    talk = Event.objects.get(slug="talk")
    own = f"{own_path(registered(talk))}event.ics"

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(TEXTS)
    @example(ODD_ONES)
    def well_formed(text):
        store(text)
        for address in one_of_each.FEEDS + one_of_each.SITEMAPS:
            response = client.get(address)
            assert response.status_code == 200, address
            etree.fromstring(response.content)
        for address in [*one_of_each.CALENDARS, own]:
            response = client.get(address)
            assert response.status_code == 200, address
            can_be_read(response.content)
        talk.refresh_from_db()
        can_be_read(calendars.entry(talk, method="REQUEST", attendee=(text, "ana@example.org")))

    def can_be_read(content):
        assert not NOT_IN_CALENDARS.search(content.decode())
        calendar = Calendar.from_ical(content)
        assert calendar.walk("VEVENT")
        assert not any(event.errors for event in calendar.walk("VEVENT"))

    well_formed()


@settings(max_examples=500, deadline=None)
@given(st.text(ODD | st.characters(), max_size=60))
def test_a_cleaned_line_is_one_readable_line_and_stays_so(text):
    line = clean_line(text)
    assert not NOT_IN_XML.search(line)
    assert len(line.splitlines()) <= 1
    assert clean_line(line) == line
    assert not NOT_IN_CALENDARS.search(clean_text(text))


@pytest.mark.django_db
def test_no_title_is_stored_with_what_cannot_be_read():
    post = factories.post()

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.text(ODD | st.characters(), max_size=60))
    def stored(text):
        post.title = text
        post.save()
        post.refresh_from_db()
        assert post.title == clean_line(text)

    stored()
