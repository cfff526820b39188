"""What is recorded of an item's links, and what is read from it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog import digests
from competencyworks.core import workflow
from competencyworks.core.links import graph
from competencyworks.core.links.mentions import linked
from competencyworks.core.links.mourning import cited_in_public
from competencyworks.core.models import Link, OldAddress, OutsideAddress, Person
from competencyworks.website.models import SiteSettings
from tests import factories

pytestmark = pytest.mark.django_db


def leads_to(item) -> dict[str, str]:
    """What the graph says of `item`: each target, and the words of its link."""
    rows = Link.objects.filter(
        source_type__app_label=item._meta.app_label,
        source_type__model=item._meta.concrete_model._meta.model_name,
        source_id=item.pk,
    )
    return {
        (row.outside.key if row.outside else row.path or f"[[{row.title}]]"): row.text
        for row in rows.select_related("outside")
    }


def titles(item) -> list[str]:
    return [mention.title for mention in graph.mentions(item)]


def test_links_of_a_text_are_recorded_with_their_words():
    post = factories.post(
        body='<p>See <a href="https://www.example.org/report/?utm_source=x">the <b>report</b></a>,'
        ' <a href="/papers/one/">a paper</a>[fn]As in <a href="http://notes.example/1">one</a>.[/fn]'
        ', <a href="mailto:me@example.org">mail</a> and <a href="#here">here</a>.</p>'
    )
    assert leads_to(post) == {
        "example.org/report": "the report",
        "/papers/one": "a paper",
        "notes.example/1": "one",
    }


def test_rows_follow_the_text():
    post = factories.post(body='<p><a href="/one/">One</a> <a href="/two/">Two</a></p>')
    post.body = '<p><a href="/two/">The second</a> <a href="/three/">Three</a></p>'
    post.save()
    assert leads_to(post) == {"/two": "The second", "/three": "Three"}
    post.body = "<p>Nothing.</p>"
    post.save()
    assert leads_to(post) == {}


@pytest.mark.parametrize(
    ("href", "path"),
    [
        ("/blog/2016/09/some-slug/", "/blog/2016/09/some-slug"),
        ("http://127.0.0.1:8000/papers/x/?page=2#comment-4", "/papers/x"),
        ("https://127.0.0.1:8000/papers/%C3%BCber", "/papers/über"),
        ("../../about/", "/about"),
        ("//127.0.0.1:8000/a/../b/", "/b"),
        ("/?p=12", "/?p=12"),
        ("/blog/?page_id=12&preview=true", "/?p=12"),
        ("/index.php/2012/05/old/", "/2012/05/old"),
        ("/page.php?id=3", "/page.php?id=3"),
        ("/", "/"),
    ],
)
def test_addresses_of_this_site_become_paths(href, path, settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    page = factories.page(slug="here", parent=factories.page(slug="above"))
    page.body = f'<p><a href="{href}">There</a></p>'
    page.save()
    assert list(leads_to(page)) == [path]


def test_fields_that_hold_an_address_are_links():
    resource = factories.resource(url="https://WWW.example.org/report/")
    person = factories.person(
        website="https://person.example", bio='<p><a href="/about/">About</a></p>'
    )
    digest = factories.digest(factories.link("A link", url="https://example.org/shared?b=1&a=2"))
    assert leads_to(resource) == {"example.org/report": ""}
    assert leads_to(person) == {"person.example": "", "/about": "About"}
    assert leads_to(digest) == {"example.org/shared?b=1&a=2": "A link"}


def test_rows_of_a_digest_are_recorded_when_they_change():
    digest = factories.digest(factories.link(url="https://example.org/old"))
    digests.set_rows(digest, [factories.link("New", url="https://example.org/new")])
    assert leads_to(digest) == {"example.org/new": "New"}


def test_a_save_without_links_asks_the_graph_nothing():
    post = factories.post(body="<p>No link.</p>")
    with CaptureQueriesContext(connection) as queries:
        post.save()
    assert not [query for query in queries if "core_link" in query["sql"]]


def test_rows_of_a_deleted_item_go_too():
    post = factories.post(body='<p><a href="https://example.org/x">X</a></p>')
    person = factories.person(website="https://example.org/x")
    post.delete()
    person.delete()
    assert not Link.objects.exists()
    assert OutsideAddress.objects.get().key == "example.org/x"


def test_mentions_are_published_items_newest_first():
    paper = factories.paper(slug="report")
    link = f'<p><a href="{paper.path}">Report</a></p>'
    factories.post(title="Old", body=link, publish_at=factories.ago(days=9))
    factories.page(title="New", body=link, publish_at=factories.ago(days=2))
    factories.series(title="Middle", body=link, publish_at=factories.ago(days=5))
    factories.post(title="Draft", body=link, public=False)
    factories.post(title="Scheduled", body=link, publish_at=factories.ahead(days=2))
    workflow.withdraw(factories.post(title="Withdrawn", body=link))
    workflow.trash(factories.post(title="Trashed", body=link))
    paper.body = link
    paper.save()
    assert titles(paper) == ["New", "Middle", "Old"]
    paper = factories.Paper.objects.get(pk=paper.pk)
    assert graph.mentions(paper)[0].kind == "website.page"


def test_an_old_address_counts_while_no_other_public_item_has_it():
    moved = factories.paper(slug="first")
    factories.post(title="Citing", body='<p><a href="/papers/first/">First</a></p>')
    moved.slug = "second"
    moved.save()
    assert titles(moved) == ["Citing"]
    other = factories.paper(slug="first", public=False)
    assert titles(moved) == ["Citing"]
    workflow.publish(other)
    assert titles(moved) == []
    assert titles(other) == ["Citing"]


def test_a_number_of_wordpress_leads_to_its_item():
    post = factories.post()
    OldAddress.objects.create(path="/?p=12", item=post)
    factories.post(title="Citing", body='<p><a href="/?p=12">Twelve</a></p>')
    assert titles(post) == ["Citing"]


def test_titles_lead_to_pages_by_their_present_and_their_former_ones():
    page = factories.wiki_page("Grading  Policies")
    page.former_titles.create(key="marks")
    for title, said in (("One", "grading_policies"), ("Two", "MARKS"), ("Three", "Nothing")):
        item = factories.wiki_page(title)
        item.html = f'<p><a class="wikilink" href="/wiki/x/" data-title="{said}">x</a></p>'
        factories.WikiPage.objects.filter(pk=item.pk).update(html=item.html)
        graph.record(item)
    assert set(titles(page)) == {"One", "Two"}
    taking = factories.wiki_page("Marks", public=False)
    assert set(titles(page)) == {"One", "Two"}
    workflow.publish(taking)
    assert titles(page) == ["One"]
    assert titles(taking) == ["Two"]


def test_a_person_is_mentioned_by_their_address():
    ana = factories.person("Ana Reed")
    factories.post(title="About her", body='<p><a href="/people/ana-reed/">Ana</a></p>')
    assert titles(Person.objects.get(pk=ana.pk)) == ["About her"]


def test_an_old_address_of_a_person_counts_while_no_other_person_has_it():
    ana = factories.person("Ana Reed", slug="ana")
    factories.post(title="About her", body='<p><a href="/people/ana/">Ana</a></p>')
    ana.slug = "ana-reed"
    ana.save()
    assert titles(ana) == ["About her"]
    other = factories.person("Ana Silva", slug="ana")
    assert titles(ana) == []
    assert titles(other) == ["About her"]


def test_a_save_of_some_columns_records_what_is_stored():
    person = factories.person(bio='<p><a href="/one/">One</a></p>')
    person.bio = '<p><a href="/two/">Two</a></p>'
    person.save(update_fields=["email"])
    assert leads_to(person) == {"/one": "One"}
    person.save(update_fields=["bio"])
    assert leads_to(person) == {"/two": "Two"}


def test_introductions_of_channels_and_addresses_at_the_foot_are_recorded():
    channel = factories.channel()
    channel.introduction = '<p><a href="https://example.org/why">Why</a></p>'
    channel.save()
    site = SiteSettings(
        project_url="https://owner.example.org/", licence_url="https://licence.example.org/by"
    )
    site.save()
    assert leads_to(channel) == {"example.org/why": "Why"}
    assert leads_to(site) == {"owner.example.org": "", "licence.example.org/by": ""}
    assert cited_in_public(OutsideAddress.objects.all()).count() == 3


def test_many_items_are_recorded_with_few_queries():
    items = [factories.post(body=f'<p><a href="/to/{n}/">x</a></p>') for n in range(30)]
    Link.objects.all().delete()
    for item in items:
        item.html += f'<p><a href="https://example.org/{item.pk}">y</a></p>'
    with CaptureQueriesContext(connection) as queries:
        graph.record_all(items)
    assert len(queries) == 5
    assert Link.objects.count() == 60


def test_whether_anything_leads_to_an_item_is_a_column_of_its_own_query():
    lonely, cited, moved = factories.paper(), factories.paper(), factories.paper()
    old = moved.path
    moved.slug = "moved"
    moved.save()
    page, former = factories.wiki_page("Pacing"), factories.wiki_page("Marks")
    former.former_titles.create(key="grades")
    factories.post(body=f'<p><a href="{cited.path}">x</a> <a href="{old}">y</a></p>')
    for name in ("pacing", "grades"):
        item = factories.post()
        item.html = f'<a href="/wiki/x/" data-title="{name}">x</a>'
        graph.record(item)

    def is_linked(item):
        return type(item).objects.annotate(is_linked=linked(type(item))).get(pk=item.pk).is_linked

    assert [is_linked(paper) for paper in (lonely, cited, moved)] == [False, True, True]
    assert is_linked(page)
    assert is_linked(former)
    assert not is_linked(factories.wiki_page("Lonely"))
