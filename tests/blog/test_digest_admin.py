"""Digests in the admin: rows are made, put in order, changed and removed in one form."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from blog.digest_form import DigestRowInline
from blog.models import Digest, Post
from competencyworks.core.models import Image, Person
from competencyworks.core.revisions import history
from competencyworks.core.where_used import uses_of
from tests import factories
from tests.core.vectors import ADDRESSES

pytestmark = pytest.mark.django_db
LIST = "/admin/blog/digest/"


def form(*rows: dict, digest: Digest | None = None, **changes) -> dict:
    """What the digest's form sends: `rows` after those that are stored, which stay as they are."""
    kept = list(digest.digest_rows.all()) if digest else []
    data = {
        "title": digest.title if digest else "What's new in May",
        "channel": factories.channel().pk,
        "body": digest.body if digest else "",
        "slug": digest.slug if digest else "",
        "status": digest.status if digest else "draft",
        "publish_at_0": "", "publish_at_1": "", "unpublish_at_0": "", "unpublish_at_1": "",
        "tags": "",
        "post_authors-TOTAL_FORMS": "0",
        "post_authors-INITIAL_FORMS": "0",
        "digest_rows-TOTAL_FORMS": str(len(kept) + len(rows)),
        "digest_rows-INITIAL_FORMS": str(len(kept)),
        "_save": "Save",
        "_publish_anyway": "1",  # what is missing has tests of its own
    }  # fmt: skip
    if digest and digest.publish_at:
        local = timezone.localtime(digest.publish_at)
        data |= {"publish_at_0": f"{local:%Y-%m-%d}", "publish_at_1": f"{local:%H:%M:%S}"}
    names = ("id", "kind", "position", "title", "url", "source", "note")
    stored = [{name: getattr(row, name) for name in names} for row in kept]
    for number, row in enumerate([*stored, *rows]):
        filled = {"kind": "link", "position": "", **row}
        data |= {f"digest_rows-{number}-{name}": value for name, value in filled.items()}
    return data | changes


def titles(digest) -> list[str]:
    return [row.title for row in digest.digest_rows.all()]


def errors_of(response) -> dict[str, str]:
    """The messages beside fields, by the field's name."""
    assert response.status_code == 200
    tree = html.fromstring(response.content.decode())
    return {
        box.getparent().xpath(".//input[@name] | .//textarea[@name]")[0].get("name"): (
            box.text_content().strip()
        )
        for box in tree.xpath("//li[contains(@class, 'cw-row')]//ul[contains(@class, 'errorlist')]")
    }


def test_a_digest_is_made_in_one_form(editor, client):
    rows = [
        {"kind": "section", "title": "Policy", "note": "What legislatures did."},
        {"title": "A bill", "url": "https://capitol.example.org/12", "source": "Capitol Watch"},
        {"title": "Rules", "url": "rules.example.net/credit", "note": "Short."},
    ]
    assert editor.post(f"{LIST}add/", form(*rows, _publish="1")).status_code == 302
    digest = Digest.objects.get()
    assert titles(digest) == ["Policy", "A bill", "Rules"]
    assert digest.digest_rows.last().url == "https://rules.example.net/credit"
    text = client.get(digest.path).content.decode()
    assert text.index("Policy</h2>") < text.index(">A bill<") < text.index(">Rules<")
    revision = history(digest).get()
    assert [row["title"] for row in revision.content["ordered_rows"]] == titles(digest)
    assert digest.created_by == editor.user


def test_rows_are_put_in_order_by_their_numbers(editor, client):
    digest = factories.digest(*(factories.link(name) for name in ("One", "Two", "Three")))
    changes = {"digest_rows-2-position": "15", "digest_rows-0-note": "Now with a note"}
    assert editor.post(f"{LIST}{digest.pk}/change/", form(digest=digest, **changes)).url == LIST
    assert titles(digest) == ["One", "Three", "Two"]
    assert [row.position for row in digest.digest_rows.all()] == [10, 20, 30]
    text = client.get(digest.path).content.decode()
    assert text.index(">One<") < text.index("Now with a note") < text.index(">Three<")


