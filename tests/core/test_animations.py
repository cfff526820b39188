"""Animations lose what they tell beside the picture, and keep every frame."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image as Pillow
from PIL import ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

from competencyworks.core.pictures import image_containers
from competencyworks.core.pictures.image_files import accept

KINDS = ["WEBP", "AVIF", "PNG", "GIF"]
SECRETS = [b"Cam-o-matic", b"GPSSECRET", b"xmpsecret", b"secret comment"]
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">xmpsecret</x:xmpmeta>'
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
TIMES = [100, 250, 400]


def frames() -> list[Pillow.Image]:
    found = []
    for number, colour in enumerate(["red", "green", "blue"]):
        picture = Pillow.new("RGB", (64, 48), "white")
        ImageDraw.Draw(picture).rectangle((number * 20, 0, number * 20 + 20, 48), fill=colour)
        found.append(picture)
    return found


def exif(orientation: int = 1) -> Pillow.Exif:
    told = Pillow.Exif()
    told[0x0112] = orientation
    told[0x010F] = "Cam-o-matic"
    told[0x8825] = {1: "N", 2: (42.0, 21.0, 36.0), 29: "GPSSECRET"}
    return told


def animation(kind: str, *, telling: bool = True, orientation: int = 1, **more) -> bytes:
    first, *others = frames()
    options = {"save_all": True, "append_images": others, "duration": TIMES, **more}
    if kind != "AVIF":
        options["loop"] = 3
    if kind in ("WEBP", "AVIF", "PNG"):
        options["icc_profile"] = PROFILE
    if telling and kind != "GIF":
        options["exif"] = exif(orientation)
    if telling and kind in ("WEBP", "AVIF"):
        options["xmp"] = XMP
    if telling and kind == "PNG":
        info = PngInfo()
        info.add_text("Comment", "secret comment")
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options["pnginfo"] = info
    if telling and kind == "GIF":
        options["comment"] = b"secret comment"
    buffer = io.BytesIO()
    first.save(buffer, kind, **options)
    data = buffer.getvalue()
    if telling and kind == "GIF":
        # Between the header and the first frame, as Adobe writes it.
        at = 13 + (3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
        packet = b"\x21\xff\x0bXMP DataXMP" + bytes([len(XMP)]) + XMP + b"\0"
        data = data[:at] + packet + data[at:]
    return data


def read(data: bytes) -> list[tuple]:
    """Each frame of a file with its pixels and its time."""
    found = []
    with Pillow.open(io.BytesIO(data)) as picture:
        for number in range(picture.n_frames):
            picture.seek(number)
            picture.load()
            pixels = picture.convert("RGBA").tobytes()
            found.append((picture.size, pixels, picture.info.get("duration")))
    return found


def accepted(data: bytes, kind: str) -> bytes:
    content = accept(ContentFile(data, name=f"some.{kind.lower()}")).content
    content.seek(0)
    return content.read()


@pytest.mark.parametrize("kind", KINDS)
def test_an_animation_keeps_its_frames_and_tells_nothing_else(kind):
    data = animation(kind)
    assert any(secret in data for secret in SECRETS)
    clean = accepted(data, kind)
    for secret in SECRETS:
        assert secret not in clean
    before, after = (Pillow.open(io.BytesIO(each)) for each in (data, clean))
    assert read(clean) == read(data)
    assert len(read(clean)) == 3
    assert after.info.get("loop") == before.info.get("loop")
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert not set(after.getexif()) - {0x0112}
    assert b"xmpsecret" not in (after.info.get("xmp") or b"")


@pytest.mark.parametrize("kind", KINDS)
def test_an_animation_without_metadata_is_kept_byte_for_byte(kind):
    data = animation(kind, telling=False)
    assert accepted(data, kind) == data


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_the_orientation_stays(kind):
    clean = accepted(animation(kind, orientation=6), kind)
    assert b"Cam-o-matic" not in clean
    assert dict(Pillow.open(io.BytesIO(clean)).getexif()) == {0x0112: 6}


def test_a_gif_of_one_picture_loses_its_comment():
    buffer = io.BytesIO()
    frames()[0].save(buffer, "GIF", comment=b"secret comment")
    clean = accepted(buffer.getvalue(), "GIF")
    assert b"secret comment" not in clean
    assert read(clean)[0][1] == read(buffer.getvalue())[0][1]


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_what_stands_behind_the_end_goes_too(kind):
    data = animation(kind, telling=False)
    assert b"GPSSECRET" not in accepted(data + b"GPSSECRET" * 4, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_refused_or_read_and_nothing_else(kind):
    data = animation(kind)
    for cut in range(12, len(data), max(1, len(data) // 60)):
        damaged = data[:cut] + bytes([data[cut] ^ 0xFF]) + data[cut + 1 :]
        for each in (data[:cut], damaged):
            try:
                accept(ContentFile(each, name="some"))
            except ValidationError:
                continue


@pytest.mark.parametrize("kind", KINDS)
def test_no_bytes_break_the_reader_of_a_container(kind):
    data = animation(kind)
    for cut in range(13, len(data), 7):
        for each in (data[:cut], data[:cut] + b"\xff" * 8 + data[cut + 8 :]):
            try:
                image_containers.without_metadata(kind, each)
            except ValueError:
                continue
