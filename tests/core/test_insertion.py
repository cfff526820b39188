"""Rows by statements that are written once: stored as Django's own ways would store them."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction

from competencyworks.core.models import Comment, OutgoingMail
from competencyworks.core.prepared import Insertion

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
