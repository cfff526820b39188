"""A picture gets another file or other words; its texts follow, and its earlier files are kept."""

import io
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from PIL import Image as Pillow

from competencyworks.core import revisions
from competencyworks.core.addresses import OldAddress
from competencyworks.core.history.working import keep_working_copy, working_copy
from competencyworks.core.models import Image, ImageVersion, Revision
from competencyworks.core.pictures import replacing
from competencyworks.core.pictures.image_removal import remove_files
from tests.conftest import signed_in
from tests.factories import ahead, pixels

pytestmark = pytest.mark.django_db

WORDS = ("title", "alt", "decorative", "caption", "credit", "focal_x", "focal_y")
# Session, user, picture twice, versions, earlier addresses; one for each kind that may show it.
FORM_QUERIES = 17
LIST_QUERIES = 4  # session, user, count, pictures
ASKED = "You chose a new file."


def a_file(color="#aa0000", name="new.png", size=(900, 600)) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pixels(size=size, color=color))


def form_of(image: Image, **more) -> dict:
    data = {name: getattr(image, name) for name in WORDS if getattr(image, name) is not False}
    return {**data, **more}


def url_of(image: Image, rest: str = "change/") -> str:
    return f"/admin/core/image/{image.pk}/{rest}"


def save(client, image: Image, **more):
    return client.post(url_of(image), form_of(image, **more), follow=True)


def shown(image: Image, alt: str = "Three steps", more: str = "") -> str:
    return f'<p><img src="{image.file.url}" alt="{alt}" data-image="{image.pk}"{more}></p>'


def content_of(name: str) -> bytes:
    with default_storage.open(name) as file:
        return file.read()


