"""A mail in the admin, whatever its HTML part tries."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from competencyworks.core.models import OutgoingMail

pytestmark = pytest.mark.django_db

PASSWORD = "learning-is-constant"
EVIL = """<p>Read me</p>
<script>top.document.title = "taken"; document.body.append("ran")</script>
<img src="https://tracker.example/x.png" onerror="document.body.append('ran')">
<svg onload="document.body.append('ran')"></svg>
<iframe srcdoc="<script>parent.document.body.append('ran')</script>"></iframe>
<link rel="stylesheet" href="https://tracker.example/x.css">
<form action="/admin/logout/" method="post"><button>Send</button></form>
<a href="/" target="_top">Away</a>"""


@pytest.fixture(scope="module")
def mail(site) -> OutgoingMail:
    User.objects.create_superuser("root", password=PASSWORD)
    return OutgoingMail.objects.create(
        key="evil", kind="test", to_email="ana@example.org", subject=EVIL[:80], text=EVIL, html=EVIL
    )


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A tab that nobody watches: what this mail tries is refused, and the console says so."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_its_html_is_seen_and_runs_loads_and_leads_nowhere(site, mail, page):
    asked = []
    page.on("request", lambda request: asked.append(request))
    page.goto(f"{site.url}/admin/core/outgoingmail/{mail.pk}/change/")
    page.get_by_label("Username or email").fill("root")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    frame = page.frame_locator("iframe.cw-mail")
    expect(frame.get_by_text("Read me")).to_be_visible()
    address = page.url
    frame.get_by_role("button", name="Send").click()
    frame.get_by_role("link", name="Away").click()
    page.wait_for_load_state("networkidle")
    assert page.url == address
    expect(page).not_to_have_title("taken")
    expect(frame.get_by_text("ran", exact=True)).to_have_count(0)
    outside = [request for request in asked if "tracker.example" in request.url]
    assert {request.failure for request in outside} <= {"csp"}
    assert f"{site.url}/admin/logout/" not in [request.url for request in asked]
