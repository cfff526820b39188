"""What is done to many events or registrations, one by one, by the worker."""

from django.contrib.admin.models import CHANGE, LogEntry

from competencyworks.core.background.bulk_acts import Act, LeftAsItIs, register

from .. import registration
from ..copying import copy
from ..models import Event, Registration


def _promote(row: Registration, by, reason: str, seen: str) -> None:
    try:
        registration.promote(row)
    except registration.Full as error:
        raise LeftAsItIs("There are not enough free seats.") from error
    except registration.NoSuchPlace as error:
        raise LeftAsItIs("It is not on the waiting list.") from error


def _cancel(row: Registration, by, reason: str, seen: str) -> None:
    if row.status == Registration.Status.CANCELLED:
        raise LeftAsItIs("It was already canceled.")
    try:
        registration.cancel(row, by_staff=True)
    except registration.NoSuchPlace as error:
        raise LeftAsItIs("The event is over.") from error
    LogEntry.objects.log_actions(by.pk, [row], CHANGE, change_message="Canceled.")


def _copy(event: Event, by, reason: str, seen: str) -> None:
    copy(event, by)


PROMOTE = register(
    Act("registration-promote", "change", _promote, "Giving a seat to", "given a seat")
)
CANCEL = register(Act("registration-cancel", "change", _cancel, "Canceling", "canceled"))
COPY = register(Act("event-copy", "copy", _copy, "Copying", "copied as drafts"))
