"""A text is not saved with a new picture that says nothing to those who cannot see it."""

import pytest

from .test_admin import form

pytestmark = pytest.mark.django_db
ADD = "/admin/blog/post/add/"
WORDS = "no alternative text"


def shown(image, alt: str = "") -> str:
    return f'<p><img src="{image.file.url}" alt="{alt}" data-image="{image.pk}"></p>'


def test_a_new_picture_without_words_is_refused_by_its_name(root, make):
    image = make.image("shot.png", alt="")
    response = root.post(ADD, form(body=shown(image)))
    assert response.status_code == 200
    assert WORDS in response.text
    assert "“shot-" in response.text


def test_a_picture_from_elsewhere_is_asked_for_words_too(root, make):
    response = root.post(ADD, form(body='<p><img src="/media/x/a%20map.png"></p>'))
    assert "The picture “a map.png” has no alternative text." in response.text


@pytest.mark.parametrize("words", [{"alt": "Steps"}, {"alt": "", "decorative": True}])
def test_the_words_of_the_library_are_enough(root, make, words):
    assert root.post(ADD, form(body=shown(make.image(**words)))).status_code == 302


def test_words_in_the_text_are_enough(root, make):
    assert root.post(ADD, form(body=shown(make.image(alt=""), "Four steps"))).status_code == 302


def test_a_picture_that_stands_in_the_text_already_keeps_no_one_from_saving(root, make):
    old, new = make.image("old.png", alt=""), make.image("new.png", alt="")
    post = make.post(body=shown(old))
    change = f"/admin/blog/post/{post.pk}/change/"
    body = f"<p>More</p>{shown(old)}"
    assert root.post(change, form(post, body=body)).status_code == 302
    refused = root.post(change, form(post, body=body + shown(new)))
    assert "“new-" in refused.text
    assert "“old-" not in refused.text
