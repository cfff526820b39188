from ..addresses import OldAddress
from .comments import Comment
from .images import Image
from .people import Person
from .revisions import Revision
from .sweep_runs import SweepRun
from .taxonomy import State, Topic

__all__ = ["Comment", "Image", "OldAddress", "Person", "Revision", "State", "SweepRun", "Topic"]
