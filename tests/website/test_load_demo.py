"""Loading the demo: once, whole, into an empty database, and never over other content."""

import re
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings
from django.utils import timezone

from blog.models import Channel, Digest, DigestRow, Paper, Post, Series
from blog.papers.pdf_files import read
from competencyworks.core import revisions
from competencyworks.core.discussion.confirming import waits_for_click
from competencyworks.core.discussion.threads import Conversation
from competencyworks.core.models import (
    Comment,
    CommentDecision,
    CommentReport,
    Image,
    Person,
    Revision,
    Topic,
)
from competencyworks.website.demo import (
    content,
    loading,
    pictures,
    portraits,
    talk,
    wiki_loading,
)
from competencyworks.website.demo.content import Article, articles, moment, parse, table
from competencyworks.website.demo.sheets import paper_file
from competencyworks.website.models import Page, SiteSettings
from events.models import Event, Question, Registration
from tests import factories
from wiki.models import Resource, Suggestion, WikiPage

PASSWORD = "only-for-the-tests"
KINDS = [
    Event, Registration, Post, DigestRow, Series, Paper, Page, Person, Topic, Image, Comment,
    CommentDecision, CommentReport, Revision, User, Channel, WikiPage, Resource, Suggestion,
]  # fmt: skip


def tiny(key, size):
    return pictures.draw(key, size=(60, 40))


def tiny_portrait(key, size):
    return portraits.portrait(key, (40, 40))


