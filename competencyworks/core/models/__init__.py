from ..addresses import OldAddress
from .attempts import Attempt
from .comments import Ban, Comment, CommentDecision, CommentReport, DiscussionSettings
from .images import Image
from .links import CitedChange, Link, OutsideAddress, OutsideHost
from .mail import OutgoingMail
from .people import Person
from .revisions import Revision
from .service_calls import ServiceCall
from .sweep_runs import SweepRun
from .taxonomy import State, Topic

__all__ = [
    "Attempt",
    "Ban",
    "CitedChange",
    "Comment",
    "CommentDecision",
    "CommentReport",
    "DiscussionSettings",
    "Image",
    "Link",
    "OldAddress",
    "OutgoingMail",
    "OutsideAddress",
    "OutsideHost",
    "Person",
    "Revision",
    "ServiceCall",
    "State",
    "SweepRun",
    "Topic",
]
