"""Each form of each address that WordPress gave leads to where the thing is now, in one hop."""

import logging
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from taggit.models import Tag

from competencyworks.core.addresses import OldAddress, normalize
from competencyworks.website.old_addresses import forms
from competencyworks.website.wordpress.addresses import Translator, path_of, remember_new
from tests import factories

pytestmark = pytest.mark.django_db

DAY = datetime(2016, 9, 12, 15, tzinfo=UTC)


@pytest.fixture
def post():
    post = factories.post(title="Pace", slug="pace", publish_at=DAY)
    remember_new([("/2016/09/12/pace/", post), ("/?p=12", post)])
    return post


@pytest.fixture
def topic(post):
    topic = factories.topic("Rubrics", slug="rubrics")
    post.topics.add(topic)
    remember_new([("/category/rubrics", topic), ("/?cat=3", topic)])
    return topic


@pytest.fixture
def tag(post):
    post.tags.add("mastery")
    tag = Tag.objects.get()
    remember_new([("/tag/mastery", tag)])
    return tag


@pytest.fixture
def person(post):
    person = factories.person("Ana Ruiz")
    post.post_authors.create(person=person)
    remember_new([("/author/aruiz", person), ("/?author=7", person)])
    return person


@pytest.fixture
def page():
    page = factories.page(title="Κανόνες", slug="κανόνες")
    remember_new([("/old-rules/", page)])
    return page


@pytest.fixture
def leads(client):
    """Asserts that an address answers 301 to another one, which answers 200."""

    def assert_leads(old: str, new: str) -> None:
        response = client.get(old)
        assert (response.status_code, response.get("Location")) == (301, new), old
        assert client.get(new.partition("#")[0]).status_code == 200, new

    return assert_leads


class TestItems:
    @pytest.mark.parametrize(
        "old",
        [
            "/2016/09/12/pace/",
            "/2016/09/12/pace",
            "/2016/09/12/Pace/",
            "/index.php/2016/09/12/pace/",
            "/2016/09//12/pace/",
            "/2016/09/12/pace/2/",
            "/2016/09/12/pace/amp/",
            "/2016/09/12/pace/embed/",
            "/2016/09/12/pace/trackback/",
            "/2016/09/12/pace/?utm_source=mail",
            "/?p=12",
            "/?page_id=12",
            "/?attachment_id=12",
            "/?p=12&preview=true",
            "/index.php?p=12",
            "/blog/?p=12",
            "/?p=0012",
        ],
    )
    def test_are_found(self, leads, post, old):
        leads(old, "/blog/2016/09/pace/")

    @pytest.mark.parametrize("old", ["/2016/09/12/pace/feed/", "/2016/09/12/pace/feed/rss2/"])
    def test_have_the_feed_of_their_comments_still(self, leads, post, old):
        leads(old, "/blog/2016/09/pace/feed/")

    def test_are_found_with_their_comments(self, leads, post):
        leads("/2016/09/12/pace/comment-page-2/", "/blog/2016/09/pace/#comments")

    def test_are_found_after_they_moved(self, leads, post):
        post.slug = "tempo"
        post.save()
        leads("/2016/09/12/pace/", "/blog/2016/09/tempo/")
        leads("/blog/2016/09/pace/", "/blog/2016/09/tempo/")

    @pytest.mark.parametrize("quoting", [str.upper, str.lower])
    def test_are_found_in_every_spelling_of_other_scripts(self, client, page, quoting):
        remember_new([("/παλιοί-κανόνες/", page)])
        encoded = quote("παλιοί-κανόνες").encode().decode()
        encoded = "".join(
            quoting(part) if index % 2 else part
            for index, part in enumerate(encoded.replace("%", "\0%").split("\0"))
        )
        response = client.get(f"/{encoded}/")
        assert response.status_code == 301
        assert response["Location"] == quote("/κανόνες/")

    def test_are_asked_for_with_head_too_but_not_posted_to(self, client, post):
        assert client.head("/2016/09/12/pace/").status_code == 301
        assert client.post("/2016/09/12/pace/").status_code in (404, 405)

    @pytest.mark.parametrize("old", ["/2016/09/12/pace/", "/?p=12", "/2016/09/12/pace/feed/"])
    @pytest.mark.parametrize("state", ["draft", "review", "withdrawn", "scheduled", "trashed"])
    def test_that_are_not_public_are_not_found(self, client, post, old, state):
        if state == "scheduled":
            post.publish_at = factories.ahead(days=2)
        elif state == "trashed":
            post.trashed_at = factories.ago(days=1)
        else:
            post.status = state
        post.save()
        assert client.get(old).status_code == 404

    @pytest.mark.parametrize("old", ["/?p=999", "/?page_id=1", "/?cat=99", "/?author=99"])
    def test_that_are_not_here_are_not_found(self, client, post, old):
        assert client.get(old).status_code == 404

    def test_that_are_deleted_are_not_found(self, client, post):
        post.delete()
        assert client.get("/2016/09/12/pace/").status_code == 404

    def test_an_address_never_leads_to_itself(self, client, post):
        OldAddress.objects.create(path="/round", to="/round/")
        assert client.get("/round/").status_code == 404


