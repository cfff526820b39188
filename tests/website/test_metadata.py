"""What pages say of themselves to search engines, cards and feed readers."""

import json
import re

import pytest
from lxml import etree

from tests import factories

pytestmark = pytest.mark.django_db


def head(client, path: str) -> etree._Element:
    return etree.HTML(client.get(path).content.decode())


def graph(client, path: str) -> dict[str, dict]:
    text = head(client, path).xpath("//script[@type='application/ld+json']/text()")
    return {block["@type"]: block for block in json.loads(text[0])["@graph"]}


def test_a_post_is_described_from_its_lead_or_as_staff_say(client):
    post = factories.post(title="On pacing", body="<p>Time is the variable here.</p>")
    page = head(client, post.path)
    assert page.xpath("//meta[@name='description']/@content") == ["Time is the variable here."]
    post.seo_title, post.seo_description = "Pacing, explained", "All of it."
    post.save()
    page = head(client, post.path)
    assert page.xpath("//meta[@name='description']/@content") == ["All of it."]
    assert page.xpath("//title/text()")[0].startswith("Pacing, explained")


def test_a_card_names_the_picture_with_its_size(client):
    post = factories.post(picture=factories.image(size=(800, 500)))
    page = head(client, post.path)
    assert page.xpath("//meta[@property='og:image:width']/@content") == ["800"]
    assert page.xpath("//meta[@property='og:image:height']/@content") == ["500"]
    assert page.xpath("//meta[@name='twitter:card']/@content") == ["summary_large_image"]


def test_json_ld_of_a_post(client):
    ana = factories.person("Ana Ruiz", slug="ana-ruiz")
    post = factories.post(title="</script><b>On pacing", authors=[ana], tags=["pacing"])
    blocks = graph(client, post.path)
    article = blocks["BlogPosting"]
    assert article["headline"] == "</script><b>On pacing"
    assert article["author"] == [
        {"@type": "Person", "name": "Ana Ruiz", "url": "http://127.0.0.1:8000/people/ana-ruiz/"}
    ]
    assert article["keywords"] == ["pacing"]
    crumbs = [item["name"] for item in blocks["BreadcrumbList"]["itemListElement"]]
    assert crumbs == ["Home", "Blog", "K-12", post.title]


def test_a_post_that_first_stood_elsewhere_names_its_original(client):
    post = factories.post(canonical_url="https://journal.example/pacing")
    found = head(client, post.path).xpath("//link[@rel='canonical']/@href")
    assert found == ["https://journal.example/pacing"]


def test_hidden_items_ask_not_to_be_listed(client):
    post = factories.post(hide_from_search_engines=True)
    assert head(client, post.path).xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert post.path not in client.get("/sitemap-posts.xml").content.decode()


def test_a_feed_carries_the_whole_text_with_addresses_that_hold_outside(client):
    ana, ben = factories.person("Ana Ruiz"), factories.person("Ben Oduya")
    factories.post(
        title="On pacing",
        authors=[ben, ana],
        tags=["pacing"],
        body='<p>First.</p><h2>Then</h2><p><a href="/about/">About</a></p>',
    )
    feed = etree.fromstring(client.get("/blog/k-12/feed/").content)
    names = {
        "c": "http://purl.org/rss/1.0/modules/content/",
        "d": "http://purl.org/dc/elements/1.1/",
    }
    item = feed.find("channel/item")
    assert [e.text for e in item.findall("d:creator", names)] == ["Ben Oduya", "Ana Ruiz"]
    assert item.findtext("category") == "pacing"
    content = item.findtext("c:encoded", namespaces=names)
    assert "Then" in content
    assert 'href="http://127.0.0.1:8000/about/"' in content


def test_channels_keep_to_themselves(client):
    factories.post(title="In school")
    factories.post(title="At college", channel="higher-ed")
    for path, shown, hidden in [
        ("/blog/k-12/", "In school", "At college"),
        ("/blog/k-12/feed/", "In school", "At college"),
        ("/blog/higher-ed/", "At college", "In school"),
        ("/blog/higher-ed/feed/", "At college", "In school"),
    ]:
        text = client.get(path).content.decode()
        assert shown in text
        assert hidden not in text
    everything = client.get("/feed/").content.decode()
    assert "In school" in everything
    assert "At college" in everything


def test_the_sitemap_holds_each_public_address_once(client):
    post = factories.post(tags=["pacing"], topics=[factories.topic(slug="equity")])
    page = factories.page(slug="about")
    index = etree.fromstring(client.get("/sitemap.xml").content)
    found = []
    for location in index.findall("{*}sitemap/{*}loc"):
        path = location.text.replace("http://127.0.0.1:8000", "")
        section = etree.fromstring(client.get(path).content)
        found += [loc.text for loc in section.findall("{*}url/{*}loc")]
    assert len(found) == len(set(found))
    for path in ("/", "/blog/", post.path, page.path, "/tags/pacing/", "/topics/equity/"):
        assert f"http://127.0.0.1:8000{path}" in found


def test_no_page_sets_a_cookie_or_varies_by_visitor(client):
    post = factories.post()
    for path in ("/", post.path, "/search/?q=a", "/feed/", "/nowhere/"):
        response = client.get(path)
        assert not response.cookies
        assert "cookie" not in response.get("Vary", "").lower()


def test_the_policy_allows_no_inline_code_in_public(client):
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(
        r'<(?:script(?! type="application/ld\+json")|style)\b[^>]*>[^<]',
        client.get("/").content.decode(),
    )
