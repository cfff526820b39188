"""What an import makes of an archive, what a second one leaves alone, what stays private."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from taggit.models import Tag

from blog.models import Post, Series
from competencyworks.core import revisions
from competencyworks.core.locks import held
from competencyworks.core.merging import merge_people
from competencyworks.core.models import Comment, OldAddress, Person, Revision, Topic
from competencyworks.website.models import ImportedItem, Page
from competencyworks.website.wordpress import entries
from tests import factories

SAMPLES = Path(__file__).parent / "wxr"
ARCHIVE = SAMPLES / "archive.xml"

pytestmark = pytest.mark.django_db(transaction=False)


@pytest.fixture
def run(capsys):
    """Runs the command; returns what it tells."""

    def run_command(export: Path = ARCHIVE, **options) -> str:
        call_command("import_wordpress", str(export), **{"no_fetch": True, **options})
        return capsys.readouterr().out

    return run_command


@pytest.fixture
def edited(tmp_path):
    """Makes a copy of the archive in which texts are replaced."""

    def edit(**replacements: str) -> Path:
        text = ARCHIVE.read_text()
        for old, new in replacements.items():
            old = EDITS[old]
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "newer.xml"
        path.write_text(text)
        return path

    return edit


EDITS = {
    "body": "It leads <a",
    "title": "<title>A Second Look</title>",
    "person": "<![CDATA[Marisol Reyes]]>",
    "topic": "How <em>learning</em> is seen.",
    "comment": "<![CDATA[Good.]]></wp:comment_content>",
    "comments": "<wp:comment_id>901</wp:comment_id>",
    "secret": "<wp:post_password><![CDATA[enter]]></wp:post_password>",
}


def row(report: str, kind: str) -> list[int]:
    """The numbers of one line of the report's table."""
    line = next(line for line in report.splitlines() if line.startswith(f"{kind} "))
    return [int(number) for number in re.findall(r"\d+", line)[:6]]


def post(slug: str) -> Post:
    return Post.objects.get(slug=slug)


class TestVocabulary:
    def test_people_are_those_that_are_declared_and_those_that_are_named(self, run):
        report = run()
        names = {"Marisol Reyes", "Tobias Okafor", "guest"}
        assert set(Person.objects.values_list("name", flat=True)) == names
        assert row(report, "people") == [3, 3, 0, 0, 0, 0]
        assert "2 declared, 1 that only items name" in report
        assert Person.objects.get(name="Marisol Reyes").email == "mreyes@example.org"

    def test_a_person_who_is_here_already_is_not_made_again(self, run):
        there = factories.person("marisol reyes", bio="<p>Known here.</p>")
        assert row(run(), "people") == [3, 2, 0, 1, 0, 0]
        assert Person.objects.get(name__iexact="Marisol Reyes") == there
        assert post("why-we-changed").ordered_authors() == [there.pk]

    def test_categories_become_a_tree_of_topics(self, run):
        report = run()
        topic = Topic.objects.get(slug="rubrics")
        assert (topic.name, topic.parent.slug) == ("Rubrics & Scales", "assessment")
        assert topic.parent.description == "How learning is seen."
        assert Topic.objects.get(slug="on-the-side").name == "On the Side"
        assert "2 with a parent, 1 that only items name" in report
        assert re.search(r"topics, line \d+ “Lost”: Its parent “nowhere” is not there", report)

    def test_tags_of_one_name_are_told_apart(self, run):
        report = run()
        names = {"mastery", "Mastery (mastery-2)", "On the Fly"}
        assert set(Tag.objects.values_list("name", flat=True)) == names
        assert "Another tag has the name “Mastery”" in report
        assert set(post("why-we-changed").tags.names()) == names

    def test_circles_of_topics_are_opened(self, run, tmp_path):
        terms = "".join(
            f"<wp:category><wp:category_nicename>{slug}</wp:category_nicename>"
            f"<wp:category_parent>{parent}</wp:category_parent>"
            f"<wp:cat_name>{slug}</wp:cat_name></wp:category>"
            for slug, parent in (("a", "c"), ("b", "a"), ("c", "b"), ("d", "d"))
        )
        path = tmp_path / "circle.xml"
        path.write_text(f"<rss>{terms}</rss>")
        report = run(path)
        assert Topic.objects.filter(parent=None).count() == 2
        assert report.count("stands below itself") == 2

    def test_a_taxonomy_names_series_if_asked_to(self, run):
        run(series_taxonomy="series")
        series = Series.objects.get(slug="first-steps")
        assert series.is_public
        assert "Three parts." in series.body
        parts = Post.objects.in_series(series).values_list("slug", flat=True)
        assert list(parts) == ["a-second-look", "why-we-changed"]
        assert series.publish_at == post("why-we-changed").publish_at

    def test_other_taxonomies_are_told(self, run):
        assert "1 × terms of the taxonomy “series”" in run()
        assert not Series.objects.exists()


