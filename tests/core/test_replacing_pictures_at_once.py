"""Two who change one picture at the same time: one comes after the other, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from blog.models import Post
from competencyworks.core import revisions
from competencyworks.core.models import Image
from competencyworks.core.pictures import replacing
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 20  # seconds


def in_thread(act):
    def run(*args):
        try:
            return act(*args)
        finally:
            connection.close()

    return run


def shown(image: Image) -> str:
    return f'<p><img src="{image.file.url}" alt="Three steps" data-image="{image.pk}"></p>'


def test_every_file_is_kept_and_one_is_in_use():
    image = factories.image()
    posts = [factories.post(body=shown(image)) for _ in range(2)]
    contents = [factories.pixels(color=f"#00{number}0ff") for number in range(4)]

    def replace(number: int) -> None:
        upload = ContentFile(contents[number], f"{number}.png")
        replacing.replace_file(Image.objects.get(), upload, alt=f"Number {number}")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(in_thread(replace), range(4)))
    stored = Image.objects.get()
    names = [stored.file.name, *(version.file.name for version in stored.versions.all())]
    found = set()
    for name in names:
        with default_storage.open(name) as file:
            found.add(file.read())
    assert len(names) == 5
    assert found == {factories.pixels(), *contents}
    for post in posts:
        post.refresh_from_db()
        assert f'src="{stored.file.url}" alt="{stored.alt}"' in post.body


def test_a_text_that_is_being_saved_is_waited_for_and_keeps_its_words():
    image = factories.image()
    post = factories.post(body=shown(image))
    revisions.record(post)
    is_locked, may_go = Event(), Event()

    def write() -> None:
        with transaction.atomic():
            item = Post.objects.select_for_update().get()
            is_locked.set()
            assert may_go.wait(WAIT)
            item.body = f"<p>New words.</p>{item.body}"
            item.picture = image  # which must not wait for the one who waits for us
            item.save()
            revisions.record(item)

    with ThreadPoolExecutor(2) as threads:
        writer = threads.submit(in_thread(write))
        assert is_locked.wait(WAIT)
        change = in_thread(lambda: replacing.change_words(image, alt="Four steps"))
        changer = threads.submit(change)
        may_go.set()
        writer.result(WAIT)
        changer.result(WAIT)
    post.refresh_from_db()
    assert "New words" in post.body
    assert 'alt="Four steps"' in post.body