def test_a_row_without_a_number_goes_to_the_end(editor):
    digest = factories.digest(*(factories.link(name) for name in ("One", "Two")))
    row = {"title": "New", "url": "https://example.org/new"}
    editor.post(
        f"{LIST}{digest.pk}/change/", form(row, digest=digest, **{"digest_rows-0-position": ""})
    )
    assert titles(digest) == ["Two", "One", "New"]


def test_a_removed_row_is_gone_from_page_and_search(editor, client):
    digest = factories.digest(factories.link("Quetzals"), factories.link("Two"))
    assert digest.path in client.get("/search/?q=quetzals").content.decode()
    editor.post(f"{LIST}{digest.pk}/change/", form(digest=digest, **{"digest_rows-0-DELETE": "on"}))
    assert titles(digest) == ["Two"]
    assert "Quetzals" not in client.get(digest.path).content.decode()
    assert digest.path not in client.get("/search/?q=quetzals").content.decode()
    kept = history(digest).first().content["ordered_rows"]
    assert [row["title"] for row in kept] == ["Two"]


def test_an_empty_row_is_no_row(editor):
    rows = [{"title": "", "position": "10"}, {"kind": "section", "position": "20", "title": " "}]
    assert editor.post(f"{LIST}add/", form(*rows)).status_code == 302
    assert not Digest.objects.get().digest_rows.exists()