class TestLists:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("/category/rubrics/", "/topics/rubrics/"),
            ("/category/assessment/rubrics/", "/topics/rubrics/"),
            ("/blog/category/rubrics/", "/topics/rubrics/"),
            ("/category/rubrics/feed/", "/topics/rubrics/feed/"),
            ("/category/assessment/rubrics/feed/atom/", "/topics/rubrics/feed/"),
            ("/category/rubrics/page/1/", "/topics/rubrics/"),
            ("/category/rubrics/page/9/", "/topics/rubrics/"),
            ("/?cat=3", "/topics/rubrics/"),
            ("/?cat=3&paged=9", "/topics/rubrics/"),
            ("/?category_name=rubrics", "/topics/rubrics/"),
            ("/?cat=3&feed=rss2", "/topics/rubrics/feed/"),
            ("/tag/mastery/", "/tags/mastery/"),
            ("/tag/mastery/feed/", "/tags/mastery/feed/"),
            ("/?tag=mastery", "/tags/mastery/"),
            ("/author/aruiz/", "/people/ana-ruiz/"),
            ("/author/aruiz/feed/rss/", "/people/ana-ruiz/feed/"),
            ("/?author=7", "/people/ana-ruiz/"),
            ("/?author_name=aruiz", "/people/ana-ruiz/"),
            ("/2016/", "/blog/2016/"),
            ("/2016/09/", "/blog/2016/09/"),
            ("/2016/09/12/", "/blog/2016/09/"),
            ("/2016/10/", "/blog/2016/"),
            ("/?m=2016", "/blog/2016/"),
            ("/?m=201609", "/blog/2016/09/"),
            ("/?m=20160912", "/blog/2016/09/"),
            ("/page/3/", "/"),
            ("/?s=rubrics+and+pace", "/search/?q=rubrics+and+pace"),
            ("/search/two%20words/", "/search/?q=two+words"),
            ("/?feed=rss2", "/feed/"),
            ("/?feed=comments-rss2", "/comments/feed/"),
            ("/feed/rss2/", "/feed/"),
            ("/feed/atom/", "/feed/"),
            ("/rss/", "/feed/"),
            ("/wp-rss2.php", "/feed/"),
            ("/comments/feed/atom/", "/comments/feed/"),
        ],
    )
    def test_are_found(self, leads, topic, tag, person, old, new):
        leads(old, new)

    def test_later_pages_are_found_if_they_exist(self, leads, topic):
        for number in range(25):
            factories.post(title=f"Post {number}", topics=[topic])
        leads("/category/rubrics/page/2/", "/topics/rubrics/?page=2")
        leads("/?cat=3&paged=2", "/topics/rubrics/?page=2")
        leads("/page/2/", "/?page=2")
        leads("/category/rubrics/page/3/", "/topics/rubrics/")

    def test_follow_a_new_name(self, leads, topic, person):
        topic.slug = "scales"
        topic.save()
        leads("/category/rubrics/", "/topics/scales/")
        leads("/topics/rubrics/", "/topics/scales/")

    def test_without_posts_are_not_found(self, client):
        assert client.get("/2011/").status_code == 404
        assert client.get("/category/nothing/").status_code == 404


class TestUploads:
    @pytest.fixture
    def image(self):
        image = factories.image()
        remember_new([("/wp-content/uploads/2014/01/Steps.jpg", image)])
        return image

    @pytest.mark.parametrize(
        "old",
        [
            "/wp-content/uploads/2014/01/Steps.jpg",
            "/wp-content/uploads/2014/01/Steps-300x200.jpg",
            "/wp-content/uploads/2014/01/Steps-1024x683.jpg?w=300",
            "/blog/wp-content/uploads/2014/01/Steps.jpg",
            "/wp-content//uploads/2014/01/Steps.jpg",
        ],
    )
    def test_are_found_in_all_sizes(self, client, image, old):
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, image.file.url)

    def test_that_were_scaled_are_found(self, client):
        image = factories.image()
        remember_new([("/wp-content/uploads/2020/01/big-scaled.jpg", image)])
        for name in ("big.jpg", "big-768x512.jpg", "big-scaled.jpg"):
            response = client.get(f"/wp-content/uploads/2020/01/{name}")
            assert (response.status_code, response["Location"]) == (301, image.file.url)

    def test_that_did_not_come_are_not_found(self, client, image):
        assert client.get("/wp-content/uploads/2014/01/other.jpg").status_code == 404


