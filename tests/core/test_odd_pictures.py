"""Pictures that need more than a look at their size: 16-bit grays, drawings, enormous ones."""

import io
import struct
import zlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow

from competencyworks.core.models import Image
from competencyworks.core.pictures.responsive import prepared

pytestmark = pytest.mark.django_db
ADD = "/admin/core/image/add/"
PICK = "/admin/core/image/pick/"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'


def gray_16(*levels: int) -> bytes:
    picture = Pillow.new("I;16", (len(levels), 1))
    picture.putdata(levels)
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def enormous() -> bytes:
    """A PNG of 60,000 by 60,000 pixels in a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_grays_of_16_bits_keep_their_shades():
    with Pillow.open(io.BytesIO(gray_16(0, 0x4000, 0x8000, 0xFFFF))) as picture:
        shown = prepared(picture)
    assert [pixel[0] for pixel in shown.getdata()] == [0, 63, 127, 255]


def test_a_picture_of_16_bit_grays_enters_the_library():
    image = Image(alt="x")
    image.file.save("gray.png", ContentFile(gray_16(0, 0x8000)))
    assert image.width == 2


@pytest.mark.parametrize("address", [ADD, PICK])
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("big.png", enormous(), "more than 51 megapixels"),
        ("drawing.svg", SVG, "The site cannot show SVG drawings"),
        ("text.png", b"text", "not a picture the site can show"),
    ],
    ids=["enormous", "SVG", "no picture"],
)
def test_what_cannot_be_taken_is_refused_in_our_words(root, address, name, content, words):
    response = root.post(address, {"file": SimpleUploadedFile(name, content), "alt": "A"})
    assert response.status_code == 200
    assert words in response.text
    assert not Image.objects.exists()
