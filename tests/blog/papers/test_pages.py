"""What readers, search engines and bibliographies are told of papers, and of posts like them."""

import json

import bibtexparser
import pytest
import rispy
from lxml import html

from tests import factories

pytestmark = pytest.mark.django_db


def page(client, path: str):
    response = client.get(path)
    assert response.status_code == 200
    return html.document_fromstring(response.content.decode())


def words(tree) -> str:
    return " ".join(tree.text_content().split())


def metas(tree) -> list[tuple[str, str]]:
    found = tree.xpath("//meta[starts-with(@name, 'citation_')]")
    return [(each.get("name"), each.get("content")) for each in found]


@pytest.fixture
def paper():
    return factories.paper(
        title="Seats, Hours & Evidence",
        slug="seats",
        body="<p>What <em>counts</em> &amp; why.</p>",
        authors=[factories.person("Ana Ruiz", slug="ana"), factories.person("Jan van Berg")],
        year=2021,
        publisher="Alderbrook Institute",
        number="12",
        file=factories.pdf("One", "Two"),
        topics=[factories.topic("Equity", slug="equity")],
        tags=["pacing"],
        states=[factories.state()],
    )


def test_the_page_of_a_paper_tells_all(client, paper):
    factories.comment(paper, body="<p>Well argued.</p>")
    tree = page(client, paper.path)
    told = words(tree)
    for word in (
        "Seats, Hours & Evidence",
        "Ana Ruiz",
        "What counts & why.",
        "2021",
        "2 pages",
        "Alderbrook Institute",
        "Equity",
        "New Hampshire",
        "pacing",
        "Well argued.",
        "KB",
    ):
        assert word in told, word
    assert tree.xpath("//a[@href='/papers/seats/seats.pdf']")
    reference = words(tree.xpath("//*[@class='reference']")[0])
    assert reference == (
        "Ruiz, A., & van Berg, J. (2021). Seats, Hours & Evidence (Report No. 12). "
        "Alderbrook Institute. http://127.0.0.1:8000/papers/seats/"
    )


def test_scholar_and_search_engines_read_the_page(client, paper):
    tree = page(client, paper.path)
    tags = metas(tree)
    assert tags.count(("citation_author", "Ruiz, Ana")) == 1
    assert ("citation_author", "van Berg, Jan") in tags
    assert ("citation_title", "Seats, Hours & Evidence") in tags
    assert ("citation_publication_date", "2021") in tags
    assert ("citation_pdf_url", "http://127.0.0.1:8000/papers/seats/seats.pdf") in tags
    assert ("citation_technical_report_institution", "Alderbrook Institute") in tags
    graph = json.loads(tree.xpath("//script[@type='application/ld+json']/text()")[0])["@graph"]
    (found,) = [block for block in graph if block["@type"] == "Report"]
    assert found["headline"] == "Seats, Hours & Evidence"
    assert [author["name"] for author in found["author"]] == ["Ana Ruiz", "Jan van Berg"]
    assert found["publisher"]["name"] == "Alderbrook Institute"
    assert found["datePublished"] == "2021"
    assert found["encoding"]["contentUrl"].endswith("/papers/seats/seats.pdf")


def test_a_paper_without_a_file_promises_none(client):
    bare = factories.paper(title="Bare")
    tree = page(client, bare.path)
    assert not tree.xpath("//*[contains(@href, '.pdf')]")
    assert not [name for name, _ in metas(tree) if name == "citation_pdf_url"]


def test_citations_of_a_paper_as_files(client, paper):
    response = client.get("/papers/seats/cite.bib")
    assert response["Content-Type"] == "application/x-bibtex; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="ruiz2021seats.bib"'
    entry = bibtexparser.parse_string(response.content.decode()).entries[0]
    assert entry["author"] == "Ruiz, Ana and van Berg, Jan"
    assert entry["abstract"] == r"What counts \& why."
    response = client.get("/papers/seats/cite.ris")
    assert response["Content-Type"] == "application/x-research-info-systems; charset=utf-8"
    (entry,) = rispy.loads(response.content.decode())
    assert entry["authors"] == ["Ruiz, Ana", "van Berg, Jan"]
    assert entry["title"] == "Seats, Hours & Evidence"
    assert client.get("/papers/seats/cite.doc").status_code == 404


