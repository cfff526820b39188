"""Suggesting as a browser without script does."""

from typing import Any

from django.test import Client
from lxml import html

from wiki.suggesting import form_token

SENDER = {"name": "Nora Quist", "email": "nora@example.org", "note": ""}
NEW = {
    "title": "Four Waivers, Compared",
    "url": "https://alderbrook.example.org/four-waivers/",
    "kind": "report",
    "summary": "Four waivers from seat time.",
    **SENDER,
}


def fields(answer) -> dict[str, str]:
    """What the form on a page holds, as a browser would send it."""
    form = html.fromstring(answer.content).get_element_by_id("suggest-form")
    # lxml keeps the line break after <textarea>, which browsers leave out.
    return {name: value.removeprefix("\n") for name, value in form.form_values()}


def get(path: str, client: Client | None = None):
    return (client or Client()).get(path)


def send(path: str, client: Client | None = None, **more: Any):
    """The form at `path`, as it is shown and with `more`, sent by somebody who looked it over."""
    client = client or Client()
    shown = fields(client.get(path))
    preview = client.post(path, {**shown, **SENDER, **more, "step": "preview"})
    if preview.status_code != 200:
        return preview
    return client.post(path, {**fields(preview), "step": "send"})


def send_resource(client: Client | None = None, **more: Any):
    return send("/wiki/suggest/", client, **NEW | more)


def token(item=None, base: int = 0) -> str:
    """A token as of a form that was looked over."""
    return form_token.mint(item, base, previewed=True)
