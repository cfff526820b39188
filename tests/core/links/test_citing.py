"""What staff learn of the addresses that texts cite."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competencyworks.website.models import SiteSettings
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "https://www.example.org/report/?utm_source=letter"
KNOWN = "/admin/known-address/"


def citing(address: str, **more):
    return factories.post(body=f'<p><a href="{address}">The report</a></p>', **more)


def known(client, url: str = "http://example.org/report", **more) -> list[str]:
    answer = client.get(KNOWN, {"url": url, **more})
    assert answer.status_code == 200
    return [f"{row['says']} {row['title']}, {row['when']}" for row in answer.json()["known"]]


def test_the_sites_that_texts_cite_are_counted_and_searched(editor):
    for number in range(3):
        citing(f"https://often.example.org/{number % 2}")
    citing("https://seldom.example.net/")
    gone = citing("https://gone.example.net/")
    gone.body = ""
    gone.save()
    page = editor.get("/admin/citing/").content.decode()
    assert page.index("often.example.org") < page.index("seldom.example.net")
    assert "gone.example.net" not in page
    assert "3 items" in page
    found = editor.get("/admin/citing/", {"q": "Seldom"}).content.decode()
    assert "seldom.example.net" in found
    assert "often.example.org" not in found
    assert (
        "Nothing links to a website with" in editor.get("/admin/citing/?q=nobody").content.decode()
    )


def test_a_site_leads_to_its_addresses_and_these_to_what_cites_them(editor):
    post = citing(ADDRESS, title="A post", public=False)
    citing("https://example.org/other")
    page = editor.get("/admin/citing/", {"host": "example.org"}).content.decode()
    assert "example.org/report" in page
    assert "example.org/other" in page
    outside = post.links.get().outside
    page = editor.get(f"/admin/citing/{outside.pk}/").content.decode()
    assert f'href="/admin/blog/post/{post.pk}/change/">A post</a>' in page
    assert "The report" in page
    assert "Draft" in page
    assert editor.get("/admin/citing/999999/").status_code == 404


def test_only_those_who_may_see_addresses_do(author, client):
    outside = citing(ADDRESS).links.get().outside
    assert author.get("/admin/citing/").status_code == 403
    assert author.get(f"/admin/citing/{outside.pk}/").status_code == 403
    for path in ("/admin/citing/", KNOWN):
        assert client.get(path, {"url": ADDRESS}).status_code == 302


def test_the_list_of_sites_costs_the_same_however_long(editor):
    costs = []
    for size in (2, 20):
        for number in range(size):
            citing(f"https://site{number}.example.org/")
        with CaptureQueriesContext(connection) as queries:
            editor.get("/admin/citing/")
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_an_address_that_is_typed_is_known_however_it_is_spelled(editor):
    assert known(editor) == []
    factories.digest(
        factories.link(url=ADDRESS), title="In March", publish_at=factories.ago(days=3)
    )
    curated = factories.resource(url="http://example.org/report/", title="A report", public=False)
    citing(ADDRESS, title="A draft", public=False)
    first, *others = known(editor)
    assert first == "Already in the wiki as A report, Draft"
    assert {other.rpartition(", ")[0] for other in others} == {
        "Already shared in the digest In March", "Cited in the post A draft",
    }  # fmt: skip
    assert len(known(editor, **{"not": f"wiki.resource:{curated.pk}"})) == 2
    for other in ("https://example.org/other", "", "no address", "https://"):
        assert known(editor, other) == []


def test_people_and_the_foot_of_every_page_cite_too(editor):
    ana = factories.person("Ana Reed", bio=f'<p><a href="{ADDRESS}">Hers</a></p>')
    SiteSettings(name="The site", licence_url=ADDRESS).save()
    assert set(known(editor)) == {
        "Linked from Ana Reed, ", "At the foot of every page of The site, ",
    }  # fmt: skip
    assert known(editor, **{"not": f"core.person:{ana.pk}"}) == [
        "At the foot of every page of The site, "
    ]
    page = editor.get(f"/admin/citing/{ana.links.get().outside_id}/").content.decode()
    assert f'href="/admin/core/person/{ana.pk}/change/">Ana Reed</a>' in page


def test_authors_learn_nothing_of_drafts(author):
    citing(ADDRESS, title="A draft", public=False)
    citing(ADDRESS, title="In public")
    (told,) = known(author)
    assert told.startswith("Cited in the post In public")


def test_forms_ask_while_an_address_is_typed(editor):
    digest = factories.digest(factories.link(url=ADDRESS))
    for path in (
        f"/admin/blog/digest/{digest.pk}/change/",
        "/admin/wiki/resource/add/?kind=report",
    ):
        page = editor.get(path).content.decode()
        assert f'data-known-address="{KNOWN}"' in page
        assert "known_address" in page
