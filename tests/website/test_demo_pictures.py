"""The demo's pictures: the same for the same key, different otherwise, and honestly described."""

import pytest
from PIL import ImageChops, ImageStat

from competencyworks.website.demo.canvas import Canvas
from competencyworks.website.demo.pictures import COMPOSITIONS, composition_of, describe, draw
from competencyworks.website.demo.portraits import STYLES, portrait

SMALL = (150, 100)


def difference(first, second):
    """The mean distance of two pictures' pixels, 0 to 255."""
    return sum(ImageStat.Stat(ImageChops.difference(first, second)).mean) / 3


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_a_key_always_gives_the_same_picture_and_another_key_another(name):
    picture = draw(f"{name}/one", size=SMALL)
    assert picture.tobytes() == draw(f"{name}/one", size=SMALL).tobytes()
    assert difference(picture, draw(f"{name}/two", size=SMALL)) > 2


def test_no_two_compositions_look_alike():
    pictures = [draw(f"{name}/one", size=SMALL) for name in COMPOSITIONS]
    for index, picture in enumerate(pictures):
        assert all(difference(picture, other) > 5 for other in pictures[:index])


@pytest.mark.parametrize("size", [(1600, 1067), (1200, 630), (64, 64)])
def test_a_picture_has_the_size_asked_for(size):
    picture = draw("any post", size=size)
    assert (picture.size, picture.mode) == (size, "RGB")


def test_keys_without_a_name_spread_over_the_compositions():
    assert len({composition_of(f"post-{number}") for number in range(60)}) >= 15


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_each_composition_is_described_in_one_sentence(name):
    sentence = describe(f"{name}/one")
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "  " not in sentence
    assert 25 < len(sentence) <= 160


def test_a_description_counts_what_is_drawn(monkeypatch):
    drawn = []
    monkeypatch.setattr(Canvas, "disc", lambda self, x, y, radius, fill: drawn.append(fill))
    sentence = describe("doors/one")
    handles = len(drawn)
    number = ["no", "one", "two", "three", "four", "five", "six"][handles + 1]
    assert sentence.startswith(f"A row of {number} tall doors")


@pytest.mark.parametrize("style", STYLES)
def test_a_portrait_is_the_same_for_the_same_key_and_has_its_size(style):
    picture = portrait(f"{style}/someone", (200, 200))
    assert picture.size == (200, 200)
    assert picture.tobytes() == portrait(f"{style}/someone", (200, 200)).tobytes()
    assert difference(picture, portrait(f"{style}/someone-else", (200, 200))) > 2
