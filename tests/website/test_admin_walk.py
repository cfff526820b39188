"""
Every address and every list action of the admin, as each role and as nobody, held against the
policy's own table.

Addresses are taken from the URLconf, so one that names no act of the policy fails here.
"""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection, models, reset_queries, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from competencyworks.accounts import urls as signing_in
from competencyworks.core import policy
from competencyworks.core.policy_admin import PolicyAdmin, PolicyInline
from competencyworks.core.policy_table import KINDS, ROLES
from tests.website import admin_world

pytestmark = pytest.mark.django_db

WHO = [*ROLES, "superuser", "staff without a role", "reader", "nobody"]
# Django's views of a model: the act that shows, and the one that a POST does.
OF_MODELS = {
    "changelist_view": ("view", "view"),
    "add_view": ("add", "add"),
    "change_view": ("view", "change"),
    "delete_view": ("delete", "delete"),
    "history_view": ("view", "view"),
}
OF_ACCOUNTS = {"auth_user_password_change": ("auth.user", "change", "change")}
# What belongs to no kind and is open to all staff; the last two show only what the models allow.
OPEN_TO_STAFF = {
    "index", "logout", "password_change", "password_change_done", "jsi18n", "autocomplete",
    "app_list",
}  # fmt: skip
ELSEWHERE = {"login"}
WRITES = ("INSERT", "UPDATE", "DELETE")
# A form filled so that an act which forgets to ask would do something.
FILLED = {
    "post": "yes", "_confirmed": "1", "_cancel": "1", "_make": "1", "_send": "1", "_import": "1",
    "_save": "1", "reason": "x", "title": "Other words", "name": "Other words", "subject": "x",
    "text": "x", "to": "/x/", "path": "/y/", "kind": "email", "value": "x@y.example",
    "next_on": "2030-01-01", "decide": "approved.waiting", "ban": "email",
    "url": "https://x.example/", "email": "x@y.example", "step": "erase", "audience": "seated",
    "password1": "a-long-pass-phrase", "password2": "a-long-pass-phrase",
}  # fmt: skip


def patterns(urls: list, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in urls:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, before + str(pattern.pattern))
        else:
            yield before + str(pattern.pattern), pattern


def of_admin() -> list[URLPattern]:
    """
    Those with a name (the rest are redirects); of one route the first, which answers. Who signs in
    and has what account is tried in tests/accounts.
    """
    found, own_account = {}, {pattern.name for _, pattern in patterns(signing_in.urlpatterns)}
    for route, pattern in patterns(get_resolver().url_patterns):
        is_named = pattern.name and pattern.name not in own_account
        if route.startswith("admin/") and is_named:
            found.setdefault(route, pattern)
    return list(found.values())


def acts_of(pattern: URLPattern) -> tuple[str, str, str] | None:
    """Kind, act of GET and act of POST of an address; None where the policy is not asked."""
    view = pattern.callback
    if pattern.name in OF_ACCOUNTS:
        return OF_ACCOUNTS[pattern.name]
    if declared := getattr(view, "policy", None):
        return declared
    model_admin = getattr(view, "model_admin", None)
    if model_admin is None and hasattr(view, "__self__"):
        model_admin = view.__self__
    if model_admin is not None and view.__name__ in OF_MODELS:
        return (policy.kind_of(model_admin.model), *OF_MODELS[view.__name__])
    return None


def test_every_address_of_the_admin_names_its_act():
    unknown = {
        pattern.name
        for pattern in of_admin()
        if acts_of(pattern) is None and pattern.name not in OPEN_TO_STAFF | ELSEWHERE
    }
    assert not unknown
    assert len(of_admin()) > 200


def test_every_admin_and_inline_asks_the_policy():
    for model, model_admin in admin.site._registry.items():
        assert isinstance(model_admin, PolicyAdmin), model
        assert policy.kind_of(model) in KINDS
        for inline in model_admin.inlines:
            assert issubclass(inline, PolicyInline), inline
            assert policy.kind_of(inline.model) in KINDS


def person(who: str) -> User | None:
    if who == "nobody":
        return None
    user = User.objects.create_user(
        "tried", is_staff=who != "reader", is_superuser=who == "superuser"
    )
    if who in ROLES:
        user.groups.add(Group.objects.get(name=who))
    return user


