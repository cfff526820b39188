"""Addresses are kept: a change answers 301 to the present one, in one hop."""

import pytest

from competencyworks.core.addresses import OldAddress
from tests import factories

pytestmark = pytest.mark.django_db


def assert_leads(client, old: str, new: str):
    response = client.get(old)
    assert (response.status_code, response.get("Location")) == (301, new)
    assert client.get(new).status_code == 200


def test_a_renamed_post_is_found_under_all_its_names(client):
    post = factories.post(slug="first", publish_at=factories.ago(days=40))
    old = [post.path]
    for slug in ("second", "third"):
        post.slug = slug
        post.save()
        old.append(post.path)
    for path in old[:-1]:
        assert_leads(client, path, post.path)


def test_a_name_taken_back_answers_itself(client):
    post = factories.post(slug="first")
    before = post.path
    for slug in ("second", "first"):
        post.slug = slug
        post.save()
    assert client.get(before).status_code == 200
    assert_leads(client, before.replace("first", "second"), before)


def test_a_post_moved_to_another_month_is_found(client):
    post = factories.post(publish_at=factories.ago(days=400))
    before = post.path
    post.publish_at = factories.ago(days=2)
    post.save()
    assert before != post.path
    assert_leads(client, before, post.path)


def test_the_old_address_of_a_withdrawn_post_says_nothing(client):
    post = factories.post(slug="first")
    before = post.path
    post.slug = "second"
    post.save()
    post.status = "withdrawn"
    post.save()
    assert client.get(before).status_code == 404


def test_a_draft_leaves_no_address_behind(client):
    post = factories.post(public=False, slug="first")
    post.slug = "second"
    post.save()
    assert not OldAddress.objects.exists()


@pytest.mark.parametrize(
    ("make", "field"),
    [(factories.topic, "slug"), (factories.person, "slug"), (factories.series, "slug")],
)
def test_other_kinds_keep_theirs_too(client, make, field):
    item = make(slug="before")
    old = item.get_absolute_url()
    setattr(item, field, "after")
    item.save()
    assert_leads(client, old, item.get_absolute_url())


def test_a_renamed_page_takes_the_pages_below_along(client):
    top = factories.page(title="About", slug="about")
    child = factories.page(title="Team", slug="team", parent=top)
    leaf = factories.page(title="Ana", slug="ana", parent=child)
    top.slug = "who-we-are"
    top.save()
    leaf.refresh_from_db()
    assert leaf.path == "/who-we-are/team/ana/"
    for old in ("/about/", "/about/team/", "/about/team/ana/"):
        assert_leads(client, old, old.replace("about", "who-we-are"))


def test_staff_may_add_a_redirect_of_their_own(client, editor):
    factories.page(title="About", slug="about")
    response = editor.post(
        "/admin/core/oldaddress/add/", {"path": "/2009/welcome.html", "to": "/about/"}
    )
    assert response.status_code == 302
    assert_leads(client, "/2009/welcome.html", "/about/")


def test_an_address_that_never_was_is_not_found(client):
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert client.get("/no/such/page").status_code == 404
    assert 'action="/search/"' in response.content.decode()


def test_a_known_address_without_its_slash_leads_to_it(client):
    factories.page(title="About", slug="about")
    assert_leads(client, "/about", "/about/")
    assert_leads(client, "/blog", "/blog/")
