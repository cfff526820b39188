"""
Taking out of a JPEG what does not show the picture, without touching a pixel.

What is kept: the tables and scans that decode the picture, the header of JFIF without its
thumbnail, Adobe's note of how colors are coded, the color profile, and of EXIF the orientation.
https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.1 and B.2
"""

import re
import struct

START, END = b"\xff\xd8", b"\xff\xd9"
APP0, APP1, APP2, APP14 = 0xE0, 0xE1, 0xE2, 0xEE
SCAN = 0xDA
# Tables, frames and scans: all of C0 to DF but restarts, start and end, which have no length.
DECODING = frozenset(range(0xC0, 0xE0)) - frozenset(range(0xD0, 0xDA)) | {SCAN}
# Where coded pixels are over: a marker that is neither a stuffed byte, a restart nor filling.
AFTER_PIXELS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
JFIF_WITHOUT_THUMBNAIL = 14  # bytes
ADOBE = 12


def without_metadata(data: bytes, exif: bytes) -> bytes:
    """
    `data` without what tells more than the picture, with `exif` (that says the orientation) if it
    is not empty. Raises ValueError or IndexError where it is no whole JPEG.
    """
    if not data.startswith(START):
        raise ValueError("no JPEG")
    header, kept, at = [], [], len(START)
    while True:
        at = data.index(b"\xff", at)  # what stands between segments is no part of the picture
        marker = data[at + 1]
        if marker in (0xFF, 0x00, 0x01) or 0xD0 <= marker <= 0xD8:  # filling, and stray marks
            at += 1 if marker == 0xFF else 2
            continue
        if marker == END[1]:
            break
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise ValueError("a cut JPEG")
        segment = _kept(marker, data[at:end])
        (header if marker == APP0 and not kept else kept).append(segment)
        at = end
        if marker == SCAN:
            over = AFTER_PIXELS.search(data, at)
            if over is None:
                raise ValueError("a cut JPEG")
            kept.append(data[at : over.start()])
            at = over.start()
    if exif:
        content = b"Exif\0\0" + exif
        header.append(b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content)
    return b"".join([START, *header, *kept, END])


def _kept(marker: int, segment: bytes) -> bytes:
    """What of a segment (with its marker and length) shows the picture; perhaps nothing."""
    content = segment[4:]
    if marker in DECODING or (marker == APP2 and content.startswith(b"ICC_PROFILE\0")):
        return segment
    if marker == APP14 and content.startswith(b"Adobe"):
        content = content[:ADOBE]
    elif marker == APP0 and content.startswith(b"JFIF\0"):
        # The last two bytes are the size of a thumbnail.
        content = content[: JFIF_WITHOUT_THUMBNAIL - 2] + b"\0\0"
    else:
        return b""
    return segment[:2] + struct.pack(">H", len(content) + 2) + content
