"""Renditions, from the upload to the file, with real pictures and a real worker."""

import io
import threading
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image as Pillow

from competencyworks.core.models import Image
from competencyworks.core.models.sweep_runs import SweepRun
from competencyworks.core.pictures import image_files, renditions
from competencyworks.core.pictures.image_files import SUFFIXES
from competencyworks.core.pictures.responsive import is_ready, picture_html
from tests.core.test_image_files import drawn, telling_exif, written

pytestmark = pytest.mark.django_db


def upload(picture: Pillow.Image | None = None, kind: str = "PNG", name="a.png", **more) -> Image:
    content = written(picture or drawn(900, 600), kind, **more)
    content.name = name
    image = Image.objects.create(file=content, alt="Red and blue")
    return Image.objects.get(pk=image.pk)


def run_worker() -> None:
    """A worker, long after the one before: every sweep is due."""
    SweepRun.objects.all().delete()
    call_command("worker", "--once")


def stored(image: Image) -> dict[str, Pillow.Image]:
    """The renditions of `image` in the storage, by the end of their names."""
    storage = image.file.storage
    folder = image.file.name.replace(".", "-")
    found = {}

    def look(below: str) -> None:
        if not storage.exists(f"{folder}{below}"):
            return
        folders, files = storage.listdir(f"{folder}{below}")
        for name in folders:
            look(f"{below}/{name}")
        for name in files:
            with storage.open(f"{folder}{below}/{name}") as file:
                picture = Pillow.open(io.BytesIO(file.read()))
                picture.load()
                found[f"{below}/{name}".lstrip("/")] = picture

    look("")
    return found


# --- Making -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_worker_makes_the_renditions_of_an_upload(kind):
    image = upload(kind=kind)
    assert not is_ready(image)
    assert image.renditions_state == "in progress"
    assert "srcset" not in picture_html(image)
    run_worker()
    image.refresh_from_db()
    assert is_ready(image)
    assert image.renditions_state == "ready"
    sizes = {name: picture.size for name, picture in stored(image).items()}
    assert sizes == {
        f"{name}.{suffix}": size
        for suffix in ("avif", "webp")
        for name, size in {
            "480w": (480, 320),
            "800w": (800, 533),
            "3_2-50x50/240w": (240, 160),
            "3_2-50x50/480w": (480, 320),
            "3_2-50x50/800w": (800, 533),
            "1_1-50x50/96w": (96, 96),
            "1_1-50x50/192w": (192, 192),
            "1_1-50x50/384w": (384, 384),
        }.items()
    }
    left = stored(image)["480w.webp"].convert("RGB").getpixel((20, 20))
    assert left[0] > 200 > 100 > left[2]


def test_addresses_in_the_html_are_those_of_the_files():
    image = upload()
    run_worker()
    image.refresh_from_db()
    for ratio in (None, "3/2", "1/1"):
        html = picture_html(image, ratio=ratio)
        candidates = [
            candidate.split()[0]
            for srcset in html.split('srcset="')[1:]
            for candidate in srcset.split('"')[0].split(", ")
        ]
        assert len(candidates) >= 4
        for address in candidates:
            assert image.file.storage.exists(address.removeprefix("/media/"))
    assert image.file.storage.exists(image.small_url.removeprefix("/media/"))


def test_renditions_are_upright_and_tell_nothing():
    image = upload(drawn(900, 600), "JPEG", exif=telling_exif(6))
    assert (image.width, image.height) == (600, 900)
    run_worker()
    made = stored(image)
    assert made["480w.avif"].size == (480, 720)
    for picture in made.values():
        assert not picture.getexif()
        assert not picture.info.get("xmp")
        assert "icc_profile" not in picture.info
    # The red half was on the left, and is on top of the upright picture.
    red, _, blue = made["480w.webp"].convert("RGB").getpixel((240, 50))
    assert red > 200 > 100 > blue


