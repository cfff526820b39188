"""A series numbers its parts by what is published, wherever they are shown."""

import pytest

from blog.series import ordinal, parts_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "first"), (5, "fifth"), (12, "twelfth"), (20, "twentieth"), (21, "twenty-first"),
     (40, "fortieth"), (99, "ninety-ninth"), (101, "101st"), (111, "111th"), (122, "122nd")],
)  # fmt: skip
def test_ordinals(number, word):
    assert ordinal(number) == word


@pytest.fixture
def series():
    return factories.series(title="Moving on when ready", slug="moving-on")


def part(series, number, **more):
    return factories.post(title=f"Part at {number}", series=series, series_position=number, **more)


def test_a_post_says_which_article_of_the_series_it_is(client, series):
    parts = [part(series, number) for number in (10, 20, 30)]
    text = client.get(parts[1].path).content.decode()
    assert "second article in the series" in " ".join(text.split())
    for other in (parts[0], parts[2]):
        assert other.path in text


def test_a_part_that_is_not_public_does_not_count(client, series):
    part(series, 10)
    part(series, 20, public=False)
    part(series, 30, publish_at=factories.ahead(days=1))
    last = part(series, 40)
    text = client.get(last.path).content.decode()
    assert "second article in the series" in " ".join(text.split())
    assert "Part at 20" not in text
    assert "Part at 30" not in text


def test_a_part_inserted_later_moves_the_numbers(series):
    part(series, 10)
    last = part(series, 30)
    part(series, 20)
    assert [p.title for p in parts_of([series.pk])[series.pk]][-1] == last.title


def test_the_series_page_lists_the_parts_in_order(client, series):
    for number in (30, 10, 20):
        part(series, number)
    text = client.get(series.path).content.decode()
    places = [text.index(f"Part at {number}") for number in (10, 20, 30)]
    assert places == sorted(places)


def test_the_feed_says_which_part_a_post_is(client, series):
    part(series, 10)
    part(series, 20)
    text = client.get("/feed/").content.decode()
    assert "second article in the series" in text


def test_a_series_that_is_not_public_is_not_named(client):
    hidden = factories.series(public=False, title="Hidden series")
    post = part(hidden, 1)
    assert "Hidden series" not in client.get(post.path).content.decode()
    assert "Hidden series" not in client.get("/feed/").content.decode()
