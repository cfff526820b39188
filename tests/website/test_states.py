"""The page of all states, the way to it, and what an item is filed under."""

from datetime import datetime
from urllib.parse import urlsplit

import pytest
from lxml import etree, html

from blog.models import Post
from tests import factories
from tests.events import factories as events

pytestmark = pytest.mark.django_db


def page(client, path: str):
    answer = client.get(path)
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


def test_all_states_are_listed_with_what_is_public_about_them(client):
    hampshire, maine = factories.state("NH"), factories.state("ME")
    factories.post(states=[hampshire])
    factories.post(states=[hampshire, maine])
    factories.post(states=[maine], public=False)
    factories.post(states=[maine], publish_at=factories.ahead(days=1))
    factories.paper(states=[hampshire])
    factories.wiki_page(states=[hampshire])
    for _ in range(2):
        factories.resource(states=[hampshire])
    events.event().states.add(hampshire)
    states = page(client, "/states/")
    rows = [
        " ".join(row.text_content().split())
        for row in states.xpath("//ul[contains(@class, 'state-list')]/li")
    ]
    assert rows == [
        "Maine 1 post",
        "New Hampshire 2 posts, 1 paper, 1 event, 1 wiki page, 2 resources",
    ]
    assert states.xpath("//a[.='New Hampshire']/@href") == ["/states/nh/"]
    (rest,) = states.xpath("//section[contains(@class, 'state-rest')]")
    assert "Vermont" in rest.text_content()
    assert "Maine" not in rest.text_content()


def test_without_anything_the_page_says_so(client):
    assert "state-list" not in client.get("/states/").content.decode()


def test_a_state_leads_to_all_of_them_and_the_map_as_well(client):
    factories.post(states=[factories.state("NH")])
    crumbs = page(client, "/states/nh/").xpath("//nav[@aria-label='Breadcrumb']//a")
    assert [(link.text, link.get("href")) for link in crumbs] == [("States", "/states/")]
    assert page(client, "/states/").xpath("//main//a[@href='/wiki/states/']")
    assert page(client, "/wiki/states/").xpath("//main//a[@href='/states/']")
    assert page(client, "/").xpath("//footer//a[@href='/states/']")
    assert "/states/</loc>" in client.get("/sitemap-lists.xml").content.decode()


@pytest.mark.parametrize(
    "kind", [factories.post, factories.paper, factories.wiki_page, factories.resource]
)
def test_topics_states_and_tags_of_an_item_are_told_apart(client, kind):
    topic = factories.topic("Equity")
    item = kind(topics=[topic], states=[factories.state("NH")], tags=["pacing"])
    shown = page(client, item.path)
    (nav,) = shown.xpath("//nav[@aria-label='More on this']")
    lists = {}
    for each in nav.xpath(".//ul"):
        (label,) = nav.xpath(f".//*[@id='{each.get('aria-labelledby')}']")
        lists[label.text] = (each.get("class"), [link.text for link in each.xpath(".//a")])
    assert lists == {
        "Topics": ("chips", ["Equity"]),
        "States": ("chips", ["New Hampshire"]),
        "Tags": ("tagged plain", ["pacing"]),
    }


def test_names_above_the_hits_of_a_search_say_what_they_are(client):
    factories.topic("Pacing")
    factories.post(title="Pacing", tags=["pacing"])
    found = page(client, "/search/?q=pacing").xpath("//nav[@class='chips']/a")
    assert sorted(" ".join(link.text_content().split()) for link in found) == [
        "Tag pacing",
        "Topic Pacing",
    ]


def test_the_sitemap_dates_all_states_by_what_is_about_a_state(client):
    older = factories.post(states=[factories.state("NH")])
    factories.post()
    Post.objects.filter(pk=older.pk).update(updated_at=factories.ago(days=5))
    sitemap = etree.fromstring(client.get("/sitemap-lists.xml").content)
    dates = {
        urlsplit(row.findtext("{*}loc")).path: datetime.fromisoformat(row.findtext("{*}lastmod"))
        for row in sitemap
    }
    assert dates["/states/"] == dates["/states/nh/"] < dates["/blog/"]
