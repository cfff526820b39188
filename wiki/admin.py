from .catalogue.admin import ResourceAdmin
from .pages.admin import WikiPageAdmin
from .suggesting.admin import SuggestionAdmin

__all__ = ["ResourceAdmin", "SuggestionAdmin", "WikiPageAdmin"]
