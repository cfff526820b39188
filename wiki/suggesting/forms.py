"""The fields of a suggestion: what is wrong with them, in words that say what to do."""

from django import forms
from django.core.validators import URLValidator

from competencyworks.core.discussion.forms import UNREADABLE, OneLine
from competencyworks.core.email_addresses import EmailAddressFormField
from competencyworks.core.links.addresses import with_scheme
from competencyworks.core.person_names import PersonNameFormField

from .. import wikilinks
from ..models import Resource, WikiPage
from ..titles import LENGTH
from .drafting import BadText, Draft, chunks_of

WEB = URLValidator(
    schemes=["http", "https"],
    message="Check this web address. It should look like https://example.org/report.",
)
MOST_TEXT = 100_000  # characters that a reader may write, or twice what the text has
NOTHING_CHANGED = (
    "You have not changed anything yet. Edit the text or the title, and then submit it."
)


def _shorter(most: int) -> dict[str, str]:
    return {"max_length": f"Shorten it to {most:,} characters; it has %(show_value)d now."}


class Paragraphs(forms.CharField):
    """Text of several lines."""

    def __init__(self, *, rows: int, most: int, **more) -> None:
        errors = _shorter(most) | more.pop("error_messages", {})
        widget = forms.Textarea(attrs={"rows": rows, "cols": False, "dir": "auto"})
        super().__init__(max_length=most, widget=widget, error_messages=errors, **more)

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


class WebAddress(OneLine):
    """An address of the web; a missing scheme is https."""

    widget = forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"})

    def to_python(self, value):
        return with_scheme(super().to_python(value))


class ByAReader(forms.Form):
    """Who suggests it, and why."""

    note = Paragraphs(
        label="Note to the curators",
        required=False,
        rows=3,
        most=2000,
        help_text="Why you suggest it, how you know about it, or what to check. It is not "
        "published.",
    )
    name = PersonNameFormField(
        max_length=100,
        required_words="Enter your name.",
        label="Your name",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="Published to credit you if your suggestion is accepted.",
    )
    email = EmailAddressFormField(
        required=False,
        label="Your email address",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Never published. We email you only about your suggestion.",
        error_messages={
            "invalid": "Check this email address. It should look like name@example.org.",
            "max_length": "This email address is too long.",
        },
    )

    def __init__(self, *args, is_utf8: bool = True, **kwargs) -> None:
        super().__init__(*args, auto_id="suggest-%s", **kwargs)
        self.is_utf8 = is_utf8

    def clean(self):
        if not self.is_utf8:
            self.add_error(None, UNREADABLE)
        return self.cleaned_data


class ResourceForm(ByAReader):
    """A resource that a reader points out."""

    title = OneLine(
        widget=forms.TextInput(attrs={"dir": "auto"}),
        max_length=LENGTH,
        label="Title",
        help_text="The title as published, or the name.",
        error_messages={
            "required": "Enter its title.",
            "max_length": "Shorten the title to %(limit_value)d characters.",
        },
    )
    url = WebAddress(
        max_length=2000,
        label="Web address",
        validators=[WEB],
        help_text="Where to find it on the web.",
        error_messages={
            "required": "Enter its web address, such as https://example.org/report.",
            "max_length": "This web address is too long. Is there a shorter one?",
        },
    )
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "I’m not sure"), *Resource.Kind.choices],
        error_messages={"invalid_choice": "Choose one of these kinds."},
    )
    summary = Paragraphs(
        label="What it is, and why it’s worth knowing",
        required=False,
        rows=5,
        most=3000,
        help_text="A sentence or two in your own words. A blank line starts a new paragraph.",
    )
    field_order = ("title", "url", "kind", "summary", "note", "name", "email")

    def clean_title(self) -> str:
        title = self.cleaned_data["title"]
        if "://" in title:
            raise forms.ValidationError(
                "Enter a title here, and put the web address in its own field."
            )
        return title


class EditForm(ByAReader):
    """A change to `item`, of which `content` (of a revision) and `draft` (its text) are shown."""

    title = OneLine(
        widget=forms.TextInput(attrs={"dir": "auto"}),
        max_length=LENGTH,
        label="Title",
        error_messages={
            "required": "Enter a title.",
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
                "required": "The text is empty. Restore it, or say in the note what should be "
                "removed."
            },
        )
        if is_resource:
            self.fields["why"] = Paragraphs(
                label="Why it’s worth reading", required=False, rows=3, most=2000
            )
            self.fields["url"] = WebAddress(
                label="Web address", required=bool(content["url"]), max_length=2000,
                validators=[WEB], error_messages={"required": "Enter its web address."},
            )  # fmt: skip
        self.order_fields(["title", "url", "text", "why", "note", "name", "email"])

    def clean_title(self) -> str:
        title = self.cleaned_data["title"]
        if isinstance(self.item, WikiPage) and not wikilinks.is_linkable(title):
            raise forms.ValidationError(
                "A title needs a letter or a digit, cannot contain [ ] | < >, and cannot begin "
                "with #."
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
