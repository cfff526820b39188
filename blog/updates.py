"""
When a post was updated, as readers understand it: its words have changed since they could first
read them, by more than typos.

The date comes out of the history. A change is measured against the words that readers saw when the
post appeared or was last updated, so that many small changes add up to an update, too.
"""

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from competencyworks.core import revisions
from competencyworks.core.prose.texts import plain

if TYPE_CHECKING:
    from .models import Post

# So many words may be other ones before it is an update; a typo changes one.
MOST_TYPOS = 5
WORD = re.compile(r"\w+")


def note_update(post: "Post") -> None:
    """Keep in `revised_at` of `post`, whose row is locked, when its last revision updated it."""
    rows = revisions.history(post)
    last = rows.first()
    if last is None or last.visible_from is None:
        return  # a draft
    times = type(post)._base_manager.filter(pk=post.pk).values_list("publish_at", "revised_at")
    shown = rows.filter(visible_from__isnull=False)
    # In the future for a scheduled post, whose last revision is then what it is compared with.
    since = max(moment for moment in times.get() if moment)
    base = shown.filter(created_at__lte=since).first() or shown.last()
    if base.pk == last.pk or changed_words(base.content, last.content) <= MOST_TYPOS:
        return
    post.revised_at = last.created_at
    type(post)._base_manager.filter(pk=post.pk).update(revised_at=post.revised_at)


def changed_words(old: dict[str, Any], new: dict[str, Any]) -> int:
    """How many words were put in or taken out between two contents of a post, whichever is more."""
    before, after = _words(old), _words(new)
    return max((after - before).total(), (before - after).total())


def _words(content: dict[str, Any]) -> Counter:
    """The words that readers see of a content, without regard to their order."""
    texts = [content.get("title", ""), plain(content.get("body", ""))]
    for row in content.get("ordered_rows") or []:
        texts += [row["title"], row["source"], row["note"]]
    return Counter(WORD.findall(" ".join(texts).casefold()))
