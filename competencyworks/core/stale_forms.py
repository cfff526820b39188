"""
The form of an object in the admin, when a colleague saves the same object meanwhile.

The form carries a fingerprint of every value that was stored when it was opened. The save compares
them, under a lock, with what is stored now: a field that this form did not change keeps what the
colleague stored; a field that both changed is shown with both values, and nothing is saved until
the form is sent again. What has revisions (history/editing.py) and pictures have their own ways.
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
        self._opened_from = fingerprints(self.data.get(OPENED_FROM, "")) if self.is_bound else None

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
    def opened_from(self) -> str:
        """A form that is shown again keeps the fingerprints that it was opened with."""
        return json.dumps(self._now if self._opened_from is None else self._opened_from)

    @property
    def opened_at(self) -> str:
        sent = self.data.get(OPENED_AT, "") if self.is_bound else ""
        return sent or timezone.now().isoformat()

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
            opened, now = self._opened_from.get(name), self._now[name]
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
        try:
            since = parse_datetime(self.opened_at)
        except ValueError:
            since = None
        if since is None or timezone.is_naive(since):
            return "Somebody"
        rows = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(self.instance),
            object_id=self.instance.pk,
            action_time__gt=since,
        )
        users = dict.fromkeys(row.user for row in rows.select_related("user").order_by("pk"))
        me = self.request.user
        names = [
            "You, in another window," if user == me else user.get_full_name() or str(user)
            for user in users
        ]
        return " and ".join(names) or "Somebody"


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

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if kept := getattr(form, "kept", None):
            labels = ", ".join(str(form.fields[name].label).lower() for name in kept)
            messages.info(
                request,
                f"{form.colleagues()} saved changes while you were writing. Their "
                f"changes were kept: {labels}.",
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
    if value is None or value == "":
        value = "nothing"
    return format_html('<span class="cw-stored">“{}”.</span>', value)
