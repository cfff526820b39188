"""Tags in the admin: who may do what, what a merge shows before, what is said of mistakes."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag, TaggedItem

from competencyworks.core import revisions
from competencyworks.core.models import FormerTag
from competencyworks.core.taxonomy.merging import merge_tags
from tests import factories
from tests.conftest import signed_in
from tests.core.history.forms import opened

pytestmark = pytest.mark.django_db
LIST, MERGE = "/admin/taggit/tag/", "/admin/taggit/tag/merge/"


def tag(name: str, **more) -> Tag:
    return Tag.objects.create(name=name, **more)


def html(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def said(response) -> str:
    lines = r'<li class="(?:success|error|warning|info)">.*?</li>'
    found = re.findall(lines, html(response), re.DOTALL)
    return re.sub(r"<[^>]+>", "", " ".join(found))


def select(client, tags, query: str = ""):
    data = {"action": "merge_selected", "_selected_action": [each.pk for each in tags]}
    return client.post(f"{LIST}{query}", data)


@pytest.fixture(params=["author", "moderator", "curator", "changer"])
def not_allowed(request, db):
    client = signed_in(request.param)
    if request.param == "changer":  # may change tags, yet not delete any
        kind = ContentType.objects.get_for_model(Tag)
        client.user.user_permissions.set(
            Permission.objects.filter(content_type=kind, codename__in=["view_tag", "change_tag"])
        )
    return client


def test_who_may_not_merge_gets_403_and_changes_nothing(not_allowed):
    kept, old = tag("Kept"), tag("Old")
    post = factories.post(tags=["Old"])
    merge = {"ids": f"{old.pk},{kept.pk}", "keep": kept.pk}
    assert not_allowed.get(MERGE, merge).status_code == 403
    assert not_allowed.post(MERGE, merge).status_code == 403
    assert not_allowed.get(f"{LIST}{old.pk}/retire/").status_code == 403
    assert not_allowed.post(f"{LIST}{old.pk}/retire/").status_code == 403
    select(not_allowed, [old, kept])
    assert not_allowed.post(f"{LIST}merge-tags/", {"new_tag_name": "X"}).status_code in (
        302,
        403,
        404,
    )
    assert not_allowed.post(f"{LIST}{old.pk}/delete/", {"post": "yes"}).status_code in (302, 403)
    assert set(Tag.objects.all()) == {kept, old}
    assert list(post.tags.all()) == [old]
    assert not revisions.history(post).exists()


def test_nobody_is_asked_to_sign_in():
    from django.test import Client

    for page in (MERGE, f"{LIST}1/retire/"):
        assert "/admin/login/" in Client().post(page)["Location"]


def test_a_merge_from_a_searched_list_shows_what_will_change_and_does_it(editor):
    kept, old, older = tag("Badges"), tag("Badge"), tag("Badging")
    factories.post(title="On badges", tags=["Badge"])
    factories.page(title="A draft of it", public=False, tags=["Badging", "Badges"])
    response = select(editor, [kept, old, older], "?q=badg")
    page = html(editor.get(response["Location"]))
    assert 'type="radio"' in page
    assert page.count('name="keep"') == 3
    asked = {"ids": f"{kept.pk},{old.pk},{older.pk}", "keep": kept.pk}
    page = html(editor.get(MERGE, asked))
    for words in ("2 items", "On badges", "(post, published)", "A draft of it", "(page, draft)",
                  "/tags/badge/", "/tags/badging/", "Merge into “Badges”"):  # fmt: skip
        assert words in page, words
    assert Tag.objects.count() == 3
    response = editor.post(MERGE, asked, follow=True)
    assert "“Badge”, “Badging” merged into “Badges”; 2 items changed." in said(response)
    assert Tag.objects.get() == kept


def test_one_tag_is_merged_into_another_that_is_looked_up(editor):
    kept, old = tag("Kept"), tag("Old")
    location = select(editor, [old])["Location"]
    page = html(editor.get(location))
    assert "admin-autocomplete" in page
    assert location in html(editor.get(f"{LIST}{old.pk}/change/"))
    assert "cannot be merged into itself" in html(editor.get(f"{location}&keep={old.pk}"))
    assert "Choose which one is kept" in html(editor.get(f"{location}&keep="))
    assert "no longer exists" in html(editor.get(f"{location}&keep=99999"))
    editor.post(MERGE, {"ids": old.pk, "keep": kept.pk})
    assert Tag.objects.get() == kept


def test_nothing_selected_or_nothing_sensible_is_said(editor):
    tag("One")
    assert "Items must be selected" in said(
        editor.post(LIST, {"action": "merge_selected", "index": 0}, follow=True)
    )
    for ids in ("", "x", "1" * 40, ",,"):
        assert "Select the tags to merge" in said(editor.get(MERGE, {"ids": ids}, follow=True))
    assert "no longer available" in said(editor.get(MERGE, {"ids": "999999999"}, follow=True))


def test_a_second_submission_says_that_it_was_done(editor):
    kept, old = tag("Kept"), tag("Old")
    merge = {"ids": f"{kept.pk},{old.pk}", "keep": kept.pk}
    editor.post(MERGE, merge)
    assert "no longer available" in said(editor.post(MERGE, merge, follow=True))
    assert Tag.objects.get() == kept


def test_a_used_tag_cannot_be_deleted_and_an_unused_one_can(editor):
    factories.post(tags=["Used"])
    used, unused = Tag.objects.get(), tag("Unused")
    assert "deletelink" not in html(editor.get(f"{LIST}{used.pk}/change/"))
    for response in (
        editor.get(f"{LIST}{used.pk}/delete/", follow=True),
        editor.post(f"{LIST}{used.pk}/delete/", {"post": "yes"}, follow=True),
    ):
        assert "“Used” is in use. Merge it into another one or retire it" in said(response)
    assert "delete_selected" not in html(editor.get(LIST))
    editor.post(LIST, {"action": "delete_selected", "_selected_action": [used.pk], "post": "yes"})
    assert Tag.objects.filter(pk=used.pk).exists()
    assert "deletelink" in html(editor.get(f"{LIST}{unused.pk}/change/"))
    editor.post(f"{LIST}{unused.pk}/delete/", {"post": "yes"})
    assert Tag.objects.get() == used


def test_retiring_shows_what_will_change_and_does_it(editor, client):
    post = factories.post(title="On badges", tags=["Badges", "Other"])
    badges = Tag.objects.get(name="Badges")
    page = html(editor.get(f"{LIST}{badges.pk}/retire/"))
    for words in ("1 item", "On badges", "/tags/badges/", "/topics/"):
        assert words in page, words
    response = editor.post(f"{LIST}{badges.pk}/retire/", follow=True)
    assert "“Badges” is retired; 1 item changed." in said(response)
    assert [each.name for each in post.tags.all()] == ["Other"]
    assert client.get("/tags/badges/")["Location"] == "/topics/"
    assert revisions.history(post).first().author == editor.user
    assert "no longer available" in said(editor.post(f"{LIST}{badges.pk}/retire/", follow=True))


def test_a_new_name_keeps_the_address_and_the_histories(editor, client):
    post = factories.post(tags=["Badge"])
    badge = Tag.objects.get()
    editor.post(
        f"{LIST}{badge.pk}/change/", {"name": " Digital\tbadges ", "slug": "digital-badges"}
    )
    badge.refresh_from_db()
    assert (badge.name, badge.slug) == ("Digital badges", "digital-badges")
    assert client.get("/tags/badge/")["Location"] == "/tags/digital-badges/"
    assert revisions.history(post).first().reason == "Tag “Badge” renamed to “Digital badges”"


def test_a_name_that_another_tag_has_offers_to_merge(editor):
    kept, old = tag("Assessment"), tag("Assesment")
    page = html(editor.post(f"{LIST}{old.pk}/change/", {"name": "assessment", "slug": "x"}))
    assert "There is already a tag “Assessment.”" in page
    assert f'href="{MERGE}?ids={old.pk}&amp;keep={kept.pk}"' in page.replace("&keep", "&amp;keep")
    page = html(editor.post(f"{LIST}add/", {"name": "ASSESSMENT"}))
    assert "There is already a tag “Assessment.”" in page
    page = html(editor.post(f"{LIST}{old.pk}/change/", {"name": "\u2028 \u0085", "slug": "x"}))
    assert "errorlist" in page
    old.refresh_from_db()
    assert old.name == "Assesment"


def test_a_tag_of_signs_alone_is_refused_and_one_that_came_otherwise_has_an_address(editor, client):
    assert "A tag needs a letter or a digit" in html(editor.post(f"{LIST}add/", {"name": "!!!"}))
    factories.post(tags=["!!!", "🎓"])
    assert Tag.objects.count() == 2
    for each in Tag.objects.all():
        assert each.slug
        assert client.get(each.get_absolute_url()).status_code == 200


def test_the_form_of_a_much_used_tag_stays_small(editor):
    factories.post(tags=["Much"])
    much = Tag.objects.get()
    row = TaggedItem.objects.get()
    from blog.models import Post

    posts = [Post(title=f"P {n}", slug=f"p-{n}", channel=factories.channel()) for n in range(300)]
    for post in posts:
        post.derive()
    Post.objects.bulk_create(posts)
    TaggedItem.objects.bulk_create(
        TaggedItem(tag=much, content_type=row.content_type, object_id=post.pk) for post in posts
    )
    page = html(editor.get(f"{LIST}{much.pk}/change/"))
    assert "301 items" in page
    assert page.count("/admin/blog/post/") < 120
    assert "and 201 more" in page
    assert "and 201 more" in html(editor.get(f"{LIST}{much.pk}/retire/"))


def test_an_author_sees_no_titles_of_drafts(author):
    factories.post(title="Secret plan", public=False, tags=["Used"])
    factories.post(title="Public text", tags=["Used"])
    page = html(author.get(f"{LIST}{Tag.objects.get().pk}/change/"))
    assert "Public text" in page
    assert "Secret plan" not in page
    assert "/retire/" not in page
    assert MERGE not in page


def test_the_list_says_how_often_and_asks_the_same_number_of_queries(editor):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            html(editor.get(LIST))
        return len(found)

    factories.post(tags=["Often"])
    queries()
    few = queries()
    for number in range(12):
        factories.post(tags=["Often", f"T {number}"])
    assert queries() == few
    assert 'class="field-uses">13<' in html(editor.get(LIST))
    assert "Often" in html(editor.get(f"{LIST}?q=ofte"))


# --- Tags in the forms of items -----------------------------------------------------------


def saved(editor, tags: str):
    """A post, and the answer to its form with `tags` in the field."""
    post = factories.post()
    return post, opened(editor, post).send(tags=tags)


def test_two_words_are_one_tag_and_case_does_not_count(editor):
    tag("Competency education")
    for typed, stored in {
        "competency education": ["Competency education"],
        "New, new, two words": ["New", "two words"],
        '"one, two", three': ["one, two", "three"],
    }.items():
        post, response = saved(editor, typed)
        assert response.redirect_chain, typed
        assert sorted(each.name for each in post.tags.all()) == sorted(stored)


def test_a_tag_that_is_too_long_is_said(editor):
    _, response = saved(editor, "x" * 101)
    assert "up to 100 characters" in html(response)


def test_the_name_of_a_merged_tag_is_taken_for_the_one_that_is_kept(editor):
    merge_tags(tag("Kept").pk, [tag("Old").pk])
    post, _ = saved(editor, "old, More")
    assert sorted(each.name for each in post.tags.all()) == ["Kept", "More"]
    assert FormerTag.objects.get().tag.name == "Kept"