REFUSED = [
    *ADDRESSES.values(), "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x",
    "mailto:ana@example.org", "ftp://example.org/x", "vbscript:x", "//", "two words", "http://",
    "https://example.org/" + "x" * 2000,
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_none_is_refused_beside_its_field(editor, address):
    response = editor.post(f"{LIST}add/", form({"title": "A link", "url": address}))
    errors = errors_of(response)
    assert set(errors) == {"digest_rows-0-url"}
    assert "address" in errors["digest_rows-0-url"] or "2000" in errors["digest_rows-0-url"]
    assert not Post.objects.exists()


def test_each_wrong_row_says_what_to_do_and_what_was_typed_stays(editor):
    rows = [
        {"title": "Without an address", "note": "Typed words"},
        {"title": "", "url": "https://example.org/"},
        {"kind": "section", "title": "A heading", "url": "https://example.org/", "source": "S"},
        {"title": "Right", "url": "https://example.org/right"},
    ]
    response = editor.post(f"{LIST}add/", form(*rows))
    assert errors_of(response) == {
        "digest_rows-0-url": "Enter the web address of this link.",
        "digest_rows-1-title": "Every row needs a title.",
        "digest_rows-2-url": "A heading has no web address. Select “Link”, or clear this field.",
        "digest_rows-2-source": "A heading has no web address. Select “Link”, or clear this field.",
    }
    assert "Typed words" in response.content.decode()
    assert not Post.objects.exists()


def test_a_digest_has_room_for_a_hundred_rows(editor):
    row = {"title": "A link", "url": "https://example.org/", "source": "S", "note": "N"}
    assert editor.post(f"{LIST}add/", form(*[row] * DigestRowInline.most_rows)).status_code == 302
    digest = Digest.objects.get()
    assert digest.digest_rows.count() == DigestRowInline.most_rows
    assert editor.post(f"{LIST}{digest.pk}/change/", form(digest=digest)).status_code == 302
    response = editor.post(f"{LIST}{digest.pk}/change/", form(row, digest=digest))
    assert "up to 100 rows" in response.content.decode()


def test_who_saves_after_a_colleague_removed_a_row_is_told_so(editor):
    digest = factories.digest(factories.link("One"), factories.link("Two"))
    late = form(digest=digest, **{"digest_rows-1-note": "Typed words"})
    digest.digest_rows.first().delete()
    response = editor.post(f"{LIST}{digest.pk}/change/", late)
    assert response.status_code == 200
    assert "Someone else removed rows" in response.content.decode()
    assert titles(digest) == ["Two"]
    assert not digest.digest_rows.get().note


def test_articles_and_digests_have_lists_of_their_own(editor):
    article, digest = factories.post(title="An article"), factories.digest(title="A digest")
    articles = editor.get("/admin/blog/post/").content.decode()
    assert article.title in articles
    assert digest.title not in articles
    listed = editor.get(LIST).content.decode()
    assert article.title not in listed
    assert digest.title in listed
    assert editor.get(f"{LIST}{article.pk}/change/").status_code == 302


@pytest.mark.parametrize("query", ["", "?working=1"])
def test_a_link_to_a_post_that_is_a_digest_leads_to_its_form(editor, query):
    picture = factories.image()
    digest = factories.digest(picture=picture, public=False)
    response = editor.get(f"/admin/blog/post/{digest.pk}/change/{query}")
    assert response.url == f"{LIST}{digest.pk}/change/{query}"
    assert [use.pk for use in uses_of(Image.objects.get())] == [digest.pk]
    assert digest.title in editor.get("/admin/").content.decode()


def test_an_author_makes_a_digest_submits_it_and_then_may_only_look(author):
    Person.objects.create(name="Ana Ruiz", user=author.user)
    rows = [{"kind": "section", "title": "Policy"}, {"title": "A bill", "url": "example.org/12"}]
    author.post(f"{LIST}add/", form(*rows, _submit="1", status="published"))
    digest = Digest.objects.get()
    assert (digest.status, titles(digest)) == ("review", ["Policy", "A bill"])
    assert [person.name for person in digest.authors.all()] == ["Ana Ruiz"]
    response = author.get(f"{LIST}{digest.pk}/change/")
    text = response.content.decode()
    assert "https://example.org/12" in text
    assert "digest_rows-0-title" not in text
    changed = form(digest=digest, **{"digest_rows-0-title": "Changed"})
    assert author.post(f"{LIST}{digest.pk}/change/", changed).status_code == 403
    assert titles(digest) == ["Policy", "A bill"]


def test_an_author_does_not_see_the_digests_of_others(author):
    other = factories.digest(title="Somebody else's", public=False)
    assert other.title not in author.get(LIST).content.decode()
    assert author.get(f"{LIST}{other.pk}/change/").status_code == 302
    assert author.get(f"{LIST}{other.pk}/preview/").status_code == 404


def test_preview_history_trash_and_acts_are_those_of_posts(editor, client):
    digest = factories.digest(factories.link("In the preview"), public=False)
    assert "In the preview" in editor.get(f"{LIST}{digest.pk}/preview/").content.decode()
    choice = {"_confirmed": "1", "_selected_action": [digest.pk]}
    answer = editor.post(LIST, {"action": "publish_selected", **choice}, follow=True)
    assert "1 digest published" in answer.content.decode()
    assert "In the preview" in client.get(Digest.objects.get().path).content.decode()
    assert "Published" in editor.get(f"{LIST}{digest.pk}/history/").content.decode()
    editor.post(f"{LIST}{digest.pk}/delete/", {"post": "yes"})
    assert client.get(Digest.objects.get().path).status_code == 404
    editor.post(f"{LIST}?stage=trash", {"action": "restore_selected", **choice})
    assert "In the preview" in client.get(Digest.objects.get().path).content.decode()


def test_model_rules_of_posts_hold_for_digests(editor):
    digest = factories.digest()
    wrong = form(digest=digest, unpublish_at_0="2001-01-01", unpublish_at_1="10:00:00")
    text = editor.post(f"{LIST}{digest.pk}/change/", wrong).content.decode()
    assert "must be later than" in text
    article = factories.post(slug="taken")
    text = editor.post(f"{LIST}add/", form(slug=article.slug)).content.decode()
    assert "Another post has this slug" in text


def test_list_and_form_cost_the_same_however_much_they_hold(editor):
    costs = []
    for size in (2, 20):
        for _ in range(size):
            factories.digest(picture=factories.image(), authors=[factories.person()])
        digest = factories.digest(*(factories.link() for _ in range(size)))
        cost = []
        for address in (LIST, f"{LIST}{digest.pk}/change/"):
            editor.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert editor.get(address).status_code == 200
            cost.append(len(queries))
        costs.append(cost)
    assert costs[0] == costs[1]
