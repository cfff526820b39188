"""
The form of an object in the admin, when a colleague saves the same object meanwhile.

The form carries a fingerprint of every value that was stored when it was opened. The save compares
them, under a lock, with what is stored now: a field that this form did not change keeps what the
colleague stored; a field that both changed is shown with both values, and nothing is saved until
the form is sent again. The rows of its inlines are compared in the same way. What has revisions
(history/editing.py), rows that these hold included, and pictures have their own ways.
"""

import copy
import hashlib
import json
import re
from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.html import format_html

from .prose.richtext import RichTextField, as_read

OPENED_FROM, OPENED_AT = "opened_from", "opened_at"
TAG = re.compile(r"(<[^<>]*>)")


class StaleFormCheck(forms.ModelForm):
    """
    Mixin of the change forms of the admin, whose `instance` is what is stored.

    A form without the fingerprints (a tab from before an upgrade, a program) is saved as it is.
    """

    request: HttpRequest

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.kept: list[str] = []  # what a colleague stored meanwhile, and this form leaves so
        self.stored = copy.copy(self.instance)  # validation writes into the instance
        self._now = {
            name: fingerprint(_text(column, self.stored))
            for name, column in self._columns().items()
        }
        self._opened_from = self._sent() if self.is_bound else None

    def _sent(self) -> dict[str, str] | None:
        """The fingerprints that came back with the form."""
        return fingerprints(self.data.get(OPENED_FROM, ""))

    def _columns(self) -> dict[str, models.Field]:
        """The columns that the form writes, by name."""
        options = self.instance._meta
        columns = (*options.concrete_fields, *options.many_to_many)
        return {
            column.name: column
            for column in columns
            if column.name in self.fields and not self.fields[column.name].disabled
        }

    # --- what the page carries ----------------------------------------------------------------

    @property
    def fingerprints(self) -> dict[str, str]:
        """A form that is shown again keeps the fingerprints that it was opened with."""
        return self._now if self._opened_from is None else self._opened_from

    @property
    def opened_from(self) -> str:
        return json.dumps(self.fingerprints)

    # --- the comparison -----------------------------------------------------------------------

    @property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name not in self.kept]

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self._opened_from is not None:
            self._compare()

    def _compare(self) -> None:
        mine = copy.copy(self.instance)
        for name, column in self._columns().items():
            opened, now = self._opened_from.get(name), self._now.get(name)
            if opened is None or opened == now or name not in self.cleaned_data:
                continue
            chosen = self.cleaned_data[name] if column.many_to_many else None
            own = fingerprint(_text(column, mine, chosen))
            if own == opened:
                self._keep(name, column)
            elif own != now:
                self._show_both(name, column)
                self._opened_from[name] = now  # its writer has now seen this value
        if self.kept and not self.errors:
            self._validate_together()

    def _keep(self, name: str, column: models.Field) -> None:
        self.kept.append(name)
        if column.many_to_many:
            self.cleaned_data[name] = getattr(self.stored, name).all()
        else:
            setattr(self.instance, column.attname, column.value_from_object(self.stored))
            self.cleaned_data[name] = getattr(self.instance, name)

    def _show_both(self, name: str, column: models.Field) -> None:
        self.add_error(
            name,
            format_html(
                "{} changed this while you were writing. Nothing has been saved yet. Current "
                "value: {} Save again to replace it with yours.",
                self.colleagues(),
                _shown(column, self.stored),
            ),
        )

    def _validate_together(self) -> None:
        """Two changes that are valid each may not be together, as the parts of a unique pair."""
        self.validate_unique()
        columns = self.instance._meta.concrete_fields
        try:
            self.instance.clean()
            self.instance.validate_constraints(
                exclude={column.name for column in columns if column.name not in self.fields}
            )
        except ValidationError as error:
            self.add_error(None, error.messages)

    def colleagues(self) -> str:
        """Who saved since the form was opened, as Django's log tells."""
        return colleagues(self.request, self.instance, self.data.get(OPENED_AT, ""))


