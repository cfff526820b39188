"""Filters of the list of registrations."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters

from ..models import Event

NEAREST = 12  # events that are offered


class EventFilter(admin.SimpleListFilter):
    """One event; the nearest ones are offered, and the chosen one."""

    title = "event"
    parameter_name = "event"

    def lookups(self, request, model_admin):
        rows = Event.objects.kept().filter(sign_up=Event.SignUp.FORM).nearest()
        found = dict(rows.values_list("pk", "title")[:NEAREST])
        if chosen := model_admin.chosen_event(request):
            found = {chosen.pk: chosen.title} | found
        return [(str(pk), title) for pk, title in found.items()]

    def queryset(self, request, rows):
        if self.value() is None:
            return rows
        if not self.value().isdecimal():
            raise IncorrectLookupParameters("no event")
        return rows.filter(event=self.value())
