"""Lists and histories of the admin at 360 pixels: a wide table scrolls in its own box."""

import pytest

from competencyworks.core import revisions
from tests import factories
from tests.conftest import signed_in
from tests.events import factories as of_events

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
# Letters under each other are a cell that is far higher than its words are long.
BROKEN = """() => [...document.querySelectorAll('#revision-history :is(td, th)')]
  .filter(cell => cell.innerText.trim().length > 3 && cell.clientWidth < 34)
  .map(cell => cell.innerText)"""


@pytest.fixture
def narrow(chromium, live_server):
    client = signed_in("root")
    client.user.is_superuser = True
    client.user.save()
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 360, "height": 740})
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([{**cookie, "url": f"{live_server.url}/admin/"}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.user = client.user
    yield page
    context.close()


def test_lists_and_histories_fit_or_scroll_in_their_own_box(narrow):
    post = factories.post(title="A title of several words that a list shows whole")
    revisions.record(post, narrow.user, "Said it in another way, as a colleague asked for")
    comment = factories.comment(post, status="waiting")
    revisions.record(comment, narrow.user, "Took a name out of it")
    event = of_events.event(sign_up="form", capacity=5)
    of_events.registered(event)
    pages = [
        "/admin/blog/post/",
        "/admin/events/event/",
        "/admin/events/registration/",
        "/admin/core/comment/",
        "/admin/core/outsideaddress/",
        "/admin/core/sweeprun/",
        f"/admin/blog/post/{post.pk}/history/",
        f"/admin/core/comment/{comment.pk}/history/",
        f"/admin/core/comment/{comment.pk}/change/",
    ]
    wide, broken = [], []
    for address in pages:
        narrow.goto(address)
        whole, shown = narrow.evaluate(WIDTHS)
        if whole > shown:
            wide.append((address, whole))
        broken += narrow.evaluate(BROKEN)
    assert not wide
    assert not broken
