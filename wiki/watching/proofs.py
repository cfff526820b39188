"""Tokens that who watches something gets by mail: of the click that confirms, and of the end."""

from competencyworks.core import tokens

from ..models import Watch

CONFIRM, STOP = "wiki.watch.confirm", "wiki.watch.stop"


def confirm_path(watch: Watch) -> str:
    return f"/wiki/watch/confirm/{tokens.make(CONFIRM, watch.pk)}/"


def stop_path(watch: Watch) -> str:
    return f"/wiki/watch/stop/{tokens.make(STOP, watch.pk)}/"


def key_in(purpose: str, token: str) -> int | None:
    """The key of the watch that `token` was made for; None for no token of ours."""
    try:
        return int(tokens.read(purpose, token))
    except tokens.BadToken:
        return None
