"""
Mails out of templates: `templates/mail/<name>.txt`, and `.html` beside it for those who see it.

The `.txt` extends "mail/base.txt", the `.html` "mail/base.html"; both fill the blocks `content`
and `why` (one sentence: why the reader gets this). Pieces for the HTML part, with the inline styles
that mail programs need, are "mail/button.html" (url, words) and "mail/quote.html" (text).
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template

from .outbox import Mail

# One request stops the mails, without a page between: https://www.rfc-editor.org/rfc/rfc8058
ONE_CLICK = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def letter(
    name: str,
    context: Mapping[str, Any],
    *,
    key: str,
    to_email: str,
    to_name: str = "",
    subject: str,
    stop_url: str | None = None,
    due_at: datetime | None = None,
) -> Mail:
    """
    The mail `templates/mail/<name>` with `context`, ready for outbox.queue(); its kind is `name`.

    Templates may also ask for `subject`, `to_name`, `site_name`, `site_url` and `stop_url`. With
    `stop_url` (absolute; it stops mails by one POST) the mail has the line and the headers for it.
    Give no `to_name`, and no other words of the sender of a form, unless the owner of the address
    has acted by a link of this very comment or registration (mail.strangers).
    Asks the database nothing of its own.
    """
    values = {
        "subject": subject,
        "to_name": to_name,
        "site_name": site_name(),
        "site_url": settings.SITE_URL,
        "stop_url": stop_url or "",
        **context,
    }
    return Mail(
        key=key,
        kind=name.replace("/", "."),
        to_email=to_email,
        to_name=to_name,
        subject=subject,
        text=_rendered(f"mail/{name}.txt", values, escaped=False),
        html=_rendered(f"mail/{name}.html", values, escaped=True),
        headers={"List-Unsubscribe": f"<{stop_url}>", **ONE_CLICK} if stop_url else {},
        due_at=due_at,
    )


def site_name() -> str:
    """The name that mails are sent under: that of DEFAULT_FROM_EMAIL, else the host's."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or settings.SITE_HOST


def _rendered(template: str, values: dict[str, Any], *, escaped: bool) -> str:
    # Only the engine's own template takes a context in which nothing is escaped.
    text = get_template(template).template.render(Context(values, autoescape=escaped))
    return text.strip() + "\n"
