"""Writing comments as a browser without script does."""

import re

from django.test import Client

from competencyworks.core.discussion import form_tokens
from competencyworks.core.discussion.threads import form_path

WORDS = {"name": "Nora Quist", "email": "nora@example.org", "website": "", "body": "Well *said*."}


def token_in(response) -> str:
    """The token of the form on a page."""
    return re.search(r'name="token" value="([^"]*)"', response.content.decode())[1]


def preview(item, client: Client | None = None, **words):
    """The answer to a form without a token."""
    return (client or Client()).post(form_path(item), WORDS | words)


def post(item, client: Client | None = None, **words):
    """The answer to a comment that was looked over and is posted."""
    more = {"token": form_tokens.mint(item, previewed=True), "step": "post"}
    return (client or Client()).post(form_path(item), WORDS | more | words)
