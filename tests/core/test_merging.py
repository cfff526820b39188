"""Two records of one person become one; nothing is lost."""

import pytest
from django.contrib.auth.models import User

from blog.models import PostAuthor
from competencyworks.core.merging import CannotMerge, merge_people
from competencyworks.core.models import Person
from tests import factories

pytestmark = pytest.mark.django_db


def test_posts_comments_and_address_move(client):
    keep, double = factories.person("Ana Ruiz", slug="ana"), factories.person("A. Ruiz", slug="a")
    alone, both = factories.post(authors=[double]), factories.post(authors=[keep, double])
    comment = factories.comment(alone, person=double)
    merge_people(keep, double)
    assert not Person.objects.filter(pk=double.pk).exists()
    assert list(alone.authors.all()) == [keep]
    assert PostAuthor.objects.filter(post=both).count() == 1
    comment.refresh_from_db()
    assert comment.person == keep
    response = client.get("/people/a/")
    assert (response.status_code, response["Location"]) == (301, "/people/ana/")


def test_earlier_addresses_of_the_double_move_along(client):
    keep, double = factories.person(slug="keep"), factories.person(slug="older")
    double.slug = "newer"
    double.save()
    merge_people(keep, double)
    for old in ("/people/older/", "/people/newer/"):
        assert client.get(old)["Location"] == "/people/keep/"


def test_empty_fields_are_filled_and_full_ones_kept():
    user = User.objects.create(username="ana")
    keep = factories.person(role="Principal")
    double = factories.person(role="Teacher", organization="Maple Ridge", user=user)
    merge_people(keep, double)
    keep.refresh_from_db()
    assert (keep.role, keep.organization, keep.user) == ("Principal", "Maple Ridge", user)


def test_two_accounts_or_one_person_are_refused():
    one = factories.person(user=User.objects.create(username="one"))
    two = factories.person(user=User.objects.create(username="two"))
    for pair in ((one, two), (one, one)):
        with pytest.raises(CannotMerge):
            merge_people(*pair)
    assert Person.objects.count() == 2


def test_staff_merge_in_the_admin(editor):
    keep, double = factories.person("Keep me"), factories.person("Double")
    page = f"/admin/core/person/{double.pk}/merge/"
    assert "Merge Double" in editor.get(page).content.decode()
    response = editor.post(page, {"keep": keep.pk}, follow=True)
    assert "is now part of" in response.content.decode()
    assert not Person.objects.filter(name="Double").exists()


def test_an_author_may_not_merge(author):
    double = factories.person()
    assert author.get(f"/admin/core/person/{double.pk}/merge/").status_code == 403