def run_tasks() -> None:
    """What the worker does with what acts have set off."""
    for row in DBTaskResult.objects.ready():
        row.task.func(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
    DBTaskResult.objects.all().delete()


class TestForm:
    def test_a_new_file_with_the_old_text_is_asked_about_and_changes_nothing(self, root, make):
        image = make.image()
        response = save(root, image, file=a_file())
        assert ASKED in response.text
        stored = Image.objects.get()
        assert (stored.file.name, stored.versions.count()) == (image.file.name, 0)

    def test_the_tick_says_that_the_text_still_holds(self, root, make):
        image = make.image()
        save(root, image, file=a_file(), text_holds="on")
        stored = Image.objects.get()
        assert stored.file.name != image.file.name
        assert stored.alt == "Three steps"

    def test_the_tick_does_not_stand_for_a_text_that_there_is_not(self, root, make):
        image = make.image(alt="")
        response = save(root, image, file=a_file(), text_holds="on")
        assert ASKED in response.text
        assert Image.objects.get().file.name == image.file.name

    def test_a_decorative_picture_is_asked_about_too(self, root, make):
        image = make.image(alt="", decorative=True)
        assert ASKED in save(root, image, file=a_file(), decorative="on").text
        save(root, image, file=a_file(), decorative="on", text_holds="on")
        assert Image.objects.get().file.name != image.file.name

    def test_other_words_are_asked_about_by_nothing(self, root, make):
        image = make.image()
        save(root, image, credit="Photo: Ana Ruiz")
        stored = Image.objects.get()
        assert (stored.credit, stored.file.name) == ("Photo: Ana Ruiz", image.file.name)
        assert not stored.versions.exists()

    def test_the_same_file_makes_no_version_and_asks_nothing(self, root, make):
        image = make.image()
        response = save(root, image, file=a_file(color="#0B5D57"))
        assert "already has this file" in response.text
        stored = Image.objects.get()
        assert (stored.file.name, stored.versions.count()) == (image.file.name, 0)

    @pytest.mark.parametrize("content", [b"%PDF-1.7 no picture", pixels()[:300], b""])
    def test_what_is_no_picture_is_refused_beside_the_field(self, root, make, content):
        image = make.image()
        upload = SimpleUploadedFile("plan.jpg", content)
        response = save(root, image, file=upload, alt="A plan")
        assert response.context["adminform"].form.errors["file"]
        stored = Image.objects.get()
        assert (stored.file.name, stored.alt) == (image.file.name, "Three steps")
        assert not ImageVersion.objects.exists()

    def test_tells_before_saving_how_many_texts_will_change(self, root, make):
        image = make.image()
        make.post(body=shown(image))
        make.wiki_page(body=shown(image))
        make.post(body=shown(image), public=False)
        make.post(picture=image)
        text = root.get(url_of(image)).text
        assert "Readers see it in 3 places." in text
        assert "changes 2 public texts" in text

    def test_opened_before_a_change_by_somebody_else_does_not_take_it_back(self, root, make):
        image = make.image()
        post = make.post(body=shown(image))
        opened = {f"initial-{name}": value for name, value in form_of(image).items()}
        save(root, image, alt="Four steps")
        save(root, image, **opened, credit="Photo: Ana Ruiz")
        stored = Image.objects.get()
        assert (stored.alt, stored.credit) == ("Four steps", "Photo: Ana Ruiz")
        post.refresh_from_db()
        assert 'alt="Four steps"' in post.body

    def test_tells_what_it_showed(self, root, make):
        image = make.image()
        page = root.get(url_of(image)).text
        assert '<input type="hidden" name="initial-alt" value="Three steps"' in page

    def test_costs_the_same_for_one_and_for_many(self, root, make):
        image = make.image()
        counts = []
        for number in range(3):
            save(root, image, file=a_file(f"#00000{number}"), alt=f"Number {number}")
            make.post(body=shown(image), picture=image)
            with CaptureQueriesContext(connection) as captured:
                root.get(url_of(image))
            counts.append(len(captured))
        assert counts == [FORM_QUERIES] * 3

    def test_the_list_costs_the_same_with_and_without_earlier_files(self, root, make):
        counts = []
        for number in range(3):
            image = make.image()
            save(root, image, file=a_file(f"#0000{number}0"), alt=f"Number {number}")
            with CaptureQueriesContext(connection) as captured:
                root.get("/admin/core/image/")
            counts.append(len(captured))
        assert counts == [LIST_QUERIES] * 3

    def test_for_another_picture_has_no_tick(self, root):
        assert "still describes the picture" not in root.get("/admin/core/image/add/").text


class TestReplacing:
    def test_keeps_the_former_file_and_its_words(self, root, make):
        image = make.image(caption="Steps of a hall", credit="Photo: Ana Ruiz", focal_x=20)
        before = content_of(image.file.name)
        save(root, image, file=a_file(size=(400, 300)), alt="A red door", caption="A door")
        version = ImageVersion.objects.get()
        assert content_of(version.file.name) == before
        kept = (version.alt, version.caption, version.credit, version.focal_x)
        assert kept == ("Three steps", "Steps of a hall", "Photo: Ana Ruiz", 20)
        assert (version.width, version.height, version.replaced_by.username) == (900, 600, "root")
        stored = Image.objects.get()
        assert (stored.width, stored.height, stored.caption) == (400, 300, "A door")
        assert stored.renditions_ready_at is None

    def test_log_says_who_did_what_once(self, root, make):
        image = make.image()
        save(root, image, file=a_file(), alt="A red door", credit="Ana")
        (entry,) = LogEntry.objects.all()
        assert entry.user.username == "root"
        assert re.search(r"Replaced the file “steps-\w{8}\.png” with “new-", entry.change_message)
        assert "changed from “Three steps” to “A red door”" in entry.change_message
        assert "Changed credit." in entry.change_message

    def test_the_former_address_leads_to_the_present_file_and_shows_nothing_else(
        self, root, client, make, settings
    ):
        image = make.image()
        old_url, before = image.file.url, content_of(image.file.name)
        save(root, image, file=a_file(), alt="A red door")
        run_tasks()
        now = Image.objects.get().file.url
        response = client.get(old_url)
        assert (response.status_code, response["Location"]) == (302, now)
        assert b"".join(client.get(now)) != before
        assert client.get(f"/media/{ImageVersion.objects.get().file.name}").status_code == 404

    def test_two_who_replace_from_the_same_form_lose_neither_file(self, root, make):
        image = make.image()
        contents = [content_of(image.file.name)]
        save(root, image, file=a_file("#aa0000", "one.png"), alt="One")
        contents.append(content_of(Image.objects.get().file.name))
        # The form of the second was opened before.
        save(root, image, file=a_file("#00aa00", "two.png"), alt="Two")
        kept = ImageVersion.objects.order_by("pk")
        assert [content_of(version.file.name) for version in kept] == contents
        assert [version.alt for version in kept] == ["Three steps", "One"]

    def test_leaves_no_file_behind_where_it_fails(self, root, make, monkeypatch):
        image = make.image()

        def fails(*args):
            raise RuntimeError("the power is out")

        monkeypatch.setattr(replacing, "update_texts", fails)
        with pytest.raises(RuntimeError):
            replacing.replace_file(image, a_file(), alt="A red door")
        stored = Image.objects.get()
        assert (stored.file.name, stored.alt) == (image.file.name, "Three steps")
        assert content_of(image.file.name)
        assert default_storage.listdir(image.file.name.rpartition("/")[0])[1] == [
            image.file.name.rpartition("/")[2]
        ]
        assert default_storage.listdir(f"kept/pictures/{image.pk}")[1] == []

    def test_a_picture_whose_file_is_lost_gets_a_new_one(self, root, make):
        image = make.image()
        default_storage.delete(image.file.name)
        save(root, image, file=a_file(), alt="A red door")
        assert content_of(Image.objects.get().file.name)
        assert not ImageVersion.objects.exists()

    def test_metadata_of_the_new_file_is_removed(self, root, make):
        image = make.image()
        exif = Pillow.Exif()
        exif[0x010F] = "A camera"
        written = io.BytesIO()
        Pillow.new("RGB", (90, 60)).save(written, "JPEG", exif=exif)
        upload = SimpleUploadedFile("photo.jpg", written.getvalue())
        save(root, image, file=upload, alt="A photo")
        stored = Image.objects.get()
        assert b"A camera" not in content_of(stored.file.name)
        again = SimpleUploadedFile("photo.jpg", written.getvalue())
        save(root, stored, file=again)
        assert stored.versions.count() == 1

    def test_deleting_the_picture_deletes_its_earlier_files(self, root, make):
        image = make.image()
        save(root, image, file=a_file(), alt="A red door")
        names = [Image.objects.get().file.name, ImageVersion.objects.get().file.name]
        Image.objects.get().delete()
        run_tasks()
        assert [default_storage.exists(name) for name in names] == [False, False]
        assert not ImageVersion.objects.exists()


class TestEarlierFiles:
    def replaced(self, root, make) -> tuple[Image, ImageVersion]:
        image = make.image()
        save(root, image, file=a_file(), alt="A red door", credit="Somebody")
        return Image.objects.get(), ImageVersion.objects.get()

    def test_are_seen_by_those_who_may_change_it(self, root, author, client, moderator, make):
        image, version = self.replaced(root, make)
        url = url_of(image, f"earlier/{version.pk}/")
        assert url in root.get(url_of(image)).text
        response = root.get(url)
        assert b"".join(response) == content_of(version.file.name)
        assert response["Content-Type"] == "image/png"
        assert "no-store" in response["Cache-Control"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert author.get(url).status_code == 403  # it may have been replaced for privacy
        assert client.get(url)["Location"].startswith("/admin/login/")
        assert signed_in("nobody").get(url).status_code == 403

    def test_an_address_names_the_picture_that_the_file_is_of(self, root, make):
        _, version = self.replaced(root, make)
        other = make.image()
        assert root.get(url_of(other, f"earlier/{version.pk}/")).status_code == 404
        root.post(url_of(other, f"earlier/{version.pk}/restore/"), {"alt": "x"})
        assert ImageVersion.objects.filter(pk=version.pk).exists()

    def test_restoring_asks_first(self, root, make):
        image, version = self.replaced(root, make)
        page = root.get(url_of(image, f"earlier/{version.pk}/restore/"))
        assert "Restore this file" in page.text
        assert 'value="Three steps"' in page.text
        assert Image.objects.get().file.name == image.file.name

    def test_restored_file_comes_back_with_its_words_and_keeps_the_other(self, root, make):
        image, version = self.replaced(root, make)
        post = make.post(body=shown(image, "A red door"))
        before = content_of(version.file.name)
        root.post(url_of(image, f"earlier/{version.pk}/restore/"), {"alt": "Three steps"})
        run_tasks()
        stored = Image.objects.get()
        assert content_of(stored.file.name) == before
        assert re.fullmatch(r"images/.*/steps-[0-9a-f]{8}(_\w{7})?\.png", stored.file.name)
        assert (stored.alt, stored.credit) == ("Three steps", "")
        (kept,) = ImageVersion.objects.all()
        assert (kept.alt, kept.credit) == ("A red door", "Somebody")
        assert not default_storage.exists(version.file.name)
        post.refresh_from_db()
        assert 'alt="Three steps"' in post.html
        assert stored.file.url in post.html

    def test_may_be_told_other_words(self, root, make):
        image, version = self.replaced(root, make)
        url = url_of(image, f"earlier/{version.pk}/restore/")
        assert "mark it as decorative" in root.post(url, {"alt": " "}).text
        root.post(url, {"alt": "Stairs"})
        assert Image.objects.get().alt == "Stairs"

    def test_restoring_twice_does_it_once(self, root, make):
        image, version = self.replaced(root, make)
        url = url_of(image, f"earlier/{version.pk}/restore/")
        root.post(url, {"alt": "Three steps"})
        response = root.post(url, {"alt": "Three steps"}, follow=True)
        assert "has already been restored" in response.text
        assert ImageVersion.objects.count() == 1
        with pytest.raises(replacing.CannotRestore):
            replacing.restore_version(version)

    def test_addresses_lead_to_the_present_file_after_it_came_back(self, root, client, make):
        first = make.image().file.url
        image = Image.objects.get()
        save(root, image, file=a_file(), alt="A red door")
        run_tasks()
        second = Image.objects.get().file.url
        version = ImageVersion.objects.get()
        root.post(url_of(image, f"earlier/{version.pk}/restore/"), {"alt": "Three steps"})
        run_tasks()
        assert Image.objects.get().file.url == first
        assert client.get(first).status_code == 200
        assert client.get(second)["Location"] == first
        assert not OldAddress.objects.filter(path=first).exists()

    def test_a_late_removal_leaves_a_file_that_is_in_use_again(self, root, make):
        image, version = self.replaced(root, make)
        run_tasks()
        root.post(url_of(image, f"earlier/{version.pk}/restore/"), {"alt": "Three steps"})
        name = Image.objects.get().file.name
        remove_files.func(name)
        assert default_storage.exists(name)

    def test_a_lost_file_is_told(self, root, make):
        image, version = self.replaced(root, make)
        default_storage.delete(version.file.name)
        url = url_of(image, f"earlier/{version.pk}/restore/")
        response = root.post(url, {"alt": "Three steps"}, follow=True)
        assert "This file is missing from storage" in response.text
        assert root.get(url_of(image, f"earlier/{version.pk}/")).status_code == 404

    def test_who_may_only_look_cannot_restore(self, root, make):
        image, version = self.replaced(root, make)
        viewer = signed_in("viewer")
        viewer.user.user_permissions.add(Permission.objects.get(codename="view_image"))
        url = url_of(image, f"earlier/{version.pk}/restore/")
        assert viewer.get(url_of(image, f"earlier/{version.pk}/")).status_code == 403
        assert (viewer.get(url).status_code, viewer.post(url, {"alt": "x"}).status_code) == (
            403,
        ) * 2
        page = viewer.get(url_of(image)).text
        assert "Three steps" not in page
        assert "Restore this file" not in page
        assert "field-text_holds" not in page

    def test_one_is_deleted_for_good_when_that_is_confirmed(self, root, make):
        image, version = self.replaced(root, make)
        url = url_of(image, f"earlier/{version.pk}/delete/")
        assert url in root.get(url_of(image, f"earlier/{version.pk}/restore/")).text
        assert "Delete this file for good" in root.get(url).text
        assert ImageVersion.objects.exists()
        root.post(url)
        run_tasks()
        assert not ImageVersion.objects.exists()
        assert not default_storage.exists(version.file.name)
        assert default_storage.exists(Image.objects.get().file.name)
        assert "Deleted the earlier file" in LogEntry.objects.first().change_message
        assert root.post(url).status_code == 302

    def test_none_is_deleted_by_who_may_only_change(self, root, make):
        image, version = self.replaced(root, make)
        changer = signed_in("changer")
        for name in ("view_image", "change_image"):
            changer.user.user_permissions.add(Permission.objects.get(codename=name))
        url = url_of(image, f"earlier/{version.pk}/delete/")
        assert (changer.get(url).status_code, changer.post(url).status_code) == (403, 403)
        assert (
            "delete it for good"
            not in changer.get(url_of(image, f"earlier/{version.pk}/restore/")).text
        )
        assert ImageVersion.objects.exists()

    def test_are_not_shown_in_the_picker(self, root, make):
        self.replaced(root, make)
        assert "kept/" not in root.get("/admin/core/image/pick/").text
        assert root.get("/admin/core/image/pick/").text.count("data-picture=") == 1


class TestTexts:
    def test_follow_a_new_alternative_text_with_a_revision_that_says_who_and_why(self, root, make):
        image = make.image(title="Steps")
        post = make.post(body=shown(image))
        revisions.record(post)
        response = save(root, image, alt="Four steps")
        post.refresh_from_db()
        assert 'alt="Four steps"' in post.body
        assert 'alt="Four steps"' in post.html
        last = revisions.history(post).first()
        assert last.author.username == "root"
        assert last.reason == "Alternative text of the picture “Steps” changed"
        assert "1 text changed with the picture." in response.text

    def test_that_left_it_empty_take_it_and_own_words_stay(self, root, make):
        image = make.image()
        empty = make.post(body=shown(image, ""))
        own = make.post(body=shown(image, "What this school did"))
        response = save(root, image, alt="Four steps")
        for post in (empty, own):
            post.refresh_from_db()
        assert 'alt="Four steps"' in empty.body
        assert 'alt="What this school did"' in own.body
        assert not revisions.history(own).exists()
        assert "1 place has its own alternative text" in response.text

    def test_follow_a_new_file_where_they_hold_its_address_and_size(self, root, client, make):
        image = make.image()
        body = f'<p><a href="{image.file.url}">Large</a></p>' + shown(
            image, "Own words", ' width="300" height="200"'
        )
        post = make.post(body=body)
        response = save(root, image, file=a_file(size=(600, 600)), text_holds="on")
        assert "of its own" not in response.text  # the alternative text did not change
        post.refresh_from_db()
        now = Image.objects.get().file.url
        assert f'href="{now}"' in post.body
        assert f'src="{now}" alt="Own words"' in post.body
        assert 'width="300" height="300"' in post.body
        assert now in client.get("/feed/").text
        assert image.file.url not in client.get("/feed/").text

    def test_of_every_kind_follow(self, root, make):
        from blog.models import Channel
        from events.models import Event

        image = make.image()
        items = [
            (make.post(body=shown(image)), "body"),
            (make.post(body=shown(image), public=False), "body"),
            (make.digest(body=shown(image)), "body"),
            (make.paper(body=shown(image)), "body"),
            (make.series(body=shown(image)), "body"),
            (make.page(body=shown(image)), "body"),
            (make.wiki_page(body=shown(image)), "body"),
            (make.resource(body=shown(image)), "body"),
            (make.person(bio=shown(image)), "bio"),
        ]
        event = Event(
            title="A webinar", starts_at=ahead(days=1), ends_at=ahead(days=2),
            body="", join_note=shown(image), venue_note=shown(image),
        )  # fmt: skip
        event.save()
        channel = Channel.objects.first()
        channel.introduction = shown(image)
        channel.save()
        items += [(event, "join_note"), (event, "venue_note"), (channel, "introduction")]
        save(root, image, alt="Four steps")
        for item, name in items:
            item.refresh_from_db()
            assert 'alt="Four steps"' in getattr(item, name), item
        assert LogEntry.objects.filter(content_type__model="person").count() == 1

    def test_other_pictures_in_them_stay(self, root, make):
        image, other = make.image(), make.image("other.png")
        eleven = f'<p><img src="/elsewhere.png" alt="Three steps" data-image="{image.pk}1"></p>'
        body = shown(image) + shown(other) + eleven
        post = make.post(body=body)
        save(root, image, alt="Four steps")
        post.refresh_from_db()
        assert post.body == body.replace("Three steps", "Four steps", 1)

    def test_a_text_that_becomes_decorative_is_empty(self, root, make):
        image = make.image()
        post = make.post(body=shown(image))
        save(root, image, decorative="on")
        post.refresh_from_db()
        assert 'alt=""' in post.body

    def test_working_copies_follow_and_can_be_put_in_public(self, root, make):
        image = make.image()
        post = make.post(body=shown(image))
        number = revisions.record(post).number
        content = {**revisions.content_of(post), "body": f"<p>New words.</p>{shown(image)}"}
        keep_working_copy(post, content, base=number)
        save(root, image, alt="Four steps")
        copy = working_copy(post)
        assert 'alt="Four steps"' in copy.content["body"]
        assert "New words" in copy.content["body"]
        assert copy.base == number + 1
        root.post(f"/admin/blog/post/{post.pk}/working/release/")
        post.refresh_from_db()
        assert post.body == copy.content["body"]

    def test_a_working_copy_alone_follows_too(self, root, make):
        image = make.image()
        post = make.post(body="<p>Words.</p>")
        number = revisions.record(post).number
        keep_working_copy(post, {**revisions.content_of(post), "body": shown(image)}, base=number)
        response = save(root, image, alt="Four steps")
        copy = working_copy(post)
        assert ('alt="Four steps"' in copy.content["body"], copy.base) == (True, number)
        assert "1 working copy too." in response.text
        assert Revision.objects.saved().count() == 1

    def test_earlier_revisions_stay_as_they_were(self, root, make):
        image = make.image()
        post = make.post(body=shown(image))
        first = revisions.record(post)
        save(root, image, alt="Four steps")
        first.refresh_from_db()
        assert 'alt="Three steps"' in first.content["body"]

    def test_signs_in_the_words_are_text(self, root, client, make):
        image = make.image()
        post = make.post(body=shown(image))
        alt = '"><script>alert(1)</script> & Ana’s \\1'
        save(root, image, alt=alt)
        post.refresh_from_db()
        page = client.get(post.path).text
        assert "<script>alert" not in page
        assert Image.objects.get().alt == alt
        save(root, Image.objects.get(), alt="Plain")
        post.refresh_from_db()
        assert 'alt="Plain"' in post.body

    def test_change_nothing_where_nothing_changed(self, root, make):
        image = make.image()
        post = make.post(body=shown(image, ""))
        save(root, image, title="Found again")
        updated = post.updated_at
        post.refresh_from_db()
        assert (post.updated_at, 'alt=""' in post.body) == (updated, True)


def test_a_command_may_replace_without_a_user(make):
    image = make.image()
    post = make.post(body=shown(image))
    done = replacing.replace_file(image, ContentFile(pixels(color="#123456"), "x.png"), alt="Blue")
    assert done.is_replaced
    assert (image.alt, done.texts.items) == ("Blue", 1)
    assert revisions.history(post).first().author is None
    assert not LogEntry.objects.exists()
