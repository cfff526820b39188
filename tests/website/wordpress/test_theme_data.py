"""The theme unit test data of WordPress's theme reviewers: a real export, with its oddities."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from lxml import etree
from taggit.models import Tag

from blog.models import Post
from competencyworks.core.models import Comment, Person, Topic
from competencyworks.website.models import Page

SAMPLE = Path(__file__).parents[4] / "shared/data/theme-unit-test.wordpress.xml"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not SAMPLE.exists(), reason="the theme unit test data is not beside this checkout"
    ),
]


@pytest.fixture
def report(capsys) -> str:
    call_command("import_wordpress", str(SAMPLE), no_fetch=True)
    return capsys.readouterr().out


def line(report: str, kind: str) -> str:
    return next(line for line in report.splitlines() if line.startswith(kind))


def test_everything_of_it_comes(report):
    assert "49 published, 1 scheduled, 1 draft, 1 with a password" in line(report, "posts")
    assert "2 declared, 2 that only items name" in line(report, "people")
    assert line(report, "topics").endswith("10 with a parent")
    assert line(report, "tags").endswith("2 that only items name")
    assert line(report, "comments").endswith("25 approved, 3 waiting, 4 ping- or trackbacks")
    assert line(report, "files").split()[1:] == ["38", "0", "0", "0", "0", "38"]
    assert report.count("not fetched, ") == 38
    for kind, count in (("posts", 51), ("pages", 21), ("people", 4), ("topics", 67), ("tags", 112)):
        assert line(report, kind).split()[1:3] == [str(count)] * 2
    assert "70 × items of the type “nav_menu_item”" in report
    counts = {model: model.objects.count() for model in (Post, Page, Person, Topic, Tag, Comment)}
    assert list(counts.values()) == [51, 21, 4, 67, 112, 32]
    assert Post.objects.published().count() == 48
    assert Topic.objects.exclude(parent=None).count() == 10
    scheduled = Post.objects.get(slug="scheduled")
    assert (scheduled.status, scheduled.publish_at.year) == ("published", 2030)
    deepest, depth = Comment.objects.get(body__contains="Comment Depth 10"), 1
    while deepest.parent:
        deepest, depth = deepest.parent, depth + 1
    assert depth == 10


def test_the_protected_post_is_read_by_nobody(report, client):
    post = Post.objects.get(slug="template-password-protected")
    for path in (post.path, "/2012/01/04/template-password-protected/", "/?p=1168"):
        assert client.get(path).status_code == 404
    assert "password is entered" not in client.get("/search/?q=password").content.decode()


def test_a_second_run_makes_nothing(report, capsys):
    call_command("import_wordpress", str(SAMPLE), no_fetch=True)
    again = capsys.readouterr().out
    for kind in ("people", "topics", "tags", "files", "posts", "pages", "comments", "others"):
        assert line(again, kind).split()[2:4] == ["0", "0"], kind


def test_each_address_of_what_is_public_leads_to_it(report, client):
    namespaces = {"wp": "https://wordpress.org/export/1.2/"}
    checked = 0
    for item in etree.parse(SAMPLE).iter("item"):
        told = {
            name: item.findtext(f"wp:{name}", namespaces=namespaces)
            for name in ("post_type", "status", "post_password", "post_id")
        }
        if told["status"] != "publish" or told["post_type"] not in ("post", "page"):
            continue
        if told["post_password"]:
            continue
        checked += 1
        by_number = client.get(f"/?p={told['post_id']}")
        assert by_number.status_code == 301
        assert client.get(by_number["Location"]).status_code == 200
        path = urlsplit(item.findtext("link")).path
        # A client would take what follows two slashes for a host.
        response = client.get(path.replace("//", "/%2F"))
        if response.status_code == 200:
            # A page may keep its address, and what was the page of the blog is the blog.
            assert path in (by_number["Location"].lower(), "/blog/")
        else:
            assert (response.status_code, response["Location"]) == (301, by_number["Location"])
    assert checked == 48 + 21


def test_terms_and_people_are_found_at_their_old_addresses(report, client):
    for old, new in (
        ("/category/parent/child-1/child-2/", "/topics/child-2/"),
        ("/category/markup/", "/topics/markup/"),
        ("/?cat=193", "/topics/block/"),
        ("/tag/content-2/", "/tags/content-2/"),
        ("/tag/8bit/feed/", "/tags/8bit/feed/"),
        ("/author/themedemos/", "/people/theme-buster/"),
    ):  # fmt: skip
        response = client.get(old)
        assert (response.status_code, response.get("Location")) == (301, new), old
        assert client.get(new).status_code == 200


def test_each_text_is_shown_without_what_only_wordpress_understands(report, client):
    for item in [*Post.objects.published(), *Page.objects.published()]:
        assert "wp-block" not in item.body, item
        assert "<!--" not in item.body, item
        assert not re.search(r"\[/?(caption|gallery|audio|embed)\b[^\]]*\]", item.body), item
        response = client.get(item.path)
        assert (response.status_code, response.content.count(b"<h1")) == (200, 1), item.path
