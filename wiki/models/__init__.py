from .pages import FormerTitle, PageResource, WikiPage
from .policies import PolicySpan
from .resources import Resource
from .suggestions import Suggestion
from .watching import Watch

__all__ = [
    "FormerTitle",
    "PageResource",
    "PolicySpan",
    "Resource",
    "Suggestion",
    "Watch",
    "WikiPage",
]