class StaleInlineRow(StaleFormCheck):
    """
    Mixin of the rows of an inline. `sent` are the fingerprints of all its rows by key, `parent` is
    the object of the form, and `is_stored` says whether the page had the row as a stored one.
    """

    def __init__(self, *args, sent: dict, parent: models.Model, is_stored: bool, **kwargs) -> None:
        self._rows_sent, self.parent, self.is_stored = sent, parent, is_stored
        super().__init__(*args, **kwargs)

    def _sent(self) -> dict[str, str] | None:
        found = self._rows_sent.get(str(self.instance.pk))
        return found if isinstance(found, dict) else None

    @property
    def is_gone(self) -> bool:
        """Whether the row was deleted after the form was opened."""
        return self.is_bound and self.is_stored and self.instance.pk is None

    @property
    def is_changed_by_others(self) -> bool:
        opened = self._opened_from or {}
        return any(opened.get(name, now) != now for name, now in self._now.items())

    def note_as_seen(self) -> None:
        self._opened_from = dict(self._now)

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_gone:
            self._errors.clear()  # it is not saved; see StaleFormAdmin.save_related

    def colleagues(self) -> str:
        return colleagues(self.request, self.parent, self.data.get(OPENED_AT, ""))


class StaleRows:
    """Mixin of the formsets of inlines, whose rows are StaleInlineRow."""

    @cached_property
    def _sent(self) -> dict:
        name = f"{self.prefix}-{OPENED_FROM}"
        return (fingerprints(self.data.get(name, "")) if self.is_bound else None) or {}

    def get_form_kwargs(self, index):
        is_stored = index is not None and index < self.initial_form_count()
        more = {"sent": self._sent, "parent": self.instance, "is_stored": is_stored}
        return super().get_form_kwargs(index) | more

    @property
    def opened_from(self) -> str:
        rows = [form for form in self.initial_forms if form.instance.pk is not None]
        return json.dumps({str(form.instance.pk): form.fingerprints for form in rows})

    def clean(self) -> None:
        """What a colleague changed is not deleted before whoever deletes it has heard of it."""
        super().clean()
        deleted = [
            form
            for form in self.initial_forms
            if getattr(form, "cleaned_data", {}).get("DELETE") and form.is_changed_by_others
        ]
        for form in deleted:
            form.note_as_seen()
        if deleted:
            rows = ", ".join(f"“{form.stored}”" for form in deleted)
            raise ValidationError(
                f"{deleted[0].colleagues()} changed this while you were writing: {rows}. Nothing "
                "has been saved yet. Save again to delete it."
            )


def checked_rows(formset: type[forms.BaseInlineFormSet], request: HttpRequest) -> type:
    """`formset`, the class, with rows that are compared with what is stored."""
    rows = type(formset.__name__, (StaleRows, formset), {})
    rows.form = type(formset.form.__name__, (StaleInlineRow, formset.form), {"request": request})
    return rows


class StaleRowCheck(forms.ModelForm):
    """
    Mixin of the rows of an editable list: what a colleague stored since the list was shown is not
    replaced before whoever saves the list has seen it.
    """

    def clean(self):
        data = super().clean()
        for name in self.changed_data:
            column = self._meta.model._meta.get_field(name)
            if column.many_to_many or name not in self.cleaned_data:
                continue
            field, bound = self.fields[name], self[name]
            shown = field.hidden_widget().value_from_datadict(
                self.data, self.files, bound.html_initial_name
            )
            stored = column.value_from_object(self.instance)
            if not field.has_changed(stored, shown) or stored == self.cleaned_data[name]:
                continue
            self.add_error(
                name,
                format_html(
                    "Somebody changed this after the list was shown. Nothing in this list has "
                    "been saved yet. Current value: {} Save again to replace it with yours.",
                    _shown(column, self.instance),
                ),
            )
            # Whoever saves has now seen what is stored.
            self.data = self.data.copy()
            self.data[bound.html_initial_name] = "" if stored is None else str(stored)
        return data


