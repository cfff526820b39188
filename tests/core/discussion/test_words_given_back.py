"""The page of one's own comment gives the words back as they were typed, not as HTML."""

from html import unescape

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from competencyworks.core.discussion.marks import to_html
from competencyworks.core.discussion.unmarking import to_text

from .test_marks import without_blanks
from .writing import post

PIECES = [
    "https://es.wikipedia.org/wiki/Educación", "https://faß.de/ü", "https://example.org/a_(b)",
    "http://example.org/?a=1&b=2", "https://example.org/%zz", "https://example.org/[x]|", "*", "**",
    "`", "\n", "\n\n", "> ", "- ", "1. ", "\\", "&", " ", "word", "é", '"', "'", ".", "(", ")",
    "&amp;", "\u2028", "\xa0",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [
        "See https://es.wikipedia.org/wiki/Educación.",
        "https://faß.de/ü",
        "- https://example.org/?a=1&b=ü\n- *two*",
        "Both\n\nhttps://faß.de/ü and https://example.org/",
    ],
)
def test_an_address_with_other_letters_is_given_back_as_it_was_typed(make, words):
    page = Client().get(post(make.post(), body=words)["Location"]).content.decode()
    assert unescape(page.partition("<textarea")[2]).partition(">\n")[2].startswith(f"{words}</")


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_who_typed_no_html_is_given_none(text):
    html = to_html(text)
    assert "<" not in to_text(html)
    assert without_blanks(to_html(to_text(html))) == without_blanks(html)