class TheWholeDemo(TestCase):
    """What a newcomer finds; loaded once, with tiny pictures."""

    @classmethod
    def setUpClass(cls):
        cls.media = cls.enterClassContext(TemporaryDirectory())
        cls.enterClassContext(override_settings(MEDIA_ROOT=cls.media))
        cls.enterClassContext(patch.object(loading, "draw", tiny))
        cls.enterClassContext(patch.object(loading, "portrait", tiny_portrait))
        super().setUpClass()

    @classmethod
    def setUpTestData(cls):
        cls.made = loading.load()

    def test_the_site_is_filled(self):
        published = Post.objects.published()
        assert published.filter(channel__slug="k-12").count() >= 24
        assert published.filter(channel__slug="higher-ed").count() >= 10
        assert Page.objects.published().filter(in_menu=True).count() == 3
        assert Person.objects.exclude(portrait=None).count() >= 8
        assert published.exclude(states=None).values("states").distinct().count() >= 12
        assert SiteSettings.objects.get().purpose
        assert all(channel.introduction for channel in Channel.objects.all())
        stages = {post.stage for post in Post.objects.all()}
        assert stages == {"Published", "Scheduled", "Draft", "In review"}
        assert self.made["posts"] + self.made["digests"] == Post.objects.count()

    def test_digests_hold_links_to_places_that_do_not_exist(self):
        digests = list(Digest.objects.published())
        assert len(digests) == 3
        for digest in digests:
            rows = digest.digest_rows.all()
            assert len([row for row in rows if row.kind == "section"]) == 4
            links = [row for row in rows if row.kind == "link"]
            assert 24 <= len(links) <= 27
            for link in links:
                assert re.match(r"https://[\w-]+\.example\.(org|com|net)/", link.url), link.url
                assert link.source
                assert link.note.endswith(".")
        addresses = [row.url for row in DigestRow.objects.filter(kind="link")]
        assert len(set(addresses)) == len(addresses)

    def test_each_topic_and_each_person_has_something_to_read(self):
        published = Post.objects.published()
        for topic in Topic.objects.all():
            assert published.filter(topics__in=Topic.below(topic)).exists(), topic
        for person in Person.objects.all():
            assert published.filter(authors=person).exists(), person

    def test_one_part_of_a_series_is_still_to_come(self):
        series = Series.objects.get(slug="the-long-turn")
        stages = [post.stage for post in Post.objects.in_series(series)]
        assert stages == ["Published"] * 4 + ["Scheduled"] + ["Published"] * 2
        assert Post.objects.published().filter(series__slug="beyond-the-credit-hour").count() == 5

    def test_links_between_posts_lead_to_public_pages(self):
        bodies = [item.body for kind in (Post, Page, Series) for item in kind.objects.published()]
        links = set(re.findall(r'href="(/[^"]*)"', " ".join(bodies)))
        assert len(links) > 20
        answers = {link: self.client.get(link).status_code for link in links}
        assert answers == dict.fromkeys(links, 200)
        assert not any("post:" in body or "data-demo" in body for body in bodies)

    def test_every_picture_says_what_it_shows_and_has_its_file(self):
        images = list(Image.objects.all())
        assert len(images) > 40
        assert all(image.alt and (Path(self.media) / image.file.name).exists() for image in images)
        shown = Post.objects.get(slug="the-wall-in-room-212").body
        assert re.search(
            r'<img src="/media/[^"]+" alt="Four colored paths[^"]+" data-image=', shown
        )

    def test_each_item_went_through_the_hands_of_staff(self):
        post = Post.objects.get(slug="seat-time-waivers-a-field-guide")
        steps = [(step.author.username, step.reason) for step in revisions.history(post)]
        assert steps == [("editor", "Published"), ("author", "First version")]
        assert revisions.history(post).first().content["tags"]
        waiting = Post.objects.get(status="review")
        assert waiting.created_by.username == "author"
        assert revisions.history(waiting).count() == 2

    def test_the_calendar_is_lived_in(self):
        published = Post.objects.published()
        dates = sorted(published.values_list("publish_at", flat=True))
        assert (timezone.now() - dates[0]).days > 800
        assert (timezone.now() - dates[-1]).days < 10
        assert max(later - earlier for earlier, later in pairwise(dates)) < timedelta(days=60)
        changed = {post.slug for post in published if post.updated_at != post.publish_at}
        assert changed == {
            "seat-time-waivers-a-field-guide",
            "what-we-mean-when-we-say-competency",
        }

    def test_papers_have_files_that_are_read_like_any_other(self):
        papers = list(Paper.objects.published().newest())
        assert len(papers) == 3
        assert len({paper.year for paper in papers}) >= 2
        for paper in papers:
            row = paper.current_file()
            assert row.pages >= 3
            with (Path(self.media) / row.file.name).open("rb") as file:
                reading = read(File(file))
            assert paper.title in " ".join(reading.text.split())
            assert "invented" in reading.text
            assert reading.cover
            assert paper.downloads.exists()

    def test_half_of_what_is_published_has_a_conversation(self):
        public = Comment.objects.public()
        post = ContentType.objects.get_for_model(Post)
        said = set(public.filter(content_type=post).values_list("object_id", flat=True))
        for kind in (Post, Digest):
            keys = set(kind.objects.published().values_list("pk", flat=True))
            assert len(keys & said) >= len(keys) / 2
        assert any(public.on(paper).exists() for paper in Paper.objects.published())
        assert not Comment.objects.filter(created_at__gt=timezone.now()).exists()

    def test_one_conversation_has_pages_and_a_pinned_comment_first(self):
        talk = Conversation(Post.objects.get(slug="retakes-are-not-the-point"))
        assert len(talk.pages) == 2
        assert talk.pages[0][0].is_pinned
        assert max(said.depth for page in talk.pages for said in page) >= 4
        assert Comment.objects.filter(is_pinned=True).count() == 1

    def test_answers_stand_below_what_they_answer(self):
        answer = Comment.objects.get(body__contains="settle for a visit")
        assert answer.parent.person.slug == "miriam-okafor"
        assert answer.parent.parent.name == "T. Greaves"
        for answer in Comment.objects.exclude(parent=None).select_related("parent"):
            assert answer.created_at > answer.parent.created_at, answer.body
            assert answer.object_id == answer.parent.object_id

    def test_writers_use_the_marks_that_the_form_offers(self):
        said = " ".join(Comment.objects.public().values_list("body", flat=True))
        for mark in ("<blockquote>", "<em>", "<strong>", "<ul>", "<ol>", "<a href="):
            assert mark in said, mark

    def test_each_comment_has_the_status_and_the_reason_of_its_last_decision(self):
        for comment in Comment.objects.prefetch_related("decisions"):
            last = comment.decisions.all()[0]
            assert comment.reason == last.reason
            assert (comment.status, comment.decided_at) == (last.became, last.at)
            assert comment.created_at <= last.at <= timezone.now()

    def test_moderators_have_a_queue_of_all_kinds(self):
        status = Comment.Status
        waiting = list(Comment.objects.filter(status=status.WAITING))
        reasons = " ".join(comment.reason for comment in waiting)
        assert 8 <= len(waiting) <= 10
        for words in ("no approved comment", "readers reported", "“crypto”", "links", "seconds"):
            assert words in reasons, words
        assert len([comment for comment in waiting if waits_for_click(comment)]) == 1
        assert Comment.objects.filter(status=status.SPAM).count() == 10
        assert Comment.objects.filter(status=status.TRASH).count() == 1
        assert Comment.objects.exclude(reports=None).distinct().count() == 2
        assert Comment.objects.public().exclude(reports=None).count() == 1

    def test_who_is_known_needs_no_moderator(self):
        known = Comment.objects.filter(email="t-greaves@readers.example.org").order_by("created_at")
        sources = [list(each.decisions.values_list("source", flat=True)) for each in known]
        assert sources[0] == ["moderator", "rule"]
        assert sources[1:] == [["rule"]] * (len(known) - 1)
        assert len(known) > 5

    def test_one_discussion_is_closed_and_still_read(self):
        closed = Post.objects.exclude(discussion="").get()
        page = self.client.get(closed.path).content.decode()
        assert Comment.objects.public().on(closed).exists()
        assert "This discussion is closed" in page
        assert "/comments/on/" not in page

    def test_events_lie_behind_and_ahead(self):
        events = Event.objects.published()
        assert Event.objects.count() == self.made["events"] == 24
        assert {event.kind for event in events} == set(Event.Kind.values)
        assert events.values("zone").distinct().count() == 4
        assert events.past().count() >= 12
        assert events.upcoming().count() >= 8
        starts = sorted(event.starts_at for event in events)
        assert (starts[-1] - starts[0]).days > 700
        assert events.past().exclude(recording_url="").count() >= 8
        assert all(event.people.exists() for event in events.exclude(kind="deadline"))

    def test_whoever_fits_no_answer_finds_other(self):
        asked = Question.objects.filter(text="Where do you work?")
        assert asked
        assert all("Other" in question.options for question in asked)

    def test_registrations_keep_the_rule_of_seats(self):
        assert Registration.objects.count() == self.made["registrations"] == 600
        full = 0
        for event in Event.objects.exclude(capacity=None):
            taken = sum(each.seats for each in event.registrations.confirmed())
            waiting = [each.seats for each in event.registrations.waiting()]
            assert taken <= event.capacity, event
            assert not [seats for seats in waiting if seats <= event.capacity - taken], event
            full += bool(waiting)
        assert full >= 1
        addresses = Registration.objects.values_list("email", flat=True)
        assert all(address.endswith("@example.org") for address in addresses)

    def test_the_wiki_is_filled(self):
        resources = Resource.objects.published()
        assert WikiPage.objects.published().count() == self.made["wiki pages"] == 25
        assert resources.count() == self.made["resources"] >= 150
        assert set(resources.values_list("kind", flat=True)) == set(Resource.Kind)
        assert resources.filter(kind="provider").count() >= 20
        policies = resources.filter(kind="policy").exclude(states=None)
        assert policies.values("states").distinct().count() >= 30

    def test_wiki_pages_grew_by_the_hands_of_several_people(self):
        page = WikiPage.objects.get(slug="writing-competencies")
        history = list(revisions.history(page).select_related("author"))
        assert [each.number for each in history] == [3, 2, 1]
        assert {each.author.username for each in history} == {"editor", "curator"}
        assert history[0].credit == "Ana Trujillo"
        assert history[2].created_at < history[1].created_at < history[0].created_at
        assert len(history[2].content["body"]) < len(history[0].content["body"])

    def test_policies_tell_what_they_were_before(self):
        policy = Resource.objects.get(slug="ia-collaborative")
        stages = [each.content["policy_stage"] for each in revisions.history(policy)]
        assert stages == ["ended", "in_force"]

    def test_five_suggestions_wait_for_a_curator(self):
        waiting = Suggestion.objects.filter(status="waiting")
        assert waiting.count() == self.made["suggestions"] == 5
        assert waiting.exclude(revision=None).count() == 3

    def test_without_a_password_nobody_can_sign_in(self):
        assert User.objects.count() == 6
        assert not any(user.has_usable_password() for user in User.objects.all())


