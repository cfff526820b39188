"""'Cite this article' on a wide page: what its arrow says is what is shown."""

import pytest
from playwright.sync_api import expect

from tests import factories


@pytest.mark.django_db(transaction=True)
def test_the_reference_is_shown_when_it_is_asked_for(chromium, live_server):
    path = factories.post(title="Pacing").get_absolute_url()
    page = chromium.new_page(viewport={"width": 1400, "height": 900})
    page.goto(f"{live_server.url}{path}")
    reference = page.locator("details.cite .reference")
    expect(reference).not_to_be_visible()
    page.get_by_text("Cite this article").click()
    expect(reference).to_be_visible()
    page.close()
