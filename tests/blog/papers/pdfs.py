"""PDF files that are not as one would wish."""

import io
import zlib

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas


def built(*objects: bytes) -> bytes:
    """A PDF file of these objects, numbered from 1; the first is the catalog."""
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return out + b"startxref\n%d\n%%%%EOF\n" % table


def encrypted(user: str = "secret", owner: str = "owner") -> bytes:
    buffer = io.BytesIO()
    sheet = Canvas(buffer, encrypt=StandardEncryption(user, owner, canCopy=1, strength=128))
    sheet.drawString(72, 700, "A locked word: okapi")
    sheet.showPage()
    sheet.save()
    return buffer.getvalue()


def without_pages() -> bytes:
    return built(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>")


def one_page(content: bytes, box: str = "0 0 612 792", extra: bytes = b"") -> bytes:
    """One page with a compressed content stream."""
    packed = zlib.compress(content, 9)
    return built(
        b"<< /Type /Catalog /Pages 2 0 R " + extra + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R >>".encode(),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
    )


def endless_drawing() -> bytes:
    """A page whose drawing takes minutes: large shapes, filled anew a hundred thousand times."""
    shape = b"0 0 m 600 0 l 0 790 l 600 790 l 300 0 l 0 400 l 600 400 l f*\n"
    return one_page(b"0.5 g " + shape * 200_000)


def with_scripts() -> bytes:
    action = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
    return one_page(b"BT ET", extra=action)
