"""What may enter the picture library, and what becomes of it."""

import io
import struct
import zlib

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image as Pillow
from PIL import ImageCms, ImageDraw, ImageOps
from PIL.PngImagePlugin import PngInfo

from competencyworks.core.models import Image
from competencyworks.core.pictures import image_files
from competencyworks.core.pictures.image_files import accept, file_name

ORIENTATION, CAMERA, GPS = 0x0112, 0x010F, 0x8825


def drawn(width: int = 60, height: int = 40, mode: str = "RGB") -> Pillow.Image:
    """Red on the left, blue on the right."""
    picture = Pillow.new("RGB", (width, height), "red")
    ImageDraw.Draw(picture).rectangle((width // 2, 0, width, height), fill="blue")
    return picture.convert(mode)


def written(picture: Pillow.Image, kind: str, **options) -> ContentFile:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return ContentFile(buffer.getvalue(), name=f"some.{kind.lower()}")


def telling_exif(orientation: int = 1) -> Pillow.Exif:
    exif = Pillow.Exif()
    exif[ORIENTATION] = orientation
    exif[CAMERA] = "Cam-o-matic"
    exif[GPS] = {1: "N", 2: (42.0, 21.0, 36.0), 3: "W", 4: (71.0, 3.0, 28.0)}
    return exif


def opened(file) -> Pillow.Image:
    file.seek(0)
    picture = Pillow.open(io.BytesIO(file.read()))
    picture.load()
    return picture


KINDS = [("JPEG", ".jpg"), ("PNG", ".png"), ("GIF", ".gif"), ("WEBP", ".webp"), ("AVIF", ".avif")]


@pytest.mark.parametrize(("kind", "suffix"), KINDS)
def test_picture_without_metadata_is_kept_byte_for_byte(kind, suffix):
    file = written(drawn(), kind)
    accepted = accept(file)
    assert accepted.suffix == suffix
    assert accepted.content.read() == file.open().read()
    assert not accepted.animated


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>42,21.6N</exif:GPSLatitude></x:xmpmeta>'
)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("more", [{"exif": telling_exif(6)}, {"xmp": XMP}], ids=["exif", "xmp"])
def test_metadata_is_removed_and_the_picture_stays_upright(kind, more):
    if kind == "PNG" and "xmp" in more:
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        more = {"pnginfo": info}
    file = written(drawn(), kind, **more)
    assert b"Cam-o-matic" in file.read() or b"GPSLatitude" in file.open().read()
    content = accept(file).content
    data = content.read()
    assert b"Cam-o-matic" not in data
    assert b"GPSLatitude" not in data
    picture = opened(content)
    assert set(picture.getexif()) <= {ORIENTATION}
    assert not picture.info.get("xmp", b"").strip()  # an AVIF keeps blanks in its place
    upright = ImageOps.exif_transpose(picture)
    # Orientation 6 is shown turned by a quarter to the right: red, left, comes to the top.
    expected = (40, 60) if "exif" in more else (60, 40)
    assert upright.size == expected
    red, _, blue = upright.convert("RGB").getpixel((5, 5))
    assert red > 200 > 100 > blue


def test_other_segments_of_a_jpeg_are_removed():
    plain = written(drawn(), "JPEG", quality=90).read()
    iptc = (
        b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x14\x1c\x02\x5a\x00\x0fSomewhere, Maine"
    )
    segment = b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc
    comment = b"\xff\xfe" + struct.pack(">H", 9) + b"remarks"
    file = ContentFile(plain[:2] + segment + comment + plain[2:])
    content = accept(file).content
    data = content.read()
    assert b"Somewhere" not in data
    assert b"remarks" not in data
    before, after = opened(ContentFile(plain)), opened(content)
    assert after.quantization == before.quantization


def test_color_profile_is_kept():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in ("JPEG", "PNG", "WEBP", "AVIF"):
        file = written(drawn(), kind, icc_profile=profile, exif=telling_exif())
        assert opened(accept(file).content).info["icc_profile"] == profile


def test_comments_of_a_png_are_removed_and_its_transparency_is_kept():
    info = PngInfo()
    info.add_text("Comment", "taken at home")
    picture = drawn(mode="RGBA")
    picture.putalpha(77)
    content = accept(written(picture, "PNG", pnginfo=info)).content
    assert b"taken at home" not in content.read()
    assert opened(content).getpixel((1, 1)) == (255, 0, 0, 77)


def test_second_picture_of_a_phones_jpeg_is_removed():
    file = written(drawn(), "MPO", save_all=True, append_images=[drawn(30, 20)])
    assert opened(file).format == "MPO"
    accepted = accept(file)
    assert opened(accepted.content).format == "JPEG"
    assert (accepted.suffix, accepted.animated) == (".jpg", False)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_animation_is_kept_byte_for_byte(kind):
    frames = [Pillow.new("RGB", (30, 20), color) for color in ("red", "green", "blue")]
    options = {"save_all": True, "append_images": frames[1:], "duration": 80}
    file = written(frames[0], kind, **options)
    accepted = accept(file)
    assert accepted.animated
    assert accepted.content.read() == file.open().read()


# --- What is refused ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just words",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<html><img src=x onerror=alert(1)></html>",
        b"%PDF-1.4",
        b"GIF89a" + b"\0" * 9,
        written(drawn(), "BMP").read(),
        written(drawn(), "TIFF").read(),
        written(drawn(300, 300), "JPEG").read()[:900],
        written(drawn(300, 300), "PNG").read()[:150],
    ],
    ids=["none", "text", "svg", "html", "pdf", "gif?", "bmp", "tiff", "half jpeg", "half png"],
)
def test_what_is_no_picture_for_the_web_is_refused(content):
    with pytest.raises(ValidationError, match=r"not a picture|cannot show SVG"):
        accept(ContentFile(content, name="innocent.jpg"))


