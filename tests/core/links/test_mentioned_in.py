"""'Mentioned in' at the foot of public pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml.html import fromstring

from competencyworks.core import workflow
from tests import factories
from tests.events import factories as events

pytestmark = pytest.mark.django_db

KINDS = {
    "post": factories.post,
    "digest": factories.digest,
    "series": factories.series,
    "paper": factories.paper,
    "page": factories.page,
    "event": events.event,
    "person": factories.person,
}


def mentioned_in(client, item) -> list[str] | None:
    """The titles of the section on the page of `item`; None where there is no section."""
    answer = client.get(item.get_absolute_url())
    assert answer.status_code == 200
    found = sections(answer)
    return [link.text_content() for link in found[0].findall(".//li/a")] if found else None


def sections(answer) -> list:
    return fromstring(answer.content.decode()).xpath("//section[@class='mentioned']")


def cite(item, **more):
    address = item.get_absolute_url()
    return factories.post(body=f'<p>See <a href="{address}">there</a>.</p>', **more)


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_says_what_leads_there(client, kind):
    item = KINDS[kind]()
    assert mentioned_in(client, item) is None
    cite(item, title="In a post")
    draft = cite(item, title="In a draft", public=False)
    assert mentioned_in(client, item) == ["In a post"]
    workflow.publish(draft)
    assert mentioned_in(client, item) == ["In a draft", "In a post"]
    workflow.withdraw(draft)
    assert mentioned_in(client, item) == ["In a post"]


def test_people_and_channels_are_named_below_what_has_a_date(client):
    paper = factories.paper()
    link = f'<p>As in <a href="{paper.path}">our report</a>.</p>'
    zoe = factories.person("Zoe Hart", website=f"http://127.0.0.1:8000{paper.path}")
    ana = factories.person("Ana Reed", bio=link)
    channel = factories.channel()
    channel.introduction = link
    channel.save()
    cite(paper, title="In a post")
    assert mentioned_in(client, paper) == ["In a post", channel.name, "Ana Reed", "Zoe Hart"]
    rows = sections(client.get(paper.path))[0].findall(".//li")
    assert rows[2].text_content() == "Ana ReedPerson"
    assert [row.find("a").get("href") for row in rows[1:]] == [
        "/blog/k-12/", "/people/ana-reed/", "/people/zoe-hart/",
    ]  # fmt: skip
    ana.bio = "<p>Ana wrote it.</p>"
    ana.save()
    zoe.delete()
    assert mentioned_in(client, paper) == ["In a post", channel.name]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_costs_one_query_more_where_anything_leads_there(client, kind):
    item = KINDS[kind]()
    client.get(item.get_absolute_url())

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(item.get_absolute_url())
        return len(queries)

    alone = cost()
    cite(item)
    cost()  # content types are read once a process
    once = cost()
    for _ in range(30):
        cite(item)
    assert (once - alone, cost() - alone) == (1, 1)
    assert once <= 8


def test_what_leads_to_another_place_of_the_page_itself_is_no_mention(client):
    post = factories.post()
    post.body = f'<p><a href="{post.path}">This</a> <a href="#s-there">There</a></p>'
    post.save()
    assert mentioned_in(client, post) is None


def test_a_long_list_says_how_many_there_are_beside_the_newest(client):
    paper = factories.paper()
    for number in range(15):
        cite(paper, title=f"Post {number}", publish_at=factories.ago(days=20 - number))
    assert mentioned_in(client, paper) == [f"Post {number}" for number in range(14, 2, -1)]
    assert "And 3 more." in client.get(paper.path).content.decode()


def test_each_row_says_kind_and_date(client):
    paper = factories.paper()
    factories.digest(
        factories.link("Ours", url=f"http://127.0.0.1:8000{paper.path}"),
        title="A week",
        publish_at=factories.ago(days=3),
    )
    row = sections(client.get(paper.path))[0].find(".//li")
    assert row.text_content().startswith("A weekPost · ")
    assert row.find(".//time") is not None


def test_titles_are_escaped(client):
    paper = factories.paper()
    cite(paper, title="<b>Bold</b> & more")
    assert mentioned_in(client, paper) == ["<b>Bold</b> & more"]
