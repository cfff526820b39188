"""
What the wiki said of each state's policies, and from when until when.

The map 'as of' a day asks this of every policy at once; out of the revisions themselves it would
read all of them at each view.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.dateparse import parse_datetime

from competencyworks.core import revisions
from competencyworks.core.models import State

# State (its key), form and stage of a policy.
Fact = tuple[int, str, str]


@transaction.atomic
def rewrite(resource: models.Model) -> None:
    """
    Read the spans (wiki.PolicySpan) of the wiki.Resource `resource` out of its history again.

    While a resource is in the trash, its last span ends there; a stay in the trash that is over
    leaves no trace, as it leaves none in the history.
    """
    spans = resource.policy_spans
    spans.all().delete()
    there = set(State.objects.values_list("pk", flat=True))
    spans.bulk_create(
        spans.model(
            resource=resource, state_id=state, form=form, stage=stage, since=since, until=until
        )
        for (state, form, stage), since, until in _spans(resource)
        if state in there
    )


def _spans(resource: models.Model) -> Iterator[tuple[Fact, datetime, datetime | None]]:
    """Each fact with its longest spans, those that touch made one."""
    found: dict[Fact, list[list]] = defaultdict(list)
    for content, since, until in _versions(resource):
        for fact in _facts(content):
            spans = found[fact]
            if spans and spans[-1][1] == since:
                spans[-1][1] = until
            else:
                spans.append([since, until])
    for fact, spans in found.items():
        for since, until in spans:
            yield fact, since, until


def _versions(resource: models.Model) -> Iterator[tuple[dict[str, Any], datetime, datetime | None]]:
    """What was public, and from when until when, the oldest first."""
    rows = revisions.history(resource).order_by("number")
    history = list(rows.values_list("content", "created_at"))
    if not history:
        return
    ends = [created_at for _, created_at in history[1:]] + [None]
    for (content, created_at), end in zip(history, ends, strict=True):
        if content.get("status") != "published":
            continue
        since = max(created_at, parse_datetime(content["publish_at"]))
        leaves = content.get("unpublish_at")
        limits = [end, parse_datetime(leaves) if leaves else None, resource.trashed_at]
        until = min((limit for limit in limits if limit), default=None)
        if until is None or since < until:
            yield content, since, until


def _facts(content: dict[str, Any]) -> set[Fact]:
    if content.get("kind") != "policy":
        return set()
    form, stage = content.get("policy_form", ""), content.get("policy_stage", "")
    return {(state, form, stage) for state in content.get("states", ())}
