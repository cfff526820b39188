"""Texts and queries are folded alike, in Python and in SQL."""

import pytest
from django.db import connection
from django.db.models import Value
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from competencyworks.core.models import State
from competencyworks.core.search import units, written
from competencyworks.core.search_text import (
    APOSTROPHES,
    HYPHENS,
    QUOTATION_MARKS,
    SLASHES,
    UNSEEN,
    FoldedText,
    fold,
)

SIGNS = APOSTROPHES + HYPHENS + QUOTATION_MARKS + SLASHES + UNSEEN + "…‹›éÉñüﬁ½″\u00a0kK129 \"'&;"

NO_QUOTATION_MARKS = str.maketrans(dict.fromkeys(f'"{QUOTATION_MARKS}', " "))


def folded_in_sql(text: str) -> str:
    rows = State.objects.annotate(folded=FoldedText(Value(text)))
    return rows.values_list("folded", flat=True)[0]


class BothFold(TestCase):
    @settings(max_examples=200, deadline=None)
    @given(st.text(st.sampled_from(SIGNS), max_size=30))
    def test_alike(self, text):
        if "&nbsp;" not in text:
            # Quotation marks matter in a query alone.
            found = folded_in_sql(text).translate(NO_QUOTATION_MARKS).split()
            assert found == fold(text).translate(NO_QUOTATION_MARKS).split()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>One</p><p>two</p>", ["One", "two"]),
        ("un<b>known</b>, <em>seen</em>.", ["unknown,", "seen."]),
        ("told[fn]in a note[/fn].", ["told", "in", "a", "note", "."]),
        ("K&nbsp;12 and K–<b>12</b>", ["k12", "and", "k12"]),
        ('<a href="/x/" title="shown">here</a>', ["here"]),
    ],
)
def test_markup_leaves_the_words_of_a_text(html, words):
    assert folded_in_sql(html).split() == words


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("don’t", '"don t"'),
        ("“time varies”", '"time varies"'),
        ("«time varies", '"time varies"'),
        ("self–paced", '"self paced"'),
        ("assessment -tests", "assessment -tests"),
        ("assessment -self-paced", 'assessment -"self paced"'),
        ('-"credit hour" Ohio', '-"credit hour" Ohio'),
        ("K - 12 or K 8", "k12 or k8"),
        ('José — ’ "', "Jose"),
        ('"', ""),
        ("- – — …", ""),
    ],
)
def test_a_query_keeps_phrases_and_exclusions(typed, asked):
    assert written(units(typed)) == asked


@pytest.mark.django_db
def test_normalizing_may_stand_in_a_generated_column():
    with connection.cursor() as cursor:
        cursor.execute("SELECT provolatile FROM pg_proc WHERE proname = 'normalize'")
        assert cursor.fetchall() == [("i",)]
