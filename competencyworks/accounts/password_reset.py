"""
A new password by a link in a mail.

Whoever asks sets off a task, whatever address was typed: the worker finds out whether there is an
account. So the page answers the same, after the same work, for known and unknown addresses. The
link works once (a new password or a sign-in changes what it is made of) and for three hours.
"""

from datetime import timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from competencyworks.core import floods
from competencyworks.core.client_address import client_address, hashed, network_of
from competencyworks.core.mail import outbox
from competencyworks.core.mail.letters import letter
from competencyworks.core.metadata import absolute

from . import activity

ACTION = "signin.reset"
SPAN = timedelta(hours=1)
FOR_ONE_ADDRESS = 3
FROM_ONE_NETWORK = 30


class TooMany(ValueError):
    """Enough for this hour; the message is for whoever asks."""


def count(request: HttpRequest, email: str) -> None:
    """Count a request. Raises TooMany, for known and unknown addresses alike."""
    address, network = hashed(f"reset {email}"), network_of(client_address(request))
    network = hashed(f"reset network {network}") if network else ""
    found = floods.counts(ACTION, SPAN, address, network)
    if found[address] >= FOR_ONE_ADDRESS or (network and found[network] >= FROM_ONE_NETWORK):
        raise TooMany(
            "A link was requested several times. Check your email, or try again in an hour."
        )
    floods.note(ACTION, address, network)


def ask(email: str) -> None:
    """Have the worker look for accounts with this address, and mail them a link."""
    send_links.enqueue(email)


@task()
def send_links(email: str) -> None:
    """Mail a link to each staff account with this address. Does nothing for other addresses."""
    users = get_user_model().objects.filter(email__iexact=email, is_active=True, is_staff=True)
    for user in users.order_by("pk"):
        send_link(user)


@transaction.atomic
def send_link(user) -> None:
    """Mail `user` a link that sets a new password."""
    token = default_token_generator.make_token(user)
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": token},
    )
    mail = letter(
        "password_reset",
        {
            "url": absolute(path),
            "username": user.get_username(),
            "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        },
        key=f"password-reset-{user.pk}-{timezone.now().timestamp():.3f}",
        to_email=user.email,
        subject="Set a new password",
    )
    outbox.queue([mail])
    activity.note(user, "Requested a link to set a new password.")
