"""Digests: posts made of links under headings, alike on page, in feeds and in the search."""

from html import unescape

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from lxml import etree, html

from blog import digests
from blog.models import Channel, Digest, DigestRow, Post
from competencyworks.core import revisions, workflow
from tests import factories
from tests.core.vectors import VECTORS

pytestmark = pytest.mark.django_db


def whole_week():
    """The rows of a digest with two sections, and a link before the first."""
    return [
        factories.link("Before all sections", url="https://first.example.org/"),
        factories.heading("Policy", note="What legislatures did."),
        factories.link(
            "A bill on seat time",
            url="https://capitol.example.org/bills/12?a=1&b=2",
            source="Capitol Watch",
            note="Reads like a waiver,\nbut is not one.\n\nSee <section 4>.",
        ),
        factories.link("Rules for credit", url="https://rules.example.net/"),
        factories.heading("Practice"),
        factories.link("A wall of goals", url="https://wall.example.com/", source="Room 212"),
    ]


def outline(tree) -> list[tuple[str, str]]:
    """Tag and words of each heading, link, source and note of a digest, in order."""
    found = tree.xpath(".//h2 | .//ul[@class='links']//*[self::a or self::small or self::p]")
    return [(element.tag, element.text_content()) for element in found]


def page_of(client, post):
    tree = html.fromstring(client.get(post.path).content.decode())
    return tree.xpath("//div[@class='prose']")[0]


def feed_item(client, address: str, post):
    channel = etree.fromstring(client.get(address).content)
    content = channel.xpath(
        f"//item[link[contains(., '{post.slug}')]]/*[local-name() = 'encoded']/text()"
    )
    return html.fromstring(f"<div>{content[0]}</div>")


def test_a_page_shows_sections_with_links_sources_and_notes(client):
    digest = factories.digest(*whole_week(), body="<p>This week.</p>")
    prose = page_of(client, digest)
    assert outline(prose) == [
        ("a", "Before all sections"),
        ("h2", "Policy"),
        ("a", "A bill on seat time"),
        ("small", "Capitol Watch"),
        ("p", "Reads like a waiver,but is not one."),
        ("p", "See <section 4>."),
        ("a", "Rules for credit"),
        ("h2", "Practice"),
        ("a", "A wall of goals"),
        ("small", "Room 212"),
    ]
    assert prose.xpath(".//a/@href")[1] == "https://capitol.example.org/bills/12?a=1&b=2"
    assert prose[0].text_content() == "This week."
    assert prose.xpath(".//h2[1]/following-sibling::p[1]")[0].text == "What legislatures did."


@pytest.mark.parametrize("address", ["/feed/", "/blog/k-12/feed/", "/blog/whats-new/feed/"])
def test_a_feed_carries_the_same_as_the_page(client, address):
    digest = factories.digest(*whole_week(), body="<p>This week.</p>")
    item = feed_item(client, address, digest)
    assert outline(item) == outline(page_of(client, digest))
    links = item.xpath(".//ul[@class='links']//a/@href")
    assert len(links) == 4
    assert all(link.startswith("https://") for link in links)


def test_the_table_of_contents_leads_to_the_sections(client):
    rows = [row for name in ("Policy", "Practice", "Policy") for row in section_of(name)]
    digest = factories.digest(*rows, body="<h2>Policy</h2><p>First.</p>")
    text = client.get(digest.path).content.decode()
    tree = html.fromstring(text)
    targets = tree.xpath("//nav[@aria-label='On this page']//a/@href")
    assert targets == ["#s-policy", "#s-policy-2", "#s-practice", "#s-policy-3"]
    assert all(len(tree.xpath(f"//h2[@id='{target[1:]}']")) == 1 for target in targets)


def section_of(name: str) -> list[DigestRow]:
    return [factories.heading(name), factories.link()]


def test_a_digest_is_found_by_the_words_of_its_links(client):
    digest = factories.digest(
        factories.heading("Policy"),
        factories.link("One", source="Quetzal Quarterly", note="Fewer than <5 % of axolotls."),
    )
    for word in ("quetzal", "axolotl", "policy"):
        text = client.get(f"/search/?q={word}").content.decode()
        assert digest.path in text, word
        assert "Digest" in text
    extract = client.get("/search/?q=axolotl").content.decode()
    assert "Fewer than &lt;5 % of <mark>axolotls</mark>" in extract


def test_without_words_of_its_own_its_sections_and_first_titles_stand_for_it(client):
    digest = factories.digest(*whole_week(), body="", title="What came in")
    lead = "Before all sections; Policy: A bill on seat time; Practice: A wall of goals"
    assert digest.lead == f"<p>{lead}</p>"
    assert lead in client.get("/blog/whats-new/").content.decode()
    digest.excerpt = "By hand."
    digest.save()
    assert digest.lead == "<p>By hand.</p>"


def test_whats_new_lists_digests_alone_newest_first(client):
    factories.post(title="An article")
    old = factories.digest(title="The older one", publish_at=factories.ago(days=9))
    new = factories.digest(
        title="The newer one", publish_at=factories.ago(days=2), channel="higher-ed"
    )
    for address in ("/blog/whats-new/", "/blog/whats-new/feed/"):
        text = client.get(address).content.decode()
        assert "An article" not in text
        assert text.index(new.title) < text.index(old.title)
    assert 'href="/blog/whats-new/"' in client.get("/blog/").content.decode()
    assert "/blog/whats-new/" in client.get("/sitemap-lists.xml").content.decode()