class TestTheRestOfTheSite:
    def test_is_not_touched(self, client, post, django_assert_num_queries):
        assert client.get("/").status_code == 200
        assert client.get("/?page=1").status_code == 200
        assert client.get("/?utm_source=mail").status_code == 200
        assert client.get("/?cat=&p=").status_code == 200
        assert client.get("/?p=abc").status_code == 200
        with django_assert_num_queries(0):
            assert client.get("/admin/nothing/").status_code in (302, 404)

    def test_leads_in_one_hop_where_two_things_are_wrong(self, leads, post):
        leads("/blog/2016/10/pace", "/blog/2016/09/pace/")
        leads("/blog/2016/10//pace/", "/blog/2016/09/pace/")

    def test_is_helped_where_slashes_are_wrong(self, client, leads, page):
        factories.page(title="About", slug="about")
        leads("/about", "/about/")
        leads("/about//", "/about/")
        response = client.get("/%2Fabout/")
        assert (response.status_code, response["Location"]) == (301, "/about/")

    def test_no_one_is_led_to_another_site(self, client):
        for path in ("/%2Fevil.example/", "/%5Cevil.example", "/%2F%2Fevil.example/%2e%2e"):
            response = client.get(path)
            assert response.status_code == 404
            assert "Location" not in response

    def test_what_was_looked_for_in_vain_is_told(self, client, caplog):
        caplog.set_level(logging.INFO, logger="competencyworks.website.old_addresses")
        client.get("/2011/01/01/never-came/")
        client.get("/?p=4711")
        client.get("/stop/secret-token/")
        told = " ".join(
            record.getMessage() for record in caplog.records if "old addr" in record.msg
        )
        assert "/2011/01/01/never-came/" in told
        assert "/?p=4711" in told
        assert "secret-token" not in told


class TestLinksInTexts:
    @pytest.fixture
    def translate(self):
        translator = Translator("old.example.org", {"old.example.org"})
        return lambda href: translator.translate([href]).get(href)

    @pytest.mark.parametrize(
        "href",
        [
            "http://old.example.org/2016/09/12/pace/",
            "https://www.old.example.org/2016/09/12/pace",
            "//old.example.org/2016/09/12/pace/",
            "/2016/09/12/pace/",
            "http://OLD.example.org/?p=12",
            "http://old.example.org/2016/09/12/pace/#more-12",
        ],
    )
    def test_lead_to_the_present_address(self, translate, post, href):
        assert translate(href) == "/blog/2016/09/pace/"

    @pytest.mark.parametrize(
        "href",
        ["http://other.example.org/2016/09/12/pace/", "mailto:x@old.example.org", "#top", "",
         "http://old.example.org/", "http://[old.example.org/", "2016/09/12/pace/"],
    )  # fmt: skip
    def test_to_other_places_stay(self, translate, post, href):
        assert translate(href) is None

    def test_keep_what_they_point_at(self, translate, post):
        assert translate("/2016/09/12/pace/#results") == "/blog/2016/09/pace/#results"
        assert translate("/2016/09/12/pace/#respond") == "/blog/2016/09/pace/#comments"
        assert translate("/2016/09/12/pace/#comment-5") == "/blog/2016/09/pace/#comments"

    def test_to_what_is_scheduled_lead_there_and_to_drafts_do_not(self, translate, post):
        post.publish_at = factories.ahead(days=2)
        post.save()
        assert translate("/?p=12") == post.path
        post.status = "draft"
        post.save()
        assert translate("/?p=12") is None


def test_an_address_that_leads_elsewhere_is_not_taken(post):
    other = factories.post(slug="other")
    assert remember_new([("/2016/09/12/pace/", other)]) == ["/2016/09/12/pace"]
    assert OldAddress.objects.get(path="/2016/09/12/pace").item == post
    post.delete()
    assert remember_new([("/2016/09/12/pace/", other)]) == []
    assert OldAddress.objects.get(path="/2016/09/12/pace").item == other


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("http://a.example/2016/09/12/x/", "/2016/09/12/x"),
        ("http://a.example//greek/%CE%B5/", "/greek/ε"),
        ("http://a.example/?p=12", "/?p=12"),
        ("http://a.example/?attachment_id=12", "/?p=12"),
        ("http://a.example/", ""),
        ("", ""),
        ("http://[a.example/", ""),
    ],
)
def test_paths_of_links(link, path):
    assert path_of(link) == path


@given(st.text(max_size=60))
def test_no_path_stops_the_search(text):
    found = forms(normalize(f"/{text}").partition("?")[0])
    assert found
    assert len(found) < 20
