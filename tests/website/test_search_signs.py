"""Typographic signs in texts and in queries do not keep words from being found."""

import pytest
from lxml import html

from tests import factories

pytestmark = pytest.mark.django_db


def titles(client, words: str) -> set[str]:
    page = html.fromstring(client.get("/search/", {"q": words}).content.decode())
    return {title.text_content() for title in page.xpath("//main//article/h2")}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ngozi’s class", "Ngozi"),
        ("Ngozi's class", "Ngozi’s"),
        ("“mastery” matters", "mastery"),
        ("time—and pace", "time"),
        ("and so on… pacing", "on… pacing"),
        ("wait…pacing", "pacing"),
        ("grades 6–8 teachers", "6-8"),
        ("grades 6-8 teachers", "6–8"),
        ("self‑paced work", "self-paced"),
        ("self-paced work", "self paced"),
        ("self paced work", "self-paced"),
        ("O’Brien wrote", "O'Brien"),
        ("O'Brien wrote", "OʼBrien"),
        ("Hawaiʻi leads", "Hawaii"),
        ("José Núñez", "jose nunez"),
        ("Jose\u0301 spoke", "José"),
        ("the ﬁeld guide", "field"),
        ("compe\u00adtency and pace", "competency"),
        ("zero\u200bwidth", "zerowidth"),
        ("he said “time varies” twice", '"time varies"'),
        ('he said "time varies" twice', "“time varies”"),
        ("students don’t wait", '"don\'t wait"'),
        ("students don't wait", "“don’t wait”"),
        ("un<b>known</b> words", "unknown"),
        ("a K 12 school", "K-12"),
        ("a K-12 school", "K 12"),
        ("a K&nbsp;12 school", "K–12"),
        ("pass⁄fail", "fail"),
    ],
)
def test_a_word_is_found_whatever_signs_it_touches(client, text, words):
    factories.post(title="This", body=f"<p>{text}</p>")
    factories.post(title="Other", body="<p>Nothing of the sort</p>")
    assert titles(client, words) == {"This"}


def test_signs_count_alike_in_titles_and_excerpts(client):
    factories.post(title="Ngozi’s year", body="<p>a</p>")
    factories.post(title="Two", excerpt="“Ngozi” and others", body="<p>b</p>")
    assert titles(client, "Ngozi") == {"Ngozi’s year", "Two"}


@pytest.mark.parametrize("words", ["don't", "don’t", "donʼt", "DON`T"])
def test_words_of_stop_words_alone_say_so(client, words):
    factories.post(body="<p>They don’t.</p>")
    text = client.get("/search/", {"q": words}).content.decode()
    assert "too common a word to search for" in text
    assert "<article" not in text


@pytest.mark.parametrize("words", ["the", "of the", '"and"', "-the"])
def test_a_stop_word_is_said_to_be_one_and_names_nobody(client, words):
    factories.person("Theo Andof", slug="theo")
    factories.post(body="<p>of the and</p>")
    text = client.get("/search/", {"q": words}).content.decode()
    assert "too common a word to search for" in text
    assert "/people/theo/" not in text


@pytest.mark.parametrize("words", ['"', "“", "”“", "’", "-", "—", "…", '""', "?!", '-"'])
def test_signs_alone_are_an_empty_query(client, words):
    factories.person("Ana Ruiz", slug="ana-ruiz")
    factories.post(body="<p>“Quoted” — and … more</p>")
    text = client.get("/search/", {"q": words}).content.decode()
    assert "/people/ana-ruiz/" not in text
    assert "<article" not in text
    assert "Enter one or more words" in text


def test_what_was_one_word_is_left_out_as_one(client):
    factories.post(title="One", body="<p>pacing that is based on time</p>")
    factories.post(title="Two", body="<p>pacing, time–based</p>")
    assert titles(client, "pacing -time-based") == {"One"}


@pytest.mark.parametrize("path", ["/wiki/resources/?q=", "/wiki/providers/?service="])
def test_the_catalogue_reads_words_as_the_search_does(client, path):
    made = {"kind": "provider", "services": "On “mastery” for self‑paced K–12 schools"}
    factories.resource(title="This", **made)
    factories.resource(title="Other", kind="provider")
    for words in ("mastery”", "self-paced", "K 12"):
        page = html.fromstring(client.get(path + words).content.decode())
        assert "This" in page.xpath("string(//main)"), words
        assert "Other" not in page.xpath("string(//main)"), words
    text = client.get(path + "“").content.decode()
    assert "““” contains no searchable words." in text
    assert "Other" in text


def test_a_person_has_the_resources_that_name_them_whatever_signs_the_name_holds(client):
    name = "José Anne-Marie O’Brien"
    factories.resource(title="By them", authors=f"Ana Ruiz; {name}")
    factories.person(name, slug="jose")
    assert "By them" in client.get("/people/jose/").content.decode()
