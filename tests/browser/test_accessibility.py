"""Each kind of page against axe, narrow and wide, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.showcase import KINDS

pytestmark = pytest.mark.django_db

# WCAG 2.2 AA (https://www.deque.com/axe/core-documentation/api-documentation/#axecore-tags),
# and what axe holds to be good practice beyond it.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"]}


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_to_say(site, page, kind):
    said = {}
    page.goto(site.paths[kind])
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            results = Axe().run(page, options=OPTIONS)
            if results.violations_count:
                said[width, scheme] = results.generate_report()
    assert not said, "\n".join(f"{where}: {what}" for where, what in said.items())


def test_axe_would_speak_up(site, page):
    page.goto(site.paths["home"])
    page.evaluate("document.querySelector('h1').outerHTML = '<img src=data:,><a href=x></a>'")
    found = {found["id"] for found in Axe().run(page, options=OPTIONS).response["violations"]}
    assert {"image-alt", "link-name"} <= found
