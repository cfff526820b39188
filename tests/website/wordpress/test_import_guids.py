"""What feed readers knew an item by over there, they know it by here."""

import pytest

from blog.models import Post

from .archive import ARCHIVE

pytestmark = pytest.mark.django_db(transaction=False)

OLD = "https://old.example/?p=11"


def with_guids(path, *guids: str):
    """The archive in which its first items have `guids`."""
    head, *items = ARCHIVE.read_text().split("<item>")
    said = [f'<guid isPermaLink="false">{guid}</guid>' for guid in guids]
    said += [""] * (len(items) - len(said))
    path.write_text(head + "".join(f"<item>{a}{b}" for a, b in zip(said, items, strict=True)))
    return path


def test_a_guid_is_kept_and_another_import_changes_none(import_archive, tmp_path):
    count = ARCHIVE.read_text().count("<item>")
    export = with_guids(tmp_path / "a.xml", *(f"{OLD}{n}" for n in range(count)))
    import_archive(export)
    guids = dict(Post.objects.values_list("pk", "guid"))
    assert len(guids) > 3
    assert all(guid.startswith(OLD) for guid in guids.values())
    import_archive(with_guids(tmp_path / "b.xml", *(f"{OLD}{n}-new" for n in range(count))))
    assert dict(Post.objects.values_list("pk", "guid")) == guids


def test_items_without_one_and_items_with_the_same_get_their_own(import_archive, tmp_path):
    count = ARCHIVE.read_text().count("<item>")
    import_archive(with_guids(tmp_path / "a.xml", *([OLD] * (count - 1))))
    guids = list(Post.objects.values_list("guid", flat=True))
    assert len(set(guids)) == len(guids)
    # The posts of one batch tell which guids are no use; no other post takes one of them either.
    assert guids.count(OLD) <= 1
