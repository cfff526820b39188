"""Where the pages of an event's registrations are."""

from django.http import Http404
from django.urls import reverse

from ..models import Event


def list_url(event: Event) -> str:
    """The list of an event's registrations."""
    return f"{reverse('admin:events_registration_changelist')}?event={event.pk}"


def event_or_404(pk: int) -> Event:
    """The event, unless it lies in the trash. Raises Http404."""
    event = Event.objects.kept().filter(pk=pk).first()
    if event is None:
        raise Http404("no such event")
    return event
