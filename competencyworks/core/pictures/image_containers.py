"""
Taking out of a picture's file what does not show it, without touching a pixel.

Writing a picture anew would cost quality, and an animation's timing where a writer rounds it. So
the container is taken apart: what shows the picture is kept byte for byte (frames, timing, loop,
colour profile); what is told beside it (EXIF with the place, XMP, comments), what no viewer knows
and what stands behind the end goes. Of EXIF the orientation stays.
"""

import struct
import zlib
from collections.abc import Iterator

from . import jpeg_segments

ORIENTATION = 0x0112
# Of PNG, what a viewer needs: https://www.w3.org/TR/png-3/#4Concepts.FormatTypes
PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND acTL fcTL fdAT tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs hIST sPLT cICP "
    b"mDCV cLLI".split()
)
# Of WebP: https://developers.google.com/speed/webp/docs/riff_container
WEBP_KEPT = frozenset([b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"])
HAS_EXIF, HAS_XMP = 0x08, 0x04  # flags of VP8X
# Of GIF, the applications that say how often it is played, and in what colours.
GIF_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")
# Boxes of AVIF that hold others, with the bytes before the first of these.
AVIF_CONTAINERS = {b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"meta": 4}
AVIF_TELLING = (b"udta", b"uuid", b"free", b"skip")
# Of the boxes that are in none, those that show a picture.
AVIF_KEPT = frozenset([b"ftyp", b"meta", b"mini", b"moov", b"mdat"])


def without_metadata(kind: str, data: bytes, orientation: int = 1) -> bytes:
    """
    `data`, a file of the `kind` JPEG, PNG, GIF, WEBP or AVIF, without its metadata; the same bytes
    where there is none. Raises ValueError where the file is not built as its kind should be.
    """
    strip = {"JPEG": _jpeg, "PNG": _png, "GIF": _gif, "WEBP": _webp, "AVIF": _avif}[kind]
    try:
        return strip(data, orientation)
    except (IndexError, struct.error) as error:
        raise ValueError(f"a damaged {kind}") from error


def _exif(orientation: int) -> bytes:
    """EXIF that says the orientation alone."""
    entry = struct.pack("<HHIHH", ORIENTATION, 3, 1, orientation, 0)
    return b"II*\0" + struct.pack("<IH", 8, 1) + entry + bytes(4)


def _jpeg(data: bytes, orientation: int) -> bytes:
    return jpeg_segments.without_metadata(data, _exif(orientation) if orientation != 1 else b"")


# --- GIF --------------------------------------------------------------------------------------


def _gif(data: bytes, orientation: int) -> bytes:
    at = 13 + _colours(data[10])
    kept = [data[:at]]
    while True:
        mark = data[at]
        if mark == 0x3B:  # the end; what follows is no picture
            return b"".join([*kept, b";"])
        end = _blocks_end(data, at + 2) if mark == 0x21 else _image_end(data, at)
        if mark not in (0x21, 0x2C):
            raise ValueError("no block of a GIF")
        if mark == 0x2C or _is_shown(data, at):
            kept.append(data[at:end])
        at = end


def _colours(flags: int) -> int:
    """The size of a table of colours."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _image_end(data: bytes, at: int) -> int:
    return _blocks_end(data, at + 11 + _colours(data[at + 9]))


def _blocks_end(data: bytes, at: int) -> int:
    """Where a row of sub-blocks, which an empty one ends, is over."""
    while size := data[at]:
        at += 1 + size
    return at + 1


def _is_shown(data: bytes, at: int) -> bool:
    """Whether an extension is part of the picture: timing, text on it, loop, colours."""
    label = data[at + 1]
    return label in (0xF9, 0x01) or (
        label == 0xFF and data[at + 3 : at + 14].startswith(GIF_APPLICATIONS)
    )


# --- PNG --------------------------------------------------------------------------------------


def _png(data: bytes, orientation: int) -> bytes:
    kept, at = [data[:8]], 8
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        name, end = data[at + 4 : at + 8], at + 12 + size
        if end > len(data):
            raise ValueError("a cut PNG")
        if name in PNG_KEPT:
            kept.append(data[at:end])
        elif name == b"eXIf" and orientation != 1:
            kept.append(_png_chunk(b"eXIf", _exif(orientation)))
        at = end
        if name == b"IEND":
            break
    return b"".join(kept)


def _png_chunk(name: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + check


# --- WebP -------------------------------------------------------------------------------------


def _webp(data: bytes, orientation: int) -> bytes:
    (size,) = struct.unpack_from("<I", data, 4)
    chunks = []
    for name, content in _riff(data[12 : 8 + size]):
        if name == b"VP8X":
            flags = content[0] & ~(HAS_EXIF | HAS_XMP)
            flags |= HAS_EXIF if orientation != 1 else 0
            chunks.append((name, bytes([flags]) + content[1:]))
        elif name == b"ANMF":
            frame = _riff(content[16:])
            inside = _riff_bytes([each for each in frame if each[0] in WEBP_KEPT])
            chunks.append((name, content[:16] + inside))
        elif name in WEBP_KEPT:
            chunks.append((name, content))
    if orientation != 1:
        chunks.append((b"EXIF", _exif(orientation)))
    content = b"WEBP" + _riff_bytes(chunks)
    return b"RIFF" + struct.pack("<I", len(content)) + content


def _riff(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        (size,) = struct.unpack_from("<I", data, at + 4)
        if at + 8 + size > len(data):
            raise ValueError("a cut WebP")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _riff_bytes(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(
        name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
        for name, content in chunks
    )


# --- AVIF -------------------------------------------------------------------------------------


def _avif(data: bytes, orientation: int) -> bytes:
    """
    Places in the file are named by their distance from its beginning, so nothing moves: what
    tells more than the picture is written over. AVIF turns by a property of its own, not by EXIF.
    """
    changed = bytearray(data[: _avif_end(data)])
    for name, begin, content, stop in _boxes(changed, 0, len(changed)):
        if name not in AVIF_KEPT:
            _write_over(changed, begin, content, stop)
    _clean_boxes(changed, 0, len(changed))
    return bytes(changed)


def _avif_end(data: bytes) -> int:
    """Where the last box ends that shows a picture; nothing leads to what follows."""
    end = at = 0
    while at + 8 <= len(data):
        try:
            name, _, _, at = next(_boxes(data, at, len(data)))
        except (ValueError, struct.error):  # no box begins here
            break
        if name in AVIF_KEPT:
            end = at
    return end


def _write_over(data: bytearray, begin: int, content: int, stop: int) -> None:
    """Let the box be one that is skipped, with nothing in it."""
    data[begin + 4 : begin + 8] = b"free"
    data[content:stop] = bytes(stop - content)


def _boxes(data: bytes | bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Name, beginning, beginning of the content, and end of each box."""
    while start + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, start)
        content = start + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, content)
            content += 8
        stop = end if size == 0 else start + size
        if not content <= stop <= end:
            raise ValueError("a cut AVIF")
        yield name, start, content, stop
        start = stop


