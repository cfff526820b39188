"""
A comment in its conversation, as HTML.

In Python, because a page says it of fifty rows: as a template it costs ten times as much.
"""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.html import escape

from ..templatetags.articles import day
from .marks import REL, with_rel

if TYPE_CHECKING:
    from .threads import Said


def article(said: "Said", answer_path: str) -> str:
    """The element of one comment. `answer_path` is the form's address, '' where none answers."""
    name = escape(said.name or "Anonymous")
    shown = f'<a href="{escape(said.website)}" rel="{REL}">{name}</a>' if said.website else name
    pinned = ' · <span class="pinned">Pinned</span>' if said.is_pinned else ""
    # The body was cleaned at every write, see core.prose.cleaning.
    return (
        f'<article class="comment depth-{said.level}" id="comment-{said.pk}">\n'
        f'<div class="comment-head"><h3 class="comment-name" dir="auto">{shown}</h3>\n'
        f'<p class="date"><a href="#comment-{said.pk}">{day(timezone.localtime(said.created_at))}'
        f"</a>{pinned}</p></div>\n"
        f"{_in_answer(said)}"
        f'<div class="comment-body prose" dir="auto">{with_rel(said.body)}</div>\n'
        f"{_taken_up(said)}"
        f'<p class="comment-acts">{_answer(said, name, answer_path)}'
        f'<a href="/comments/{said.pk}/report/" rel="nofollow">Report'
        f'<span class="visually-hidden"> the comment by {name}</span></a></p>\n</article>\n'
    )


def _in_answer(said: "Said") -> str:
    if not said.above:
        return ""
    name = escape(said.above.name or "Anonymous")
    link = f'<a href="#comment-{said.above.pk}" dir="auto">{name}</a>'
    return f'<p class="in-answer">in reply to {link}</p>\n'


def _taken_up(said: "Said") -> str:
    return "".join(f'<p class="taken-up">{line}</p>\n' for line in said.taken_up)


def _answer(said: "Said", name: str, path: str) -> str:
    if not path:
        return ""
    return (
        f'<a class="answer" href="{path}?parent={said.pk}" rel="nofollow" '
        f'data-answer="{said.pk}">Reply<span class="visually-hidden"> to {name}</span></a> '
    )
