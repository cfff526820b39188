"""A search knows states, topics, tags and kinds: what bears them is found, and comes first."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from blog.models import Post
from tests import factories
from tests.events.factories import event

pytestmark = pytest.mark.django_db


def titles(client, words: str) -> list[str]:
    page = html.fromstring(client.get("/search/", {"q": words}).content.decode())
    return [title.text_content() for title in page.xpath("//main//article/h2")]


def test_what_is_about_a_state_is_found_by_its_name_before_what_mentions_it(client):
    factories.post(title="Mentions Vermont", body="<p>Vermont Vermont Vermont</p>")
    factories.post(title="Filed", states=[factories.state("VT")], publish_at=factories.ago(days=9))
    factories.post(title="Elsewhere", states=[factories.state("NH")])
    assert titles(client, "Vermont") == ["Filed", "Mentions Vermont"]
    assert titles(client, "vermont’s") == ["Mentions Vermont"]


def test_all_on_a_topic_for_a_state_is_one_search(client):
    topic, nh = factories.topic("Performance assessment"), factories.state("NH")
    made = {
        "topics": [topic],
        "states": [nh],
    }
    factories.post(title="A post", **made)
    factories.resource(title="A policy", kind="policy", **made)
    factories.wiki_page("A wiki page", **made)
    factories.paper(title="A paper", **made)
    webinar = event(title="A webinar")
    webinar.topics.add(topic)
    webinar.states.add(nh)
    factories.post(title="On the topic in Ohio", topics=[topic], states=[factories.state("OH")])
    factories.post(title="On New Hampshire only", states=[nh])
    factories.post(
        title="Performance assessment in New Hampshire", publish_at=factories.ago(hours=1)
    )
    factories.post(title="Topic in words", body="<p>performance assessment</p>", states=[nh])
    found = titles(client, "performance assessment new hampshire")
    assert set(found[:5]) == {"A post", "A policy", "A wiki page", "A paper", "A webinar"}
    assert found[5:] == ["Topic in words", "Performance assessment in New Hampshire"]
    assert set(titles(client, "performance assessments in New Hampshire")) == set(found)
    assert set(titles(client, '"New Hampshire" "performance assessment"')) == set(found)


def test_the_kinds_are_words_of_a_search(client):
    event(title="Grading together", kind="webinar")
    event(title="Grading talks", kind="conference")
    factories.resource(title="A rubric for grading", kind="tool")
    factories.resource(title="Act on grading", kind="policy")
    factories.paper(title="Grading at length")
    factories.digest(title="News of grading")
    factories.post(title="A webinar on grading", body="<p>webinar</p>")
    assert titles(client, "webinar") == ["Grading together", "A webinar on grading"]
    assert titles(client, "grading webinars") == ["Grading together", "A webinar on grading"]
    assert titles(client, "conference grading") == ["Grading talks"]
    assert titles(client, "policies") == ["Act on grading"]
    assert titles(client, "grading paper") == ["Grading at length"]
    assert titles(client, "digests") == ["News of grading"]
    assert titles(client, "tool") == ["A rubric for grading"]


def test_what_bears_a_tag_or_a_topic_below_is_found(client):
    above = factories.topic("Assessment")
    factories.post(title="Tagged", tags=["growth mindset"])
    factories.post(title="Below", topics=[factories.topic("Rubrics", parent=above)])
    assert titles(client, "growth mindset") == ["Tagged"]
    assert titles(client, "assessment") == ["Below"]
    assert titles(client, "rubric") == ["Below"]


def test_the_longest_name_is_meant(client):
    factories.post(title="West", states=[factories.state("WV")])
    factories.post(title="East", states=[factories.state("VA")])
    assert titles(client, "west virginia") == ["West"]
    assert titles(client, "virginia") == ["East"]


@pytest.mark.parametrize("code", ["NH", "nh", "Nh", "N.H.", "n.h.", "NH,"])
def test_codes_of_states_are_known_in_any_case(client, code):
    topic, nh = factories.topic("Performance assessment"), factories.state("NH")
    factories.post(title="Hampshire", states=[nh], topics=[topic])
    factories.post(title="Vermont", states=[factories.state("VT")], topics=[topic])
    assert titles(client, code) == ["Hampshire"]
    assert titles(client, f"{code} performance assessment") == ["Hampshire"]
    assert titles(client, f"{code} PERFORMANCE ASSESSMENT") == ["Hampshire"]


@pytest.mark.parametrize("code", ["IN", "in", "In", "OR", "me", "I.N."])
def test_codes_of_states_that_are_words_are_words(client, code):
    for state in ("IN", "OR", "ME"):
        factories.post(title=state, states=[factories.state(state)])
    assert titles(client, f"{code} nothing") == []


def test_what_is_left_out_or_one_of_several_is_a_word(client):
    vermont = factories.state("VT")
    factories.post(title="Filed", body="<p>pacing</p>", states=[vermont])
    factories.post(title="Told", body="<p>pacing in Vermont</p>")
    assert titles(client, "pacing -vermont") == ["Filed"]
    assert titles(client, "vermont or nothing") == ["Told"]


def test_drafts_and_retired_topics_are_not_found(client):
    vermont = factories.state("VT")
    factories.post(title="Draft", states=[vermont], public=False)
    topic = factories.topic("Badges")
    factories.post(title="Filed", topics=[topic])
    type(topic).objects.filter(pk=topic.pk).update(retired_at=factories.ago(days=1))
    assert titles(client, "Vermont") == []
    assert titles(client, "Badges") == []


def offered(client, words: str) -> list[str]:
    """The pages beside the results."""
    page = html.fromstring(client.get("/search/", {"q": words}).content.decode())
    links = page.xpath("//main//nav[@aria-label='Matching pages']/a")
    return [f"{link.get('href')} {link.xpath('text()')[-1].strip()}" for link in links]


def test_the_pages_of_what_is_named_stand_beside_the_results(client):
    factories.topic("Performance assessment", slug="performance")
    assert offered(client, "performance assessment new hampshire") == [
        "/states/nh/ New Hampshire",
        "/topics/performance/ Performance assessment",
    ]


@pytest.mark.parametrize("words", ["Tomas", "tomás", "TOMÁS arriaga", "arriaga-lopez", "d’arc"])
def test_people_are_offered_however_their_name_is_typed(client, words):
    person = factories.person("Tomás Arriaga-López D'Arc", slug="tomas")
    factories.post(title="About Tomas", authors=[person])
    assert offered(client, words) == ["/people/tomas/ Tomás Arriaga-López D'Arc"]


def test_tags_are_offered_however_their_name_is_typed(client):
    factories.post(tags=["Educación abierta"])
    assert offered(client, "educacion") == ["/tags/educación-abierta/ Educación abierta"]


@pytest.mark.parametrize("words", ["-assessment", "-tomas", "pacing -assessment", '-"assessment"'])
def test_what_is_excluded_is_not_offered(client, words):
    topic, person = factories.topic("Assessment"), factories.person("Tomas Ruiz")
    factories.post(body="<p>pacing</p>", topics=[topic], authors=[person], tags=["assessment"])
    assert offered(client, words) == []


@pytest.mark.parametrize("count", [2, 40])
def test_a_search_with_terms_asks_as_often(client, count):
    topic, nh = factories.topic("Performance assessment"), factories.state("NH")
    for _ in range(count):
        factories.post(topics=[topic], states=[nh], tags=["rubric"])
        factories.topic()
    path = "/search/?q=rubric+performance+assessment+new+hampshire"
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(path)
    assert len(asked) == 5  # names, date of the recent posts, matches, results, settings


def test_a_post_that_bears_all_is_found_though_many_newer_ones_hold_the_words(client):
    factories.post(title="Old", states=[factories.state("VT")], publish_at=factories.ago(days=999))
    for _ in range(12):
        factories.post(body="<p>Vermont</p>")
    assert Post.objects.count() == 13
    assert titles(client, "Vermont")[0] == "Old"
