"""The wiki on the pages of topics, tags, states and people, on the home page and in the search."""

import pytest
from lxml import html

pytestmark = pytest.mark.django_db


def parts(client, address: str) -> dict[str, tuple[str, list[str]]]:
    """By head of a part: where it leads to, and the titles under it."""
    answer = client.get(address)
    assert answer.status_code == 200
    tree = html.fromstring(answer.content)
    return {
        head.text: (head.get("href"), head.xpath("ancestor::section/ul/li/a/text()"))
        for head in tree.xpath("//div[@class='wiki-block']//h2/a")
    }


def test_a_topic_shows_pages_and_resources_on_it_and_below_it(client, make):
    equity = make.topic(slug="equity")
    below = make.topic(parent=equity)
    make.wiki_page("Pace", topics=[below])
    make.resource(title="Aims", topics=[equity, below])
    make.resource(title="Draft", topics=[equity], public=False)
    make.resource(title="Elsewhere")
    assert parts(client, "/topics/equity/") == {
        "Wiki": ("/wiki/", ["Pace"]),
        "Resources": ("/wiki/resources/?topic=equity", ["Aims"]),
    }


def test_a_tag_shows_what_bears_it(client, make):
    make.resource(title="Aims", tags=["pacing"])
    post = make.post(tags=["pacing"])
    other = make.resource(title="Other", pk=post.pk + 1000)
    assert other.tags.count() == 0
    found = parts(client, "/tags/pacing/")
    assert found == {"Resources": ("/wiki/resources/?tag=pacing", ["Aims"])}


def test_a_state_lists_its_policies_and_its_providers(client, make):
    here = {"states": [make.state("NH")]}
    rule = {"policy_form": "regulation", "policy_stage": "in_force"}
    make.resource(title="Rule 306", kind="policy", **rule, **here)
    make.resource(title="Coaches", kind="provider", **here)
    make.resource(title="Aims", kind="report", **here)
    make.resource(title="Far", kind="policy", states=[make.state("VT")])
    assert parts(client, "/states/nh/") == {
        "Policies": ("/wiki/resources/?kind=policy&state=nh", ["Rule 306"]),
        "Providers of technical assistance": ("/wiki/providers/?state=nh", ["Coaches"]),
        "Resources": ("/wiki/resources/?state=nh", ["Aims"]),
    }
    assert "Regulation, in force" in client.get("/states/nh/").content.decode()


def test_a_person_is_told_by_the_authors_of_a_resource(client, make):
    ana = make.person("Ana Ruiz", slug="ana")
    make.resource(title="Aims", authors="Ben Li; Ana Ruiz")
    make.resource(title="Other", authors="Ana Li; Ben Ruiz", why="As Ana Ruiz says.")
    make.resource(title="Draft", authors="Ana Ruiz", public=False)
    assert parts(client, ana.get_absolute_url()) == {"Resources": ("/wiki/resources/", ["Aims"])}


def test_only_pages_with_something_on_them_are_for_search_engines(client, make):
    def is_hidden(address):
        return b'content="noindex"' in client.get(address).content

    assert is_hidden("/states/nh/")
    make.resource(states=[make.state("NH")])
    assert not is_hidden("/states/nh/")
    assert is_hidden("/states/vt/")


def test_home_shows_the_newest_resources(client, make):
    make.resource(title="Old one", publish_at=make.ago(days=400))
    for number in range(4):
        make.resource(title=f"New {number}")
    page = client.get("/").content.decode()
    assert "New 3" in page
    assert "Old one" not in page


def test_the_search_finds_resources_and_pages_by_what_they_say_and_who_made_them(client, make):
    make.resource(
        title="Aims", kind="provider", body="<p>On [[Grading|marks]].</p>", publisher="Old Mill"
    )
    make.wiki_page("Grading", body="<p>Marks, and see [[Nothing|what else]].</p>")
    found = client.get("/search/?q=marks").content.decode()
    assert "Provider" in found
    assert "Wiki page" in found
    assert "[[" not in found
    assert "Aims" in client.get("/search/?q=old+mill").content.decode()


def test_sitemaps_list_the_wiki(client, make):
    item = make.resource(states=[make.state("NH")])
    page = make.wiki_page("Grading")
    make.resource(title="Draft", public=False)
    assert item.path in client.get("/sitemap-resources.xml").content.decode()
    assert page.path in client.get("/sitemap-wiki.xml").content.decode()
    lists = client.get("/sitemap-lists.xml").content.decode()
    for path in ("/wiki/", "/wiki/resources/", "/states/nh/"):
        assert f"{path}</loc>" in lists
    assert "draft" not in client.get("/sitemap-resources.xml").content.decode()
