"""
Akismet's public API (https://akismet.com/developers/detailed-docs/), as far as we use it: is this
comment spam, this one was, this one was not.
"""

from enum import StrEnum
from urllib.parse import urlencode, urljoin

from django.conf import settings

from ..metadata import absolute
from ..models import Comment
from ..outside.fetching import Fetched, FetchError, fetch

TIMEOUT = 10.0  # seconds
ANSWER = 10_000  # bytes that an answer may have


class ServiceError(Exception):
    """The service could not be asked, or did not understand. Its text is fit to show to staff."""


class Finding(StrEnum):
    """What the service thinks of a comment; BLATANT is spam that nobody needs to look at."""

    HAM = "ham"
    SPAM = "spam"
    BLATANT = "blatant"


def verify_key() -> bool:
    """Whether the service takes our key."""
    answer = _post("verify-key", {"key": settings.AKISMET_KEY})
    if _text(answer) not in ("valid", "invalid"):
        raise _misunderstood(answer)
    return _text(answer) == "valid"


def check(comment: Comment) -> Finding:
    """What the service thinks of `comment`, which has a sender. Raises ServiceError."""
    answer = _post("comment-check", _described(comment))
    match _text(answer):
        case "false":
            return Finding.HAM
        case "true":
            is_blatant = answer.headers.get("X-akismet-pro-tip", "") == "discard"
            return Finding.BLATANT if is_blatant else Finding.SPAM
    raise _misunderstood(answer)


def submit_spam(comment: Comment) -> None:
    """Tell that `comment` is spam, which the service took for none. Raises ServiceError."""
    _submit("submit-spam", comment)


def submit_ham(comment: Comment) -> None:
    """Tell that `comment` is none. Raises ServiceError."""
    _submit("submit-ham", comment)


def _submit(call: str, comment: Comment) -> None:
    answer = _post(call, _described(comment))
    if not _text(answer).startswith("thanks"):
        raise _misunderstood(answer)


def _described(comment: Comment) -> dict[str, str]:
    return {
        "user_ip": comment.sender,
        "user_agent": comment.user_agent,
        "permalink": absolute(getattr(comment.item, "path", comment.get_absolute_url())),
        "comment_type": "reply" if comment.parent_id else "comment",
        "comment_author": comment.name,
        "comment_author_email": comment.email,
        "comment_author_url": comment.website,
        "comment_content": comment.body,
        "comment_date_gmt": comment.created_at.isoformat(),
        "blog_lang": "en",
        "blog_charset": "UTF-8",
    }


def _post(call: str, fields: dict[str, str]) -> Fetched:
    values = {"api_key": settings.AKISMET_KEY, "blog": f"{settings.SITE_URL}/", **fields}
    try:
        answer = fetch(
            urljoin(settings.AKISMET_URL, call),
            method="POST",
            content=urlencode(values).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            max_bytes=ANSWER,
            timeout=TIMEOUT,
            cut=True,
        )
    except FetchError as error:
        raise ServiceError(str(error)) from error
    if answer.status != 200:
        raise ServiceError(f"The spam service responded with status {answer.status}.")
    return answer


def _text(answer: Fetched) -> str:
    return answer.content.decode("utf-8", "replace").strip().lower()


def _misunderstood(answer: Fetched) -> ServiceError:
    help_text = answer.headers.get("X-akismet-debug-help", "")
    if _text(answer) == "invalid":
        return ServiceError(f"The spam service rejected our key or request. {help_text}".strip())
    return ServiceError(f"The spam service gave an invalid response. {help_text}".strip())
