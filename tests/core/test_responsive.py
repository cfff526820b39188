"""Which renditions a picture has, what they show, and the HTML that offers them."""

from html.parser import HTMLParser

import pytest
from django.core.files.storage import FileSystemStorage, InMemoryStorage, Storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image as Pillow
from PIL import ImageCms, ImageDraw

from competencyworks.core.models import Image
from competencyworks.core.pictures.responsive import (
    FocalPicture,
    picture_html,
    prepared,
    rendition_key,
    widths,
)


@pytest.mark.parametrize(
    ("size", "ratio", "expected"),
    [
        ((4000, 3000), None, (480, 800, 1200, 1600)),
        ((1600, 400), None, (480, 800, 1200, 1600)),
        ((1400, 900), None, (480, 800, 1200, 1400)),
        ((1250, 900), None, (480, 800, 1200)),
        ((500, 500), None, (480,)),
        ((479, 2000), None, ()),
        ((4000, 3000), "3/2", (240, 480, 800, 1200)),
        ((3000, 400), "3/2", (240, 480, 600)),
        ((300, 3000), "1/1", (96, 192, 300)),
        ((0, 0), "1/1", ()),
    ],
)
def test_widths_are_those_that_the_picture_has(size, ratio, expected):
    assert widths(*size, ratio) == expected


def rendition(ratio=None, width=100, focal=(50, 50), kind="WEBP") -> FocalPicture:
    return FocalPicture("images/a.jpg", kind, ratio, InMemoryStorage(), width, focal)


def marked(size: tuple[int, int], focal: tuple[int, int]) -> Pillow.Image:
    """White, with a red square where the focal point is."""
    picture = Pillow.new("RGB", size, "white")
    x, y = (side * share / 100 for side, share in zip(size, focal, strict=True))
    ImageDraw.Draw(picture).rectangle((x - 30, y - 30, x + 30, y + 30), fill="red")
    return picture


def is_red(pixel) -> bool:
    return pixel[0] > 200 and pixel[1] < 60


@pytest.mark.parametrize("focal", [(50, 50), (20, 50), (80, 50), (35, 10)])
@pytest.mark.parametrize("size", [(2000, 600), (600, 2000)])
def test_crop_has_the_focal_point_in_its_middle(size, focal):
    if size[0] < size[1]:
        focal = focal[::-1]
    crop = rendition("1/1", 120, focal).resize(marked(size, focal))
    assert crop.size == (120, 120)
    along, across = (60, focal[1] * 1.2) if size[0] > size[1] else (focal[0] * 1.2, 60)
    assert is_red(crop.getpixel((int(along), int(min(across, 119)))))


@pytest.mark.parametrize("focal", [(0, 0), (100, 100), (0, 100)])
@pytest.mark.parametrize("size", [(2000, 600), (600, 2000)])
def test_crop_goes_no_farther_than_the_edge(size, focal):
    crop = rendition("3/2", 120, focal).resize(marked(size, focal))
    assert crop.size == (120, 80)
    corner = tuple(
        min(int(side * share / 100), side - 1) for side, share in zip((120, 80), focal, strict=True)
    )
    assert is_red(crop.getpixel(corner))


def test_whole_picture_keeps_its_shape():
    assert rendition(width=100).resize(Pillow.new("RGB", (3000, 1000))).size == (100, 33)
    assert rendition(width=480).resize(Pillow.new("RGB", (20_000, 10))).size == (480, 1)


def test_name_tells_file_crop_focal_point_and_width():
    assert rendition().name == "images/a-jpg/100w.webp"
    assert rendition("3/2", focal=(30, 70)).name == "images/a-jpg/3_2-30x70/100w.webp"
    assert rendition("1/1", kind="AVIF").name == "images/a-jpg/1_1-50x50/100w.avif"


def test_rendition_can_be_built_again_from_its_description():
    from pictures.utils import reconstruct

    first = rendition("3/2", focal=(30, 70))
    again = reconstruct(*first.deconstruct())
    assert (again.name, again.focal) == (first.name, first.focal)


# --- Preparing ----------------------------------------------------------------------------


def test_opaque_alpha_is_dropped_and_real_transparency_kept():
    assert prepared(Pillow.new("RGBA", (9, 9), "red")).mode == "RGB"
    assert prepared(Pillow.new("P", (9, 9))).mode == "RGB"
    assert prepared(Pillow.new("RGBA", (9, 9), (255, 0, 0, 40))).mode == "RGBA"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "YCbCr"])
def test_every_mode_becomes_one_that_can_be_written(mode):
    assert prepared(Pillow.new(mode, (9, 9))).mode in ("RGB", "RGBA")


@pytest.mark.parametrize("profile", [b"nonsense", "LAB"])
def test_profile_that_does_not_fit_is_ignored(profile):
    if profile == "LAB":
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    picture = Pillow.new("RGB", (9, 9), "red")
    picture.info["icc_profile"] = profile
    assert prepared(picture).getpixel((1, 1)) == (255, 0, 0)


