"""The page of a state: what stands over its name, and its address in capitals."""

import pytest
from lxml import html

from tests import factories

pytestmark = pytest.mark.django_db


def test_the_name_stands_below_the_breadcrumb_alone(client):
    page = html.fromstring(client.get("/states/nh/").content)
    [head] = page.xpath("//main//header[@class='page-head']")
    assert not head.find_class("kicker")
    assert "States" in page.find_class("crumbs")[0].text_content()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/states/NH/", "/states/nh/"),
        ("/States/NH/", "/states/nh/"),
        ("/topics/Pacing/", "/topics/pacing/"),
        ("/people/Ana-Ruiz/", "/people/ana-ruiz/"),
    ],
)
def test_addresses_of_lists_in_capitals_lead_to_those_in_lower_case(client, typed, meant):
    person = factories.person("Ana Ruiz", slug="ana-ruiz")
    factories.post(topics=[factories.topic("Pacing", slug="pacing")], authors=[person])
    answer = client.get(typed)
    assert (answer.status_code, answer["Location"]) == (301, meant)
    assert client.get(meant).status_code == 200


@pytest.mark.parametrize("path", ["/states/XX/", "/topics/Nothing/"])
def test_what_is_no_list_in_lower_case_is_not_found(client, path):
    assert client.get(path).status_code == 404