def test_whats_new_says_so_where_there_is_nothing(client):
    assert "no digests here yet" in client.get("/blog/whats-new/").content.decode()


def test_no_channel_takes_the_address_of_the_list():
    with pytest.raises(IntegrityError), transaction.atomic():
        Channel.objects.create(name="What's New", slug="whats-new")


def test_machines_read_a_list_of_the_links(client):
    import json

    digest = factories.digest(*whole_week())
    tree = html.fromstring(client.get(digest.path).content.decode())
    graph = json.loads(tree.xpath("//script[@type='application/ld+json']/text()")[0])["@graph"]
    data = next(block for block in graph if block["@type"] == "Article")
    items = data["mainEntity"]["itemListElement"]
    assert [item["position"] for item in items] == [1, 2, 3, 4]
    assert items[1]["url"] == "https://capitol.example.org/bills/12?a=1&b=2"


@pytest.mark.parametrize("row", [
    {"title": ""},
    {"title": "No address", "url": ""},
    {"title": "Script", "url": "javascript:alert(1)"},
    {"title": "Hidden script", "url": " javascript:alert(1)//https://example.org/"},
    {"title": "A heading", "kind": "section", "url": "https://example.org/"},
])  # fmt: skip
def test_the_database_refuses_what_no_row_may_be(row):
    digest = factories.digest()
    with pytest.raises(IntegrityError), transaction.atomic():
        digest.digest_rows.create(**row)


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_nothing_in_a_row_becomes_markup(client, vector):
    vector = vector.replace("\0", "")  # no column holds it, and forms refuse it
    digest = factories.digest(
        factories.heading(vector[:300], note=vector),
        factories.link(vector[:300], source=vector[:200], note=vector),
    )
    for tree in (page_of(client, digest), feed_item(client, "/blog/whats-new/feed/", digest)):
        tags = {element.tag for element in tree.iter()} - {"div", "h2", "p", "ul", "li", "a"}
        assert tags <= {"br", "small", "sup", "span", "section", "ol"}
        assert not tree.xpath(".//@onerror | .//@onload | .//@style | .//@src")
        for address in tree.xpath(".//@href"):
            assert address.startswith(("https://example.org/", "#", "http"))


def test_words_in_rows_are_shown_as_they_were_typed(client):
    typed = "<b>Grades</b> & “marks” \x02 'x'"
    digest = factories.digest(factories.link(typed, source=typed, note=typed))
    shown = "<b>Grades</b> & “marks” 'x'"
    tree = page_of(client, digest)
    words = [" ".join(text.split()) for _, text in outline(tree)]
    assert words == [shown] * 3
    assert "\x02" not in digest.attached_text
    assert unescape(digest.attached_text).count("Grades") == 3


def test_a_revision_holds_the_rows():
    digest = factories.digest(factories.heading("Policy"), factories.link("One"))
    revisions.record(digest)
    digests.set_rows(digest, [factories.link("Another", url="https://example.org/a")])
    revision = revisions.record(digest)
    assert revision.number == 2
    assert revision.content["ordered_rows"] == [
        {"kind": "link", "title": "Another", "url": "https://example.org/a", "source": "",
         "note": ""},
    ]  # fmt: skip
    assert revision.content["form"] == "digest"
    article = factories.post()
    assert revisions.record(article).content["ordered_rows"] == []


def test_acts_on_a_digest_keep_what_its_rows_show(client):
    digest = factories.digest(factories.heading("Policy"), factories.link("One"), public=False)
    workflow.publish(Post.objects.get(pk=digest.pk))
    page = client.get(digest.path)
    digest.refresh_from_db()
    assert client.get(digest.path).status_code == 200, page
    assert ("a", "One") in outline(page_of(client, digest))
    assert revisions.history(digest).first().content["ordered_rows"][1]["title"] == "One"


def test_rederive_brings_back_what_rows_show(capsys):
    digest = factories.digest(*whole_week())
    before = Post.objects.values("html", "attached_text", "lead", "contents").get(pk=digest.pk)
    Post.objects.filter(pk=digest.pk).update(html="", attached_text="")
    call_command("rederive")
    after = Post.objects.values("html", "attached_text", "lead", "contents").get(pk=digest.pk)
    assert after == before
    assert "digests" not in capsys.readouterr().out


def test_pages_cost_the_same_however_many_links(client):
    costs = []
    for size in (2, 30):
        digest = factories.digest(
            factories.heading(), *(factories.link() for _ in range(size)), authors=[]
        )
        cost = {}
        for page in (digest.path, "/blog/whats-new/", "/blog/whats-new/feed/", "/blog/k-12/feed/"):
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            cost["digest" if page == digest.path else page] = len(queries)
        costs.append(cost)
    # Beside the site's settings with its menu (1): post, comments, links as data, events, what to
    # read next.
    assert (
        costs
        == [{"digest": 6, "/blog/whats-new/": 2, "/blog/whats-new/feed/": 1, "/blog/k-12/feed/": 2}]
        * 2
    )


def test_what_is_saved_as_a_digest_is_one():
    digest = Digest.objects.create(title="One", channel=factories.channel())
    assert Post.objects.get(pk=digest.pk).form == "digest"
    factories.post()
    assert list(Digest.objects.all()) == [digest]
