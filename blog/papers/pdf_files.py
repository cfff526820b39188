"""What a file must be to become a paper's, and what is read out of it."""

import base64
import hashlib
import json
import signal
import subprocess
import sys
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.text import slugify

from competencyworks.core.slugs import words_of

MAX_BYTES = 50 * 1024 * 1024
LOOK_SECONDS = 15  # for an upload, while somebody waits
READ_SECONDS = 90  # in the background
READER = Path(__file__).with_name("pdf_reader.py")
WORDS = {
    "no pdf": "This file is not a PDF. Save the paper as a PDF, and upload that file.",
    "password": "This PDF requires a password, so readers could not open it. Save it without a "
    "password, and upload it again.",
    "damaged": "This PDF is damaged and cannot be opened. Save it again, and upload the new file.",
    "empty": "This PDF has no pages.",
    "memory": "This PDF takes too much memory to read. Save a simpler version, and try again.",
    "time": "This PDF takes too long to read. Save a simpler version, and try again.",
    "crash": "This PDF cannot be read. Save it from another program, and try again.",
}


class Unreadable(ValueError):
    """A file that cannot be read and never will be; the message says why, for staff."""


@dataclass(frozen=True)
class Accepted:
    """What is known of a file that may become a paper's."""

    sha256: str
    size: int
    pages: int


@dataclass(frozen=True)
class Reading:
    """What a PDF file holds: its words, and its first page as a JPEG file if it can be drawn."""

    pages: int
    text: str
    cover: bytes | None


def accept(file: File) -> Accepted:
    """
    Look into `file`. Raises ValidationError, with words for staff, where it is no PDF, damaged,
    too large, or locked by a password.
    """
    if file.size > MAX_BYTES:
        raise ValidationError(
            f"This file is {file.size / 1e6:.0f} MB; papers can be up to {MAX_BYTES // 1024**2} "
            "MB. Make the pictures in it smaller."
        )
    file.seek(0)
    # Readers of PDF look for the mark in so many bytes; some programs write others before it.
    start = file.read(1024)
    if b"%PDF-" not in start or start.lstrip().startswith(b"<"):  # a page that was saved as PDF
        raise ValidationError(WORDS["no pdf"])
    file.seek(0)
    try:
        told = _run(file, "look", LOOK_SECONDS)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    except Unreadable as error:
        raise ValidationError(str(error)) from error
    finally:
        file.seek(0)
    return Accepted(digest, file.size, told["pages"])


def read(file: File) -> Reading:
    """The words and the first page of the PDF `file`. Raises Unreadable."""
    told = _run(file, "whole", READ_SECONDS)
    cover = told["cover"]
    return Reading(told["pages"], tidy(told["text"]), base64.b64decode(cover) if cover else None)


def _run(file: File, what: str, seconds: int) -> dict:
    """What `pdf_reader` says of `file`. Raises Unreadable."""
    with tempfile.TemporaryFile() as content, tempfile.TemporaryFile() as output:
        for chunk in file.chunks():
            content.write(chunk)
        content.seek(0)
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and script
                [sys.executable, "-I", str(READER), what, str(seconds)],
                stdin=content,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=seconds + 5,
                env={},  # no password of the site's for whoever takes the reader over
                cwd=tempfile.gettempdir(),
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Unreadable(WORDS["time"]) from error
        if done.returncode in (-signal.SIGKILL, -signal.SIGXCPU):  # its processor time is over
            raise Unreadable(WORDS["time"])
        output.seek(0)
        try:
            told = json.load(output)
        except ValueError as error:
            raise Unreadable(WORDS["crash"]) from error
    if code := told.get("error"):
        raise Unreadable(WORDS[code])
    return told


def tidy(text: str) -> str:
    """
    The words of a PDF as one would type them: ligatures taken apart, words that were divided
    at a line's end put together, no character that PostgreSQL or XML refuses.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # PDFium marks a hyphen at a line's end so.
    text = text.replace("\ufffe\n", "").replace("\x02\n", "").replace("\ufffe", "")
    text = unicodedata.normalize("NFKC", text).encode("utf-8", "ignore").decode()
    kept = (each if each == "\n" or unicodedata.category(each)[0] != "C" else " " for each in text)
    return "\n".join(" ".join(line.split()) for line in "".join(kept).splitlines()).strip()


def file_name(name: str, sha256: str) -> str:
    """Where the file that came as `name` is kept: nobody guesses it, and none replaces another."""
    stem = slugify(words_of(PurePosixPath(name.replace("\\", "/")).stem))[:80].strip("-")
    return f"kept/papers/{stem or 'paper'}-{sha256[:32]}.pdf"
