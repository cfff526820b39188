"""
Inviting a colleague: the account, its roles, its public profile and the mail, in one act.

The mail's link lets its reader set the first password. It works once, for seven days, and only the
link of the latest mail works.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from django.contrib.admin.models import ADDITION
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from competencyworks.core import tokens
from competencyworks.core.email_addresses import stored_form
from competencyworks.core.mail import outbox
from competencyworks.core.mail.letters import letter, site_name
from competencyworks.core.metadata import absolute
from competencyworks.core.models import Person

from . import activity
from .models import Invitation

PURPOSE = "accounts.invitation"
VALID = timedelta(days=7)
NEW = "new"  # in place of a profile's key
LONGEST_USERNAME = 150


class CannotInvite(ValueError):
    """Nobody was invited; the message says why."""


class ProfileKnown(CannotInvite):
    """Somebody with the address has a profile without an account; whose it is must be said."""


class CannotAccept(ValueError):
    """The link no longer works; the message says why and what to do."""


@transaction.atomic
def invite(
    *, name: str, email: str, roles: Iterable[Group], by, profile: int | str = ""
) -> Invitation:
    """
    Make a staff account for the person with this name and address, and mail an invitation.

    The account gets `roles`, no password, and a public profile: a new one, or that of the key
    `profile`. Where profiles_of() knows the address or the name, `profile` must say which of them
    it is, or NEW: others may share an address or a name, and one person must not become two.
    Raises CannotInvite, as where the address has an account already, and ProfileKnown.
    """
    users = get_user_model().objects
    name, email, roles = " ".join(name.split()), stored_form(email), list(roles)
    if not name or not email or not roles:
        raise CannotInvite("Enter a name, an email address, and at least one role.")
    # Two who invite the same person at once: the second waits here, and finds the account.
    with connection.cursor() as cursor:
        lock = f"{PURPOSE} {email}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
    if users.filter(email__iexact=email).exists() or users.filter(username__iexact=email).exists():
        raise CannotInvite(
            "An account with this email address already exists. Change its roles or resend the "
            "invitation under Users."
        )
    first, _, last = name.rpartition(" ")
    try:
        with transaction.atomic():
            user = users.create_user(
                username=free_username(email, name),
                email=email,
                password=None,
                first_name=(first or last)[:150],
                last_name=(last if first else "")[:150],
                is_staff=True,
            )
    except IntegrityError as error:
        raise CannotInvite("Someone else was invited at the same time. Try again.") from error
    user.groups.set(roles)
    _link_profile(user, name, email, profile)
    invitation = Invitation.objects.create(user=user, invited_by=by)
    names = ", ".join(sorted(role.name for role in roles))
    activity.note(by, f"Invited as {names}.", about=user, flag=ADDITION)
    _mail(invitation)
    return invitation


@transaction.atomic
def send_again(user, *, by) -> Invitation:
    """
    Mail `user` a new link, which takes the place of the earlier one. Raises CannotInvite for
    accounts that have set a password already, are not active, or were never invited.
    """
    invitation = Invitation.objects.select_for_update().filter(user=user).first()
    if invitation is None:
        raise CannotInvite(f"{user} was not invited by email.")
    if invitation.accepted_at or user.has_usable_password():
        raise CannotInvite(f"{user} already has a password and can reset it.")
    if not (user.is_active and user.is_staff and user.email):
        raise CannotInvite(f"{user} has no active staff account with an email address.")
    invitation.number += 1
    invitation.sent_at, invitation.invited_by = timezone.now(), by
    invitation.save(update_fields=["number", "sent_at", "invited_by"])
    activity.note(by, "Resent the invitation.", about=user)
    _mail(invitation)
    return invitation


def invitation_of(token: str) -> Invitation:
    """The open invitation that the link names. Raises CannotAccept."""
    try:
        pk, _, number = tokens.read(PURPOSE, token).partition("-")
    except tokens.BadToken as error:
        raise CannotAccept(
            "This link is not complete. Copy the whole link from the email."
        ) from error
    invitation = Invitation.objects.select_related("user").filter(pk=pk).first()
    if invitation is None or not invitation.user.is_active or not invitation.user.is_staff:
        raise CannotAccept("This invitation was withdrawn. Contact the person who invited you.")
    if invitation.accepted_at or invitation.user.has_usable_password():
        raise CannotAccept("This invitation has been used. Sign in with your password.")
    if str(invitation.number) != number:
        raise CannotAccept("A newer invitation was sent. Use the link in the latest email.")
    if timezone.now() - invitation.sent_at > VALID:
        raise CannotAccept(
            "This invitation has expired. Ask the person who invited you for a new one."
        )
    return invitation


@transaction.atomic
def accept(token: str, password: str):
    """Set the first password of the account that the link names. Raises CannotAccept."""
    pk = invitation_of(token).pk
    list(Invitation.objects.select_for_update().filter(pk=pk))
    invitation = invitation_of(token)  # another click may have been faster
    user = invitation.user
    user.set_password(password)
    user.save(update_fields=["password"])
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    activity.note(user, "Accepted the invitation and set a password.")
    return user


def free_username(email: str, name: str) -> str:
    """A user name made of the address's first part, or of the name, that nobody has yet."""
    for text in (email.partition("@")[0], name):
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        base = re.sub(r"[^a-z0-9._-]+", ".", plain.lower()).strip("._-")[: LONGEST_USERNAME - 6]
        if base:
            break
    else:
        base = "colleague"
    taken = {
        each.lower()
        for each in get_user_model()
        .objects.filter(username__istartswith=base)
        .values_list("username", flat=True)
    }
    number, username = 1, base
    while username in taken:
        number += 1
        username = f"{base}{number}"
    return username


def profiles_of(email: str, name: str = "") -> QuerySet[Person]:
    """The profiles without an account that have this address or this name."""
    known = Q(email__iexact=email)
    if name := " ".join(name.split()):
        known |= Q(name__iexact=name)
    return Person.objects.filter(known, user=None).order_by("pk")


def _link_profile(user, name: str, email: str, profile: int | str) -> None:
    """Give `user` the profile that was chosen, or a new one."""
    known = {person.pk: person for person in profiles_of(email, name).select_for_update()}
    if known and profile == "":
        raise ProfileKnown(
            "There is already a person with this name or email address. "
            "Choose whether it is the same person."
        )
    if not known or profile == NEW:
        Person.objects.create(name=name, email=email, user=user)
        return
    person = known.get(profile)
    if person is None:
        raise ProfileKnown("This person was changed in the meantime. Choose again.")
    person.user = user
    person.save(update_fields=["user"])


def _mail(invitation: Invitation) -> None:
    user = invitation.user
    token = tokens.make(PURPOSE, f"{invitation.pk}-{invitation.number}")
    mail = letter(
        "invitation",
        {
            "url": absolute(reverse("accept_invitation", args=[token])),
            "username": user.get_username(),
            "inviter": invitation.invited_by.get_full_name() if invitation.invited_by else "",
            "days": VALID.days,
        },
        key=f"invitation-{invitation.pk}-{invitation.number}",
        to_email=user.email,
        subject=f"Your account at {site_name()}",
    )
    # A new invitation does not wait behind one that does not arrive.
    outbox.queue([replace(mail, about="")])
