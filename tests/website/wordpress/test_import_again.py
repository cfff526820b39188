"""What a second import changes and leaves alone, and how damage is met."""

import re

import pytest
from django.core.management import CommandError
from taggit.models import Tag

from blog.models import Post
from competencyworks.core import revisions
from competencyworks.core.background.locks import held
from competencyworks.core.merging import merge_people
from competencyworks.core.models import Comment, OldAddress, Person, Revision, Topic
from competencyworks.core.privacy import erase_person
from competencyworks.core.privacy.traces import traces
from competencyworks.core.workflow import trash
from competencyworks.website.models import ImportedItem, Page
from tests import factories

from .archive import SAMPLES, row

pytestmark = pytest.mark.django_db(transaction=False)


def post(slug: str) -> Post:
    return Post.objects.get(slug=slug)


class TestOnceMore:
    def snapshot(self) -> list:
        models = (Post, Page, Person, Topic, Tag, Comment, Revision, OldAddress, ImportedItem)
        return [list(model.objects.order_by("pk").values()) for model in models]

    def test_nothing_changes(self, import_archive):
        import_archive()
        before = self.snapshot()
        report = import_archive()
        assert self.snapshot() == before
        for kind in ("people", "topics", "tags", "posts", "pages"):
            _, made, changed, unchanged, *_ = row(report, kind)
            assert (made, changed) == (0, 0), kind
            assert unchanged > 0
        assert row(report, "comments") == [7, 0, 0, 6, 0, 1]

    def test_a_dry_run_tells_the_same_and_stores_nothing(self, import_archive):
        dry = import_archive(dry_run=True)
        assert not any(self.snapshot())
        assert dry.splitlines()[:8] == import_archive().splitlines()[:8]
        assert "nothing was stored" in dry

    def test_what_is_new_over_there_comes(self, import_archive, newer_archive):
        import_archive()
        address = post("a-second-look").path
        report = import_archive(
            newer_archive(body="It now leads <a", title="<title>Second Look</title>")
        )
        item = post("a-second-look")
        assert (item.title, item.path) == ("Second Look", address)
        assert "It now leads" in item.body
        assert row(report, "posts")[1:4] == [0, 1, 9]
        assert revisions.history(item).count() == 2

    def test_a_text_that_was_edited_here_is_left_alone(self, import_archive, newer_archive):
        import_archive()
        item = post("a-second-look")
        item.body += "<p>Written here.</p>"
        item.save()
        revisions.record(item)
        report = import_archive(newer_archive(body="It now leads <a"))
        item.refresh_from_db()
        assert "Written here." in item.body
        assert "It now leads" not in item.body
        assert row(report, "posts")[2:5] == [0, 9, 1]
        assert "Edited here since, and left alone:\n  posts, line" in report

    def test_a_tag_that_was_given_here_stays(self, import_archive, newer_archive):
        import_archive()
        item = post("a-second-look")
        item.tags.add("Given here")
        import_archive(newer_archive(body="It now leads <a"))
        assert list(post("a-second-look").tags.names()) == ["Given here"]

    def test_what_was_published_here_stays_public(self, import_archive, newer_archive):
        import_archive()
        item = post("for-members")
        item.status = "published"
        item.save()
        import_archive(newer_archive(body="It now leads <a"))
        assert post("for-members").is_public

    def test_new_comments_come_to_an_old_post(self, import_archive, newer_archive):
        import_archive()
        item = post("a-second-look")
        item.title = "Named here"
        item.save()
        new = "<wp:comment_id>999</wp:comment_id>"
        report = import_archive(newer_archive(comments=new))
        assert Comment.objects.on(item).count() == 2
        assert row(report, "comments")[1] == 1
        assert post("a-second-look").title == "Named here"

    def test_a_comment_that_changed_there_changes_here_unless_it_did(
        self, import_archive, newer_archive
    ):
        import_archive()
        newer = newer_archive(comment="<![CDATA[Better.]]></wp:comment_content>")
        assert row(import_archive(newer), "comments")[2] == 1
        comment = Comment.objects.get(name="Bo")
        assert "Better." in comment.body
        comment.status = "spam"
        comment.save()
        import_archive()
        comment.refresh_from_db()
        assert (comment.status, "Better." in comment.body) == ("spam", True)

    def test_people_and_topics_follow_unless_they_were_edited_here(
        self, import_archive, newer_archive
    ):
        import_archive()
        Topic.objects.filter(slug="assessment").update(description="Ours.")
        report = import_archive(
            newer_archive(person="<![CDATA[Marisol R. Reyes]]>", topic="Theirs.")
        )
        assert Person.objects.filter(name="Marisol R. Reyes").exists()
        assert Topic.objects.get(slug="assessment").description == "Ours."
        assert row(report, "people")[2] == 1
        assert row(report, "topics")[4] == 1

    def test_what_was_deleted_here_stays_deleted(self, import_archive, newer_archive):
        import_archive()
        post("a-second-look").delete()
        Topic.objects.get(slug="lost").delete()
        report = import_archive(newer_archive(body="It now leads <a"))
        assert not Post.objects.filter(slug="a-second-look").exists()
        assert not Topic.objects.filter(slug="lost").exists()
        assert report.count("It was deleted here since its import.") == 2

    @pytest.mark.parametrize("email", ["ana@example.net", "mreyes@example.org"])
    def test_a_person_who_was_erased_here_does_not_come_back(
        self, import_archive, newer_archive, email
    ):
        import_archive()
        assert traces(email)
        erase_person(email, words=True, profile=True)
        assert traces(email) == []
        import_archive()
        import_archive(newer_archive(body="It now leads <a", comment="Other words"))
        assert traces(email) == []

    def test_people_who_were_merged_here_stay_one(self, import_archive):
        import_archive()
        keep = factories.person("Marisol Reyes-Okafor")
        merge_people(keep, Person.objects.get(name="Marisol Reyes"))
        import_archive()
        assert set(Person.objects.values_list("name", flat=True)) == {
            "Marisol Reyes-Okafor",
            "Tobias Okafor",
            "guest",
        }
        assert post("why-we-changed").ordered_authors() == [keep.pk]

    def test_what_is_new_of_people_who_were_merged_is_theirs(self, import_archive, newer_archive):
        import_archive()
        keep = factories.person("Marisol Reyes-Okafor")
        merge_people(keep, Person.objects.get(name="Marisol Reyes"))
        ImportedItem.objects.filter(kind="post", key="202").delete()
        post("a-second-look").delete()
        import_archive(newer_archive(body="It now leads <a"))
        assert post("a-second-look").ordered_authors()[1] == keep.pk

    def test_what_was_moved_here_stays_where_it_is(self, import_archive, newer_archive):
        import_archive()
        Topic.objects.filter(slug="rubrics").update(parent=None)
        import_archive(newer_archive(topic="How it is seen."))
        assert Topic.objects.get(slug="rubrics").parent is None

    def test_what_is_in_the_trash_here_stays_there(self, import_archive, newer_archive):
        import_archive()
        trash(post("a-second-look"))
        import_archive(newer_archive(body="It now leads <a"))
        item = post("a-second-look")
        assert "It now leads" in item.body
        assert item.trashed_at is not None

    def test_links_of_a_text_that_was_edited_here_are_left_alone(
        self, import_archive, newer_archive, tmp_path
    ):
        newer = newer_archive(title="<title>A Second Look</title>")
        whole = newer.read_text()
        start = whole.index("<item>\n\t\t<title>A Second Look")
        end = whole.index("</item>", start) + len("</item>")
        newer.write_text(whole[:start] + whole[end:])
        import_archive(newer)
        item = post("why-we-changed")
        assert "/2012/10/05/a-second-look/" in item.body
        item.title = "Named here"
        item.save()
        import_archive()
        assert post("a-second-look")
        assert "/2012/10/05/a-second-look/" in post("why-we-changed").body

    def test_two_old_sites_do_not_mix(self, import_archive):
        import_archive()
        report = import_archive(SAMPLES / "version-1.0.xml")
        item = post("hello")
        assert item.publish_at.isoformat() == "2009-07-07T12:00:00+00:00"
        assert (item.excerpt, list(item.tags.names())) == ("In short.", ["Pace"])
        assert row(report, "posts") == [1, 1, 0, 0, 0, 0]


