"""Two records of one person become one; nothing is lost."""

import pytest
from django.contrib.auth.models import User

from blog.models import PostAuthor
from competencyworks.core.links import graph
from competencyworks.core.merging import CannotMerge, merge_people
from competencyworks.core.models import CitedChange, Person
from tests import factories
from wiki.catalogue.revising import note_change

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


def test_what_leads_to_the_double_and_from_it_counts_for_who_is_kept():
    keep, double = factories.person("Keep"), factories.person("Double")
    paper = factories.paper()
    resource = factories.resource(kind="policy", url="https://law.example.org/1")
    double.bio = f'<p><a href="{paper.path}">A</a> <a href="https://law.example.org/1">B</a></p>'
    double.save()
    factories.post(title="On her", body=f'<p><a href="{double.get_absolute_url()}">She</a></p>')
    note_change(resource)
    merge_people(keep, double)
    keep.refresh_from_db()
    assert [mention.title for mention in graph.mentions(keep)] == ["On her"]
    assert [mention.title for mention in graph.mentions(paper)] == ["Keep"]
    assert [change.link.source for change in CitedChange.objects.all()] == [keep]


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
    editor.post(page, {"keep": keep.pk, "_confirmed": "1"}, follow=True)
    assert not Person.objects.filter(name="Double").exists()


def test_an_author_may_not_merge(author):
    double = factories.person()
    assert author.get(f"/admin/core/person/{double.pk}/merge/").status_code == 403