class StaleFormAdmin:
    """Mixin of the admin of what is edited in a form."""

    checks_stale_forms = True

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        view = super().changeform_view
        if object_id is None or not self.checks_stale_forms:
            return view(request, object_id, form_url, extra_context)
        request.is_change_form = True
        if request.method != "POST":
            return view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            self._lock(object_id)
            return view(request, object_id, form_url, extra_context)

    def _lock(self, object_id: str) -> None:
        """Let the save of another form end, before this request reads what is stored."""
        try:
            key = self.opts.pk.to_python(unquote(object_id))
        except ValidationError:
            return  # Django says that there is no such object
        # Rows that refer to this one can still be written.
        self.model._base_manager.select_for_update(no_key=True).filter(pk=key).first()

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if not change or not getattr(request, "is_change_form", False):
            return form
        return type(form.__name__, (StaleFormCheck, form), {"request": request})

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context["opened_at"] = request.POST.get(OPENED_AT) or timezone.now().isoformat()
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        rows = [row for each in formsets if isinstance(each, StaleRows) for row in each.forms]
        for row in rows:
            if row.is_gone and not row.cleaned_data.get("DELETE"):
                messages.warning(
                    request,
                    f"“{row.instance}” was deleted by someone else while you had this form open. "
                    "What you changed there was not saved.",
                )
        kept = []
        if getattr(form, "kept", None):
            kept.append(_labels(form))
        kept += [f"“{row.stored}” ({_labels(row)})" for row in rows if row.kept]
        if kept:
            writer = form if isinstance(form, StaleFormCheck) else rows[0]
            messages.info(
                request,
                f"{writer.colleagues()} saved changes while you were writing. Their "
                f"changes were kept: {', '.join(kept)}.",
            )

    def get_changelist_formset(self, request, **kwargs):
        """A row of an editable list was changed if it differs from what the list showed."""
        rows = super().get_changelist_formset(request, **kwargs)
        says_it = any(name.startswith("initial-") for name in request.POST)
        if request.method != "POST" or says_it:
            rows.form = type(rows.form.__name__, (StaleRowCheck, rows.form), {})
            for field in rows.form.base_fields.values():
                field.show_hidden_initial = True
        return rows


def colleagues(request: HttpRequest, item: models.Model, opened_at: str) -> str:
    """Who saved `item` since its form was opened, as Django's log tells."""
    try:
        since = parse_datetime(opened_at)
    except ValueError:
        since = None
    if since is None or timezone.is_naive(since):
        return "Somebody"
    rows = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(item),
        object_id=item.pk,
        action_time__gt=since,
    )
    users = dict.fromkeys(row.user for row in rows.select_related("user").order_by("pk"))
    names = [
        "You, in another window," if user == request.user else user.get_full_name() or str(user)
        for user in users
    ]
    return " and ".join(names) or "Somebody"


def _labels(form: StaleFormCheck) -> str:
    """The fields of `form` that keep what a colleague stored."""
    return ", ".join(str(form[name].label).lower() for name in form.kept)


# --- values -----------------------------------------------------------------------------------


def _text(column: models.Field, item: models.Model, chosen=None) -> str:
    """
    The value of `column` in `item` as it would be stored, for comparing. What no form can hold is
    left out: fractions of seconds, the kind of line ends, blanks around a text; and of a rich text
    the blanks beside tags, which its editor sets in its own way.
    """
    if column.many_to_many:
        rows = column.value_from_object(item) if chosen is None else chosen
        return " ".join(sorted(str(row.pk) for row in rows))
    if isinstance(column, models.FileField):
        value = column.value_from_object(item)  # its pre_save() would store the file
    else:
        value = column.pre_save(copy.copy(item), add=False)
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(microsecond=0)
    text = "" if value is None else str(value).replace("\r\n", "\n").strip()
    if isinstance(column, RichTextField):
        return "".join(part.strip() for part in TAG.split(text))
    return text


def fingerprint(text: str) -> str:
    """What a form carries of a text, to tell whether it has changed since: 20 characters."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def fingerprints(sent: str) -> dict[str, str] | None:
    """What the form carried; None if it carried nothing that can be read."""
    try:
        found = json.loads(sent)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _shown(column: models.Field, item: models.Model):
    """The stored value, for people."""
    if isinstance(column, RichTextField):
        return as_read(column)(item)
    if column.many_to_many:
        value = ", ".join(str(row) for row in column.value_from_object(item))
    elif column.choices:
        value = getattr(item, f"get_{column.name}_display")()
    else:
        value = getattr(item, column.name)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, list):
        value = ", ".join(str(each) for each in value)
    if value is None or value == "":
        value = "nothing"
    return format_html('<span class="cw-stored">“{}”.</span>', value)