class TestPosts:
    def test_hold_what_they_held(self, run):
        run()
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

    def test_of_several_authors_keep_their_order(self, run):
        run()
        names = [author.person.name for author in post("a-second-look").post_authors.all()]
        assert names == ["Tobias Okafor", "Marisol Reyes"]

    def test_go_to_the_channel_that_is_named(self, run):
        run(channel="higher-ed")
        assert set(Post.objects.values_list("channel__slug", flat=True)) == {"higher-ed"}

    def test_have_a_first_revision_that_tells_where_they_come_from(self, run):
        run()
        item = post("a-second-look")
        (revision,) = revisions.history(item)
        assert (revision.number, revision.author) == (1, None)
        assert revision.reason == "Imported from old.example.org"
        assert revisions.record(item) is None
        assert "password" in revisions.history(post("for-members")).get().reason

    def test_link_to_each_other(self, run):
        report = run()
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

    def test_are_found_in_pages_lists_feeds_and_search(self, run, client):
        run()
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

    def test_gets_a_state_that_keeps_it_so(self, run):
        run()
        found = {
            item.slug: (item.status, item.trashed_at is not None)
            for item in Post.objects.exclude(pk__in=Post.objects.published())
        }
        assert found == self.STATES
        assert post("far-ahead").publish_at.year == 2090

    def test_is_told_with_the_reason(self, run):
        report = run()
        for words in (
            "“For Members”: Not public here (Withdrawn): protected by a password over there",
            "“Among Us”: Not public here (Withdrawn): private over there",
            "“Missed”: Not public here (In review): scheduled over there for 2015-01-01 14:00 UTC",
            "Not public here (Draft): it has no date",
            "“Thrown Away”: Not public here (Draft): in the trash over there",
        ):
            assert words in report

    def test_is_read_by_nobody(self, run, client):
        run()
        for slug in self.STATES:
            item = post(slug)
            assert client.get(item.path).status_code == 404, slug
        for path in ("/", "/blog/", "/feed/", "/sitemap-posts.xml", "/search/?q=secret"):
            text = client.get(path).content.decode()
            for title in ("For Members", "Far Ahead", "Missed", "Among Us", "Thrown Away"):
                assert title not in text, (path, title)

    def test_is_not_told_by_its_old_address(self, run, client):
        run()
        for old in ("/2012/11/01/for-members/", "/?p=203", "/?p=205", "/2013/01/01/among-us/"):
            assert client.get(old).status_code == 404, old


class TestTitles:
    def test_come_from_the_text_where_there_is_none(self, run):
        report = run()
        item = Post.objects.get(slug__startswith="a-thought")
        assert item.title == "A thought that never got a title, nor…"
        assert "It has no title" in report


class TestPages:
    def test_stand_below_their_parents_whatever_their_order(self, run):
        run()
        staff = Page.objects.get(slug="staff")
        assert (staff.path, staff.parent.slug, staff.position) == ("/about/staff/", "about", 7)
        assert not OldAddress.objects.filter(path="/staff").exists()

    def test_whose_parent_is_missing_stand_at_the_top_and_are_told(self, run):
        report = run()
        assert Page.objects.get(slug="adrift").path == "/adrift/"
        assert "“Adrift”: The page 9999, its parent, is not there" in report

    def test_never_take_an_address_of_the_site(self, run, tmp_path, client):
        text = ARCHIVE.read_text().replace("<![CDATA[about]]>", "<![CDATA[blog]]>")
        path = tmp_path / "taken.xml"
        path.write_text(text)
        report = run(path)
        assert Page.objects.get(title="About Us").path == "/blog-2/"
        assert "The slug “blog” is a name of the site itself; it became “blog-2”." in report

    def test_make_room_for_those_that_are_here(self, run):
        here = factories.page(title="About", slug="about")
        run()
        here.refresh_from_db()
        assert here.path == "/about/"
        assert Page.objects.get(title="Our Staff").path == "/about-2/staff/"


