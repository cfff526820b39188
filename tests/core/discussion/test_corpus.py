"""A thousand spam comments and two hundred good ones, as they would come by the form."""

from collections import Counter

import pytest
from django.utils import timezone

from competencyworks.core.discussion import pace
from competencyworks.core.discussion.defence import Sender, judge
from competencyworks.core.discussion.marks import to_html
from competencyworks.core.models import Comment
from tests import factories
from tests.core.discussion.good_corpus import good
from tests.core.discussion.spam_corpus import KINDS, spam

pytestmark = pytest.mark.django_db


def judged(post, number: int, name: str, email: str, website: str, text: str, *, known: bool):
    comment = Comment(
        item=post,
        name=name,
        email=email,
        website=website,
        body=to_html(text),
        is_confirmed=known,
        created_at=timezone.now(),
    )
    sender = Sender(f"10.{number // 250}.{number % 250}.1", "", "")
    return judge(comment, sender, honeypot="", form_age=60.0, known=known)


@pytest.mark.parametrize("seed", [2, 20])
def test_no_spam_is_public_even_under_a_known_address(seed):
    post = factories.post(title="What we mean when we say competency")
    found, of_kind, missed = Counter(), Counter(), []
    for number, one in enumerate(spam(1000, seed)):
        verdict = judged(post, number, *one[1:], known=True)
        found[verdict.status] += 1
        of_kind[one.kind] += verdict.status == "spam"
        if verdict.status == "approved":
            missed.append(one)
    assert not missed
    assert found["spam"] >= 900, found
    each = 1000 // len(KINDS)
    assert not {kind.__name__ for kind in KINDS if of_kind[kind.__name__] < each * 0.6}, of_kind


def test_good_comments_are_not_spam_and_pass_under_a_known_address():
    post = factories.post(title="What we mean when we say competency")
    comments = good()
    assert len(comments) == len({one.text for one in comments}) == 200
    found, wrong, held = Counter(), [], []
    for number, one in enumerate(comments):
        email = f"reader{number}@example.org"
        verdict = judged(post, number, one.name, email, one.website, one.text, known=True)
        found[verdict.status] += 1
        if verdict.status == "spam":
            wrong.append((one, verdict.reason))
        elif verdict.status == "waiting":
            held.append((one, verdict.reason))
    assert len(wrong) <= 10, wrong
    assert found["approved"] >= 180, held


def test_good_comments_of_strangers_wait_and_none_is_refused():
    post = factories.post()
    for number, one in enumerate(good()):
        email = f"reader{number}@example.org"
        verdict = judged(post, number, one.name, email, one.website, one.text, known=False)
        assert verdict.status == "waiting"


def test_a_school_behind_one_address_writes_all_of_it_in_a_day():
    assert pace.OF_A_NETWORK[pace.DAY] >= 200