def test_large_jpeg_is_decoded_no_larger_than_needed(monkeypatch):
    image = upload(drawn(4000, 3000), "JPEG")
    seen = []
    real = renditions.prepared
    monkeypatch.setattr(renditions, "prepared", lambda it: seen.append(it.size) or real(it))
    assert renditions.make_next()
    assert seen == [(2000, 1500)]
    assert stored(image)["1600w.avif"].size == (1600, 1200)
    assert stored(image)["3_2-50x50/1200w.avif"].size == (1200, 800)


def test_animation_is_left_as_it_is():
    frames = [Pillow.new("RGB", (900, 600), color) for color in ("red", "green")]
    image = upload(frames[0], "GIF", save_all=True, append_images=frames[1:])
    run_worker()
    image.refresh_from_db()
    assert image.renditions_state == "ready"
    assert stored(image) == {}
    assert "srcset" not in picture_html(image)


def test_small_picture_needs_none():
    image = upload(drawn(90, 60))
    run_worker()
    image.refresh_from_db()
    assert image.renditions_state == "ready"
    assert stored(image) == {}


def test_once_made_nothing_is_due():
    upload()
    run_worker()
    assert not renditions.due().exists()
    assert not renditions.make_next()


# --- Changes ------------------------------------------------------------------------------


def test_another_focal_point_gives_crops_under_new_addresses():
    image = upload(drawn(1800, 600))
    run_worker()
    image.refresh_from_db()
    before = picture_html(image, ratio="1/1")
    image.focal_x = 10
    image.save()
    image.refresh_from_db()
    assert image.renditions_state == "in progress"
    run_worker()
    image.refresh_from_db()
    after = picture_html(image, ratio="1/1")
    assert is_ready(image)
    assert "1_1-50x50" in before
    assert "1_1-50x50" not in after
    red, _, blue = stored(image)["1_1-10x50/384w.webp"].convert("RGB").getpixel((370, 200))
    assert red > 200 > 100 > blue


def test_change_by_query_is_found_too():
    image = upload()
    run_worker()
    Image.objects.update(focal_y=0)
    assert not is_ready(Image.objects.get())
    assert [found.pk for found in renditions.due()] == [image.pk]


def test_change_while_renditions_are_made_makes_them_due_again(monkeypatch):
    image = upload()
    real = renditions.make

    def make_while_staff_saves(claimed):
        Image.objects.get(pk=image.pk).save()  # a form that changed nothing
        changed = Image.objects.get(pk=image.pk)
        changed.focal_x = 1
        changed.save(update_fields=["focal_x"])
        real(claimed)

    monkeypatch.setattr(renditions, "make", make_while_staff_saves)
    assert renditions.make_next()
    monkeypatch.setattr(renditions, "make", real)
    image.refresh_from_db()
    assert not is_ready(image)
    assert renditions.make_next()
    image.refresh_from_db()
    assert is_ready(image)


def test_who_made_the_old_crops_does_not_call_the_new_ones_ready(monkeypatch):
    image = upload()

    def make_while_another_worker_claims(claimed):
        Image.objects.filter(pk=image.pk).update(focal_x=1)
        assert renditions.claim().focal_x == 1

    monkeypatch.setattr(renditions, "make", make_while_another_worker_claims)
    assert renditions.make_next()
    image.refresh_from_db()
    assert not is_ready(image)


def test_other_changes_leave_renditions_alone():
    image = upload()
    run_worker()
    image.refresh_from_db()
    image.alt = "Other words"
    image.save()
    assert is_ready(Image.objects.get())


def test_another_file_gives_other_addresses():
    image = upload()
    run_worker()
    image.refresh_from_db()
    first = image.file.name
    image.file = ContentFile(written(drawn(700, 700), "PNG").read(), "a.png")
    image.save()
    assert image.file.name != first
    run_worker()
    image.refresh_from_db()
    assert is_ready(image)
    assert (image.width, image.height) == (700, 700)
    assert image.file.storage.exists(first)


@pytest.mark.django_db(transaction=True)
def test_deleted_picture_leaves_no_file():
    image, other = upload(), upload(drawn(500, 500), name="b.png")
    run_worker()
    assert stored(image)
    storage, name, folder = image.file.storage, image.file.name, image.file.name.replace(".", "-")
    image.delete()
    assert storage.exists(name)
    run_worker()
    assert not storage.exists(name)
    assert not storage.exists(folder)
    assert stored(other)


