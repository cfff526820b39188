from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from competencyworks.core.models import State

from .resources import Resource


class PolicySpanQuerySet(models.QuerySet):
    def at(self, moment: datetime | None = None) -> "PolicySpanQuerySet":
        """What the public found here at `moment` (now, if left out)."""
        moment = moment or timezone.now()
        return self.filter(Q(until=None) | Q(until__gt=moment), since__lte=moment)


class PolicySpan(models.Model):
    """
    That from `since` until `until` (empty: to this day) the public wiki said of a state that it
    has this policy, in this form and stage.

    Read out of the policy's revisions by `states.spans.rewrite()`, and out of nothing else.
    """

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="policy_spans")
    state = models.ForeignKey(State, models.CASCADE, related_name="+")
    form = models.CharField(max_length=12, blank=True)
    stage = models.CharField(max_length=10, blank=True)
    since = models.DateTimeField(db_index=True)
    until = models.DateTimeField(null=True)

    objects = PolicySpanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="policy_span_lasts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource} in {self.state}"
