"""What an import makes of an archive, and what it keeps from readers."""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from taggit.models import Tag

from blog.models import Post, Series
from competencyworks.core import revisions
from competencyworks.core.models import Comment, OldAddress, Person, Topic
from competencyworks.website.models import Page
from competencyworks.website.wordpress import entries
from tests import factories

from .archive import ARCHIVE, row

pytestmark = pytest.mark.django_db(transaction=False)


def post(slug: str) -> Post:
    return Post.objects.get(slug=slug)


class TestVocabulary:
    def test_people_are_those_that_are_declared_and_those_that_are_named(self, import_archive):
        report = import_archive()
        names = {"Marisol Reyes", "Tobias Okafor", "guest"}
        assert set(Person.objects.values_list("name", flat=True)) == names
        assert row(report, "people") == [3, 3, 0, 0, 0, 0]
        assert "2 declared, 1 that only items name" in report
        assert Person.objects.get(name="Marisol Reyes").email == "mreyes@example.org"

    def test_a_person_who_is_here_already_is_not_made_again(self, import_archive):
        there = factories.person("marisol reyes", bio="<p>Known here.</p>")
        assert row(import_archive(), "people") == [3, 2, 0, 1, 0, 0]
        assert Person.objects.get(name__iexact="Marisol Reyes") == there
        assert post("why-we-changed").ordered_authors() == [there.pk]

    def test_categories_become_a_tree_of_topics(self, import_archive):
        report = import_archive()
        topic = Topic.objects.get(slug="rubrics")
        assert (topic.name, topic.parent.slug) == ("Rubrics & Scales", "assessment")
        assert topic.parent.description == "How learning is seen."
        assert Topic.objects.get(slug="on-the-side").name == "On the Side"
        assert "2 with a parent, 1 that only items name" in report
        assert re.search(r"topics, line \d+ “Lost”: Its parent “nowhere” is not there", report)

    def test_tags_of_one_name_are_told_apart(self, import_archive):
        report = import_archive()
        names = {"mastery", "Mastery (mastery-2)", "On the Fly"}
        assert set(Tag.objects.values_list("name", flat=True)) == names
        assert "Another tag has the name “Mastery”" in report
        assert set(post("why-we-changed").tags.names()) == names

    def test_circles_of_topics_are_opened(self, import_archive, tmp_path):
        terms = "".join(
            f"<wp:category><wp:category_nicename>{slug}</wp:category_nicename>"
            f"<wp:category_parent>{parent}</wp:category_parent>"
            f"<wp:cat_name>{slug}</wp:cat_name></wp:category>"
            for slug, parent in (("a", "c"), ("b", "a"), ("c", "b"), ("d", "d"))
        )
        path = tmp_path / "circle.xml"
        path.write_text(f"<rss>{terms}</rss>")
        report = import_archive(path)
        assert Topic.objects.filter(parent=None).count() == 2
        assert report.count("stands below itself") == 2

    def test_a_taxonomy_names_series_if_asked_to(self, import_archive):
        import_archive(series_taxonomy="series")
        series = Series.objects.get(slug="first-steps")
        assert series.is_public
        assert "Three parts." in series.body
        parts = Post.objects.in_series(series).values_list("slug", flat=True)
        assert list(parts) == ["a-second-look", "why-we-changed"]
        assert series.publish_at == post("why-we-changed").publish_at

    def test_other_taxonomies_are_told(self, import_archive):
        assert "1 × terms of the taxonomy “series”" in import_archive()
        assert not Series.objects.exists()


