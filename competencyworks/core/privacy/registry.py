"""Who holds data of people: a class for each kind, from every room."""

import importlib
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from .erasure import Erasure

OURS = (
    "competencyworks.core.privacy.mails",
    # What the log tells of comments and people is found through them, so it goes before them.
    "competencyworks.core.privacy.records",
    "competencyworks.core.privacy.comments",
    "competencyworks.core.privacy.people",
)


class Holder:
    """One kind of data. Its docstring's first line tells staff what that is."""

    def names(self, email: str) -> set[str]:
        """The names that the person gave here."""
        return set()

    def marks(self, email: str) -> set[str]:
        """What mails to others say where they are about this: 'comment-12'."""
        return set()

    def export(self, email: str) -> list[dict]:
        """What is held, as plain values that JSON can carry."""
        raise NotImplementedError

    def erase(self, erasure: "Erasure") -> int:
        """Erase it, within a transaction. Returns how many rows were changed or deleted."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        return inspect.getdoc(self).partition("\n")[0]


registry: dict[str, Holder] = {}


def holder(kind: str) -> Callable[[type[Holder]], type[Holder]]:
    """Register a class of Holder under `kind`, a key of the export."""

    def register(cls: type[Holder]) -> type[Holder]:
        registry[kind] = cls()
        return cls

    return register


def holders() -> dict[str, Holder]:
    """All holders of all rooms, core's first."""
    for module in OURS:
        importlib.import_module(module)
    autodiscover_modules("privacy")
    return registry
