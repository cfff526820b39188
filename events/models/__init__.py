from .event import Event, EventPerson, Repetition
from .form import Invitation, Question
from .registration import Registration

__all__ = ["Event", "EventPerson", "Invitation", "Question", "Registration", "Repetition"]
