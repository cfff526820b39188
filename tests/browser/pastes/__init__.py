"""
What programs put on the clipboard, written as they write it, and what must be stored of it.

Each is a `Paste`: the HTML, RTF or files beside it where the program gives them, the text that is
stored, and words of the notice that says what stayed behind.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Paste:
    html: str
    stored: str
    rtf: str = ""
    files: list[bytes] = field(default_factory=list)
    notice: tuple[str, ...] = ()
