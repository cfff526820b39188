"""The picture library inside the editor."""

import json
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile

from competencyworks.core.models import Image
from competencyworks.core.pictures.image_picker import find
from tests.conftest import signed_in
from tests.factories import pixels

PICK, UPLOAD = "/admin/core/image/pick/", "/admin/core/image/upload/"

pytestmark = pytest.mark.django_db


def a_file(name="steps.png", content=None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pixels() if content is None else content)


def offered(response) -> list[dict]:
    found = re.findall(r'<script type="application/json">(.*?)</script>', response.text)
    return [json.loads(each) for each in found]


class TestPick:
    def test_shows_the_newest_first_with_all_that_the_editor_needs(self, root, make):
        old = make.image(alt="Old")
        new = make.image(alt="New <b>", caption="Cap", credit="Photo: Ana Ruiz")
        first, second = offered(root.get(PICK))
        assert first == {
            "id": new.pk,
            "src": new.file.url,
            "alt": "New <b>",
            "caption": "Cap",
            "credit": "Photo: Ana Ruiz",
        }
        assert second["id"] == old.pk

    def test_is_the_only_page_that_this_site_may_frame(self, root):
        library, images = root.get(PICK), root.get("/admin/core/image/")
        assert library["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in library["Content-Security-Policy"]
        assert images["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in images["Content-Security-Policy"]

    def test_a_decorative_picture_has_no_alternative_text(self, root, make):
        make.image(alt="Steps", decorative=True)
        assert offered(root.get(PICK))[0]["alt"] == ""

    def test_finds_all_words_in_any_of_the_texts(self, make):
        wanted = make.image(alt="A school", credit="Ana Ruiz")
        make.image(alt="A school", credit="Somebody")
        assert list(find("ruiz SCHOOL")) == [wanted]
        assert list(find("steps")) != []
        assert list(find("no\0where")) == []

    def test_says_so_when_nothing_is_found(self, root, make):
        make.image()
        response = root.get(PICK, {"q": "<nowhere>"})
        assert "No picture has “&lt;nowhere&gt;”" in response.text
        assert offered(response) == []

    def test_shows_pages(self, root, make):
        image = make.image()
        Image.objects.bulk_create(
            [Image(file=image.file.name, width=9, height=9, alt=str(n)) for n in range(24)]
        )
        assert len(offered(root.get(PICK))) == 24
        assert len(offered(root.get(PICK, {"page": 2}))) == 1
        assert len(offered(root.get(PICK, {"page": "nonsense"}))) == 24

    def test_costs_the_same_for_one_and_for_many(self, root, make, django_assert_num_queries):
        make.image()
        with django_assert_num_queries(4):  # session, user, count, pictures
            root.get(PICK)
        for _ in range(3):
            make.image()
        with django_assert_num_queries(4):
            root.get(PICK)

    def test_adds_a_picture_and_hands_it_to_the_editor(self, root):
        response = root.post(PICK, {"file": a_file(), "alt": "Three steps", "credit": "Ana"})
        image = Image.objects.get()
        assert response.status_code == 302
        assert response["Location"] == f"{PICK}?chosen={image.pk}"
        assert (image.alt, image.credit, image.created_by) == ("Three steps", "Ana", root.user)
        assert LogEntry.objects.get().object_id == str(image.pk)
        chosen = re.search(r'id="chosen"[^>]*>(.*?)</script>', root.get(response["Location"]).text)
        assert json.loads(chosen[1])["id"] == image.pk

    def test_asks_for_the_alternative_text(self, root):
        response = root.post(PICK, {"file": a_file(), "alt": " "})
        assert "Say in one sentence what the picture shows" in response.text
        assert not Image.objects.exists()

    def test_takes_a_decorative_picture_without(self, root):
        root.post(PICK, {"file": a_file(), "decorative": "on"})
        assert Image.objects.get().decorative

    def test_refuses_what_is_no_picture(self, root):
        response = root.post(PICK, {"file": a_file("x.png", b"<script>"), "alt": "x"})
        assert "not a picture" in response.text
        assert not Image.objects.exists()

    @pytest.mark.parametrize("chosen", ["0", "x", "-1", "9" * 30, "²"])
    def test_a_choice_that_is_none_does_no_harm(self, root, chosen):
        response = root.get(PICK, {"chosen": chosen})
        assert response.status_code == 200
        assert 'id="chosen"' not in response.text


class TestUpload:
    def test_answers_as_the_editor_expects(self, root):
        response = root.post(UPLOAD, {"upload": a_file()})
        image = Image.objects.get()
        assert response.json() == {
            "uploaded": 1,
            "fileName": image.file.name.rsplit("/", 1)[-1],
            "url": image.file.url,
            "picture": {
                "id": image.pk,
                "src": image.file.url,
                "alt": "",
                "caption": "",
                "credit": "",
            },
            "words": f"/admin/core/image/{image.pk}/words/",
        }
        assert image.created_by == root.user

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
    def test_takes_pictures_by_content_whatever_their_name(self, root, kind):
        content = pixels((60, 40), kind)
        assert root.post(UPLOAD, {"upload": a_file("x.html", content)}).json()["uploaded"] == 1
        assert not Image.objects.get().file.name.endswith(".html")

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("x.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='hit()'/>"),
            ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("x.gif", b"GIF89a<script>hit()</script>"),
            ("x.png", pixels()[:60]),
            ("x.bmp", pixels((9, 9), "BMP")),
            ("x.pdf", b"%PDF-1.4"),
        ],
    )
    def test_refuses_what_the_site_cannot_show(self, root, name, content):
        response = root.post(UPLOAD, {"upload": a_file(name, content)})
        assert response.status_code == 200  # the editor shows the message of no other
        assert response.json()["uploaded"] == 0
        told = response.json()["error"]["message"]
        assert "not a picture the site can show" in told or "cannot show SVG" in told
        assert not Image.objects.exists()

    def test_refuses_what_is_too_large(self, root, monkeypatch):
        monkeypatch.setattr("competencyworks.core.pictures.image_files.MAX_BYTES", 100)
        response = root.post(UPLOAD, {"upload": a_file()})
        assert "MB" in response.json()["error"]["message"]

    def test_asks_for_a_file(self, root):
        assert "No file" in root.post(UPLOAD).json()["error"]["message"]

    def test_takes_posts_alone(self, root):
        assert root.get(UPLOAD).status_code == 405