class TestPosts:
    def test_hold_what_they_held(self, import_archive):
        import_archive()
        item = post("why-we-changed")
        assert item.title == "Why We Changed & How"
        assert item.excerpt == "In short: time varies."
        assert item.publish_at.isoformat() == "2012-10-01T02:30:00+00:00"
        assert item.updated_at.isoformat() == "2013-01-15T10:00:00+00:00"
        assert item.path == "/blog/2012/09/why-we-changed/"
        assert item.channel.slug == "k-12"
        assert [topic.slug for topic in item.topics.all()] == ["rubrics"]
        assert item.seo_description == "What changed in our school."
        assert item.ordered_authors() == [Person.objects.get(name="Marisol Reyes").pk]
        assert '<hr class="more">' in item.body
        assert item.html
        assert item.lead.startswith("<p>In short")

    def test_of_several_authors_keep_their_order(self, import_archive):
        import_archive()
        names = [author.person.name for author in post("a-second-look").post_authors.all()]
        assert names == ["Tobias Okafor", "Marisol Reyes"]

    def test_go_to_the_channel_that_is_named(self, import_archive):
        import_archive(channel="higher-ed")
        assert set(Post.objects.values_list("channel__slug", flat=True)) == {"higher-ed"}

    def test_have_a_first_revision_that_tells_where_they_come_from(self, import_archive):
        import_archive()
        item = post("a-second-look")
        (revision,) = revisions.history(item)
        assert (revision.number, revision.author) == (1, None)
        assert revision.reason == "Imported from old.example.org"
        assert revisions.record(item) is None
        assert "password" in revisions.history(post("for-members")).get().reason

    def test_link_to_each_other(self, import_archive):
        report = import_archive()
        body, other = post("why-we-changed").body, post("a-second-look")
        comment = Comment.objects.get(name="Bo")
        links = re.findall(r'<a href="([^"]+)"', body)
        assert links[:6] == [
            f"{other.path}#comment-{comment.pk}",
            other.path,
            "/about/staff/",
            "/topics/rubrics/",
            "http://www.old.example.org/never/was/",
            "http://elsewhere.example.net/2012/",
        ]
        assert f'href="{post("why-we-changed").path}"' in other.body
        assert "1 texts now link to items that came after them" in report

    def test_are_found_in_pages_lists_feeds_and_search(self, import_archive, client):
        import_archive()
        item = post("why-we-changed")
        for path in (item.path, "/", "/blog/2012/09/", "/topics/rubrics/", "/feed/"):
            assert "Why We Changed &amp; How" in client.get(path).content.decode(), path
        assert "Why We Changed" in client.get("/search/?q=paragraph").content.decode()


class TestWhatIsNotPublic:
    STATES = {
        "for-members": ("withdrawn", False),
        "far-ahead": ("published", False),
        "missed": ("review", False),
        "among-us": ("withdrawn", False),
        "thrown-away__trashed": ("draft", True),
        "for-review": ("review", False),
        "a-thought-that-never-got-a-title-nor": ("draft", False),
    }

    def test_gets_a_state_that_keeps_it_so(self, import_archive):
        import_archive()
        found = {
            item.slug: (item.status, item.trashed_at is not None)
            for item in Post.objects.exclude(pk__in=Post.objects.published())
        }
        assert found == self.STATES
        assert post("far-ahead").publish_at.year == 2090

    def test_is_told_with_the_reason(self, import_archive):
        report = import_archive()
        for words in (
            "“For Members”: Not public here (Withdrawn): protected by a password over there",
            "“Among Us”: Not public here (Withdrawn): private over there",
            "“Missed”: Not public here (In review): scheduled over there for 2015-01-01 14:00 UTC",
            "Not public here (Draft): it has no date",
            "“Thrown Away”: Not public here (Draft): in the trash over there",
        ):
            assert words in report

    def test_is_read_by_nobody(self, import_archive, client):
        import_archive()
        for slug in self.STATES:
            item = post(slug)
            assert client.get(item.path).status_code == 404, slug
        for path in ("/", "/blog/", "/feed/", "/sitemap-posts.xml", "/search/?q=secret"):
            text = client.get(path).content.decode()
            for title in ("For Members", "Far Ahead", "Missed", "Among Us", "Thrown Away"):
                assert title not in text, (path, title)

    def test_is_not_told_by_its_old_address(self, import_archive, client):
        import_archive()
        for old in ("/2012/11/01/for-members/", "/?p=203", "/?p=205", "/2013/01/01/among-us/"):
            assert client.get(old).status_code == 404, old


class TestTitles:
    def test_come_from_the_text_where_there_is_none(self, import_archive):
        report = import_archive()
        item = Post.objects.get(slug__startswith="a-thought")
        assert item.title == "A thought that never got a title, nor…"
        assert "It has no title" in report


class TestPages:
    def test_stand_below_their_parents_whatever_their_order(self, import_archive):
        import_archive()
        staff = Page.objects.get(slug="staff")
        assert (staff.path, staff.parent.slug, staff.position) == ("/about/staff/", "about", 7)
        assert not OldAddress.objects.filter(path="/staff").exists()

    def test_whose_parent_is_missing_stand_at_the_top_and_are_told(self, import_archive):
        report = import_archive()
        assert Page.objects.get(slug="adrift").path == "/adrift/"
        assert "“Adrift”: The page 9999, its parent, is not there" in report

    def test_never_take_an_address_of_the_site(self, import_archive, tmp_path, client):
        text = ARCHIVE.read_text().replace("<![CDATA[about]]>", "<![CDATA[blog]]>")
        path = tmp_path / "taken.xml"
        path.write_text(text)
        report = import_archive(path)
        assert Page.objects.get(title="About Us").path == "/blog-2/"
        assert "The slug “blog” is a name of the site itself; it became “blog-2”." in report

    def test_make_room_for_those_that_are_here(self, import_archive):
        here = factories.page(title="About", slug="about")
        import_archive()
        here.refresh_from_db()
        assert here.path == "/about/"
        assert Page.objects.get(title="Our Staff").path == "/about-2/staff/"


