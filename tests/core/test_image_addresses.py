"""Pictures that stand in texts by their address alone, as when they are pasted from a page."""

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import Post
from competencyworks.core.history.working import keep_working_copy, working_copy
from competencyworks.core.models import Image
from competencyworks.core.pictures import replacing
from competencyworks.core.pictures.image_addresses import file_name
from competencyworks.core.pictures.responsive import renditions_folder
from competencyworks.core.where_used import public_uses_by_others, uses_of
from tests.factories import pixels

pytestmark = pytest.mark.django_db


def pasted(address: str) -> str:
    return f'<p>As this shows: <img src="{address}" alt="Three steps"></p>'


def another_file(color: str = "#aa0000") -> ContentFile:
    return ContentFile(pixels(color=color), "new.png")


def addresses_of(image: Image) -> dict[str, str]:
    """Addresses under which a reader may meet the picture, after a change of its file."""
    former = image.file.url
    replacing.replace_file(image, another_file())
    url = image.file.url
    return {
        "file": url,
        "absolute": f"{settings.SITE_URL}{url}",
        "absolute, in capitals": f"HTTPS://{settings.SITE_HOST.upper()}{url}",
        "without scheme": f"//{settings.SITE_HOST}{url}",
        "with a query": f"{url}?v=2#top",
        "percent-encoded": url.replace("images", "im%61ges"),
        "with dots": url.replace("/images/", "/images/./x/../"),
        "rendition": f"{renditions_folder(url)}/640w.avif",
        "crop": f"{settings.SITE_URL}{renditions_folder(url)}/16_9-50x50/640w.webp",
        "earlier file": former,
        "rendition of an earlier file": f"{renditions_folder(former)}/640w.webp",
    }


def test_each_address_of_a_picture_is_marked_when_a_text_is_stored(make):
    image = make.image()
    for name, address in addresses_of(image).items():
        post = make.post(body=pasted(address))
        post.refresh_from_db()
        assert f'data-image="{image.pk}"' in post.body, name
    assert len(uses_of(image)) == 11


def test_a_mark_that_names_another_picture_is_put_right(make):
    shown, other = make.image(), make.image()
    body = f'<p><img src="{shown.file.url}" alt="" data-image="{other.pk}"></p>'
    make.post(body=body)
    assert len(uses_of(shown)) == 1
    assert uses_of(other) == []


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example.org{url}",
        "/static{url}",
        "/media/images/none.png",
        "http://[",
        "",
    ],
)
def test_addresses_of_others_are_not_marked(make, address):
    image = make.image()
    post = make.post(body=pasted(address.format(url=image.file.url)))
    assert "data-image" not in post.body


def test_texts_stored_without_marks_are_found_and_follow_the_picture(root, make):
    image = make.image()
    bodies = {
        make.post().pk: pasted(address)
        for name, address in addresses_of(image).items()
        if not name.startswith(("percent", "with dots"))
    }
    for pk, body in bodies.items():
        Post.objects.filter(pk=pk).update(body=body)
    assert {use.pk for use in uses_of(image)} == set(bodies)
    assert root.post(f"/admin/core/image/{image.pk}/delete/", {"post": "yes"}).status_code == 403
    done = replacing.replace_file(image, another_file("#00aa00"))
    assert done.texts.items == len(bodies)
    for post in Post.objects.filter(pk__in=bodies):
        assert f'src="{image.file.url}"' in post.body
        assert f'data-image="{image.pk}"' in post.body


def test_an_author_cannot_change_what_anothers_page_shows_by_its_address(make, author):
    image = make.image(created_by=author.user)
    url = f"/admin/core/image/{image.pk}/change/"
    assert 'type="file"' in author.get(url).text
    make.post(body=pasted(f"{settings.SITE_URL}{image.file.url}"))
    assert public_uses_by_others(image, author.user)
    assert 'type="file"' not in author.get(url).text


def test_a_working_copy_with_a_pasted_address_is_a_use_and_follows(make):
    image, post = make.image(), make.post()
    keep_working_copy(post, {"body": pasted(image.file.url)})
    assert [use.in_working_copy for use in uses_of(image)] == [True]
    replacing.replace_file(image, another_file())
    assert image.file.url in working_copy(post).content["body"]


def test_storing_a_text_asks_twice_at_most_however_many_pictures_it_shows(make):
    images = [make.image() for _ in range(4)]
    queries = []
    for some in (images[:1], images):
        post = make.post()
        post.body = "".join(pasted(image.file.url) for image in some) + pasted(
            "/media/images/x.png"
        )
        with CaptureQueriesContext(
            connection,
        ) as caught:
            post.save()
        queries.append(len(caught))
    assert queries[0] == queries[1]


def test_a_name_that_is_like_a_rendition_is_still_read():
    assert file_name("/media/images/2026/11/a-b-1234abcd-jpg/1_1-0x100/320w.webp") == (
        "images/2026/11/a-b-1234abcd.jpg"
    )