def _clean_boxes(data: bytearray, start: int, end: int) -> None:
    for name, begin, content, stop in _boxes(data, start, end):
        if name in AVIF_TELLING:
            _write_over(data, begin, content, stop)
        elif name in AVIF_CONTAINERS:
            if name == b"meta":
                _clean_items(data, content + 4, stop)
            _clean_boxes(data, content + AVIF_CONTAINERS[name], stop)


def _clean_items(data: bytearray, start: int, end: int) -> None:
    """Write over the items of a 'meta' box that are EXIF, or XMP and other texts."""
    boxes = {name: (content, stop) for name, _, content, stop in _boxes(data, start, end)}
    if b"iinf" not in boxes or b"iloc" not in boxes:
        return
    telling = _telling_items(data, *boxes[b"iinf"])
    for key, where, size in _extents(data, boxes[b"iloc"][0], boxes.get(b"idat", (0, 0))[0]):
        if key not in telling:
            continue
        if where + size > len(data):
            raise ValueError("an item outside its AVIF")
        # EXIF must stay readable: an offset, and a TIFF that says nothing.
        nothing = bytes(4) + b"II*\0" + struct.pack("<IH", 8, 0) + bytes(4)
        filling = nothing if telling[key] == b"Exif" else b""
        data[where : where + size] = filling[:size].ljust(size, b"\0" if filling else b" ")


def _telling_items(data: bytearray, start: int, end: int) -> dict[int, bytes]:
    """Key and kind of each item that is no part of a picture."""
    found = {}
    version = data[start]
    first = start + 4 + (2 if version == 0 else 4)
    for name, _, content, _stop in _boxes(data, first, end):
        if name != b"infe" or data[content] < 2:
            continue
        wide = data[content] > 2
        (key,) = struct.unpack_from(">I" if wide else ">H", data, content + 4)
        at = content + (10 if wide else 8)
        kind = bytes(data[at : at + 4])
        if kind in (b"Exif", b"mime", b"uri "):
            found[key] = kind
    return found


def _extents(data: bytearray, at: int, idat: int) -> Iterator[tuple[int, int, int]]:
    """Key, place in the file and size of each piece of an item, from the box 'iloc'."""
    version, sizes = data[at], data[at + 4 : at + 6]
    of_offset, of_length, of_base = sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4
    of_index = sizes[1] & 15 if version in (1, 2) else 0
    at += 6
    wide = 4 if version == 2 else 2
    count, at = _number(data, at, wide)
    for _ in range(count):
        key, at = _number(data, at, wide)
        method = 0
        if version in (1, 2):
            method, at = _number(data, at, 2)
        at += 2  # which file it is in: this one
        base, at = _number(data, at, of_base)
        pieces, at = _number(data, at, 2)
        for _ in range(pieces):
            _, at = _number(data, at, of_index)
            offset, at = _number(data, at, of_offset)
            size, at = _number(data, at, of_length)
            yield key, base + offset + (idat if method & 15 == 1 else 0), size


def _number(data: bytearray, at: int, size: int) -> tuple[int, int]:
    """A number of `size` bytes, and where it ends."""
    if at + size > len(data):
        raise ValueError("a cut AVIF")
    return int.from_bytes(data[at : at + size], "big"), at + size