def test_a_paper_is_the_same_file_each_time():
    paper = articles("papers")[0]
    paper.head["year"] = 2024
    assert paper_file(paper, ["Ana Ruiz"]) == paper_file(paper, ["Ana Ruiz"])


# --- loading again, and over other content: two posts are enough


@pytest.fixture
def small(db, monkeypatch):
    """A demo of two posts, of which the first links to the second."""
    head = {"channel": "k-12", "authors": ["tomas-arriaga"], "tags": ["seat time"]}
    picture = {"composition": "stairs"}
    texts = {
        "posts": [
            Article(
                "first",
                {**head, "title": "First", "days_ago": 9, "picture": picture},
                '<p>See <a href="post:second">the second</a>.</p>',
            ),
            Article("second", {**head, "title": "Second", "days_ago": 2}, "<p>Here.</p>"),
        ],
        "pages": [],
        "papers": [],
        "wiki/pages": [
            Article(
                "a-page",
                {
                    "title": "A page",
                    "position": 1,
                    "resources": [["a-provider", ""]],
                    "edits": [["editor", 9, "First version"], ["curator", 3, "More"]],
                },
                '<p>See <a href="post:second">it</a>.</p>\n<!--next-->\n<p>More.</p>',
            )
        ],
    }
    provider = ["a-provider", "A Provider", "https://p.example.org/", "Advice", "Ana Ruiz"]
    provider += ["ana@p.example.org", "", ["NH"], [], 20, "It gives advice."]
    proposed = {
        "name": "Ana",
        "email": "a@example.org",
        "days_ago": 1,
        "note": "",
        "page": "a-page",
    }
    links = [["A link", "https://one.example.org/", "A source", "A note."]]
    digest = Article(
        "third",
        {**head, "title": "Third", "days_ago": 1, "section": [{"title": "Policy", "links": links}]},
        "",
    )
    said = [
        {"by": "tomas-arriaga", "days": 0.5, "says": "What do *you* do?"},
        {"name": "Ana", "email": "a@example.org", "days": 0.6, "says": "That", "answers": 1},
    ]
    lists = {
        "events": {"event": []},
        "series": {"series": []},
        "unwelcome": {"comment": []},
        "wiki/catalogue": {"report": []},
        "wiki/policies": {"policy": [{"rows": []}], "publishers": {"default": ""}},
        "wiki/providers": {"rows": [provider]},
        "wiki/suggestions": {"suggestion": [proposed | {"replace": "More.", "by": "Most."}]},
    }
    monkeypatch.setattr(loading, "articles", texts.get)
    monkeypatch.setattr(loading, "digests", lambda: [digest])
    monkeypatch.setattr(talk, "conversations", lambda: {"first": said})
    monkeypatch.setattr(talk, "table", lambda name: lists.get(name) or content.table(name))
    monkeypatch.setattr(loading, "table", lambda name: lists.get(name) or content.table(name))
    monkeypatch.setattr(wiki_loading, "articles", texts.get)
    monkeypatch.setattr(wiki_loading, "table", lists.get)
    monkeypatch.setattr(loading, "draw", tiny)
    monkeypatch.setattr(loading, "portrait", tiny_portrait)


