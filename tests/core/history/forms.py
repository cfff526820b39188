"""A form of the admin, filled in as a browser sends it."""

from dataclasses import dataclass, field

from django.test import Client
from lxml import html

BODY = "<p>One.</p>\n<p>Two.</p>\n<p>Three.</p>"


@dataclass
class OpenForm:
    """The form at `address`, as `client` sees it; `data` is what it would send."""

    client: Client
    address: str
    data: dict[str, list[str]] = field(default_factory=dict)
    answer = None

    def read(self, answer=None) -> "OpenForm":
        self.answer = answer or self.client.get(self.address)
        assert self.answer.status_code == 200, self.answer.status_code
        page = html.fromstring(self.answer.content.decode())
        (form,) = [one for one in page.forms if (one.get("id") or "").endswith("_form")]
        self.data = {}
        for name, value in form.form_values():
            # A text area's first line break is not part of it.
            self.data.setdefault(name, []).append(value.removeprefix("\n"))
        return self

    def put(self, **values) -> "OpenForm":
        for name, value in values.items():
            self.data[name] = value if isinstance(value, list) else [value]
        return self

    def add_row(self, prefix: str, **values) -> "OpenForm":
        """Fill in the first empty row of an inline, or one more."""
        number = int(self.data[f"{prefix}-TOTAL_FORMS"][0])
        self.put(**{f"{prefix}-TOTAL_FORMS": str(number + 1)})
        return self.put(**{f"{prefix}-{number}-{name}": value for name, value in values.items()})

    def send(self, button: str = "_save", **values):
        """Press `button`; returns the answer at the end of redirects."""
        self.put(**values)
        answer = self.client.post(
            self.address, self.data | {button: "x", "_publish_anyway": "1"}, follow=True
        )
        self.answer = answer
        return answer

    def again(self) -> "OpenForm":
        """The form as it came back."""
        return self.read(self.answer)


def opened(client: Client, item, query: str = "") -> OpenForm:
    kind = item._meta
    address = f"/admin/{kind.app_label}/{kind.model_name}/{item.pk}/change/{query}"
    return OpenForm(client, address).read()


def said(answer) -> str:
    """The messages of a page."""
    return " ".join(str(message) for message in answer.context["messages"])


def fresh(item):
    """`item` as it is stored now."""
    return type(item).objects.get(pk=item.pk)