class TestComments:
    def test_keep_their_threads_their_states_and_their_kinds(self, run):
        report = run()
        said = {comment.name: comment for comment in Comment.objects.all()}
        assert said["Lee & Co"].parent == said["Ana"]
        assert said["Marisol"].parent is None
        assert (said["Waits"].status, said["A ping"].kind) == ("waiting", "pingback")
        assert row(report, "comments") == [7, 6, 0, 0, 0, 1]
        assert "4 approved, 1 waiting, 1 ping- or trackbacks" in report
        assert "1 × comments of the type “order_note”" in report
        assert "It answers the comment 8888, which is not there" in report

    def test_are_dated_as_well_as_can_be(self, run):
        run()
        ana, marisol = Comment.objects.get(name="Ana"), Comment.objects.get(name="Marisol")
        assert ana.created_at.isoformat() == "2012-10-01T10:00:00+00:00"
        assert marisol.created_at == post("why-we-changed").publish_at

    def test_of_authors_are_theirs(self, run):
        run()
        assert Comment.objects.get(name="Marisol").person.name == "Marisol Reyes"
        assert Comment.objects.get(name="Ana").person is None

    def test_are_clean(self, run):
        run()
        ana = Comment.objects.get(name="Ana")
        link = '<a href="http://example.net/paper">http://example.net/paper</a>'
        assert ana.body.strip() == f"<p>Look at {link}.</p>\n<p><b>Really.</b></p>"
        assert ana.website == ""

    def test_that_answer_each_other_in_a_circle_are_kept(self, run, tmp_path):
        text = ARCHIVE.read_text()
        text = text.replace(
            "<wp:comment_parent>0</wp:comment_parent>", "<wp:comment_parent>902</wp:comment_parent>"
        )
        path = tmp_path / "circle.xml"
        path.write_text(text)
        assert row(run(path), "comments")[1] == 6

    def test_are_shown_only_where_they_may_be(self, run, client):
        run()
        text = client.get(post("why-we-changed").path).content.decode()
        assert "An answer." in text
        assert "Not yet seen by anyone." not in text
        assert "a machine" not in text


class TestOnceMore:
    def snapshot(self) -> list:
        models = (Post, Page, Person, Topic, Tag, Comment, Revision, OldAddress, ImportedItem)
        return [list(model.objects.order_by("pk").values()) for model in models]

    def test_nothing_changes(self, run):
        run()
        before = self.snapshot()
        report = run()
        assert self.snapshot() == before
        for kind in ("people", "topics", "tags", "posts", "pages"):
            _, made, changed, unchanged, *_ = row(report, kind)
            assert (made, changed) == (0, 0), kind
            assert unchanged > 0
        assert row(report, "comments") == [7, 0, 0, 6, 0, 1]

    def test_a_dry_run_tells_the_same_and_stores_nothing(self, run):
        dry = run(dry_run=True)
        assert not any(self.snapshot())
        assert dry.splitlines()[:8] == run().splitlines()[:8]
        assert "nothing of it was stored" in dry

    def test_what_is_new_over_there_comes(self, run, edited):
        run()
        address = post("a-second-look").path
        report = run(edited(body="It now leads <a", title="<title>Second Look</title>"))
        item = post("a-second-look")
        assert (item.title, item.path) == ("Second Look", address)
        assert "It now leads" in item.body
        assert row(report, "posts")[1:4] == [0, 1, 9]
        assert revisions.history(item).count() == 2

    def test_a_text_that_was_edited_here_is_left_alone(self, run, edited):
        run()
        item = post("a-second-look")
        item.body += "<p>Written here.</p>"
        item.save()
        revisions.record(item)
        report = run(edited(body="It now leads <a"))
        item.refresh_from_db()
        assert "Written here." in item.body
        assert "It now leads" not in item.body
        assert row(report, "posts")[2:5] == [0, 9, 1]
        assert "Edited here since, and left alone:\n  posts, line" in report

    def test_a_tag_that_was_given_here_stays(self, run, edited):
        run()
        item = post("a-second-look")
        item.tags.add("Given here")
        run(edited(body="It now leads <a"))
        assert list(post("a-second-look").tags.names()) == ["Given here"]

    def test_what_was_published_here_stays_public(self, run, edited):
        run()
        item = post("for-members")
        item.status = "published"
        item.save()
        run(edited(body="It now leads <a"))
        assert post("for-members").is_public

    def test_new_comments_come_to_an_old_post(self, run, edited):
        run()
        item = post("a-second-look")
        item.title = "Named here"
        item.save()
        new = "<wp:comment_id>999</wp:comment_id>"
        report = run(edited(comments=new))
        assert Comment.objects.on(item).count() == 2
        assert row(report, "comments")[1] == 1
        assert post("a-second-look").title == "Named here"

    def test_a_comment_that_changed_there_changes_here_unless_it_did(self, run, edited):
        run()
        newer = edited(comment="<![CDATA[Better.]]></wp:comment_content>")
        assert row(run(newer), "comments")[2] == 1
        comment = Comment.objects.get(name="Bo")
        assert "Better." in comment.body
        comment.status = "spam"
        comment.save()
        run()
        comment.refresh_from_db()
        assert (comment.status, "Better." in comment.body) == ("spam", True)

    def test_people_and_topics_follow_unless_they_were_edited_here(self, run, edited):
        run()
        Topic.objects.filter(slug="assessment").update(description="Ours.")
        report = run(edited(person="<![CDATA[Marisol R. Reyes]]>", topic="Theirs."))
        assert Person.objects.filter(name="Marisol R. Reyes").exists()
        assert Topic.objects.get(slug="assessment").description == "Ours."
        assert row(report, "people")[2] == 1
        assert row(report, "topics")[4] == 1

    def test_what_was_deleted_here_stays_deleted(self, run, edited):
        run()
        post("a-second-look").delete()
        Topic.objects.get(slug="lost").delete()
        report = run(edited(body="It now leads <a"))
        assert not Post.objects.filter(slug="a-second-look").exists()
        assert not Topic.objects.filter(slug="lost").exists()
        assert report.count("It was deleted here since its import.") == 2

    def test_people_who_were_merged_here_stay_one(self, run):
        run()
        keep = factories.person("Marisol Reyes-Okafor")
        merge_people(keep, Person.objects.get(name="Marisol Reyes"))
        run()
        assert set(Person.objects.values_list("name", flat=True)) == {
            "Marisol Reyes-Okafor",
            "Tobias Okafor",
            "guest",
        }
        assert post("why-we-changed").ordered_authors() == [keep.pk]

    def test_two_old_sites_do_not_mix(self, run):
        run()
        report = run(SAMPLES / "version-1.0.xml")
        item = post("hello")
        assert item.publish_at.isoformat() == "2009-07-07T12:00:00+00:00"
        assert (item.excerpt, list(item.tags.names())) == ("In short.", ["Pace"])
        assert row(report, "posts") == [1, 1, 0, 0, 0, 0]


