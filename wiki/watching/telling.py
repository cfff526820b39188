"""
Telling those who watch what has changed: one mail for all changes since the last, at most one an
hour, after a few minutes in which nothing more was saved.

What is due is read from the revisions: each watch keeps the number up to which it was told. A
revision of an item gets its number under the item's lock, so none can come later with a lower
number. Mail and mark are written in one transaction: each change is told once, whoever dies.
"""

from dataclasses import dataclass
from datetime import timedelta
from html import unescape

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.html import strip_tags

from competencyworks.core import revisions
from competencyworks.core.mail import outbox
from competencyworks.core.mail.letters import letter
from competencyworks.core.mail.outbox import Mail
from competencyworks.core.mail.sending import checked
from competencyworks.core.metadata import absolute
from competencyworks.core.models import OutgoingMail, Revision

from ..models import Resource, Watch, WikiPage
from . import acts, proofs

QUIET = timedelta(minutes=10)  # in which a writer often saves again
PAUSE = timedelta(hours=1)  # between two mails about one item to one address
LONGEST = timedelta(hours=1)  # that somebody who saves all the time holds a mail back
A_SLICE = 50
KIND = "watch_changed"
ENDED = "its reader watches it no more."
SHOWN = 10  # changes that a mail lists
EXCERPT = 700  # characters of the difference


@dataclass(frozen=True)
class Passage:
    """A field in which something changed, as words of a mail."""

    label: str
    text: str


def tell() -> bool:
    """Queue the mails that are due, to fifty watches. True if more may be due."""
    with transaction.atomic():
        watches = list(_due().select_for_update(of=("self",), skip_locked=True)[:A_SLICE])
        outbox.queue([mail for watch in watches if (mail := _mail(watch))])
    return len(watches) == A_SLICE


def _due():
    now = timezone.now()
    found = Q(pk__in=[])
    for model in (WikiPage, Resource):
        kind = ContentType.objects.get_for_model(model)
        item = model.objects.published(now).filter(pk=OuterRef("object_id")).order_by()
        found |= Q(Exists(item), content_type=kind)
    news = Revision.objects.public(now).filter(
        content_type=OuterRef("content_type"),
        object_id=OuterRef("object_id"),
        number__gt=OuterRef("told_number"),
    )
    first = news.order_by("number").values("created_at")[:1]
    recent = news.filter(created_at__gt=now - QUIET).order_by()
    rows = Watch.objects.filter(found, confirmed_at__isnull=False)
    rows = rows.filter(Q(told_at=None) | Q(told_at__lte=now - PAUSE))
    rows = rows.alias(first=Subquery(first), goes_on=Exists(recent))
    rows = rows.filter(Q(goes_on=False) | Q(first__lte=now - LONGEST), first__isnull=False)
    return rows.order_by("pk")


def _mail(watch: Watch) -> Mail | None:
    """The mail about what is new to `watch`, whose mark it moves on."""
    item = watch.item
    rows = revisions.history(item).public()
    news = rows.filter(number__gt=watch.told_number).select_related("author")
    news = list(news.defer("content"))
    if not news:
        return None
    newest = news[0]
    before = rows.filter(number__lte=watch.told_number).first()
    watch.told_number, watch.told_at = newest.number, timezone.now()
    watch.save(update_fields=["told_number", "told_at"])
    passages = _passages(before, newest, type(item))
    if not passages:
        return None  # only what readers do not see, or there and back again
    compare = f"history/compare/?from={before.number}&to={newest.number}" if before else "history/"
    return letter(
        KIND,
        {
            "title": item.title,
            "url": absolute(item.path),
            "compare_url": absolute(item.path + compare),
            "changes": [_line(row) for row in news[:SHOWN]],
            "more": max(0, len(news) - SHOWN),
            "passages": passages,
        },
        key=f"watch-{watch.pk}-{newest.number}",
        to_email=watch.email,
        subject=f"Changed: {item.title}",
        stop_url=absolute(proofs.stop_path(watch)),
    )


@checked(KIND)
def look(mail: OutgoingMail) -> str | None:
    """Whether the item still is watched, and to be seen."""
    watch = Watch.objects.filter(pk=mail.about.rpartition("-")[2], email=mail.to_email).first()
    if watch is None:
        return ENDED
    return None if watch.item is not None and watch.item.is_public else acts.NOT_PUBLIC


# What readers see of an item beside its text; owner and days to review are the staff's own.
UNSEEN = ("owner", "review_by", "status", "publish_at", "unpublish_at", "discussion", "position",
          "hide_from_search_engines", "seo_title", "seo_description", "slug")  # fmt: skip


def _passages(before: Revision | None, newest: Revision, model) -> list[Passage]:
    if before is None:
        return [Passage("New", "It is public now.")]
    found = revisions.changes(before.content, newest.content, model, without=UNSEEN, public=True)
    return [Passage(change.label, words_of(change.html)) for change in found]


def words_of(html: str) -> str:
    """A difference as plain words: `[+added+]`, `[-removed-]`, the stretches around them."""
    for said in ("added: ", "removed: "):
        html = html.replace(f'<span class="visually-hidden">{said}</span>', "")
    for tag, sign in {"ins": "+", "del": "−"}.items():
        html = html.replace(f"<{tag}>", f"[{sign}").replace(f"</{tag}>", f"{sign}]")
    return _around(" ".join(unescape(strip_tags(html.replace("><", "> <"))).split()))


def _around(text: str) -> str:
    """Of a long text what stands around its first change."""
    if len(text) <= EXCERPT:
        return text
    first = min((at for sign in ("[+", "[−") if (at := text.find(sign)) >= 0), default=0)
    start = max(0, first - EXCERPT // 4)
    piece = text[start : start + EXCERPT]
    return ("… " if start else "") + piece + (" …" if start + EXCERPT < len(text) else "")


def _line(row: Revision) -> dict:
    """Who saved it, in a mail that stays when a reader has themselves forgotten."""
    author = row.author.get_full_name() if row.author else ""
    who = "a reader, whose suggestion was accepted" if row.credit else author or "an editor"
    return {"who": who, "reason": row.reason, "at": row.created_at}
