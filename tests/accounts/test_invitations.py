"""Inviting a colleague: one form, one act, one mail; and what the colleague does with it."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from lxml import html

from competencyworks.accounts import invitations
from competencyworks.accounts.models import Invitation
from competencyworks.core.models import OutgoingMail, Person
from tests import factories
from tests.accounts.conftest import is_signed_in, sign_in
from tests.events import factories as of_events

pytestmark = pytest.mark.django_db
PAGE = "/admin/invite/"
PASSWORD = "a sentence of mine 9"


def invite(root: Client, *roles: str, name="Mary-Ann Lee", email="Mary.Lee@Example.org", **more):
    pks = list(Group.objects.filter(name__in=roles or ["Author"]).values_list("pk", flat=True))
    return root.post(PAGE, {"name": name, "email": email, "roles": pks, **more})


def link() -> str:
    mail = OutgoingMail.objects.filter(kind="invitation").latest("pk")
    return re.search(r"http://[^/]+(/admin/account/invitation/\S+/)", mail.text)[1]


def accept(path: str, password: str = PASSWORD):
    return Client().post(path, {"new_password1": password, "new_password2": password})


def test_one_form_makes_account_roles_profile_and_mail(root):
    assert invite(root, "Author", "Moderator").status_code == 302
    user = User.objects.get(username="mary.lee")
    assert (user.get_full_name(), user.is_staff, user.is_superuser) == ("Mary-Ann Lee", True, False)
    assert not user.has_usable_password()
    assert {group.name for group in user.groups.all()} == {"Author", "Moderator"}
    assert (user.person.name, user.person.email) == ("Mary-Ann Lee", user.email)
    mail = OutgoingMail.objects.get()
    assert (mail.to_email, mail.kind) == (user.email, "invitation")
    assert "mary.lee" in mail.text


def test_the_colleague_sets_a_password_once_and_signs_in(root):
    invite(root)
    path = link()
    assert Client().get(path).status_code == 200
    assert accept(path)["Location"] == "/admin/login/"
    client = Client()
    sign_in(client, "mary.lee", PASSWORD)
    assert is_signed_in(client)
    assert accept(path, "somebody else 1").status_code == 410
    assert User.objects.get(username="mary.lee").check_password(PASSWORD)


def test_a_person_of_that_address_is_shown_and_asked_about(root, make):
    person = factories.person("Mary Lee", email="mary.lee@example.org", role="Presenter")
    make.post(authors=[person])
    make.post(authors=[person], public=False)
    event = of_events.event()
    event.event_people.create(person=person)
    response = invite(root)
    assert response.status_code == 422
    assert "Choose whether it is your colleague" in response.text
    (question,) = html.fromstring(response.text).xpath("//label[contains(., 'Yes')]")
    said = " ".join(question.text_content().split())
    assert said == "Yes, Mary Lee, Presenter (2 posts, 1 event)"
    assert question.xpath(".//a/@href") == [f"/admin/core/person/{person.pk}/change/"]
    assert not User.objects.filter(username="mary.lee").exists()
    assert not OutgoingMail.objects.exists()


def test_a_person_who_is_somebody_else_keeps_their_profile(root):
    person = factories.person("Mary Lee", email="mary.lee@example.org")
    assert invite(root, profile="new").status_code == 302
    person.refresh_from_db()
    assert person.user is None
    assert User.objects.get(username="mary.lee").person.name == "Mary-Ann Lee"


def test_of_two_people_with_the_address_the_chosen_one_is_linked(root):
    first = factories.person("M. Lee", email="mary.lee@example.org")
    second = factories.person("Mary Lee", email="MARY.LEE@example.org")
    assert invite(root, profile=second.pk).status_code == 302
    assert User.objects.get(username="mary.lee").person == second
    first.refresh_from_db()
    assert first.user is None


def test_nobody_with_another_address_can_be_chosen(root):
    factories.person("Mary Lee", email="mary.lee@example.org")
    other = factories.person("Somebody", email="somebody@example.org")
    assert invite(root, profile=other.pk).status_code == 422
    assert not Invitation.objects.exists()
    with pytest.raises(invitations.ProfileKnown):
        invitations.invite(
            name="Mary Lee", email="mary.lee@example.org", roles=Group.objects.all()[:1],
            by=root.user, profile=other.pk,
        )  # fmt: skip


def test_the_act_links_nobody_unasked(root):
    factories.person("Mary Lee", email="mary.lee@example.org")
    roles = Group.objects.filter(name="Author")
    with pytest.raises(invitations.ProfileKnown):
        invitations.invite(name="Mary", email="mary.lee@example.org", roles=roles, by=root.user)
    assert not User.objects.filter(email="mary.lee@example.org").exists()


def test_a_person_of_that_address_without_account_is_linked_when_chosen(root):
    person = factories.person("Mary Lee", email="mary.lee@example.org")
    invite(root, profile=person.pk)
    person.refresh_from_db()
    assert person.user == User.objects.get(username="mary.lee")
    assert Person.objects.filter(email__iexact="mary.lee@example.org").count() == 1


def test_a_person_with_another_account_is_left_alone(root):
    other = User.objects.create_user("other", "other@example.org", is_staff=True)
    person = factories.person("Mary Lee", email="mary.lee@example.org")
    person.user = other
    person.save()
    invite(root)
    person.refresh_from_db()
    assert person.user == other
    assert User.objects.get(username="mary.lee").person != person


def test_inviting_twice_makes_nothing_twice(root):
    invite(root)
    response = invite(root, email="mary.lee@EXAMPLE.org")
    assert response.status_code == 422
    assert "account with this email address already exists" in response.content.decode()
    counts = [User.objects.filter(email__iexact="mary.lee@example.org").count()]
    counts += [Invitation.objects.count(), Person.objects.count(), OutgoingMail.objects.count()]
    assert counts == [1, 1, 1, 1]


def test_an_account_whose_user_name_is_the_address_counts(root):
    User.objects.create_user("mary.lee@example.org")
    assert invite(root).status_code == 422


def test_names_that_are_taken_get_a_number(root):
    User.objects.create_user("Mary.Lee")
    invite(root)
    assert User.objects.filter(username="mary.lee2").exists()
    assert invitations.free_username("王@example.org", "王") == "colleague"
    assert invitations.free_username("Ä.Öz@example.org", "x") == "a.oz"


def test_sent_again_only_the_latest_link_works(root):
    invite(root)
    user, first = User.objects.get(username="mary.lee"), link()
    act = {"action": "send_invitation_again", "_selected_action": [user.pk], "_confirmed": "1"}
    assert root.post("/admin/auth/user/", act).status_code == 302
    assert OutgoingMail.objects.count() == 2
    assert Client().get(first).status_code == 410
    assert accept(first).status_code == 410
    assert accept(link()).status_code == 302


def test_sent_again_to_one_who_has_a_password_is_refused(root):
    invite(root)
    accept(link())
    user = User.objects.get(username="mary.lee")
    with pytest.raises(invitations.CannotInvite):
        invitations.send_again(user, by=root.user)
    with pytest.raises(invitations.CannotInvite):
        invitations.send_again(root.user, by=root.user)


def test_a_link_ends_after_seven_days(root):
    invite(root)
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=6, hours=23))
    assert Client().get(link()).status_code == 200
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=7, minutes=1))
    assert accept(link()).status_code == 410


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_an_account_that_was_closed_meanwhile_is_not_opened(root, change):
    invite(root)
    User.objects.filter(username="mary.lee").update(**change)
    assert accept(link()).status_code == 410


@pytest.mark.parametrize("token", ["x", "1-1.x", "1-1", "a" * 3000, "%00"])
def test_other_tokens_are_refused(root, token):
    invite(root)
    assert Client().get(f"/admin/account/invitation/{token}/").status_code in (404, 410)


def test_a_reset_before_the_invitation_is_accepted_uses_it_up(root):
    invite(root)
    user = User.objects.get(username="mary.lee")
    user.set_password("from a reset 1")
    user.save()
    assert accept(link()).status_code == 410
    with pytest.raises(invitations.CannotInvite, match="already has a password"):
        invitations.send_again(user, by=root.user)


def test_only_superusers_invite(editor, root):
    assert invite(editor).status_code == 403
    assert editor.get(PAGE).status_code == 403
    assert not Invitation.objects.exists()
    assert root.get(PAGE).status_code == 200


@pytest.mark.parametrize("values", [{"name": ""}, {"email": "no address"}, {"roles": []}])
def test_what_is_missing_is_said(root, values):
    group = Group.objects.get(name="Author")
    form = {"name": "A", "email": "a@example.org", "roles": [group.pk]} | values
    response = root.post(PAGE, form)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == list(values)
    assert not OutgoingMail.objects.exists()


def test_invitations_stand_in_the_log_without_address_or_token(root):
    invite(root)
    accept(link())
    entries = [f"{each.object_repr} {each.change_message}" for each in LogEntry.objects.all()]
    assert "mary.lee Invited as Author." in entries
    assert "mary.lee Accepted the invitation and set a password." in entries
    assert not any("@" in each for each in entries)


def test_a_person_of_that_name_with_another_address_is_asked_about_too(root, make):
    """Else one person would have two pages."""
    person = make.person("Ann Lee", email="")
    answer = invite(root, name="ann lee")
    assert answer.status_code == 422
    assert f"/admin/core/person/{person.pk}/change/" in answer.text
    assert invite(root, name="ann lee", profile=person.pk).status_code == 302
    person.refresh_from_db()
    assert person.user is not None