def rows():
    """Everything that the demo makes, row by row."""
    return {kind.__name__: list(kind._base_manager.order_by("pk").values()) for kind in KINDS}


def test_staff_sign_in_with_the_password_given(small, client):
    call_command("load_demo", password=PASSWORD, verbosity=0)
    for name in ("author", "editor", "moderator", "admin"):
        assert client.login(username=name, password=PASSWORD)
        assert client.get("/admin/").status_code == 200
    assert not User.objects.get(username="editor").is_superuser


def test_a_second_time_changes_nothing(small, capsys):
    call_command("load_demo", password=PASSWORD)
    before = rows()
    assert before["Post"]
    call_command("load_demo", password=PASSWORD)
    assert rows() == before
    assert "nothing was changed" in capsys.readouterr().out


def test_what_somebody_changed_in_the_demo_stays(small):
    loading.load(PASSWORD)
    post = Post.objects.get(slug="second")
    post.slug, post.title = "another", "Another"
    post.save()
    factories.post(title="Of our own")
    before = rows()
    assert loading.load(PASSWORD) == {}
    assert rows() == before


def test_another_password_is_taken_over(small, client):
    loading.load(PASSWORD)
    loading.load("another-password")
    assert client.login(username="editor", password="another-password")


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: factories.post(title="Ours"), "1 post (“Ours”)"),
        (lambda: factories.page(title="Imprint", public=False), "1 page (“Imprint”)"),
        (lambda: [factories.person("Ana"), factories.person("Bo")], "2 people (“Ana” and others)"),
        (lambda: User.objects.create_user("admin"), "1 user (“admin”)"),
    ],
)
def test_a_database_with_other_content_is_refused_and_left_alone(small, make, named):
    make()
    before = rows()
    with pytest.raises(CommandError) as refusal:
        call_command("load_demo", password=PASSWORD)
    assert named in str(refusal.value)
    assert rows() == before
    assert not SiteSettings.objects.filter(is_demo=True).exists()