def test_posts_are_cited_too(client):
    post = factories.post(
        title="On pacing", slug="on-pacing", authors=[factories.person("Ana Ruiz")]
    )
    tree = page(client, post.path)
    assert "Ruiz, A. (" in words(tree.xpath("//details[contains(@class, 'cite')]")[0])
    assert ("citation_author", "Ruiz, Ana") in metas(tree)
    for form in ("bib", "ris"):
        link = f"{post.path}cite.{form}"
        assert tree.xpath("//a[@href=$link]", link=link)
        assert client.get(link).status_code == 200
    (entry,) = rispy.loads(client.get(f"{post.path}cite.ris").content.decode())
    assert entry["urls"] == [f"http://127.0.0.1:8000{post.path}"]
    moved = client.get("/blog/1999/01/on-pacing/cite.bib")
    assert (moved.status_code, moved["Location"]) == (301, f"{post.path}cite.bib")
    draft = factories.post(public=False)
    assert client.get(f"{draft.path}cite.bib").status_code == 404


def test_old_addresses_of_a_post_lead_to_its_citation(client):
    post = factories.post(slug="before")
    before = post.path
    post.slug = "after"
    post.save()
    response = client.get(f"{before}cite.bib")
    assert (response.status_code, response["Location"]) == (301, f"{post.path}cite.bib")


def titles(tree) -> list[str]:
    return [each.text_content() for each in tree.xpath("//main//h2[@class='entry-title']")]


def test_papers_are_listed_by_year_and_topic(client):
    above = factories.topic("Equity", slug="equity")
    below = factories.topic("Families", slug="families", parent=above)
    for number, (year, topic) in enumerate([(2024, above), (2024, below), (2021, below)]):
        factories.paper(title=f"Paper {number}", year=year, topics=[topic])
    assert titles(page(client, "/papers/")) == ["Paper 0", "Paper 1", "Paper 2"]
    assert titles(page(client, "/papers/?year=2021")) == ["Paper 2"]
    assert titles(page(client, "/papers/?topic=equity")) == ["Paper 0", "Paper 1", "Paper 2"]
    both = page(client, "/papers/?year=2024&topic=families")
    assert titles(both) == ["Paper 1"]
    assert both.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert "Papers from 2024 on Families" in words(both.xpath("//h1")[0])
    assert both.xpath("//main//a[@aria-current='true']/@href") == [
        "/papers/?topic=families", "/papers/?year=2024",
    ]  # fmt: skip
    assert "No papers match these filters" in words(page(client, "/papers/?year=1999"))
    for nothing in ("?year=20", "?year=२०२४", "?topic=nothing", "?topic=", "?page=2"):
        assert client.get(f"/papers/{nothing}").status_code == 404


def test_an_empty_list_says_what_to_do(client):
    assert "There are no papers here yet" in words(page(client, "/papers/"))


def test_papers_stand_over_the_posts_of_topics_tags_states_and_people(client, paper):
    for path in ("/topics/equity/", "/tags/pacing/", "/states/nh/", "/people/ana/"):
        tree = page(client, path)
        assert tree.xpath("//a[@href='/papers/seats/']"), path
        assert "Ana Ruiz and Jan van Berg" in words(tree.xpath("//*[@class='papers-block']")[0])
        assert "There are no" not in words(tree)
    assert not page(client, "/states/oh/").xpath("//a[@href='/papers/seats/']")


def test_the_feed_of_papers_leads_to_the_file(client, paper):
    feed = client.get("/papers/feed/").content.decode()
    assert "http://127.0.0.1:8000/papers/seats/seats.pdf" in feed
    assert "Seats, Hours &amp; Evidence" in feed


def test_the_search_says_that_it_is_a_paper(client, paper):
    hit = client.get("/search/?q=evidence").context["results"].page.items[0]
    assert (hit.kind, hit.path) == ("Paper", "/papers/seats/")