class TestDamage:
    def test_is_told_and_the_rest_comes(self, run):
        report = run(SAMPLES / "broken.xml")
        published = set(Post.objects.published().values_list("slug", flat=True))
        assert {"before", "after", "bread", "never-closed", "open-section", "cut-off"} == published
        assert re.search(r"others, line \d+ “Nonsense”: Its XML is broken", report)
        assert re.search(r"posts, line \d+ “Never closed”: <item> is not closed", report)
        assert Post.objects.get(slug="bread").title == "Bread & Butter &secret; &b;"

    def test_numbers_that_come_twice_are_told(self, run):
        report = run()
        assert "“Evil once more”: The number 210 comes twice in the file" in report
        assert not Post.objects.filter(slug="evil-2").exists()

    def test_an_item_that_the_database_refuses_is_told_and_the_others_come(self, run, monkeypatch):
        original = Post.derive

        def derive(self):
            original(self)
            if self.title == "A Second Look":
                self.status = "x" * 200

        monkeypatch.setattr(Post, "derive", derive)
        report = run()
        assert row(report, "posts") == [11, 9, 0, 0, 0, 2]
        assert re.search(r"posts, line \d+ “A Second Look”: value too long", report)
        assert not ImportedItem.objects.filter(kind="post", key="202").exists()
        monkeypatch.undo()
        assert row(run(), "posts")[1] == 1

    def test_scripts_do_not_come_in(self, run):
        run()
        item = Post.objects.get(title="Evil")
        assert "Good words." in item.body
        for text in (item.body, item.html, item.lead):
            assert not re.search(r"<script|onm|onload|onerror|javascript:|<svg|position", text)

    def test_what_is_no_export_is_refused(self, run, tmp_path):
        path = tmp_path / "page.xml"
        path.write_text("<html></html>")
        with pytest.raises(CommandError, match="holds no author, term or item"):
            run(path)
        with pytest.raises(CommandError, match=r"nowhere\.xml"):
            run(tmp_path / "nowhere.xml")

    def test_wrong_options_are_refused(self, run, tmp_path):
        with pytest.raises(CommandError, match="There is no blog “k-13”"):
            run(channel="k-13")
        with pytest.raises(CommandError, match="is not a folder"):
            run(media=tmp_path / "nowhere")


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_are_refused(run):
    with held("import from WordPress"), pytest.raises(CommandError, match="Another import"):
        run()


def test_a_batch_takes_a_fixed_number_of_queries(run, tmp_path, django_assert_max_num_queries):
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

    run(export(1, 1))
    with django_assert_max_num_queries(60) as five:
        run(export(5, 100))
    with django_assert_max_num_queries(60) as ten:
        run(export(10, 200))
    assert len(ten) == len(five)
    assert entries.RELATED


def test_the_time_of_day_decides_what_is_scheduled(run):
    run()
    assert post("far-ahead").publish_at > timezone.now()
