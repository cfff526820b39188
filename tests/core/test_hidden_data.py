"""What an uploaded picture hides where no viewer looks goes; its pixels stay as they were."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image as Pillow
from PIL import ImageCms

from competencyworks.core.pictures import image_containers
from competencyworks.core.pictures.image_files import accept

SECRET = b"SECRET-PLACE-42.36-71.05 "
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
ORIENTATION = 0x0112


def drawn(kind: str, mode: str = "RGB", **more) -> bytes:
    picture = Pillow.effect_noise((64, 48), 80).convert(mode)
    buffer = io.BytesIO()
    picture.save(buffer, kind, **({"icc_profile": PROFILE} if mode != "CMYK" else {}) | more)
    return buffer.getvalue()


def cleaned(data: bytes) -> bytes:
    content = accept(ContentFile(data, name="some")).content
    content.seek(0)
    return content.read()


def seen(data: bytes) -> tuple:
    with Pillow.open(io.BytesIO(data)) as picture:
        told = (picture.mode, picture.size, picture.info.get("icc_profile"))
        return (*told, picture.getexif().get(ORIENTATION, 1), picture.tobytes())


# --- where it can be hidden -------------------------------------------------------------------


def behind(data: bytes) -> bytes:
    return data + SECRET * 4


def png_chunk(name: bytes) -> Callable[[bytes], bytes]:
    chunk = struct.pack(">I", len(SECRET)) + name + SECRET
    chunk += struct.pack(">I", zlib.crc32(name + SECRET))
    # Behind the header, which has 8 + 25 bytes.
    return lambda data: data[:33] + chunk + data[33:]


def webp_chunk(data: bytes) -> bytes:
    content = data[8:] + b"C2PA" + struct.pack("<I", len(SECRET)) + SECRET + b"\0"
    return b"RIFF" + struct.pack("<I", len(content)) + content


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def jpeg_segment(marker: int, start: bytes = b"") -> Callable[[bytes], bytes]:
    return lambda data: data[:2] + segment(marker, start + SECRET) + data[2:]


def jpeg_thumbnail(data: bytes) -> bytes:
    """JFIF with a thumbnail of 1 × 9 pixels."""
    content = data[6:18] + b"\x01\x09" + (SECRET * 2)[:27]
    return data[:2] + segment(0xE0, content) + data[20:]


def jpeg_between(data: bytes) -> bytes:
    return data[:20] + SECRET + data[20:]


def box(name: bytes) -> bytes:
    return struct.pack(">I4s", len(SECRET) + 8, name) + SECRET


def avif_box(name: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data + box(name)


PLACES = {
    ("JPEG", "behind"): behind,
    ("JPEG", "comment"): jpeg_segment(0xFE),
    ("JPEG", "C2PA"): jpeg_segment(0xEB, b"JP\0\1"),
    ("JPEG", "a segment like Adobe's"): jpeg_segment(0xE5, b"Adobe"),
    ("JPEG", "a segment like JFIF's"): jpeg_segment(0xE7, b"JFIF\0"),
    ("JPEG", "a segment like a profile's"): jpeg_segment(0xE2, b"MPF\0"),
    ("JPEG", "the rest of EXIF"): jpeg_segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"),
    ("JPEG", "the rest of Adobe's"): jpeg_segment(0xEE, b"Adobe\0\x64\0\0\0\0\1"),
    ("JPEG", "thumbnail"): jpeg_thumbnail,
    ("JPEG", "between segments"): jpeg_between,
    ("PNG", "behind"): behind,
    ("PNG", "C2PA"): png_chunk(b"caBX"),
    ("PNG", "private chunk"): png_chunk(b"prVt"),
    ("PNG", "text"): png_chunk(b"tEXt"),
    ("WEBP", "behind"): behind,
    ("WEBP", "unknown chunk"): webp_chunk,
    ("AVIF", "behind"): behind,
    ("AVIF", "free"): avif_box(b"free"),
    ("AVIF", "skip"): avif_box(b"skip"),
    ("AVIF", "C2PA"): avif_box(b"uuid"),
    ("AVIF", "unknown box"): avif_box(b"prvt"),
    ("GIF", "behind"): behind,
}


@pytest.mark.parametrize(("kind", "place"), PLACES)
def test_it_goes_and_the_picture_stays(kind, place):
    plain = drawn(kind, **{"mode": "P"} if kind == "GIF" else {})
    data = PLACES[kind, place](plain)
    assert SECRET in data
    clean = cleaned(data)
    assert SECRET not in clean
    assert seen(clean) == seen(plain)


def test_a_chunk_within_a_frame_of_a_webp_goes():
    first, second = (Pillow.new("RGB", (20, 20), color) for color in ("red", "blue"))
    buffer = io.BytesIO()
    first.save(buffer, "WEBP", save_all=True, append_images=[second], duration=100)
    plain = buffer.getvalue()
    at, hidden = plain.index(b"ANMF"), struct.pack("<4sI", b"prVt", len(SECRET)) + SECRET
    hidden += bytes(len(hidden) % 2)
    (size,) = struct.unpack_from("<I", plain, at + 4)
    end = at + 8 + size
    frame = struct.pack("<4sI", b"ANMF", size + len(hidden)) + plain[at + 8 : end] + hidden
    data = plain[:at] + frame + plain[end:]
    data = b"RIFF" + struct.pack("<I", len(data) - 8) + data[8:]
    assert SECRET in data
    assert SECRET not in cleaned(data)


def test_a_free_box_between_others_goes_without_moving_them():
    plain = drawn("AVIF")
    size = struct.unpack_from(">I", plain)[0]  # the box 'ftyp' is the first
    inside = b"".join([plain[:size], box(b"free"), plain[size:]])
    clean = image_containers.without_metadata("AVIF", inside)
    assert SECRET not in clean
    assert len(clean) == len(inside)


@pytest.mark.parametrize(
    "more", [{"progressive": True}, {"restart_marker_blocks": 2}, {"subsampling": 2}]
)
def test_each_way_of_coding_a_jpeg_is_kept(more):
    plain = drawn("JPEG", **more)
    assert cleaned(plain) == plain
    assert seen(cleaned(behind(plain))) == seen(plain)


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_each_kind_of_color_of_a_jpeg_is_kept(mode):
    plain = drawn("JPEG", mode)
    clean = cleaned(jpeg_segment(0xFE)(plain))
    assert SECRET not in clean
    assert seen(clean) == seen(plain)


def test_a_jpeg_keeps_its_orientation_and_its_pixels():
    told = Pillow.Exif()
    told[ORIENTATION], told[0x010F] = 6, SECRET.decode()
    data = drawn("JPEG", exif=told)
    clean = cleaned(data)
    assert SECRET not in clean
    assert seen(clean)[3:] == (6, seen(data)[4])


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_a_still_picture_that_is_turned_stays_upright(kind):
    told = Pillow.Exif()
    told[ORIENTATION] = 6
    clean = cleaned(behind(drawn(kind, exif=told)))
    assert SECRET not in clean
    with Pillow.open(io.BytesIO(clean)) as picture:
        turned = picture.getexif().get(ORIENTATION, 1) == 6
        assert picture.size == ((64, 48) if turned else (48, 64))
        assert picture.info["icc_profile"] == PROFILE


def test_no_bytes_break_the_reader_of_a_jpeg():
    data = drawn("JPEG", progressive=True)
    for cut in range(2, len(data), 7):
        for each in (data[:cut], data[:cut] + b"\xff" * 8 + data[cut + 8 :]):
            try:
                image_containers.without_metadata("JPEG", each)
                accept(ContentFile(each, name="some"))
            except (ValueError, ValidationError):
                continue
