"""Pages that ask before deleting say in words what refers to the object."""

import pytest
from django.contrib.auth.models import Group, User

from competencyworks.core.addresses import OldAddress
from tests import factories

pytestmark = pytest.mark.django_db


def test_of_a_person_the_titles_stand_with_links(editor):
    person = factories.person("Yuki Hamasaki")
    post = factories.post(title="Pacing", authors=[person])
    factories.comment(post, person=person)
    text = editor.get(f"/admin/core/person/{person.pk}/delete/").text
    assert "1 post:" in text
    assert f'<a href="/admin/blog/post/{post.pk}/change/">Pacing</a>' in text
    assert "1 comment:" in text
    assert "cannot be deleted" in text
    assert "merge them instead" in text
    assert "Author: Yuki" not in text


def test_long_lists_say_how_many_more(editor):
    person = factories.person()
    for _ in range(22):
        factories.post(authors=[person])
    text = editor.get(f"/admin/core/person/{person.pk}/delete/").text
    assert "22 posts:" in text
    assert "and 2 more" in text


def test_of_a_role_the_colleagues_stand(root):
    role = Group.objects.create(name="Of our own")
    User.objects.create_user("yuki", is_staff=True).groups.add(role)
    text = root.get(f"/admin/auth/group/{role.pk}/delete/").text
    assert "1 user:" in text
    assert ">yuki</a>" in text
    assert "loses the rights" in text


def test_what_nothing_refers_to_says_so_and_is_deleted(editor):
    row = OldAddress.objects.create(path="/gone/", to="/")
    page = f"/admin/core/oldaddress/{row.pk}/delete/"
    assert "Nothing refers to it." in editor.get(page).text
    assert editor.post(page, {"post": "yes"}).status_code == 302
    assert not OldAddress.objects.exists()


def test_several_at_once_are_listed_each_with_its_own(editor):
    person = factories.person("Yuki Hamasaki")
    factories.post(title="Pacing", authors=[person])
    sent = {"action": "delete_selected", "_selected_action": [person.pk]}
    text = editor.post("/admin/core/person/", sent).text
    assert "Pacing</a>" in text
    assert "cannot be deleted" in text
    alone = factories.person()
    sent["_selected_action"] = [alone.pk]
    assert "cannot be deleted" not in editor.post("/admin/core/person/", sent).text
    editor.post("/admin/core/person/", sent | {"post": "yes"})
    assert not type(alone).objects.filter(pk=alone.pk).exists()