class TestComments:
    def test_keep_their_threads_their_states_and_their_kinds(self, import_archive):
        report = import_archive()
        said = {comment.name: comment for comment in Comment.objects.all()}
        assert said["Lee & Co"].parent == said["Ana"]
        assert said["Marisol"].parent is None
        assert (said["Waits"].status, said["A ping"].kind) == ("waiting", "pingback")
        assert row(report, "comments") == [7, 6, 0, 0, 0, 1]
        assert "4 approved, 1 waiting, 1 ping- or trackbacks" in report
        assert "1 × comments of the type “order_note”" in report
        assert "It answers the comment 8888, which is not there" in report

    def test_are_dated_as_well_as_can_be(self, import_archive):
        import_archive()
        ana, marisol = Comment.objects.get(name="Ana"), Comment.objects.get(name="Marisol")
        assert ana.created_at.isoformat() == "2012-10-01T10:00:00+00:00"
        assert marisol.created_at == post("why-we-changed").publish_at

    def test_of_authors_are_theirs(self, import_archive):
        import_archive()
        assert Comment.objects.get(name="Marisol").person.name == "Marisol Reyes"
        assert Comment.objects.get(name="Ana").person is None

    def test_are_clean(self, import_archive):
        import_archive()
        ana = Comment.objects.get(name="Ana")
        link = '<a href="http://example.net/paper">http://example.net/paper</a>'
        assert ana.body.strip() == f"<p>Look at {link}.</p>\n<p><b>Really.</b></p>"
        assert ana.website == ""

    def test_go_on_where_they_went_on_and_are_known_by_their_address(self, import_archive):
        import_archive()
        assert post("a-second-look").discussion == "closed"
        assert post("why-we-changed").discussion == ""
        assert Comment.objects.get(name="Ana").email == "ana@example.net"

    def test_that_answer_each_other_in_a_circle_are_kept(self, import_archive, tmp_path):
        text = ARCHIVE.read_text()
        text = text.replace(
            "<wp:comment_parent>0</wp:comment_parent>", "<wp:comment_parent>902</wp:comment_parent>"
        )
        path = tmp_path / "circle.xml"
        path.write_text(text)
        assert row(import_archive(path), "comments")[1] == 6

    def test_are_shown_only_where_they_may_be(self, import_archive, client):
        import_archive()
        text = client.get(post("why-we-changed").path).content.decode()
        assert "An answer." in text
        assert "Not yet seen by anyone." not in text
        assert "a machine" not in text


def test_a_batch_takes_a_fixed_number_of_queries(
    import_archive, tmp_path, django_assert_max_num_queries
):
    """Ten posts cost hardly more queries than five."""

    def export(count: int, start: int) -> Path:
        items = "".join(
            f"<item><title>Post {n}</title><wp:post_id>{n}</wp:post_id><wp:post_type>post"
            f"</wp:post_type><wp:status>publish</wp:status><wp:post_date_gmt>2014-01-01 10:00:00"
            f"</wp:post_date_gmt><wp:post_name>post-{n}</wp:post_name>"
            f"<content:encoded>Words {n}</content:encoded>"
            f"<wp:comment><wp:comment_id>{n}</wp:comment_id><wp:comment_content>x"
            f"</wp:comment_content><wp:comment_approved>1</wp:comment_approved></wp:comment></item>"
            for n in range(start, start + count)
        )
        path = tmp_path / f"{start}.xml"
        path.write_text(f"<rss><link>http://many.example.org</link>{items}</rss>")
        return path

    import_archive(export(1, 1))
    with django_assert_max_num_queries(60) as five:
        import_archive(export(5, 100))
    with django_assert_max_num_queries(60) as ten:
        import_archive(export(10, 200))
    assert len(ten) == len(five)
    assert entries.RELATED


def test_the_time_of_day_decides_what_is_scheduled(import_archive):
    import_archive()
    assert post("far-ahead").publish_at > timezone.now()
