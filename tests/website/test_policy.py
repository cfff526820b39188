"""What the roles may do, tried where it once went wrong; the whole table is walked elsewhere."""

import pytest
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import RequestFactory

from competencyworks.core import policy, roles
from competencyworks.core.models import Image, Person
from competencyworks.core.policy_admin import PolicyAdmin
from competencyworks.core.policy_table import KINDS, ROLES
from competencyworks.settings import BASE_DIR
from competencyworks.website.admin_site import SiteAdmin
from tests import factories
from tests.conftest import signed_in
from tests.events import factories as of_events

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(db):
    client = signed_in("manager")
    client.user.groups.add(Group.objects.get(name="Event manager"))
    return client


# --- the table ------------------------------------------------------------------------------


def test_the_table_of_roles_in_the_documents_is_that_of_the_policy():
    text = (BASE_DIR / "docs" / "operate.md").read_text()
    assert roles.table() in text, "Run manage.py role_table."


def test_each_role_has_exactly_the_permissions_of_the_policy():
    for role, names in ROLES.items():
        rows = Group.objects.get(name=role).permissions.select_related("content_type")
        assert {f"{row.content_type.app_label}.{row.codename}" for row in rows} == names


def test_migrate_takes_away_what_a_group_was_given_beside_the_policy():
    group = Group.objects.get(name="Author")
    group.permissions.set(Permission.objects.filter(codename="change_user"))
    call_command("migrate", verbosity=0)
    names = set(group.permissions.values_list("codename", flat=True))
    assert "change_user" not in names
    assert "add_post" in names


def test_a_permission_that_there_is_not_is_named(monkeypatch):
    monkeypatch.setitem(ROLES, "Author", frozenset({"blog.paint_post"}))
    with pytest.raises(RuntimeError, match=r"blog\.paint_post"):
        roles.bring_in_line()


def test_what_the_table_does_not_name_nobody_may_do(root):
    assert not policy.may(root.user, "paint", Image)
    assert not policy.may(root.user, "view", ContentType)


def test_who_left_the_staff_may_nothing(editor):
    assert policy.may(editor.user, "publish", "blog.post")
    editor.user.is_staff = False
    assert not policy.may(editor.user, "publish", "blog.post")
    assert not policy.rows(editor.user, "view", Person.objects.all())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("blog.p")])
def test_rules_say_the_same_of_one_object_and_of_many(kind, author):
    """A list narrowed by the policy holds what the policy allows one by one."""
    model = ContentType.objects.get_by_natural_key(*kind.split(".")).model_class()
    if not hasattr(model, "status"):
        return
    make = {"post": factories.post, "paper": factories.paper}[model._meta.model_name]
    person = factories.person(user=author.user)
    for public in (True, False):
        make(public=public, created_by=author.user)
        make(public=public, authors=[person])
        make(public=public)
    for act in KINDS[kind]:
        one_by_one = {item.pk for item in model.objects.all() if policy.may(author.user, act, item)}
        many = set(policy.rows(author.user, act, model.objects.all()).values_list("pk", flat=True))
        assert one_by_one == many, act


def test_the_admin_of_another_package_asks_the_policy_when_it_registers(author, root):
    site = SiteAdmin()
    site.register(Session, ModelAdmin)
    request = RequestFactory().get("/")
    request.user = root.user
    assert isinstance(site.get_model_admin(Session), PolicyAdmin)
    assert not site.get_model_admin(Session).has_view_permission(request)


# --- pictures -------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["author", "curator", "manager"])
def test_a_picture_that_others_show_in_public_is_changed_by_editors_alone(who, request, editor):
    client = request.getfixturevalue(who)
    picture = factories.image(created_by=client.user, alt="Three steps")
    address = f"/admin/core/image/{picture.pk}/change/"
    data = {"title": "", "alt": "Spam", "caption": "", "credit": "", "focal_x": 50, "focal_y": 50}
    data |= {"alt_still_right": "on"}
    assert client.get(address).context["has_change_permission"]
    factories.post(picture=picture, title="Somebody else’s")
    assert client.post(address, data).status_code == 403
    picture.refresh_from_db()
    assert picture.alt == "Three steps"
    assert editor.post(address, {**data, "alt": "Four steps"}).status_code == 302


def test_a_picture_that_somebody_else_uploaded_is_theirs(author):
    picture = factories.image(alt="Three steps")
    address = f"/admin/core/image/{picture.pk}/change/"
    assert author.get(address).status_code == 200
    assert author.post(address, {"alt": "Spam"}).status_code == 403


# --- people ---------------------------------------------------------------------------------


def test_private_addresses_are_shown_to_whom_they_concern(author, editor):
    ana = factories.person("Ana Ruiz", email="ana@private.example")
    own = factories.person("The Author", email="own@private.example", user=author.user)
    assert "ana@private.example" not in author.get(f"/admin/core/person/{ana.pk}/change/").text
    assert "own@private.example" in author.get(f"/admin/core/person/{own.pk}/change/").text
    assert "ana@private.example" in editor.get(f"/admin/core/person/{ana.pk}/change/").text


