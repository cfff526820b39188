"""Filters of the list of registrations."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters

from competencyworks.core.numbers import whole_number

from .. import undelivered
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
        key = whole_number(self.value())
        if key is None:
            raise IncorrectLookupParameters("no event")
        return rows.filter(event=key)


class UndeliveredFilter(admin.SimpleListFilter):
    """Those whom our email did not reach."""

    title = "email not delivered"
    parameter_name = "undelivered"

    def lookups(self, request, model_admin):
        return [("upcoming", "Upcoming events"), ("all", "All events")]

    def queryset(self, request, rows):
        match self.value():
            case "upcoming":
                return rows.filter(pk__in=undelivered.upcoming().values("pk"))
            case "all":
                return rows.filter(pk__in=undelivered.undelivered().values("pk"))
        return rows
