"""What social sites show of a page: its picture, large or small, or else the site's own card."""

import io
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from lxml import etree
from PIL import Image as Pixels

from competencyworks.core.metadata import DEFAULT_CARD, DEFAULT_CARD_SIZE
from scripts.make_social_card import draw
from tests import factories

pytestmark = pytest.mark.django_db


def card(client, path: str) -> dict[str, str]:
    """The page's picture and the kind of its card."""
    metas = etree.HTML(client.get(path).content.decode()).xpath("//meta[@property or @name]")
    found = {meta.get("property") or meta.get("name"): meta.get("content") for meta in metas}
    return {name: value for name, value in found.items() if "image" in name or "card" in name}


@pytest.mark.parametrize("path", ["/", "/blog/", "/wiki/", "/events/", "/subscribe/", "/search/"])
def test_a_page_without_a_picture_has_the_sites_card(client, path):
    found = card(client, path)
    assert found["og:image"] == f"http://127.0.0.1:8000/static/{DEFAULT_CARD}"
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert found["og:image:alt"] == "CompetencyWorks: learning is constant, time varies"
    assert found["twitter:card"] == "summary_large_image"


def test_the_sites_card_is_a_small_file_of_its_size_that_the_script_makes():
    content = Path(finders.find(DEFAULT_CARD)).read_bytes()
    assert len(content) < 40_000
    assert Pixels.open(io.BytesIO(content)).size == DEFAULT_CARD_SIZE == draw().size


def test_a_portrait_is_a_small_card(client):
    portrait = factories.image(size=(1200, 800), alt="Ana Ruiz at her desk")
    person = factories.person("Ana Ruiz", portrait=portrait)
    found = card(client, person.get_absolute_url())
    assert portrait.file.url in found["og:image"]
    assert found["twitter:card"] == "summary"


@pytest.mark.parametrize(
    ("size", "kind"),
    [
        ((1200, 800), "summary_large_image"),
        ((600, 460), "summary_large_image"),
        ((800, 800), "summary"),
        ((850, 1100), "summary"),
        ((300, 200), "summary"),
    ],
    ids=["wide", "just wide enough", "square", "cover of a paper", "small"],
)
def test_only_a_wide_picture_is_a_large_card(client, size, kind):
    paper = factories.paper(picture=factories.image(size=size))
    assert card(client, paper.path)["twitter:card"] == kind
