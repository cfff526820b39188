"""
What the site holds of a person, by e-mail address: to export and to erase.

Each room says what it holds in a module `privacy.py`:

    from competencyworks.core.privacy import Erasure, Holder, holder

    @holder("registrations")
    class Registrations(Holder):
        "Sign-ups for events."

        def export(self, email: str) -> list[dict]: …
        def erase(self, erasure: Erasure) -> int: …

`erasure.email` is whose data goes; `erasure.scrub(rows, "note", names=True)` takes the address (and
the names that the person used) out of texts that stay.
"""

from .acts import CannotErase, Erased, erase_person, export_person
from .erasure import NAME_REMOVED, Erasure
from .registry import Holder, holder

__all__ = [
    "NAME_REMOVED",
    "CannotErase",
    "Erased",
    "Erasure",
    "Holder",
    "erase_person",
    "export_person",
    "holder",
]
