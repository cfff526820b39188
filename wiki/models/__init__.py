from .pages import FormerTitle, PageResource, WikiPage
from .resources import Resource
from .suggestions import Suggestion
from .watching import Watch

__all__ = ["FormerTitle", "PageResource", "Resource", "Suggestion", "Watch", "WikiPage"]
