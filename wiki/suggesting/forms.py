"""The fields of a suggestion: what is wrong with them, in words that say what to do."""

import re

from django import forms
from django.core.validators import URLValidator

from competencyworks.core.discussion.forms import UNREADABLE, OneLine

from .. import wikilinks
from ..models import Resource, WikiPage
from ..titles import LENGTH
from .drafting import BadText, Draft, chunks_of

WEB = URLValidator(
    schemes=["http", "https"],
    message="Check this address: it should look like https://example.org/report.",
)
MOST_TEXT = 100_000  # characters that a reader may write, or twice what the text has
ADDRESS = re.compile(r"https?:|www\.|\w\.(?:com|net|org|info|ru|io)\b", re.IGNORECASE)
NOTHING_CHANGED = "You have not changed anything yet. Change the text or the title, then send it."


def _shorter(most: int) -> dict[str, str]:
    return {"max_length": f"Shorten it to {most:,} characters; it has %(show_value)d now."}


class Paragraphs(forms.CharField):
    """Text of several lines."""

    def __init__(self, *, rows: int, most: int, **more) -> None:
        errors = _shorter(most) | more.pop("error_messages", {})
        widget = forms.Textarea(attrs={"rows": rows, "cols": False})
        super().__init__(max_length=most, widget=widget, error_messages=errors, **more)

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


class WebAddress(OneLine):
    """An address of the web; a missing scheme is https."""

    widget = forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"})

    def to_python(self, value):
        value = super().to_python(value)
        if value and "://" not in value[:12] and not value.lower().startswith("mailto:"):
            value = f"https://{value}"
        return value


class ByAReader(forms.Form):
    """Who suggests it, and why."""

    note = Paragraphs(
        label="Note to the curators",
        required=False,
        rows=3,
        most=2000,
        help_text="Why, where you know it from, what to look at. It is not published.",
    )
    name = OneLine(
        max_length=100,
        label="Your name",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="Published as thanks, if your suggestion is accepted.",
        error_messages={
            "required": "Tell us your name.",
            "max_length": "Shorten your name to %(limit_value)d characters.",
        },
    )
    email = forms.EmailField(
        max_length=254,
        required=False,
        label="Your e-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Never published. We mail you what became of your suggestion, and nothing else.",
        error_messages={
            "invalid": "Check this address: it should look like name@example.org.",
            "max_length": "This address is too long to be one.",
        },
    )

    def __init__(self, *args, is_utf8: bool = True, **kwargs) -> None:
        super().__init__(*args, auto_id="suggest-%s", **kwargs)
        self.is_utf8 = is_utf8

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if ADDRESS.search(name):
            raise forms.ValidationError("Give a name here, not an address of the web.")
        return name

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean(self):
        if not self.is_utf8:
            self.add_error(None, UNREADABLE)
        return self.cleaned_data


class ResourceForm(ByAReader):
    """A resource that a reader points out."""

    title = OneLine(
        max_length=LENGTH,
        label="Title",
        help_text="As it calls itself.",
        error_messages={
            "required": "Give its title.",
            "max_length": "Shorten the title to %(limit_value)d characters.",
        },
    )
    url = WebAddress(
        max_length=2000,
        label="Address",
        validators=[WEB],
        help_text="Where it is on the web.",
        error_messages={
            "required": "Give its address, as https://example.org/report.",
            "max_length": "This address is too long. Is there a shorter one?",
        },
    )
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "I am not sure"), *Resource.Kind.choices],
        error_messages={"invalid_choice": "Choose one of these kinds."},
    )
    summary = Paragraphs(
        label="What it is, and why it is worth knowing",
        required=False,
        rows=5,
        most=3000,
        help_text="A sentence or two in your own words. An empty line begins a paragraph.",
    )
    field_order = ("title", "url", "kind", "summary", "note", "name", "email")

    def clean_title(self) -> str:
        title = self.cleaned_data["title"]
        if "://" in title:
            raise forms.ValidationError("Put the address into the field for it, and a title here.")
        return title


class EditForm(ByAReader):
    """A change to `item`, of which `content` (of a revision) and `draft` (its text) are shown."""

    title = OneLine(
        max_length=LENGTH,
        label="Title",
        error_messages={
            "required": "Give it a title.",
            "max_length": "Shorten the title to %(limit_value)d characters.",
        },
    )

    def __init__(self, item: WikiPage | Resource, content: dict, data=None, **kwargs) -> None:
        self.item, self.content = item, content
        self.draft = Draft(content["body"])
        initial = {"title": content["title"], "text": self.draft.text}
        is_resource = isinstance(item, Resource)
        if is_resource:
            initial |= {"why": content["why"], "url": content["url"]}
        super().__init__(data, initial=initial, **kwargs)
        self.fields["text"] = Paragraphs(
            label="Summary" if is_resource else "Text",
            required=not is_resource,
            rows=8 if is_resource else 24,
            most=max(MOST_TEXT, 2 * len(self.draft.text)),
            strip=False,
            error_messages={
                "required": "The text is empty. Put it back, or say in the note what should go."
            },
        )
        if is_resource:
            self.fields["why"] = Paragraphs(
                label="Why it is worth reading", required=False, rows=3, most=2000
            )
            self.fields["url"] = WebAddress(
                label="Address", required=bool(content["url"]), max_length=2000, validators=[WEB],
                error_messages={"required": "Give its address."},
            )  # fmt: skip
        self.order_fields(["title", "url", "text", "why", "note", "name", "email"])

    def clean_title(self) -> str:
        title = self.cleaned_data["title"]
        if isinstance(self.item, WikiPage) and not wikilinks.is_linkable(title):
            raise forms.ValidationError(
                "A title needs a letter or a digit, and none of the signs [ ] | < >."
            )
        return title

    def clean(self):
        super().clean()
        if not self.errors:
            try:
                self.cleaned_data["content"] = self._new_content()
            except BadText as error:
                self.add_error("text", str(error))
        if not self.errors and self.cleaned_data["content"] == self.content:
            self.add_error(None, NOTHING_CHANGED)
        return self.cleaned_data

    def _new_content(self) -> dict:
        """The content with what the reader changed; the rest as it was, to the last character."""
        said, new = self.cleaned_data, dict(self.content)
        new["body"] = self.draft.html_of(said["text"])
        for name in ("title", "why", "url"):
            if name in said and _folded(said[name]) != _folded(self.content[name]):
                new[name] = said[name]
        return new

    @property
    def new_blocks(self) -> str:
        """What the reader wrote, without what stood there before: for the judgement on it."""
        known = {block.text for block in self.draft.blocks}
        chunks = chunks_of(self.cleaned_data["text"])
        return "\n\n".join(chunk for chunk in chunks if chunk not in known)


def _folded(text: str) -> str:
    return " ".join(text.split())