class TestDamage:
    def test_is_told_and_the_rest_comes(self, import_archive):
        report = import_archive(SAMPLES / "broken.xml")
        published = set(Post.objects.published().values_list("slug", flat=True))
        assert {"before", "after", "bread", "never-closed", "open-section", "cut-off"} == published
        assert re.search(r"others, line \d+ “Nonsense”: Its XML is broken", report)
        assert re.search(r"posts, line \d+ “Never closed”: <item> is not closed", report)
        assert Post.objects.get(slug="bread").title == "Bread & Butter &secret; &b;"

    def test_numbers_that_come_twice_are_told(self, import_archive):
        report = import_archive()
        assert "“Evil once more”: The number 210 comes twice in the file" in report
        assert not Post.objects.filter(slug="evil-2").exists()

    def test_an_item_that_the_database_refuses_is_told_and_the_others_come(
        self, import_archive, monkeypatch
    ):
        original = Post.derive

        def derive(self):
            original(self)
            if self.title == "A Second Look":
                self.status = "x" * 200

        monkeypatch.setattr(Post, "derive", derive)
        report = import_archive()
        assert row(report, "posts") == [11, 9, 0, 0, 0, 2]
        assert re.search(r"posts, line \d+ “A Second Look”: value too long", report)
        assert not ImportedItem.objects.filter(kind="post", key="202").exists()
        monkeypatch.undo()
        assert row(import_archive(), "posts")[1] == 1

    def test_scripts_do_not_come_in(self, import_archive):
        import_archive()
        item = Post.objects.get(title="Evil")
        assert "Good words." in item.body
        for text in (item.body, item.html, item.lead):
            assert not re.search(r"<script|onm|onload|onerror|javascript:|<svg|position", text)

    def test_what_is_no_export_is_refused(self, import_archive, tmp_path):
        path = tmp_path / "page.xml"
        path.write_text("<html></html>")
        with pytest.raises(CommandError, match="holds no author, term or item"):
            import_archive(path)
        with pytest.raises(CommandError, match=r"nowhere\.xml"):
            import_archive(tmp_path / "nowhere.xml")

    def test_wrong_options_are_refused(self, import_archive, tmp_path):
        with pytest.raises(CommandError, match=r"There is no blog “k-13\.”"):
            import_archive(channel="k-13")
        with pytest.raises(CommandError, match="is not a folder"):
            import_archive(media=tmp_path / "nowhere")


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_are_refused(import_archive):
    with held("import from WordPress"), pytest.raises(CommandError, match="Another import"):
        import_archive()
