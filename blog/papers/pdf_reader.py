"""
Reads one PDF file in a process of its own. Run as a script, by `pdf_files.read` alone.

A PDF file is a program for a machine of great age, and PDFium is C++: so this process has
little memory and time, knows nothing of the site, and writes to standard output alone. It gets
the file on standard input; it imports nothing of ours, so that it starts at once.

The answer is one line of JSON: {"error": code}, or {"pages": number} and, where asked for,
"text" and "cover" (a JPEG file in base64).
"""

import base64
import io
import json
import resource
import sys

import pypdfium2
import pypdfium2.raw

MEMORY = 1024**3  # bytes
OUTPUT = 32 * 1024**2  # bytes
PAGES_READ = 500
CHARACTERS = 300_000
COVER_SIDE = 1600  # pixels of the longer side
COVER_SHAPE = 4  # a page that is more than so many times as long as wide makes no cover


def limit(seconds: int) -> None:
    """Bind this process for good, before it has seen a byte of the file."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def text_of(document: pypdfium2.PdfDocument) -> str:
    """The words of the first PAGES_READ pages, at most CHARACTERS of them."""
    found: list[str] = []
    left = CHARACTERS
    for number in range(min(len(document), PAGES_READ)):
        try:
            page = document[number]
            words = page.get_textpage().get_text_range()[:left]
        except pypdfium2.PdfiumError:
            continue  # one damaged page does not take the others along
        finally:
            page = None
        found.append(words)
        left -= len(words)
        if left <= 0:
            break
    return "\n".join(found)


def cover_of(document: pypdfium2.PdfDocument) -> bytes | None:
    """The first page as a JPEG file; None where it cannot be drawn."""
    try:
        page = document[0]
        short, long = sorted(page.get_size())
        if short < 1 or long > short * COVER_SHAPE:
            return None
        picture = page.render(scale=COVER_SIDE / long, may_draw_forms=False).to_pil()
    except pypdfium2.PdfiumError:
        return None
    written = io.BytesIO()
    picture.convert("RGB").save(written, "JPEG", quality=88, optimize=True)
    return written.getvalue()


def answer(content: bytes, whole: bool) -> dict:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD
        return {"error": "password" if locked else "damaged"}
    pages = len(document)
    if not pages:
        return {"error": "empty"}
    if not whole:
        document[0].get_size()
        return {"pages": pages}
    cover = cover_of(document)
    return {
        "pages": pages,
        "text": text_of(document),
        "cover": base64.b64encode(cover).decode() if cover else None,
    }


if __name__ == "__main__":
    limit(int(sys.argv[2]))
    try:
        told = answer(sys.stdin.buffer.read(), whole=sys.argv[1] == "whole")
    except MemoryError:
        told = {"error": "memory"}
    except (pypdfium2.PdfiumError, ValueError, OverflowError):
        told = {"error": "damaged"}
    sys.stdout.write(json.dumps(told))