# --- HTML ---------------------------------------------------------------------------------


class Tags(HTMLParser):
    def __init__(self, html: str):
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def tags(html: str) -> list[tuple[str, dict]]:
    return Tags(html).found


def image(*, ready: bool = True, **more) -> Image:
    """A row that was never saved: HTML is made of the row alone."""
    defaults = {"file": "images/2024/05/a.jpg", "width": 1500, "height": 1000, "alt": "Steps"}
    made = Image(**defaults | more)
    if ready:
        made.renditions_key, made.renditions_ready_at = rendition_key(made), timezone.now()
    return made


def test_ready_picture_offers_its_renditions():
    html = picture_html(image(), sizes="(min-width: 50em) 40em, 100vw")
    assert [tag for tag, _ in tags(html)] == ["picture", "source", "source", "img"]
    (_, _), (_, avif), (_, webp), (_, img) = tags(html)
    assert avif["type"] == "image/avif"
    assert avif["srcset"].split(", ") == [
        f"/media/images/2024/05/a-jpg/{width}w.avif {width}w" for width in (480, 800, 1200, 1500)
    ]
    assert avif["sizes"] == webp["sizes"] == "(min-width: 50em) 40em, 100vw"
    assert webp["srcset"] == avif["srcset"].replace("avif", "webp")
    assert img == {
        "src": "/media/images/2024/05/a.jpg",
        "alt": "Steps",
        "width": "1500",
        "height": "1000",
        "loading": "lazy",
        "decoding": "async",
    }


def test_crop_offers_the_crop_and_its_size():
    html = picture_html(image(focal_x=20), ratio="1/1")
    _, (_, avif), _, (_, img) = tags(html)
    assert "/a-jpg/1_1-20x50/384w.avif 384w" in avif["srcset"]
    assert (img["width"], img["height"], img["data-ratio"]) == ("384", "384", "1/1")


@pytest.mark.parametrize(
    "what",
    [
        {"ready": False},
        {"animated": True},
        {"width": 300, "height": 200},
    ],
)
def test_picture_without_renditions_is_shown_as_it_is(what):
    shown = image(**what)
    ((tag, img),) = tags(picture_html(shown))
    assert tag == "img"
    assert img["src"] == shown.file.url
    assert (img["width"], img["height"]) == (str(shown.width), str(shown.height))


def test_storage_that_signs_addresses_offers_no_renditions(monkeypatch):
    class Signing(Storage):
        def url(self, name):
            return f"/{name}?signature=1"

    shown = image()
    monkeypatch.setattr(shown.file, "storage", Signing())
    assert "srcset" not in picture_html(shown)
    assert shown.small_url == "/images/2024/05/a.jpg?signature=1"


def test_what_was_made_for_another_focal_point_is_not_offered():
    changed = image()
    changed.focal_x = 10
    assert "srcset" not in picture_html(changed)
    assert changed.small_url == changed.file.url


def test_layout_is_the_same_before_and_after_the_renditions_are_made():
    def box(html):
        img = tags(html)[-1][1]
        return img["width"], img["height"], img["data-ratio"]

    for ratio in ("3/2", "1/1"):
        assert box(picture_html(image(), ratio=ratio)) == box(
            picture_html(image(ready=False), ratio=ratio)
        )


def test_words_are_escaped():
    html = picture_html(image(alt='"><script>alert(1)</script>'), sizes='1px" onload="x')
    assert [tag for tag, _ in tags(html)] == ["picture", "source", "source", "img"]
    assert tags(html)[-1][1]["alt"] == '"><script>alert(1)</script>'
    assert not any("onload" in attributes for _, attributes in tags(html))


def test_text_of_a_decorative_picture_is_empty_unless_given():
    assert tags(picture_html(image(decorative=True)))[-1][1]["alt"] == ""
    assert tags(picture_html(image(decorative=True), alt="Logo"))[-1][1]["alt"] == "Logo"
    assert tags(picture_html(image(), alt=""))[-1][1]["alt"] == ""


def test_first_picture_of_a_page_is_not_delayed():
    img = tags(picture_html(image(), loading="eager"))[-1][1]
    assert img["fetchpriority"] == "high"
    assert "loading" not in img


def test_row_without_size_has_no_size_in_html():
    img = tags(picture_html(image(width=0, height=0), ratio="3/2"))[-1][1]
    assert "width" not in img


def test_it_costs_no_query_and_no_look_at_a_file(make, monkeypatch):
    make.image()
    row = Image.objects.get()
    monkeypatch.setattr(FileSystemStorage, "_open", lambda *args: pytest.fail("opened"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert picture_html(row)
        assert row.small_url
    assert len(queries) == 0


def test_small_address_is_of_the_smallest_rendition():
    assert image().small_url == "/media/images/2024/05/a-jpg/480w.webp"
    assert image(animated=True).small_url == "/media/images/2024/05/a.jpg"
