"""
Tokens that a comment's writer holds: of its private page, of the click that proves an address, of
the end of mails, and of a device on which an address was proven.
"""

from .. import tokens
from ..client_address import hashed, hashes
from ..models import Comment

WRITER, CONFIRM, STOP, DEVICE = (
    "comment.writer",
    "comment.confirm",
    "comment.stop",
    "comment.device",
)
MOST_DEVICES = 5  # addresses that one device may have proven


def private_path(comment: Comment) -> str:
    return f"/comments/mine/{tokens.make(WRITER, comment.pk)}/"


def confirm_path(comment: Comment) -> str:
    return f"/comments/confirm/{tokens.make(CONFIRM, comment.pk)}/"


def stop_path(comment: Comment) -> str:
    return f"/comments/stop/{tokens.make(STOP, comment.pk)}/"


def comment_by(purpose: str, token: str) -> Comment | None:
    """The comment that `token` was made for; None if it is no token of ours, or it is gone."""
    try:
        value = tokens.read(purpose, token)
    except tokens.BadToken:
        return None
    return Comment.objects.filter(pk=value).first()


def device_token(email: str) -> str:
    """What a device keeps, on which `email` was proven; the address cannot be read from it."""
    return tokens.make(DEVICE, hashed(email))


def proves(devices: str, email: str) -> bool:
    """Whether one of the tokens (with spaces between) was made for `email`."""
    wanted = hashes(email)
    for token in devices.split()[:MOST_DEVICES]:
        try:
            if tokens.read(DEVICE, token) in wanted:
                return True
        except tokens.BadToken:
            continue
    return False
