"""What readers see of dead links, in texts of every kind: always what is known now."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from competencyworks.core import revisions
from competencyworks.core.models import Link, OutsideAddress
from tests import factories
from tests.events import factories as event_factories

pytestmark = pytest.mark.django_db
URL = "https://example.org/report"
COPY = "https://web.archive.example/web/2014/https://example.org/report"
TEXT = f'<p>See <a href="{URL}">the report</a> and <a href="https://example.org/fine">more</a>.</p>'
GONE = (
    '<a href="https://example.org/report">the report</a> <span class="gone">(no longer available)'
)


def becomes(health: str, archived_url: str = "") -> None:
    OutsideAddress.objects.filter(key="example.org/report").update(
        health=health, archived_url=archived_url
    )


def shown(item) -> str:
    answer = Client().get(item.path)
    assert answer.status_code == 200
    return answer.content.decode()


KINDS = {
    "post": factories.post,
    "series": factories.series,
    "page": factories.page,
    "paper": factories.paper,
    "event": event_factories.event,
    "wiki page": factories.wiki_page,
    "resource": factories.resource,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_dead_link_says_so_on_pages_of_every_kind_until_it_answers_again(kind):
    item = KINDS[kind](body=TEXT)
    before = shown(item)
    assert 'class="gone"' not in before
    becomes("failing")
    assert shown(item) == before
    becomes("dead")
    page = shown(item)
    assert GONE in page
    assert page.count('class="gone"') == 1
    becomes("dead", COPY)
    assert (
        f'<span class="gone">(<a href="{COPY}">archived copy<span class="visually-hidden"> of '
        "“the report”</span></a>)</span>"
    ) in shown(item)
    becomes("alive", COPY)
    assert shown(item) == before


def test_links_of_a_digest_say_it_too():
    digest = factories.digest(factories.heading(), factories.link(url=URL), factories.link())
    becomes("dead")
    assert shown(digest).count("(no longer available)") == 1


def test_however_the_address_is_spelled():
    item = factories.post(
        body='<p><a href="http://www.example.org/report/?utm_source=x&amp;utm_medium=y#p3">A</a></p>'
    )
    becomes("dead")
    assert "(no longer available)" in shown(item)


def test_texts_are_not_touched_and_later_saves_change_nothing():
    item = factories.post(body=TEXT)
    revisions.record(item)
    stored = (item.html, item.body, item.lead, item.updated_at)
    becomes("dead", COPY)
    item.refresh_from_db()
    assert (item.html, item.body, item.lead, item.updated_at) == stored
    assert revisions.record(item) is None
    item.title = "Another title"
    item.save()
    call_command("rederive")
    assert "archived copy" in shown(item)
    item.refresh_from_db()
    assert item.html == stored[0]
    # The copy is no link of the text.
    assert not Link.objects.filter(outside__key__contains="web.archive").exists()
    becomes("alive")
    assert 'class="gone"' not in shown(item)


def test_a_link_written_after_the_death_says_it_at_once():
    factories.post(body=TEXT)
    becomes("dead")
    assert "(no longer available)" in shown(factories.post(body=TEXT))


@pytest.mark.parametrize("kind", KINDS)
def test_pages_cost_no_query_more_with_dead_links_and_without(kind, client):
    item = KINDS[kind](body=TEXT)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(item.path)
        return len(captured)

    queries()
    before = queries()
    becomes("dead")
    assert queries() == before


def test_a_preview_shows_it(editor):
    item = factories.page(body=TEXT, public=False)
    becomes("dead")
    page = editor.get(f"/admin/website/page/{item.pk}/preview/")
    assert "(no longer available)" in page.content.decode()


def test_what_leads_to_a_dead_address_by_a_picture_or_strange_words_stays_sound():
    item = factories.post(body=f'<p><a href="{URL}"><em>A &lt;b&gt; &amp; “c”</em></a></p>')
    becomes("dead", 'https://archive.example/?a=1&b="2"')
    page = shown(item)
    assert 'href="https://archive.example/?a=1&amp;b=&quot;2&quot;"' in page
    assert "of “A &lt;b&gt; &amp; “c””</span>" in page


def test_in_the_copy_of_a_footnote_the_tab_key_passes_over_it():
    item = factories.post(body=f'<p>Words[fn]See <a href="{URL}">the report</a>.[/fn] go on.</p>')
    becomes("dead", COPY)
    page = shown(item)
    assert page.count("archived copy") == 2
    assert page.count(f'(<a href="{COPY}" tabindex="-1">archived copy') == 1
