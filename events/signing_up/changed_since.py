"""A form that somebody sends from a page that they opened before they saved it in another tab."""

import json

from competencyworks.core.stale_forms import OPENED_FROM, fingerprint, fingerprints

from .questions import QUESTION, keys_of


class ChangedSinceOpened:
    """
    Mixin of forms whose initial values are what is stored.

    The page carries a fingerprint of each value that it showed. Where another value is stored when
    the form is sent, and sending it would replace that value, the form must not be saved:
    `changed_since` then has what is stored now. Fields that were left as they were shown get the
    stored values. A page without fingerprints has shown nothing of what is stored.
    """

    # The label of each field concerned, with its stored value in words.
    changed_since: tuple[tuple[str, str], ...] = ()
    opened_from = ""  # what the page carries

    def compare(self) -> None:
        """Compare what was sent with what is stored. Call it when all fields are there."""
        stored = {
            name: _text(self.get_initial_for_field(field, name))
            for name, field in self.fields.items()
        }
        # Whoever sends this page again has been told of what is stored now.
        self.opened_from = json.dumps({name: fingerprint(text) for name, text in stored.items()})
        if not self.is_bound:
            return
        opened = fingerprints(self.data.get(OPENED_FROM, "")) or {}
        shown = {name for name in self.fields if self._was_shown(name)}
        self.data = self.data.copy()
        changed = []
        for name, field in self.fields.items():
            sent = _text(field.widget.value_from_datadict(self.data, self.files, name))
            if name not in shown:
                self._fill_in(name)
            elif sent != stored[name] and opened.get(name) != fingerprint(stored[name]):
                changed.append((field.label, self._words(name)))
                if opened.get(name) == fingerprint(sent):
                    self._fill_in(name)
        self.changed_since = tuple(changed)

    def _was_shown(self, name: str) -> bool:
        """Whether the page had this field; boxes that are not checked are not sent."""
        question = QUESTION.fullmatch(name)
        return name in self.data or bool(question and question[1] in keys_of(self.data))

    def _fill_in(self, name: str) -> None:
        """Let the field have its stored value, as if it had been sent."""
        value = self.get_initial_for_field(self.fields[name], name)
        if isinstance(value, list):
            self.data.setlist(name, value)
        elif isinstance(value, bool):
            self.data.setlist(name, ["on"] if value else [])
        else:
            self.data[name] = value or ""

    def _words(self, name: str) -> str:
        """The stored value for people."""
        field = self.fields[name]
        value = self.get_initial_for_field(field, name)
        if isinstance(value, bool):
            return "yes" if value else "no"
        parts = value if isinstance(value, list) else _text(value).split("\n")
        labels = dict(getattr(field, "choices", ()))
        return ", ".join(labels.get(part, part) for part in parts if part) or "nothing"


def _text(value: str | list[str] | bool | None) -> str:
    """The value of a field for comparing, whatever kind of line ends and blanks a browser sends."""
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, list):
        return "\n".join(sorted(value))
    return "\n".join(line.strip() for line in (value or "").splitlines()).strip()
