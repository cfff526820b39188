"""Which files that are no pictures may be stored, judged by what is in them."""

from django.core.files import File

MAX_BYTES = 200 * 1024 * 1024
START = 4096  # bytes that are looked at


class NotAccepted(Exception):
    """A file that the site does not store; the message says why, for staff."""


# First bytes → suffixes under which such a file may be stored; the first where none fits.
# https://www.iana.org/assignments/media-types, https://en.wikipedia.org/wiki/List_of_file_signatures
SIGNATURES: list[tuple[int, bytes, tuple[str, ...]]] = [
    (0, b"%PDF-", (".pdf",)),
    (0, b"PK\x03\x04", (".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub",
                        ".pages", ".numbers", ".key")),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", (".doc", ".xls", ".ppt", ".pps")),
    (0, b"{\\rtf", (".rtf",)),
    (0, b"ID3", (".mp3",)),
    (0, b"\xff\xfb", (".mp3",)),
    (0, b"\xff\xf3", (".mp3",)),
    (0, b"\xff\xf2", (".mp3",)),
    (0, b"OggS", (".ogg", ".oga", ".ogv")),
    (0, b"fLaC", (".flac",)),
    (4, b"ftyp", (".mp4", ".m4a", ".m4v", ".mov")),
    (4, b"moov", (".mov",)),
    (4, b"mdat", (".mov",)),
    (4, b"wide", (".mov",)),
    (0, b"\x1aE\xdf\xa3", (".webm", ".mkv")),
    (8, b"WAVE", (".wav",)),
    (8, b"AVI ", (".avi",)),
    (0, b"0&\xb2u\x8ef\xcf\x11", (".wmv", ".wma")),
]  # fmt: skip
TEXTS = (".txt", ".csv", ".ics", ".vtt", ".srt")


def suffix_of(file: File) -> str:
    """
    The suffix under which `file` is stored: its own if its content agrees.

    Raises NotAccepted for what is too large, or is none of the kinds that are known to do no
    harm when a browser opens it: HTML and SVG, for example, could run scripts as ours.
    """
    if file.size > MAX_BYTES:
        raise NotAccepted(f"It has {file.size / 1e6:.0f} MB; files may have 200 MB.")
    file.seek(0)
    start = file.read(START)
    file.seek(0)
    name = (file.name or "").lower()
    for offset, signature, suffixes in SIGNATURES:
        if start[offset : offset + len(signature)] == signature:
            return next((each for each in suffixes if name.endswith(each)), suffixes[0])
    own = next((each for each in TEXTS if name.endswith(each)), None)
    if own and b"\0" not in start and not start.lstrip().startswith(b"<"):
        return own
    raise NotAccepted("It is of no kind that the site stores.")
