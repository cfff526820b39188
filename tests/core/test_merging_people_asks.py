"""Merging two people of one name: both are shown before, and what moved is said after."""

import pytest

from competencyworks.core.models import Person
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(db):
    keep = factories.person("Ann Lee", role="Principal", slug="ann-lee")
    double = factories.person("Ann Lee", organization="Maple Ridge", slug="ann-lee-2")
    factories.post(authors=[double])
    return keep, double


def merge(client, keep, double, **more):
    page = f"/admin/core/person/{double.pk}/merge/"
    return client.post(page, {"keep": keep.pk, **more}, follow=True)


def test_both_are_shown_first_and_nothing_is_done(editor, two):
    question = merge(editor, *two).text
    for words in ("Principal", "Maple Ridge", "/people/ann-lee/", "/people/ann-lee-2/", "1 post"):
        assert words in question
    assert Person.objects.filter(name="Ann Lee").count() == 2


def test_what_moved_is_said_in_words(editor, two):
    assert "Moved: 1 post." in merge(editor, *two, _confirmed="1").text
    assert Person.objects.get(name="Ann Lee") == two[0]
    nobody = factories.person("Nobody")
    assert "There was nothing to move." in merge(editor, two[0], nobody, _confirmed="1").text


def test_one_person_given_twice_is_refused_before_the_question(editor, two):
    answer = merge(editor, two[0], two[0])
    assert "Choose two different people." in answer.text
    assert "This one stays" not in answer.text
