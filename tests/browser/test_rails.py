"""What stands beside a list ends about where the list ends, and no words run together."""

import pytest

from competencyworks.core import revisions
from competencyworks.website.models import SiteSettings
from tests import factories
from tests.events.factories import event

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
NEARLY = 300  # pixels
SENTENCE = "<p>" + "It took a small school two years to say what it was for. " * 4 + "</p>"
ENDS = """columns => [...columns.children].map(
  column => (column.lastElementChild ?? column).getBoundingClientRect().bottom + scrollY)"""


@pytest.fixture
def page(chromium, live_server):
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 900}
    )
    yield context.new_page()
    context.close()


def ends(page, path: str) -> list[float]:
    """Where the columns of a list end on a wide screen."""
    page.goto(path)
    return page.locator(".columns").evaluate(ENDS)


def test_the_rail_of_home_is_about_as_long_as_its_posts(page):
    SiteSettings(purpose="For all who build schools where time varies.").save()
    picture = factories.image(size=(1200, 800))
    for number in range(12):
        post = factories.post(
            title=f"What {number} schools found", body=SENTENCE, picture=picture,
            publish_at=factories.ago(days=number + 1), authors=[factories.person()],
        )  # fmt: skip
        factories.comment(post, name="Nora Quist", body=SENTENCE)
    for number in range(6):
        factories.post(channel="higher-ed", publish_at=factories.ago(days=99 + number))
        event(title=f"A webinar on question {number}", days=number + 2)
        factories.series(title=f"The series {number}")
        factories.resource(title=f"A report of {number} districts", publisher="An institute")
    *_, stream, rail = ends(page, "/")
    assert abs(stream - rail) < NEARLY


def test_the_rail_of_the_wiki_is_about_as_long_as_its_contents(page):
    for number in range(11):
        top = factories.wiki_page(f"Topic {number}", body=SENTENCE)
        revisions.record(top)
        factories.wiki_page(f"Page {number}", parent=top)
    for number in range(12):
        revisions.record(factories.resource(title=f"Resource {number}", publisher="An institute"))
    contents, rail = ends(page, "/wiki/")
    assert abs(contents - rail) < NEARLY


def test_the_kind_of_an_event_stands_on_a_line_of_its_own_and_looks_unlike_the_breadcrumb(page):
    page.goto(event().path)
    crumbs, kicker = page.locator(".article-head .crumbs"), page.locator(".article-head > .kicker")
    above, below = crumbs.bounding_box(), kicker.bounding_box()
    assert below["y"] - above["y"] - above["height"] >= 8
    colors = [
        each.evaluate("element => getComputedStyle(element).color")
        for each in (crumbs.get_by_role("link"), kicker)
    ]
    assert colors[0] != colors[1]