def signed_in_as(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    return client


class Asked:
    """One request, undone afterward, and whether it was refused."""

    def __init__(self, client: Client, method: str, address: str, data: dict) -> None:
        self.name = f"{method} {address}"
        cookies = client.cookies.copy()
        reset_queries()  # the log of queries is cut at 9,000, and would then show none
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            self.answer: HttpResponse = getattr(client, method)(address, data)
            transaction.set_rollback(True)
        client.cookies = cookies  # a session that this made is undone, too
        self.wrote = [
            query["sql"][:120]
            for query in queries
            if query["sql"].startswith(WRITES) and "django_session" not in query["sql"]
        ]

    @property
    def is_refused(self) -> bool:
        """Some pages lead away with a message, and do nothing."""
        status = self.answer.status_code
        return status in (403, 404) or (status == 302 and not self.wrote)

    def problem(self, allowed: bool, act: str) -> str | None:
        status = self.answer.status_code
        if status >= 500:
            return f"{self.name}: {status}"
        if not allowed and (not self.is_refused or self.wrote):
            return f"{self.name}: {act} was not refused ({status}), wrote {self.wrote}"
        if allowed and (status == 403 or "/login/" in self.answer.get("Location", "")):
            return f"{self.name}: {act} was refused ({status}), though the policy allows it"
        return None


def address_of(pattern: URLPattern, target: models.Model) -> str:
    """The address for one object."""
    keys = {
        "object_id": target.pk, "pk": target.pk, "id": target.pk, "number": 1, "file_pk": 1,
        "content_type_id": 1, "app_label": "blog", "version": 1,
    }  # fmt: skip
    named = pattern.pattern.regex.groupindex if hasattr(pattern.pattern, "regex") else {}
    wanted = {name: keys[name] for name in named}
    return reverse(f"admin:{pattern.name}", kwargs=wanted)


def targets(pattern: URLPattern, kind: str, world) -> list[models.Model | None]:
    """The objects an address is tried with; [None] where it is about a kind as a whole."""
    if not pattern.pattern.regex.groupindex:
        return [None]
    if str(pattern.pattern).startswith("of/"):  # a page of registrations, by the key of an event
        kind = "events.event"
    if kind.startswith("admin."):
        kind = "core.outsideaddress"
    found = [items for model, items in world.items() if policy.kind_of(model) == kind]
    assert found, f"There is no object of the kind {kind}."
    return found[0]


def tries(user: User | None, world) -> Iterator[tuple[str, str, bool, str]]:
    """Method, address, whether the policy allows it, and the act, of every address."""
    for pattern in of_admin():
        known = acts_of(pattern)
        if known is None:
            continue
        kind, shows, does = known
        for target in targets(pattern, kind, world):
            address = address_of(pattern, target) if target else reverse(f"admin:{pattern.name}")
            of_item = target is not None and policy.kind_of(target) == kind
            asked = target if of_item else kind
            for method, act in (("get", shows), ("post", does)):
                # Who may not see an object cannot do anything to it either.
                allowed = user is not None and policy.may(user, act, asked)
                if of_item:
                    allowed = allowed and policy.may(user, "view", target)
                yield method, address, allowed, act


@pytest.mark.parametrize("who", WHO)
def test_every_address_answers_as_the_policy_says(who):
    user = person(who)
    world = admin_world.build(user or User.objects.create_user("somebody"))
    client, problems, count = signed_in_as(user), [], 0
    for method, address, allowed, act in tries(user, world):
        asked = Asked(client, method, address, FILLED if method == "post" else {})
        count += 1
        if problem := asked.problem(allowed, act):
            problems.append(problem)
    assert not problems, "\n".join(problems)
    assert count > 1000


def list_actions() -> Iterator[tuple[PolicyAdmin, str, str]]:
    for model_admin in admin.site._registry.values():
        for name in [*model_admin.actions, "delete_selected"]:
            function = getattr(model_admin, name, None)
            yield model_admin, name, getattr(function, "act", "delete")


@pytest.mark.parametrize("who", WHO)
def test_every_list_action_does_to_each_object_what_the_policy_says(who):
    user = person(who)
    world = admin_world.build(user or User.objects.create_user("somebody"))
    client, problems, done = signed_in_as(user), [], 0
    # Django takes a POST with `_save` for that of an editable list, and runs no action.
    filled = {field: value for field, value in FILLED.items() if field != "_save"}
    for model_admin, name, act in list_actions():
        options = model_admin.opts
        address = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
        for item in world[model_admin.model]:
            for query in ("", "?stage=trash", "?state=all"):
                data = {**filled, "action": name, "_selected_action": [item.pk]}
                asked = Asked(client, "post", address + query, data)
                seen = policy.rows(user or User(), "view", type(item)._base_manager.all())
                allowed = policy.may(user or User(), act, item) and seen.filter(pk=item.pk).exists()
                done += bool(allowed and asked.wrote)
                if not allowed and asked.wrote:
                    problems.append(f"{asked.name} {name} of {item!r} wrote {asked.wrote}")
                elif asked.answer.status_code >= 500:
                    problems.append(f"{asked.name} {name} of {item!r}: a fault")
                elif allowed and asked.answer.status_code == 403:
                    problems.append(f"{asked.name} {name} of {item!r} was refused")
    assert not problems, "\n".join(problems)
    assert done or who not in (*ROLES, "superuser"), "No action did anything."


@pytest.mark.parametrize("who", [who for who in WHO if who != "nobody"])
def test_autocompletes_offer_only_what_the_user_may_see(who):
    user = person(who)
    world = admin_world.build(user)
    client, problems = signed_in_as(user), []
    for model_admin in admin.site._registry.values():
        inlines = [inline(model_admin.model, admin.site) for inline in model_admin.inlines]
        for form in (model_admin, *inlines):
            for field_name in form.autocomplete_fields:
                field = form.opts.get_field(field_name)
                offered = field.related_model
                data = {
                    "app_label": form.opts.app_label,
                    "model_name": form.opts.model_name,
                    "field_name": field_name,
                    "term": "",
                }
                answer = client.get(reverse("admin:autocomplete"), data)
                if not policy.may(user, "view", offered):
                    if answer.status_code == 200:
                        problems.append(f"{form.opts.label}.{field_name} is offered")
                    continue
                keys = {row["id"] for row in answer.json()["results"]}
                hidden = {str(i.pk) for i in world[offered] if not policy.may(user, "view", i)}
                if keys & hidden:
                    problems.append(f"{form.opts.label}.{field_name} offers what is hidden")
    assert not problems, "\n".join(problems)