class TestWhoMay:
    def test_authors_and_editors_may_pick_and_add(self, author, editor):
        for client in (author, editor):
            assert 'name="file"' in client.get(PICK).text
            assert client.post(UPLOAD, {"upload": a_file()}).status_code == 200

    def test_staff_without_permission_may_not(self):
        client = signed_in("helper")
        assert client.get(PICK).status_code == 403
        response = client.post(UPLOAD, {"upload": a_file()})
        assert response.status_code == 403
        assert "do not have permission to add pictures" in response.json()["error"]["message"]

    def test_the_public_is_asked_to_sign_in(self, client):
        for path in (PICK, UPLOAD):
            assert client.get(path)["Location"].startswith("/admin/login/")
        assert client.post(UPLOAD, {"upload": a_file()}).status_code == 302
        assert not Image.objects.exists()


class TestWords:
    """What is said of a picture that was dropped on a text or pasted into it."""

    def words(self, client, **data):
        picture = client.post(UPLOAD, {"upload": a_file()}).json()
        return client.post(picture["words"], data)

    def test_are_stored_with_the_picture(self, root):
        answer = self.words(root, alt="Four steps").json()
        assert answer["picture"]["alt"] == "Four steps"
        assert Image.objects.get().alt == "Four steps"
        assert list(LogEntry.objects.values_list("action_flag", flat=True)) == [2, 1]

    def test_a_picture_may_be_decorative(self, root):
        assert self.words(root, decorative="on").json()["picture"]["alt"] == ""
        assert Image.objects.get().decorative

    def test_one_of_both_is_needed(self, root):
        answer = self.words(root, alt=" ").json()
        assert answer["error"]["message"].startswith("Say in one sentence")

    def test_words_that_are_there_stay(self, root, make):
        image = make.image(alt="Steps")
        root.post(f"/admin/core/image/{image.pk}/words/", {"alt": "Other"})
        image.refresh_from_db()
        assert image.alt == "Steps"

    def test_pictures_of_others_are_refused_in_words(self, author, make):
        image = make.image(alt="")
        response = author.post(f"/admin/core/image/{image.pk}/words/", {"alt": "Mine"})
        assert response.status_code == 403
        assert response.json()["error"]["message"]
