"""The same suggestion, sent twice from two forms by one person, is one suggestion."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from competencyworks.core import revisions
from competencyworks.core.models import OutgoingMail, Revision
from wiki.models import Suggestion

from .sending import NEW, token
from .test_parallel import AT_ONCE, all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def places(make, what: str):
    item = make.wiki_page("Pacing")
    revisions.record(item)
    if what == "resource":
        return "/wiki/suggest/", lambda: token(None, 1)
    return f"{item.path}suggest/", lambda: token(item, 1)


@pytest.mark.parametrize("what", ["resource", "edit"])
def test_forms_of_their_own_sent_at_once_make_one_suggestion(make, what):
    path, minted = places(make, what)
    forms = [{**NEW, "text": "Mine.", "token": minted()} for _ in range(AT_ONCE)]
    answers = all_at_once(lambda number: Client().post(path, forms[number]), AT_ONCE)
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer["Location"] for answer in answers}) == 1
    assert Suggestion.objects.count() == 1
    assert OutgoingMail.objects.count() == 1
    assert Revision.objects.filter(state="suggested").count() == (what == "edit")


@pytest.mark.parametrize("what", ["resource", "edit"])
def test_other_words_other_people_and_other_days_make_their_own(make, what):
    path, minted = places(make, what)

    def send(**more) -> int:
        form = {**NEW, "text": "Mine.", "token": minted(), **more}
        assert Client().post(path, form).status_code == 303
        return Suggestion.objects.count()

    assert send() == 1
    assert send() == 1
    assert send(title="Another title") == 2
    assert send(name="Somebody Else") == 3
    assert send(note="Because it is new.") == 4
    Suggestion.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert send() == 5