def png_that_claims(width: int, height: int) -> ContentFile:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 10_000)
    return ContentFile(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [8_000, 12_000, 60_000])
def test_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded(side, monkeypatch):
    monkeypatch.setattr(Pillow.Image, "load", lambda self: pytest.fail("decoded"))
    with pytest.raises(ValidationError, match="more than 51 megapixels"):
        accept(png_that_claims(side, side))


def test_file_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(image_files, "MAX_BYTES", 1024 * 1024)
    with pytest.raises(ValidationError, match=r"is 2 MB; pictures can be up to 1 MB"):
        accept(ContentFile(b"x" * 2_000_000))


# --- Names --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Learning by Design (final).JPG", "learning-by-design-final"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\Bild.png", "bild"),
        ("größe.jpeg", "groe"),
        ("図.png", "picture"),
        ("a.php.jpg", "aphp"),
        ("<script>.gif", "script"),
        ("x" * 300 + ".png", "x" * 80),
        (".htaccess", "htaccess"),
    ],
)
def test_name_is_made_harmless(name, stem):
    content = ContentFile(b"content")
    assert file_name(name, content, ".webp") == f"{stem}-ed7002b4.webp"


# --- Rows ---------------------------------------------------------------------------------


def test_stored_file_is_named_after_its_content(db):
    image = Image.objects.create(file=ContentFile(written(drawn(), "PNG").read(), "Photo.jpg"))
    folder, _, name = image.file.name.rpartition("/")
    assert folder.startswith("images/")
    assert name.startswith("photo-")
    assert name.endswith(".png")
    assert (image.width, image.height, image.animated) == (60, 40, False)


def test_row_tells_the_size_of_the_upright_picture(db):
    file = written(drawn(), "JPEG", exif=telling_exif(6))
    image = Image.objects.create(file=file)
    image.refresh_from_db()
    assert (image.width, image.height) == (40, 60)


def test_file_that_is_refused_makes_no_row(db):
    with pytest.raises(ValidationError), transaction.atomic():
        Image.objects.create(file=ContentFile(b"<svg/>", "x.svg"))
    assert not Image.objects.exists()


def test_row_whose_file_is_gone_can_still_be_read(db):
    image = Image.objects.create(file=written(drawn(), "PNG"))
    image.file.storage.delete(image.file.name)
    Image.objects.filter(pk=image.pk).update(width=0, height=0)
    assert Image.objects.get().width == 0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("photo.jpg", png_that_claims(8_000, 8_000).read(), "more than 51 megapixels"),
        ("photo.jpg", written(drawn(300, 300), "JPEG").read()[:900], "not a picture"),
        ("drawing.bmp", written(drawn(), "BMP").read(), "not a picture"),
        (
            "drawing.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "JPEG, PNG, GIF, WebP, or AVIF",
        ),
        ("a.html", b"<p>Words</p>", "JPEG, PNG, GIF, WebP, or AVIF"),
        ("a.pdf", b"%PDF-1.4", "JPEG, PNG, GIF, WebP, or AVIF"),
    ],
    ids=["huge", "half", "bmp", "svg", "html", "pdf"],
)
def test_form_says_beside_the_field_what_is_wrong(admin_client, name, content, message):
    upload = SimpleUploadedFile(name, content)
    answer = admin_client.post("/admin/core/image/add/", {"file": upload, "alt": "Words"})
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors["file"]
    assert message in str(errors)
    assert not Image.objects.exists()


def test_name_of_a_picture_may_end_as_it_likes(admin_client):
    upload = SimpleUploadedFile("a.html", written(drawn(), "JPEG").read())
    form = {"file": upload, "alt": "Words", "focal_x": "50", "focal_y": "50"}
    assert admin_client.post("/admin/core/image/add/", form).status_code == 302
    assert Image.objects.get().file.name.endswith(".jpg")


def test_form_looks_into_a_file_once(admin_client, monkeypatch):
    looks = []
    real = image_files._accepted
    monkeypatch.setattr(image_files, "_accepted", lambda file: looks.append(1) or real(file))
    upload = SimpleUploadedFile("photo.jpg", written(drawn(), "JPEG").read())
    form = {"file": upload, "alt": "Words", "focal_x": "50", "focal_y": "50"}
    answer = admin_client.post("/admin/core/image/add/", form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert Image.objects.get().created_by == User.objects.get()
    assert len(looks) == 1


@pytest.mark.parametrize(
    ("words", "warned"),
    [({}, True), ({"alt": "Three steps"}, False), ({"decorative": "on"}, False)],
)
def test_a_picture_without_alternative_text_is_not_taken_silently(admin_client, words, warned):
    upload = SimpleUploadedFile("photo.jpg", written(drawn(), "JPEG").read())
    form = {"file": upload, "focal_x": "50", "focal_y": "50", **words}
    answer = admin_client.post("/admin/core/image/add/", form, follow=True)
    assert ("has no alternative text, so it says nothing" in answer.text) is warned
    assert Image.objects.count() == 1
