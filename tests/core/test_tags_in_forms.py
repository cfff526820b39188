"""Tags in the forms of items: how they are typed, shown and completed; their addresses stay."""

from unicodedata import normalize

import pytest
from django.test import Client
from lxml import html
from taggit.models import Tag

from competencyworks.core import revisions
from competencyworks.core.models import FormerTag
from competencyworks.core.taxonomy.tag_names import parse, typed
from tests import factories
from tests.core.history.forms import opened
from tests.events import factories as events

pytestmark = pytest.mark.django_db

KINDS = {
    "post": factories.post, "page": factories.page, "series": factories.series,
    "paper": factories.paper, "digest": factories.digest, "wiki page": factories.wiki_page,
    "resource": factories.resource, "event": events.event,
}  # fmt: skip


def names(item) -> list[str]:
    return sorted(tag.name for tag in item.tags.all())


def saved(client: Client, item, tags: str) -> list[str]:
    answer = opened(client, item).send(tags=tags)
    assert answer.redirect_chain, answer.context["adminform"].form.errors
    item = type(item)._base_manager.get(pk=item.pk)
    return names(item)


def refused(client: Client, item, tags: str) -> str:
    form = opened(client, item)
    answer = form.send(tags=tags, title="A title that must stay")
    assert answer.status_code == 200
    assert not answer.redirect_chain
    assert form.again().data["title"] == ["A title that must stay"]
    assert form.data["tags"] == [tags.strip()]
    return " ".join(answer.context["adminform"].form.errors["tags"])


@pytest.mark.parametrize("kind", KINDS)
def test_commas_and_semicolons_part_tags_and_spaces_do_not(editor, kind):
    item = KINDS[kind]()
    assert saved(editor, item, "growth mindset") == ["growth mindset"]
    assert saved(editor, item, "growth mindset; seat time,K-12 ;") == [
        "K-12", "growth mindset", "seat time",
    ]  # fmt: skip
    field = opened(editor, item).data["tags"]
    assert field == ["K-12, growth mindset, seat time"]


def test_reading_what_is_shown_gives_the_same_tags():
    for name in ("growth mindset", 'the "new" normal', '"quoted', "Salinger, J.D.", "don’t", "C++"):
        assert parse(typed([Tag(name=name), Tag(name="other")])) == sorted([name, "other"])
    assert parse('"growth mindset", b') == ["b", "growth mindset"]
    assert parse(" , ;; \t") == []


@pytest.mark.parametrize(
    ("stored", "given"),
    [
        ("assessment", "ASSESSMENT"),
        ("Growth mindset", "growth-mindset"),
        ("growth-mindset", "Growth  Mindset"),
        ("K–12", "k-12"),
        ("E\u0301cole", "\u00e9cole"),
        ("What’s new", "what's new"),
    ],
)
def test_a_tag_that_there_is_is_taken_however_it_is_spelled(editor, stored, given):
    Tag.objects.create(name=stored)
    assert saved(editor, factories.post(), f"{given}, {stored}") == [normalize("NFC", stored)]
    assert Tag.objects.count() == 1


def test_a_tag_of_before_is_found_whatever_its_slug(editor):
    Tag.objects.create(name="K–12", slug="k12")
    assert saved(editor, factories.post(), "k-12") == ["K–12"]


def test_the_address_of_a_new_tag_parts_its_words(editor):
    post = factories.post()
    saved(editor, post, "Grades 6–8, and/or")
    assert {tag.slug for tag in post.tags.all()} == {"grades-6-8", "and-or"}


@pytest.mark.parametrize("other", ["C", "C#", "c-"])
def test_tags_that_differ_in_more_are_two_with_an_address_each(editor, client, other):
    post = factories.post()
    assert saved(editor, post, f"C++, {other}") == sorted(["C++", other])
    addresses = {tag.get_absolute_url() for tag in post.tags.all()}
    assert len(addresses) == 2
    for address in addresses:
        assert client.get(address).status_code == 200


def test_a_tag_with_the_very_name_comes_before_one_spelled_alike(editor):
    Tag.objects.create(name="growth mindset")
    Tag.objects.create(name="growth-mindset", slug="gm")
    assert saved(editor, factories.post(), "growth-mindset") == ["growth-mindset"]


