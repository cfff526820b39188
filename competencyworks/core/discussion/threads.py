"""
Comments as the conversation that they are, cut into pages between threads.

Which comments there are is a column of the item's own query (`outline`), so that a page reads the
text of those alone that it shows, and asks the database as often under none as under hundreds.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import IntegerField, JSONField
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe

from ..metadata import PageMeta
from ..models import Comment
from ..numbers import whole_number
from ..paging import NoSuchPage
from ..publishing import Discussed
from . import taken_up
from .markup import article

PAGE_SIZE = 50  # comments; a page may hold more, because no thread is torn
LEVELS = 3  # how far answers are set in

OUTLINE = """
jsonb_build_object(
  'closes_after', (SELECT closes_after_days FROM core_discussionsettings),
  'comments', (
    SELECT coalesce(
      jsonb_agg(
        jsonb_build_array(said.id, said.parent_id, said.is_pinned) ORDER BY said.created_at, said.id
      ), '[]'
    )
    {on_item}
  )
)
"""
COUNT = "(SELECT count(*) {on_item})"
ON_ITEM = """
    FROM core_comment said
    WHERE said.object_id = {0}.id AND said.content_type_id = (
      SELECT id FROM django_content_type WHERE app_label = '{1}' AND model = '{2}'
    ) AND said.status = 'approved' AND said.kind = 'comment'
"""


@dataclass(slots=True)
class Said:
    """One comment in its place. `above` is what it answers, `depth` counts from 1."""

    pk: int
    is_pinned: bool
    above: "Said | None" = None
    answers: list["Said"] = field(default_factory=list)
    depth: int = 1
    name: str = ""
    website: str = ""
    body: str = ""
    created_at: datetime | None = None
    taken_up: list[SafeString] = field(default_factory=list)

    @property
    def level(self) -> int:
        return min(self.depth, LEVELS)


class Conversation:
    """What is said under `item`, and whether more may be."""

    def __init__(self, item: models.Model) -> None:
        self.item = item
        facts = getattr(item, "talk", None) or _facts(item)
        self.is_open = _is_open(item, facts["closes_after"] or 0)
        self.count = len(facts["comments"])
        self.pages = _pages(_threads(item, facts["comments"]))
        self.number = 1

    @cached_property
    def path(self) -> str:
        """The address of the form, and of what is posted by it."""
        return form_path(self.item)

    @cached_property
    def comments(self) -> list[Said]:
        """
        The comments of the page `number`, in reading order. One query, even for none; more only
        where something was made of a comment.
        """
        shown = {said.pk: said for said in self.pages[self.number - 1]} if self.pages else {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, is_taken_up, name, website, body, created_at FROM core_comment "
                "WHERE id = ANY(%s)",
                [list(shown)],
            )
            rows = cursor.fetchall()
        for pk, _, *values in rows:
            said = shown[pk]
            said.name, said.website, said.body, said.created_at = values
        if used := [pk for pk, is_taken_up, *_ in rows if is_taken_up]:
            for pk, found in taken_up.lines(used).items():
                shown[pk].taken_up = found
        return list(shown.values())

    @property
    def html(self) -> SafeString:
        """The comments of the page, each as an element."""
        path = self.path if self.is_open else ""
        # Safe: names and addresses are escaped, bodies were cleaned.
        return mark_safe("".join(article(said, path) for said in self.comments))  # noqa: S308

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to read or to write."""
        return self.is_open or bool(self.count)

    def meta(self, meta: PageMeta) -> PageMeta:
        """Head matter of a further page of comments: the text itself is listed by the first."""
        title = f"{meta.title}, comments, page {self.number}"
        return replace(meta, title=title, hidden=True)

    @property
    def page_numbers(self) -> range:
        return range(1, len(self.pages) + 1)

    def page_of(self, pk: int) -> int | None:
        """The number of the page on which the comment `pk` stands; None if it is not public."""
        for number, page in enumerate(self.pages, start=1):
            if any(said.pk == pk for said in page):
                return number
        return None

    def page_for_new(self, pk: int, parent: int | None) -> int:
        """The number of the page on which a comment stands that came after this was asked for."""
        if number := self.page_of(pk) or (parent and self.page_of(parent)):
            return number
        is_full = bool(self.pages) and len(self.pages[-1]) >= PAGE_SIZE
        return max(len(self.pages), 1) + is_full

    def has(self, pk: int) -> bool:
        return self.page_of(pk) is not None

    def address_of(self, pk: int) -> str | None:
        """Where the comment `pk` is read, as '/…/?comments=2#comment-12'; None if nowhere."""
        number = self.page_of(pk)
        return address_in(self.item, number, pk) if number else None


