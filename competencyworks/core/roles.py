"""The roles of staff: groups that hold what the policy gives them, and the table that tells it."""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

from .policy_rules import Grant
from .policy_table import KINDS, ROLES, Acts


def bring_in_line(using: str = "default") -> None:
    """
    Make the group of each role, and give it exactly the permissions of the policy.

    Raises RuntimeError, naming them, where the policy names permissions that no model has.
    """
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0, using=using)
    with transaction.atomic(using=using):
        for role, names in ROLES.items():
            group, _ = Group.objects.using(using).get_or_create(name=role)
            group.permissions.set(_permissions(names, using))


def _permissions(names: frozenset[str], using: str) -> list[Permission]:
    wanted = Q()
    for name in names:
        app, codename = name.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    found = list(Permission.objects.using(using).filter(wanted).select_related("content_type"))
    known = {f"{row.content_type.app_label}.{row.codename}" for row in found}
    if missing := names - known:
        raise RuntimeError(f"The policy names permissions that there are not: {sorted(missing)}")
    return found


# --- the table of roles ---------------------------------------------------------------------


def table() -> str:
    """The policy as Markdown: a row for each kind, a column for each role."""
    roles = list(ROLES)
    lines = [
        f"| | {' | '.join(roles)} | Superuser |",
        f"|-|{'-|' * (len(roles) + 1)}",
    ]
    for kind, acts in KINDS.items():
        cells = [_cell(acts, ROLES[role]) for role in roles]
        lines.append(f"| {_title(kind)} | {' | '.join([*cells, _cell(acts, None)])} |")
    return "\n".join(lines)


def _title(kind: str) -> str:
    app, name = kind.split(".")
    if app == "admin":
        return f"page: {name.replace('_', ' ')}"
    return str(apps.get_model(kind)._meta.verbose_name_plural)


def _cell(acts: Acts, names: frozenset[str] | None) -> str:
    """What holders of the permissions `names` (None: a superuser) may do to one kind."""
    by_rule: dict[str, list[str]] = {}
    for act, grants in acts.items():
        held = [grant for grant in grants if _holds(grant, names)]
        if held:
            rules = dict.fromkeys(grant.rule.says for grant in held)
            says = "any" if "any" in rules else "; ".join(rules)
            by_rule.setdefault(says, []).append(act.replace("_", " "))
    parts = [
        ", ".join(done) if says == "any" else f"{', '.join(done)}: {says}"
        for says, done in by_rule.items()
    ]
    return "<br>".join(parts) or "–"


def _holds(grant: Grant, names: frozenset[str] | None) -> bool:
    if names is None:
        return True
    return not grant.superusers and names.issuperset(grant.permissions)
