from .catalogue.admin import ResourceAdmin
from .pages.admin import WikiPageAdmin

__all__ = ["ResourceAdmin", "WikiPageAdmin"]