def address_in(item: models.Model, number: int, pk: int) -> str:
    """The address of the comment `pk` on the page `number` of the conversation under `item`."""
    page = f"?comments={number}" if number > 1 else ""
    return f"{item.get_absolute_url()}{page}#comment-{pk}"


def conversation(item: models.Model, asked: str = "1") -> Conversation:
    """The conversation under `item` at the page `asked` for; Http404 where there is none such."""
    talk = Conversation(item)
    last = max(len(talk.pages), 1)
    number = whole_number(asked, last)
    if not number:
        raise NoSuchPage("comments")
    talk.number = number
    return talk


def discussed_kinds() -> dict[str, type[models.Model]]:
    """The kinds of content that readers may comment on, by their labels ('blog.post')."""
    return {
        model._meta.label_lower: model
        for model in apps.get_models()
        if issubclass(model, Discussed) and not model._meta.proxy
    }


def form_path(item: models.Model) -> str:
    return f"/comments/on/{item._meta.concrete_model._meta.label_lower}/{item.pk}/"


def outline(model: type[models.Model]) -> RawSQL:
    """
    A column for queries of `model`, to be named `talk`: which comments are public (key, parent,
    pinned; oldest first), and after how many days discussions close.
    """
    return RawSQL(_about(OUTLINE, model), (), JSONField())  # noqa: S611 - see _about


def comment_count(model: type[models.Model]) -> RawSQL:
    """A column for lists of `model`, to be named `comment_count`: how many comments are public."""
    return RawSQL(_about(COUNT, model), (), IntegerField())  # noqa: S611 - see _about


def _about(sql: str, model: type[models.Model]) -> str:
    """`sql` with the comments on an item; all of it is written here, the names are our tables'."""
    kind = model._meta.concrete_model._meta
    on_item = ON_ITEM.format(kind.db_table, kind.app_label, kind.model_name)
    return sql.replace("{on_item}", on_item)


def _facts(item: models.Model) -> dict[str, Any]:
    """What `outline` tells, asked for one item."""
    model = type(item)
    rows = model._base_manager.filter(pk=item.pk).annotate(talk=outline(model))
    return rows.values_list("talk", flat=True).get()


def _is_open(item: models.Model, closes_after: int) -> bool:
    """Whether readers may comment: the item's own word, or else its age (days)."""
    if not item.is_public or item.discussion == Discussed.Discussion.CLOSED:
        return False
    if item.discussion == Discussed.Discussion.OPEN or not closes_after:
        return True
    return timezone.now() < item.publish_at + timedelta(days=closes_after)


def _threads(item: models.Model, rows: list[tuple[int, int | None, bool]]) -> list[Said]:
    """
    The comments that answer nothing, each with its answers; pinned ones stand before others.

    An answer whose parent is not public moves up to the nearest one that is, or to the top.
    """
    comments = {pk: Said(pk, is_pinned) for pk, _, is_pinned in rows}
    parents = {pk: parent for pk, parent, _ in rows}
    if any(parent is not None and parent not in comments for parent in parents.values()):
        parents = dict(Comment.objects.on(item).values_list("pk", "parent_id"))
    roots: list[Said] = []
    for pk, said in comments.items():
        above = parents[pk]
        while above is not None and above not in comments:
            above = parents.get(above)
        said.above = comments[above] if above is not None else None
        (said.above.answers if said.above else roots).append(said)
    for answers in (roots, *(said.answers for said in comments.values())):
        if len(answers) > 1:
            answers.sort(key=lambda said: not said.is_pinned)  # keeps the order otherwise
    return roots


def _reading_order(root: Said) -> list[Said]:
    """A thread, each comment before its answers; sets how deep each stands."""
    found, waiting = [], [root]
    while waiting:
        said = waiting.pop()
        said.depth = said.above.depth + 1 if said.above else 1
        found.append(said)
        waiting.extend(reversed(said.answers))
    return found


def _pages(roots: list[Said]) -> list[list[Said]]:
    """The threads in pages of about PAGE_SIZE comments; a page ends when it is full."""
    pages: list[list[Said]] = []
    for root in roots:
        if not pages or len(pages[-1]) >= PAGE_SIZE:
            pages.append([])
        pages[-1] += _reading_order(root)
    return pages
