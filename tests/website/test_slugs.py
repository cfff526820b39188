"""Addresses that are made from titles, and how they are typed."""

import unicodedata
from urllib.parse import quote

import pytest

from competencyworks.core.addresses import remember
from competencyworks.core.slugs import base_slug
from competencyworks.core.taxonomy.tag_names import slug_of
from tests import factories

TITLES = {
    "Grade 6–8": "grade-6-8",
    "Grade 6/8": "grade-6-8",
    "Time—and place": "time-and-place",
    "Wait…what?": "wait-what",
    "K‑12 and/or college": "k-12-and-or-college",
    "Badges|credentials": "badges-credentials",
    "Part 1 – Basics": "part-1-basics",
    "Don’t": "dont",
    "–": "fallback",
}


@pytest.mark.parametrize("title", TITLES)
def test_signs_between_words_part_them_in_an_address(title):
    assert base_slug(title, fallback="fallback") == TITLES[title]
    if title != "–":
        assert slug_of(title) == TITLES[title]


@pytest.mark.django_db
def test_an_item_gets_such_an_address(client):
    post = factories.post(title="Grade 6–8 and 9/10")
    assert post.path.endswith("/grade-6-8-and-9-10/")
    assert client.get(post.path).status_code == 200


@pytest.mark.django_db
class TestDecomposedLetters:
    """Some systems send 'é' as 'e' and an accent."""

    def decomposed(self, path: str) -> str:
        found = unicodedata.normalize("NFD", path)
        assert found != path
        return found

    @pytest.mark.parametrize("rest", ["", "feed/", "feed/?x=1"])
    def test_they_lead_to_the_address_in_one_hop(self, client, rest):
        topic = factories.topic("École élémentaire")
        path = topic.get_absolute_url()
        answer = client.get(self.decomposed(path) + rest)
        assert answer.status_code == 301
        assert answer["Location"] == quote(path) + rest

    def test_every_kind_of_page_is_found(self, client):
        for item in (
            factories.post(title="Qualité"), factories.page(title="Qualité"),
            factories.wiki_page("Qualité"), factories.resource(title="Qualité"),
            factories.person("Qualité"), factories.paper(title="Qualité"),
        ):  # fmt: skip
            answer = client.get(self.decomposed(item.get_absolute_url()))
            assert answer["Location"] == quote(item.get_absolute_url()), item

    def test_old_addresses_are_found_in_both_forms(self, client):
        post = factories.post()
        remember(self.decomposed("/2012/05/qualité/"), post)
        for path in ("/2012/05/qualité/", self.decomposed("/2012/05/qualité/")):
            assert client.get(path)["Location"] == post.path

    def test_what_is_nowhere_stays_unknown(self, client):
        assert client.get(self.decomposed("/topics/qualité/")).status_code == 404