@pytest.mark.parametrize("who", ["author", "curator", "manager", "editor"])
@pytest.mark.parametrize(
    "query",
    [
        "email=ana@private.example", "email__startswith=a", "email__regex=^a", "user__email=x",
        "user__password__startswith=p", "id__range=1", "name__unaccent=x",
        "name__trigram_similar=x", "bio__contains=x",
    ],
)  # fmt: skip
def test_the_address_of_a_list_filters_by_what_its_filters_show(who, query, request):
    """Any other column would tell, letter by letter, what the form hides."""
    factories.person("Ana Ruiz", email="ana@private.example")
    answer = request.getfixturevalue(who).get(f"/admin/core/person/?{query}")
    assert answer.status_code in (302, 400)
    assert "Ana Ruiz" not in answer.text


def test_the_filters_of_lists_work(editor):
    factories.person("Ana Ruiz", user=editor.user)
    factories.person("Ben Okoye")
    page = editor.get("/admin/core/person/?user__isempty=1").text
    assert "Ben Okoye" in page
    assert ">Ana Ruiz<" not in page


def test_a_search_does_not_tell_whose_an_address_is(author, editor):
    factories.person("Ana Ruiz", email="ana@private.example")
    search = "/admin/core/person/?q=ana@private.example"
    assert "Ana Ruiz" not in author.get(search).text
    assert "Ana Ruiz" in editor.get(search).text


def person_form(person: Person, **changes) -> dict:
    return {"name": person.name, "slug": person.slug, "bio": "", "role": "", **changes}


def test_the_titles_of_drafts_are_not_told_by_their_pictures(author, editor):
    picture = factories.image()
    factories.post(public=False, title="A secret plan", picture=picture)
    factories.post(title="A public post", picture=picture)
    address = f"/admin/core/image/{picture.pk}/change/"
    page = author.get(address).text
    assert "A secret plan" not in page
    assert "A public post" in page
    assert "1 unpublished text of others" in page
    assert "A secret plan" in editor.get(address).text


def test_event_managers_change_people_of_events_alone(manager, author):
    presenter = factories.person("A Presenter")
    of_events.event().event_people.create(person=presenter)
    writer = factories.person("A Writer")
    factories.post(authors=[writer])
    colleague = factories.person("A Colleague", user=author.user)
    for person, allowed in ((presenter, True), (writer, False), (colleague, False)):
        address = f"/admin/core/person/{person.pk}/change/"
        answer = manager.post(address, person_form(person, role="Changed"))
        assert answer.status_code == (302 if allowed else 403)
        person.refresh_from_db()
        assert (person.role == "Changed") is allowed


def test_authors_change_their_own_entry_and_nobody_takes_an_account(author, root):
    own = factories.person("The Author", user=author.user)
    address = f"/admin/core/person/{own.pk}/change/"
    data = person_form(own, bio="<p>Teaches.</p>", user=root.user.pk, email="")
    data["name"] = "Somebody Else"  # it stands under what is published
    assert author.post(address, data).status_code == 302
    own.refresh_from_db()
    assert own.bio == "<p>Teaches.</p>"
    assert (own.user, own.name) == (author.user, "The Author")


def test_only_a_superuser_says_whose_account_a_person_is(editor, root):
    person = factories.person("Ana Ruiz")
    address = f"/admin/core/person/{person.pk}/change/"
    data = person_form(person, user=root.user.pk, email="")
    for client, user in ((editor, None), (root, root.user)):
        assert client.post(address, data).status_code == 302
        person.refresh_from_db()
        assert person.user == user


# --- forms that are only read ---------------------------------------------------------------


def test_a_submitted_text_is_shown_as_readers_see_it_without_save(author, editor):
    post = factories.post(
        public=False,
        created_by=author.user,
        status="review",
        body="<p>Some <em>words</em>.</p><p>More[fn]The note.[/fn]</p>",
    )
    page = author.get(f"/admin/blog/post/{post.pk}/change/").text
    assert "<p>Some <em>words</em>.</p>" in page
    assert "&lt;p&gt;" not in page
    assert "[fn]" not in page
    assert "The note." in page
    assert "submit-row" not in page
    assert "It has been submitted for review" in page
    for name in ("_save", "_continue", "_addanother", "_submit", "post_authors-0-person"):
        assert f'name="{name}"' not in page
    assert 'name="_save"' in editor.get(f"/admin/blog/post/{post.pk}/change/").text


def test_the_address_of_a_draft_is_told_to_those_who_may_see_it(moderator, editor):
    draft = factories.post(public=False, title="A secret plan")
    kind = ContentType.objects.get_for_model(draft)
    address = f"/admin/r/{kind.pk}/{draft.pk}/"
    assert moderator.get(address).status_code == 404
    assert editor.get(address)["Location"].endswith(draft.path)
    for odd in ("/admin/r/x/1/", f"/admin/r/{kind.pk}/x/", "/admin/r/99999/1/"):
        assert editor.get(odd).status_code == 404
