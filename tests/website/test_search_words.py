"""Where a search finds nothing, words that are spelled alike are offered."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from competencyworks.website.models import SearchWord
from competencyworks.website.sweeps import note_words_of_titles
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def words():
    factories.post(title="Performance assessment in practice", body="<p>Calibrating.</p>")
    factories.topic("Credentialing")
    factories.person("Ngozi Okonkwo", slug="ngozi")
    note_words_of_titles()


def offered(client, words: str) -> tuple[str, str]:
    """The words that are offered, and where their link leads."""
    page = html.fromstring(client.get("/search/", {"q": words}).content.decode())
    links = page.xpath("//p[starts-with(., 'Did you mean')]/a")
    return (links[0].text_content(), links[0].get("href")) if links else ("", "")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("perfomance asessment", "performance assessment"),
        ("Asessment", "assessment"),
        ("assesment", "assessment"),
        ("credentialling", "credentialing"),
        ("vermnot", "vermont"),
        ("Okonkwa", "okonkwo"),
        ('"performance assesment"', '"performance assessment"'),
        ("assesment -practice", "assessment -practice"),
    ],
)
def test_a_misspelled_word_has_the_right_one_offered(client, words, typed, meant):
    said, path = offered(client, typed)
    assert said == meant
    assert client.get(path).status_code == 200


def test_what_is_offered_is_found(client, words):
    _, path = offered(client, "perfomance asessment")
    assert "Performance assessment in practice" in html.fromstring(
        client.get(path).content.decode()
    ).xpath("string(//main)")


@pytest.mark.parametrize(
    "typed", ["xyzzy", "zebra crossing", "the", "", '"', "12345", "practice xyzzy"]
)
def test_nothing_alike_is_not_offered(client, words, typed):
    assert offered(client, typed) == ("", "")


def test_nothing_is_offered_where_something_was_found(client, words):
    factories.post(body="<p>asessment</p>")
    assert offered(client, "asessment") == ("", "")


def test_words_of_what_is_not_public_are_not_offered(client):
    factories.post(title="Confidential", public=False)
    gone = factories.post(title="Withdrawing")
    note_words_of_titles()
    assert SearchWord.objects.filter(word="withdrawing").exists()
    type(gone).objects.filter(pk=gone.pk).update(status="withdrawn")
    note_words_of_titles()
    assert offered(client, "confidentail") == ("", "")
    assert offered(client, "withdrawign") == ("", "")


def test_a_person_who_is_gone_is_not_offered(client, words):
    factories.Person.objects.filter(slug="ngozi").delete()
    assert offered(client, "okonkwa") == ("", "")


@pytest.mark.parametrize("count", [2, 40])
def test_a_search_that_finds_nothing_asks_five_times(client, words, count):
    for number in range(count):
        factories.post(title=f"Assessors {number}")
    note_words_of_titles()
    client.get("/search/?q=asessmentz")
    with CaptureQueriesContext(connection) as asked:
        client.get("/search/?q=asessmentz")
    assert len(asked) == 5  # names, date of the recent posts, matches, words, settings
