from .event import Event, Repetition
from .event_person import EventPerson
from .form import Invitation, Question
from .mailings import Mailing, Reminder
from .registration import Registration
from .video_place import VideoKind, VideoPlace
from .wording import MailWording

__all__ = [
    "Event",
    "EventPerson",
    "Invitation",
    "MailWording",
    "Mailing",
    "Question",
    "Registration",
    "Reminder",
    "Repetition",
    "VideoKind",
    "VideoPlace",
]
