from .event import Event, EventPerson, Repetition
from .form import Invitation, Question
from .registration import Registration
from .wording import MailWording

__all__ = [
    "Event",
    "EventPerson",
    "Invitation",
    "MailWording",
    "Question",
    "Registration",
    "Repetition",
]