@pytest.mark.parametrize("kind", ["post", "wiki page", "event"])
def test_what_cannot_be_a_tag_is_said_and_nothing_typed_is_lost(editor, kind):
    item = KINDS[kind]()
    assert "up to 100 characters" in refused(editor, item, "x" * 101)
    assert "“@” has no letter or digit" in refused(editor, item, "good, @")
    assert "has no letter or digit" in refused(editor, item, "good, \u3164")
    assert "cannot contain a semicolon" in refused(editor, item, '"a; b"')
    assert not Tag.objects.exists()


def test_a_sign_that_an_import_brought_keeps_no_form_from_saving(editor):
    post = factories.post(tags=["🎓"])
    assert saved(editor, post, "🎓, more") == ["more", "🎓"]


def test_a_file_of_resources_makes_no_tag_twice(editor):
    from wiki.catalogue.columns import Words, _tags

    Tag.objects.create(name="Growth mindset")
    words = Words()
    assert _tags("growth-mindset; GROWTH MINDSET; New one", words) == ["Growth mindset", "New one"]
    assert _tags("new-one", words) == ["New one"]


class TestAddresses:
    def moved(self, client, old: str, new: str) -> None:
        for end in ("", "feed/"):
            answer = client.get(f"/tags/{old}/{end}")
            assert (answer.status_code, answer["Location"]) == (301, f"/tags/{new}/{end}")
        assert client.get(f"/tag/{old}/")["Location"] == f"/tags/{new}/"

    @pytest.fixture
    def tag(self, db) -> Tag:
        factories.post(tags=["Badge"])
        return Tag.objects.get()

    def test_a_slug_that_the_form_changes(self, client, editor, tag):
        editor.post(f"/admin/taggit/tag/{tag.pk}/change/", {"name": "Badge", "slug": "badges"})
        self.moved(client, "badge", "badges")

    def test_a_name_and_slug_that_a_program_changes(self, client, tag):
        tag.name, tag.slug = "Digital badge", "digital-badge"
        tag.save()
        self.moved(client, "badge", "digital-badge")
        assert FormerTag.objects.get().tag == tag
        tag.slug = "badges"
        tag.save()
        self.moved(client, "badge", "badges")
        self.moved(client, "digital-badge", "badges")

    def test_a_merge_of_a_tag_that_had_another_address(self, client, editor, tag):
        tag.slug = "badges"
        tag.save()
        kept = Tag.objects.create(name="Kept")
        data = {"ids": f"{tag.pk},{kept.pk}", "keep": kept.pk}
        editor.post("/admin/taggit/tag/merge/", data)
        self.moved(client, "badge", "kept")
        self.moved(client, "badges", "kept")

    def test_a_history_brings_back_the_tag_by_its_former_name(self, tag):
        post = tag.taggit_taggeditem_items.get().content_object
        revisions.record(post)
        content = revisions.content_of(post)
        tag.name, tag.slug = "Digital badge", "digital-badge"
        tag.save()
        post.tags.clear()
        revisions.apply(post, content)
        assert names(post) == ["Digital badge"]


class TestCompletion:
    def found(self, client, words: str) -> list[tuple[str, int]]:
        answer = client.get("/admin/taggit/tag/names/", {"q": words})
        return [(tag["name"], tag["uses"]) for tag in answer.json()["tags"]]

    def test_it_shows_what_begins_so_first_and_then_the_most_used(self, author):
        factories.post(tags=["Growth", "Seat time"])
        factories.post(tags=["Growth mindset", "Growth", "On growth"])
        assert self.found(author, "growth") == [
            ("Growth", 2), ("Growth mindset", 1), ("On growth", 1),
        ]  # fmt: skip
        assert self.found(author, "GROWTH-M") == [("Growth mindset", 1)]
        assert self.found(author, "%") == self.found(author, "  ") == []

    def test_it_is_for_staff(self, client):
        assert client.get("/admin/taggit/tag/names/?q=a").status_code == 302

    def test_the_field_says_where_to_ask(self, author):
        page = html.fromstring(author.get("/admin/blog/post/add/").content.decode())
        (field,) = page.xpath("//input[@name='tags']")
        assert field.get("data-tags-at") == "/admin/taggit/tag/names/"
        assert field.get("type") == "text"
        assert page.xpath("//script[contains(@src, 'admin/tags')]")
