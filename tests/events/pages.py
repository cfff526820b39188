"""What tests do with the pages of a registration, as a browser does."""

from dataclasses import dataclass
from datetime import timedelta
from unittest import mock

from django.core import signing
from django.test import Client
from django.utils import timezone
from lxml import html as trees

from competencyworks.core.models import OutgoingMail
from events.models import Event, Registration


def earlier(**span):
    """Within it, forms are made as if it were so much earlier: nobody fills them in at once."""
    then = timezone.now() - timedelta(**(span or {"minutes": 2}))
    stamp = signing.b62_encode(int(then.timestamp()))
    return mock.patch.object(signing.TimestampSigner, "timestamp", return_value=stamp)


def address(event: Event) -> str:
    return f"/events/{event.slug}/register/"


def fields_of(tree) -> dict:
    """What a browser would send of the page's form, untouched."""
    found = {}
    for control in tree.xpath("//form[@method='post']//*[@name]"):
        name, kind = control.get("name"), control.get("type")
        if kind in ("radio", "checkbox"):
            if control.get("checked") is not None:
                found.setdefault(name, []).append(control.get("value", "on"))
        elif control.tag == "select":
            chosen = control.xpath("option[@selected]/@value")
            found[name] = (chosen or control.xpath("option[1]/@value"))[0]
        elif control.tag == "textarea":
            found[name] = (control.text or "").removeprefix("\n")
        else:
            found[name] = control.get("value", "")
    return found


@dataclass
class Answered:
    """An answer with its tree."""

    response: object

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def tree(self):
        return trees.fromstring(self.response.content)

    @property
    def words(self) -> str:
        return " ".join(self.tree.find(".//main").text_content().split())

    def error(self, name: str) -> str:
        """What stands beside a field."""
        found = self.tree.xpath("//p[@id=$id]", id=f"register-{name}-error")
        return " ".join(found[0].text_content().split()) if found else ""

    @property
    def summary(self) -> str:
        found = self.tree.xpath("//div[@role='alert']")
        return " ".join(found[0].text_content().split()) if found else ""


def form(client: Client, event: Event, **span) -> dict:
    """The fields of an event's form, opened some minutes ago."""
    with earlier(**span):
        return fields_of(trees.fromstring(client.get(address(event)).content))


def register(client: Client, event: Event, *, span: dict | None = None, **said) -> Answered:
    """Open the form, fill it in, send it."""
    fields = form(client, event, **(span or {}))
    fields |= {"name": "Ann Lee", "email": "ann@example.org"}
    return send(client, event, fields | said)


def send(client: Client, event: Event, fields: dict, **headers) -> Answered:
    return Answered(client.post(address(event), fields, **headers))


def own_path(registration: Registration) -> str:
    return f"/events/registration/{registration.token}/"


def mails(kind: str = "") -> list[OutgoingMail]:
    rows = OutgoingMail.objects.order_by("pk")
    return list(rows.filter(kind=f"registration.{kind}") if kind else rows)
