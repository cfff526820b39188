"""
The same words, sent twice by one person from two forms: a second tab, a reload, a lost answer.

They make one comment. Whoever sends them again is told what they were told the first time.
"""

import re
import unicodedata
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from ..client_address import hashes, network_of
from ..models import Comment
from ..prepared import Statement
from ..search_text import APOSTROPHES, HYPHENS, QUOTATION_MARKS

WITHIN = timedelta(days=1)
# The private page of a comment lets its writer change it, and that an address is the writer's is
# nobody's business. So the second form leads to the first comment only if it came from the same
# network, or from a device that proved the address.
_CANDIDATES = """
SELECT id, body FROM core_comment
WHERE email = %s AND content_type_id = %s AND object_id = %s
AND parent_id IS NOT DISTINCT FROM %s AND kind = 'comment' AND status <> 'trash'
AND created_at > %s AND (%s OR network = ANY(%s))
ORDER BY id
"""
_SIGNS = str.maketrans(
    dict.fromkeys(APOSTROPHES, "'")
    | dict.fromkeys(QUOTATION_MARKS, '"')
    | dict.fromkeys(HYPHENS, "-")
)
_AROUND_TAGS = re.compile(r" ?(<[^<>]*>) ?")


def wait_for_others(comment: Comment) -> None:
    """
    Hold what this address writes on this page until the transaction ends, so that of two forms sent
    at the same time the second finds the comment of the first. One query.
    """
    name = f"comment {comment.content_type_id} {comment.object_id} {comment.email}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def question(comment: Comment, address: str, *, proven: bool) -> Statement:
    """
    What finds the comments that may already say this, for first_twin(); `address` is the IP address
    it came from. They are those of one address on one page on one day, which are few.
    """
    networks = hashes(network_of(address)) if address else []
    return _CANDIDATES, (
        comment.email,
        comment.content_type_id,
        comment.object_id,
        comment.parent_id,
        timezone.now() - WITHIN,
        proven,
        networks,
    )


def first_twin(comment: Comment, candidates: list[dict]) -> int | None:
    """The key of the first of `candidates`, rows of question(), that says what `comment` says."""
    said = _folded(str(comment.body))
    return next((row["id"] for row in candidates if _folded(row["body"]) == said), None)


def _folded(html: str) -> str:
    """
    Clean HTML as a reader sees it: a phone may type other quotation marks or blanks than a desk,
    and a program that pastes may add signs that nobody sees.
    """
    text = unicodedata.normalize("NFKC", html.replace("&nbsp;", " ")).translate(_SIGNS)
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return _AROUND_TAGS.sub(r"\1", " ".join(text.split()))