# --- What goes wrong ----------------------------------------------------------------------


def replace_file(image: Image, content: bytes) -> None:
    """As a disk or a careless hand may do, past the field's checks."""
    image.file.storage.delete(image.file.name)
    image.file.storage.save(image.file.name, ContentFile(content))


def pass_lease() -> None:
    past = timezone.now() - timedelta(seconds=1)
    Image.objects.filter(renditions_lease_until__isnull=False).update(renditions_lease_until=past)


def test_file_that_is_no_picture_is_given_up_at_once():
    image, good = upload(), upload(name="b.png")
    replace_file(image, b"<svg/>")
    run_worker()
    image.refresh_from_db()
    good.refresh_from_db()
    assert image.renditions_state.startswith("Not a picture: ")
    assert is_ready(good)
    pass_lease()
    assert not renditions.due().exists()


def test_picture_that_would_fill_the_memory_is_given_up_at_once(monkeypatch):
    image = upload()
    monkeypatch.setattr(image_files, "MAX_PIXELS", 1000)
    run_worker()
    image.refresh_from_db()
    assert "megapixels" in image.renditions_state
    assert not renditions.due().exists()


def test_damaged_file_is_tried_three_times_and_the_error_shown():
    image = upload(drawn(900, 600), "JPEG")
    with image.file.storage.open(image.file.name) as file:
        half = file.read()[:1500]
    replace_file(image, half)
    for attempt in (1, 2, 3):
        assert renditions.make_next()
        image.refresh_from_db()
        assert image.renditions_attempts == attempt
        assert image.renditions_state.startswith("OSError: ")
        assert not renditions.due().exists()  # before the lease is over
        pass_lease()
    assert not renditions.due().exists()


def test_outage_of_the_storage_passes(monkeypatch):
    image = upload()
    with monkeypatch.context() as outage:
        outage.setattr(
            type(image.file.storage._wrapped),
            "_open",
            lambda *args: (_ for _ in ()).throw(ConnectionError("storage is away")),
        )
        run_worker()
        image.refresh_from_db()
        assert image.renditions_state == "ConnectionError: storage is away"
    pass_lease()
    assert renditions.make_next()
    image.refresh_from_db()
    assert image.renditions_state == "ready"


def test_another_file_gets_new_attempts():
    image = upload()
    replace_file(image, b"nonsense")
    run_worker()
    image.refresh_from_db()
    image.file = ContentFile(written(drawn(700, 700), "PNG").read(), "good.png")
    image.save()
    assert image.renditions_state == "in progress"
    run_worker()
    image.refresh_from_db()
    assert is_ready(image)
    assert image.renditions_attempts == 1


def test_picture_that_kills_its_workers_is_given_up_and_says_so():
    image = upload()
    for _ in range(renditions.ATTEMPTS):
        assert renditions.claim().pk == image.pk  # and never comes back
        assert renditions.claim() is None
        pass_lease()
    assert renditions.claim() is None
    renditions.make_due_renditions()
    image.refresh_from_db()
    assert image.renditions_state.startswith("Stopped after 3 tries")


def test_what_a_dead_worker_had_claimed_is_taken_up_after_its_lease():
    image = upload()
    renditions.claim()
    assert renditions.claim() is None
    pass_lease()
    assert renditions.make_next()
    image.refresh_from_db()
    assert is_ready(image)


@pytest.mark.django_db(transaction=True)
def test_two_workers_claim_different_pictures():
    first, second = upload(), upload(name="b.png")
    claimed = []

    def claim_in_another_connection():
        try:
            claimed.append(renditions.claim())
        finally:
            connection.close()

    with transaction.atomic():
        Image.objects.select_for_update().get(pk=first.pk)
        thread = threading.Thread(target=claim_in_another_connection)
        thread.start()
        thread.join(10)
    assert [image.pk for image in claimed] == [second.pk]


def test_suffixes_cover_what_is_opened():
    assert set(SUFFIXES) == {"JPEG", "PNG", "GIF", "WEBP", "AVIF"}
