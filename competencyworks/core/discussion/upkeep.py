"""What the worker does for the discussion: empties, forgets, asks the spam service."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from .. import floods
from ..background.sweeps import sweep
from ..models import Comment, CommentReport, Revision, ServiceCall
from ..models.comments import HAS_TRACES
from . import service_work

KEPT = timedelta(days=30)
HOUR = 3600
A_SLICE = 500
FORGOTTEN = "forgotten "  # reporters whose hash has gone


@sweep(every=HOUR)
def empty_spam_and_trash() -> bool:
    """Delete what has been spam or trash for 30 days, and what was kept of its words."""
    old = Comment.objects.annotate(since=Coalesce("decided_at", "created_at")).filter(
        status__in=[Comment.Status.SPAM, Comment.Status.TRASH], since__lt=timezone.now() - KEPT
    )
    with transaction.atomic():
        rows = old.order_by("pk").select_for_update(of=("self",), skip_locked=True)
        gone = list(rows.values_list("pk", flat=True)[:A_SLICE])
        kind = ContentType.objects.get_for_model(Comment)
        Revision.objects.filter(content_type=kind, object_id__in=gone).delete()
        Comment.objects.filter(pk__in=gone).delete()
    return len(gone) == A_SLICE


@sweep(every=HOUR)
def forget_senders() -> bool:
    """Drop after 30 days where comments and reports came from, and what limits were counted by."""
    before = timezone.now() - KEPT
    old = Comment.objects.filter(HAS_TRACES, created_at__lt=before).order_by("created_at")
    some = list(old.values_list("pk", flat=True)[:A_SLICE])
    Comment.objects.filter(pk__in=some).update(network="", sender=None, user_agent="")
    reports = CommentReport.objects.filter(~Q(reporter__startswith=FORGOTTEN), at__lt=before)
    reports.update(reporter=Concat(Value(FORGOTTEN), Cast("pk", CharField())))
    ServiceCall.objects.filter(done_at__lt=before).delete()
    floods.forget_old()
    return len(some) == A_SLICE


@sweep(every=10)
def ask_spam_service() -> bool:
    """Make the calls that acts have left for the spam service."""
    return service_work.work()
