"""The forms of a curator: what is suggested, to be changed before it is accepted."""

from django import forms
from django.core.validators import URLValidator

from competencyworks.core.discussion.marks import to_html
from competencyworks.core.one_line import LineFormField

from ..models import Resource, Suggestion, WikiPage
from .drafting import BadText, Draft

WIDE = {"class": "vTextField"}
ANSWER_HINT = "Emailed to the reader. They do not see who wrote it."


class AnswerForm(forms.Form):
    """What the reader is told with a decision."""

    answer = forms.CharField(
        label="Reply",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=f"{ANSWER_HINT} Required to decline; optional to accept.",
    )


class EditedForm(AnswerForm):
    """An edit. `content` is what the page would hold, `seen` the revision that it would change."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = LineFormField(
        label="What changed",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs=WIDE),
        help_text="Optional. Shown in the public history, beside the reader’s name.",
    )

    def __init__(self, item: WikiPage | Resource, content: dict, seen: int, data=None) -> None:
        self.content, self.draft = content, Draft(content["body"])
        super().__init__(data, initial={"seen": seen, "text": self.draft.text, **content})
        self.fields["title"] = LineFormField(max_length=300, widget=forms.TextInput(attrs=WIDE))
        if isinstance(item, Resource):
            self.fields["url"] = forms.CharField(
                label="Web address",
                max_length=2000,
                required=False,
                widget=forms.TextInput(attrs=WIDE),
            )
        rows = 20 if isinstance(item, WikiPage) else 8
        self.fields["text"] = forms.CharField(
            required=isinstance(item, WikiPage),
            strip=False,
            widget=forms.Textarea(attrs={"rows": rows, "class": "vLargeTextField"}),
            help_text="With simple markup: ## heading, *emphasis*, [text](address), [[Title]]. "
            "Leave the parts in braces as they are.",
        )
        if isinstance(item, Resource):
            self.fields["why"] = forms.CharField(
                label="Why it is worth reading",
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            )
        self.order_fields(["title", "url", "text", "why", "reason", "answer"])

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        try:
            self.cleaned_data["body"] = self.draft.html_of(text)
        except BadText as error:
            raise forms.ValidationError(str(error)) from error
        return text

    @property
    def new_content(self) -> dict:
        """What the valid form says the item shall hold."""
        said = self.cleaned_data
        new = {**self.content, "title": said["title"], "body": said["body"]}
        for name in ("why", "url"):
            if name in said:
                new[name] = said[name].replace("\r\n", "\n")
        return new


class NewResourceForm(AnswerForm):
    """A resource that is suggested."""

    title = LineFormField(max_length=300, widget=forms.TextInput(attrs=WIDE))
    url = forms.CharField(
        label="Web address",
        max_length=2000,
        widget=forms.TextInput(attrs=WIDE),
        validators=[URLValidator(schemes=["http", "https"])],
    )
    kind = forms.ChoiceField(choices=Resource.Kind.choices)
    summary = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"}),
        help_text="In your own words. An empty line starts a new paragraph; web addresses become "
        "links.",
    )
    why = forms.CharField(
        label="Why it is worth reading",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )
    field_order = ("title", "url", "kind", "summary", "why", "answer")

    def __init__(self, suggestion: Suggestion, data=None) -> None:
        first = {name: getattr(suggestion, name) for name in ("title", "url", "kind", "summary")}
        super().__init__(data, initial=first)

    @property
    def values(self) -> dict[str, str]:
        """What deciding.accept_resource() wants of the valid form."""
        said = self.cleaned_data
        return {
            "title": said["title"],
            "url": said["url"],
            "kind": said["kind"],
            "body": to_html(said["summary"]),
            "why": said["why"].replace("\r\n", "\n"),
        }
