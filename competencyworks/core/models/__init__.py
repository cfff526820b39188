from ..addresses import OldAddress
from .attempts import Attempt
from .bulk_acts import BulkAct, BulkActItem
from .comments import Ban, Comment, CommentDecision, CommentReport, DiscussionSettings
from .images import Image, ImageVersion
from .links import CitedChange, Link, OutsideAddress, OutsideHost
from .mail import OutgoingMail
from .people import Person
from .proven import ProvenAddress
from .revisions import Revision
from .service_calls import ServiceCall
from .sweep_runs import SweepRun
from .taxonomy import FormerTag, State, Topic

__all__ = [
    "Attempt",
    "Ban",
    "BulkAct",
    "BulkActItem",
    "CitedChange",
    "Comment",
    "CommentDecision",
    "CommentReport",
    "DiscussionSettings",
    "FormerTag",
    "Image",
    "ImageVersion",
    "Link",
    "OldAddress",
    "OutgoingMail",
    "OutsideAddress",
    "OutsideHost",
    "Person",
    "ProvenAddress",
    "Revision",
    "ServiceCall",
    "State",
    "SweepRun",
    "Topic",
]
