"""Titles and slugs that another item has: the form says who and where, the trash lets them go."""

import pytest
from lxml import html

from competencyworks.core import workflow
from tests import factories
from tests.core.history.forms import opened
from tests.events import factories as events

pytestmark = pytest.mark.django_db

KINDS = {
    "post": factories.post, "digest": factories.digest, "paper": factories.paper,
    "series": factories.series, "page": factories.page, "wiki page": factories.wiki_page,
    "resource": factories.resource, "event": events.event,
}  # fmt: skip


def trashed(kind: str, **more):
    item = KINDS[kind](**more)
    workflow.trash(item)
    item.refresh_from_db()
    return item


def errors(answer, field: str):
    found = answer.context["adminform"].form.errors[field]
    assert len(found) == 1, found
    return html.fromstring(f"<p>{found[0]}</p>")


def address(item, page: str = "") -> str:
    options = item._meta.concrete_model._meta
    return f"/admin/{options.app_label}/{options.model_name}/{page}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_slug_in_the_trash_is_said_with_a_way_to_it(editor, client, kind):
    old = trashed(kind, slug="growth")
    path = old.path
    new = KINDS[kind]()
    said = errors(opened(editor, new).send(slug="growth"), "slug")
    noun = "post" if kind == "digest" else old.noun
    assert f"{noun} in the trash has this slug" in said.text_content()
    (link,) = said.xpath(".//a/@href")
    page = editor.get(link, follow=True).content.decode()
    assert "?stage=trash" in page
    assert old.title in page

    # Free it: it stays in the trash, and the new one takes the address.
    listed = address(type(old).objects.get(pk=old.pk) if kind != "digest" else new)
    listed = listed.replace("/post/", "/digest/") if kind == "digest" else listed
    choice = {"action": "free_selected", "_selected_action": [old.pk], "_confirmed": "1"}
    answer = editor.post(f"{listed}?stage=trash", choice, follow=True)
    assert "title and address released" in answer.content.decode()
    assert opened(editor, new).send(slug="growth").redirect_chain
    old.refresh_from_db()
    assert old.trashed_at
    assert old.slug != "growth"
    new = type(new).objects.get(pk=new.pk)
    assert new.slug == "growth"
    assert client.get(new.path).status_code == 200

    # Restored, it is a draft, for nobody chose its title and address; its form is a link away.
    choice["action"] = "restore_selected"
    answer = editor.post(f"{listed}?stage=trash", choice, follow=True)
    told = html.fromstring(answer.content).xpath("//ul[@class='messagelist']")[0]
    assert "is a draft now" in told.text_content()
    assert told.xpath(".//a/@href") == [f"{listed}{old.pk}/change/"]
    old.refresh_from_db()
    assert (old.status, old.trashed_at) == ("draft", None)
    assert client.get(old.path).status_code == 404

    # Published again, it has an address of its own; that of before is the new one's.
    workflow.publish(old)
    old.refresh_from_db()
    assert client.get(old.path).status_code == 200
    if new.path == path:
        assert new.title in client.get(path).content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_a_slug_of_another_item_is_said_with_a_link_to_it(editor, kind):
    other, item = KINDS[kind](slug="growth"), KINDS[kind]()
    said = errors(opened(editor, item).send(slug="growth"), "slug")
    noun = "post" if kind == "digest" else other.noun
    assert f"Another {noun} has this slug" in said.text_content()
    assert said.xpath(".//a/@href") == [f"{address(other)}{other.pk}/change/"]
    assert opened(editor, other).send(title="Another title").redirect_chain


def test_a_digest_and_a_post_have_no_slug_together(editor):
    factories.post(slug="growth")
    answer = opened(editor, factories.digest()).send(slug="growth")
    assert "Another post has this slug" in errors(answer, "slug").text_content()


def test_pages_below_different_pages_may_have_one_slug(editor):
    above, item = factories.page(), factories.page()
    factories.page(slug="team", parent=above)
    assert opened(editor, item).send(slug="team").redirect_chain
    answer = opened(editor, item).send(parent=str(above.pk))
    assert "Another page has this slug" in errors(answer, "slug").text_content()


def test_a_title_in_the_trash_is_said_and_freed(editor, client):
    old = trashed("wiki page", title="Growth mindset")
    new = factories.wiki_page("Other")
    said = errors(opened(editor, new).send(title="Growth-Mindset"), "title")
    assert "A wiki page in the trash has this title" in said.text_content()
    assert said.xpath(".//a/@href") == [f"/admin/wiki/wikipage/{old.pk}/change/"]
    workflow.free_address(old)
    assert opened(editor, new).send(title="Growth mindset", slug="growth-mindset").redirect_chain
    source = factories.wiki_page("Source", body="<p>[[growth mindset]]</p>")
    assert 'href="/wiki/growth-mindset/">' in client.get(source.path).content.decode()
    old.refresh_from_db()
    workflow.restore(old)
    assert 'href="/wiki/growth-mindset/">' in client.get(source.path).content.decode()
    answer = editor.post("/admin/wiki/wikipage/add/", {"title": "Growth mindset"})
    assert "Another wiki page has this title" in errors(answer, "title").text_content()


def test_only_what_is_in_the_trash_gives_its_address_up():
    with pytest.raises(workflow.NotAllowed, match="not in the trash"):
        workflow.free_address(factories.post())


def test_a_page_with_pages_below_keeps_its_address():
    above = factories.page(slug="above")
    below = factories.page(slug="below", parent=above)
    workflow.trash(above)
    with pytest.raises(workflow.NotAllowed, match="has subpages"):
        workflow.free_address(above)
    below.refresh_from_db()
    assert below.path == "/above/below/"


@pytest.mark.parametrize("public", [True, False])
def test_the_act_is_for_those_who_may_restore(author, public):
    """An author brings back a draft of theirs, but not what was published."""
    old = trashed("post", slug="growth", public=public, created_by=author.user)
    choice = {"action": "free_selected", "_selected_action": [old.pk], "_confirmed": "1"}
    author.post("/admin/blog/post/?stage=trash", choice)
    old.refresh_from_db()
    assert (old.slug == "growth") is public