def test_a_load_that_breaks_off_leaves_nothing(small, monkeypatch, settings):
    def fail(*args):
        assert any(settings.MEDIA_ROOT.rglob("*.png"))
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(loading._Loading, "_comments", fail)
    before = rows()
    with pytest.raises(RuntimeError, match="disk"):
        loading.load(PASSWORD)
    assert rows() == before
    assert not any(settings.MEDIA_ROOT.rglob("*.png"))


# --- the files


def test_the_texts_name_only_what_there_is():
    posts = {post.slug: post for post in articles("posts")}
    for article in [*posts.values(), *articles("pages")]:
        for slug in content.POST_LINK.findall(article.body):
            assert posts[slug].head.get("status", "published") == "published", article.slug
            assert posts[slug].head["days_ago"] > 0, article.slug
        assert article.body.count("[fn]") == article.body.count("[/fn]"), article.slug
        assert abs(article.head.get("days_ago", 1)) >= 1, article.slug


def test_conversations_name_only_whom_and_what_there_is():
    writers = {*table("readers")["reader"], *(each["slug"] for each in table("people")["person"])}
    for slug, entries in content.conversations().items():
        for place, entry in enumerate(entries):
            assert entry.get("by", next(iter(writers))) in writers, slug
            assert entry.get("answers", 0) <= place, slug


def test_posts_are_long_and_short():
    words = [len(re.sub(r"<[^>]+>", " ", post.body).split()) for post in articles("posts")]
    assert sum(1500 <= number <= 2200 for number in words) >= 5
    assert sum(100 <= number <= 200 for number in words) >= 5


def test_no_two_posts_begin_alike():
    openings = [re.sub(r"<[^>]+>", "", post.body)[:24] for post in articles("posts")]
    assert len(set(openings)) == len(openings)


@pytest.mark.parametrize("text", ["+++\ntitle = \n+++\n<p>Text</p>", "<p>No head</p>"])
def test_a_broken_head_is_reported_with_its_file(tmp_path, text):
    path = tmp_path / "some-post.html"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"some-post\.html"):
        parse(path)


def test_posts_appear_on_their_day_at_an_hour_of_their_own():
    moments = [timezone.localtime(moment(3, slug)) for slug in ("one", "two", "three")]
    assert {at.date() for at in moments} == {timezone.localdate() - timedelta(days=3)}
    assert len(set(moments)) > 1
    assert all(7 <= at.hour <= 16 for at in moments)


def test_every_person_has_a_name_and_a_life():
    for person in table("people")["person"]:
        assert person["name"]
        assert person["bio"].count(".") >= 2
