"""One search over posts, series and pages."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from lxml import html

from competencyworks.core.prepared import Prepared
from competencyworks.website import search_matches
from tests import factories

pytestmark = pytest.mark.django_db


def titles(client, words: str, page: int = 1) -> list[str]:
    response = client.get("/search/", {"q": words, "page": page})
    assert response.status_code == 200
    found = html.fromstring(response.content.decode()).xpath("//main//article/h2")
    return [title.text_content() for title in found]


def test_words_are_found_in_every_kind_and_in_every_form(client):
    factories.post(title="A post", body="<p>Teachers calibrated their judgments.</p>")
    factories.series(title="A series", body="<p>On calibrating judgment.</p>")
    factories.page(title="A page", body="<p>Judgment and calibration</p>")
    assert set(titles(client, "calibrate judgment")) == {"A post", "A series", "A page"}


def test_phrases_and_exclusion(client):
    factories.post(title="One", body="<p>the credit hour and its end</p>")
    factories.post(title="Two", body="<p>an hour of credit</p>")
    factories.post(title="Three", body="<p>the credit hour in Ohio</p>")
    assert titles(client, '"credit hour" -Ohio') == ["One"]


@pytest.mark.parametrize("spelling", ["K-12", "K12", "k–12", "K‑12"])
def test_spellings_of_k_12_are_one_word(client, spelling):
    for number, text in enumerate(["K-12 schools", "K–12 schools", "K12 schools"]):
        factories.post(title=f"Post {number}", body=f"<p>{text}</p>")
    factories.post(title="Other", body="<p>Twelve schools</p>")
    assert len(titles(client, spelling)) == 3


def test_words_joined_by_a_slash_are_two_words(client):
    factories.post(title="One", body="<p>pass/fail grading</p>")
    assert titles(client, "fail") == ["One"]
    assert titles(client, "pass/fail") == ["One"]


def test_the_title_weighs_most(client):
    factories.post(title="Something else", body="<p>mastery</p>", publish_at=factories.ago(days=1))
    factories.post(title="Mastery", body="<p>text</p>", publish_at=factories.ago(days=900))
    assert titles(client, "mastery") == ["Mastery", "Something else"]


def test_markup_is_neither_found_nor_shown(client):
    factories.post(
        title="One", body='<p class="align-center">Grades <b>&amp;</b> &lt;script&gt; pacing</p>'
    )
    assert titles(client, "align") == []
    text = client.get("/search/?q=pacing").content.decode()
    assert "<mark>pacing</mark>" in text
    assert "&lt;script&gt;" in text
    assert "<script> " not in text


def test_the_words_are_marked_in_titles_too_and_titles_are_text(client):
    factories.post(title="Pacing <b>&amp; R&D</b>", body="<p>On it.</p>")
    text = client.get("/search/?q=pacing").content.decode()
    assert "<mark>Pacing</mark> &lt;b&gt;&amp;amp; R&amp;D&lt;/b&gt;" in text
    assert titles(client, "pacing") == ["Pacing <b>&amp; R&D</b>"]


def test_dots_say_where_a_text_is_cut(client):
    words = " ".join(["word"] * 60)
    factories.post(body=f"<p>{words} pacing {words}</p>")
    found = html.fromstring(client.get("/search/?q=pacing").content.decode())
    extract = found.xpath("string(//p[@class='extract'])")
    assert extract.startswith("… word")
    assert extract.endswith("word …")


def test_people_topics_and_tags_are_matched_beside(client):
    factories.person("Ana Ruiz", slug="ana-ruiz")
    factories.topic("Rural schools", slug="rural")
    factories.post(tags=["rural"])
    text = client.get("/search/?q=rural").content.decode()
    assert "/topics/rural/" in text
    assert "/tags/rural/" in text
    assert "/people/ana-ruiz/" in client.get("/search/?q=ruiz").content.decode()


def test_nothing_found_says_what_to_do(client):
    response = client.get("/search/?q=xyzzy")
    assert response.status_code == 200
    assert "xyzzy" in response.content.decode()


def test_a_search_is_not_for_search_engines(client):
    assert "noindex" in client.get("/search/?q=a").content.decode()


def test_pages_of_results_do_not_overlap(client):
    for _ in range(search_matches.PAGE_SIZE + 3):
        factories.post(body="<p>pacing</p>")
    first, second = titles(client, "pacing"), titles(client, "pacing", page=2)
    assert (len(first), len(second)) == (search_matches.PAGE_SIZE, 3)
    assert not set(first) & set(second)


@pytest.fixture
def limit(monkeypatch):
    """Sets limits of the search, which its queries have in their SQL."""

    def set_to(**limits: int) -> None:
        for name, value in limits.items():
            monkeypatch.setattr(search_matches, name, value)
        search_matches._matches.cache_clear()
        since = Prepared(search_matches.SINCE.build)
        monkeypatch.setattr(search_matches, "SINCE", since)

    yield set_to
    search_matches._matches.cache_clear()


def test_more_matches_than_are_counted_are_called_so(client, limit):
    limit(COUNTED=3)
    for number in range(3):
        factories.post(title=f"Post {number}", body="<p>rubric</p>")
    assert "3 results for" in client.get("/search/?q=rubric").content.decode()
    factories.post(title="One more", body="<p>rubric</p>")
    assert "3+ results for" in client.get("/search/?q=rubric").content.decode()


def test_the_newest_matches_are_ranked_and_older_ones_come_after_them(client, limit):
    limit(RANKED=2)
    for days, title in enumerate(["Text", "Pacing", "Pacing and pacing", "Some text"], start=1):
        factories.post(title=title, body="<p>On pacing.</p>", publish_at=factories.ago(days=days))
    assert titles(client, "pacing") == ["Pacing", "Text", "Pacing and pacing", "Some text"]


def test_older_posts_are_looked_through_where_the_recent_do_not_suffice(client, limit):
    for days in range(1, 6):
        factories.post(
            title=f"Post {days}", body="<p>rubric</p>", publish_at=factories.ago(days=days)
        )
    factories.post(title="Other", publish_at=factories.ago(hours=1))
    every = [f"Post {days}" for days in range(1, 6)]
    limit(RECENT=2)
    assert titles(client, "rubric") == every
    limit(RECENT=2, COUNTED=3)
    assert titles(client, "rubric") == every[:4]
    limit(RECENT=1, COUNTED=0)
    assert titles(client, "rubric") == every[:1]


def test_a_page_past_the_last_says_so_and_leads_to_the_first(client):
    factories.post(body="<p>rubric</p>")
    response = client.get("/search/", {"q": "rubric", "page": 3})
    assert response.status_code == 404
    assert "That page of the list could not be found" in response.content.decode()
    assert '<a href="/search/?q=rubric">' in response.content.decode()


@pytest.mark.parametrize("page", [2, 9999])
def test_a_page_past_the_last_is_not_there(client, page):
    factories.post(body="<p>rubric</p>")
    for words in ("rubric", "nothing like it", "the", "", '"'):
        assert client.get("/search/", {"q": words, "page": page}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_how_a_search_looks_for_matches_does_not_bind_what_comes_after(client):
    assert client.get("/search/?q=rubric").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_seqscan")
        assert cursor.fetchone() == ("on",)
        cursor.execute("SHOW cpu_operator_cost")
        assert cursor.fetchone() == ("0.0025",)


def test_a_very_long_text_can_be_saved_and_found(client):
    words = " ".join(f"word{number}" for number in range(120_000))
    factories.post(title="Long", body=f"<p>{words}</p>")
    assert titles(client, "word17") == ["Long"]


class AnyWords(TestCase):
    """Whatever is typed, the page answers."""

    @settings(max_examples=60, deadline=None)
    @given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60))
    def test_it_answers(self, words):
        assert self.client.get("/search/", {"q": words}).status_code == 200
