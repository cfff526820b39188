"""Rows by statements that are written once: stored as Django's own ways would store them."""

from datetime import datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils import timezone

from competencyworks.core.models import Comment, OutgoingMail, Person
from competencyworks.core.prepared import Insertion, Prepared, asked_together, stored_together

pytestmark = pytest.mark.django_db


def comment(post, **values) -> Comment:
    return Comment(
        content_type=ContentType.objects.get_for_model(post), object_id=post.pk, **values
    )


def test_every_column_arrives_and_rich_text_is_cleaned(make):
    post = make.post()
    first = comment(
        post, name="100% Ann", body="<p>Yes<script>no()</script></p>", sender="203.0.113.9"
    )
    second = comment(post, name="Ben", body="<p>No</p>", parent=make.comment(post))
    Insertion(Comment).add(first, second)
    for made in (first, second):
        stored = Comment.objects.get(pk=made.pk)
        for field in Comment._meta.concrete_fields:
            assert getattr(stored, field.attname) == getattr(made, field.attname), field.name
    assert Comment.objects.get(pk=first.pk).body == "<p>Yes</p>"


def test_a_second_row_of_one_kind_is_refused_or_left_out(make):
    post = make.post()
    Insertion(Comment).add(comment(post, body="<p>Once</p>", nonce="n"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Insertion(Comment).add(comment(post, body="<p>Twice</p>", nonce="n"))
    mails = Insertion(OutgoingMail, ignore_conflicts=True)
    for subject in ("first", "second"):
        mails.add(OutgoingMail(key="k", kind="test", subject=subject, headers={"X-One": "1"}))
    assert OutgoingMail.objects.values_list("subject", "headers").get() == (
        "first",
        {"X-One": "1"},
    )


def test_no_rows_are_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        Insertion(Comment).add()


# --- several things in one trip -------------------------------------------------------------------


def test_questions_are_answered_by_name_in_one_query(make, django_assert_num_queries):
    for name in ("Ann", "Ben"):
        make.person(name)
    by_name = Prepared(lambda at, name: Person.objects.filter(name=name).values("name", "bio"))
    with django_assert_num_queries(1):
        found = asked_together(
            {
                "ann": by_name.statement(name="Ann"),
                "nobody": by_name.statement(name="Cy"),
                "sum": ("SELECT %s + 1 AS sum UNION ALL SELECT 7", (1,)),
            }
        )
    assert found == {
        "ann": [{"name": "Ann", "bio": ""}],
        "nobody": [],
        "sum": [{"sum": 2}, {"sum": 7}],
    }


def test_rows_of_several_kinds_are_stored_by_one_query_or_not_at_all(
    make, django_assert_num_queries
):
    post = make.post()
    comments, mails = Insertion(Comment, has_keys=True), Insertion(OutgoingMail)
    said = comment(post, pk=10**9, name="100% Ann", body="<p>Once</p>", nonce="n")
    with django_assert_num_queries(1):
        stored_together((comments, [said]), (mails, [OutgoingMail(key="a")]), (mails, []))
    assert Comment.objects.get().name == "100% Ann"
    assert not said._state.adding
    again = comment(post, pk=10**9 + 1, body="<p>Twice</p>", nonce="n")
    with pytest.raises(IntegrityError), transaction.atomic():
        stored_together((mails, [OutgoingMail(key="b")]), (comments, [again]))
    assert OutgoingMail.objects.get().key == "a"


def test_a_moment_without_a_zone_is_stored_as_django_would(make):
    moment = datetime(2026, 5, 1, 12)
    with pytest.warns(RuntimeWarning, match="naive"):
        Insertion(Comment).add(comment(make.post(), body="<p>Hi</p>", created_at=moment))
    stored = Comment.objects.get().created_at
    assert stored == timezone.make_aware(moment)
