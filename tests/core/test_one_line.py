"""One-line text is cleaned where it is stored, whoever stores it."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from lxml import etree

from competencyworks.core import one_line, revisions
from competencyworks.core.discussion.marks import to_html
from competencyworks.core.models import Person, Topic
from competencyworks.core.one_line import LineField, clean_line
from events.models import Question
from events.signing_up.fields import OneLine
from tests import factories
from tests.core.history.forms import fresh, opened
from tests.events.factories import event
from wiki.models import WikiPage
from wiki.suggesting.forms import ResourceForm

pytestmark = pytest.mark.django_db

# Columns of text that no person types as words: keys, addresses, digests, words of machines.
OTHER_COLUMNS = {
    "blog.digestrow.url", "blog.paper.guid", "blog.paperfile.read_error", "blog.paperfile.sha256",
    "blog.post.guid", "blog.series.guid", "core.bulkact.act", "core.bulkactitem.left_because",
    "core.bulkactitem.seen", "core.outgoingmail.about", "events.event.guid", "events.event.uid",
    "website.page.guid",
    "website.searchword.word", "wiki.resource.guid", "wiki.wikipage.guid",
    "core.attempt.action", "core.attempt.who", "core.ban.value", "core.comment.network",
    "core.comment.nonce", "core.comment.user_agent", "core.commentreport.reporter",
    "core.image.renditions_error", "core.image.renditions_key", "core.link.path",
    "core.link.title", "core.oldaddress.path", "core.oldaddress.to", "core.outgoingmail.key",
    "core.outgoingmail.kind", "core.outsideaddress.archived_url", "core.outsideaddress.digest",
    "core.outsideaddress.etag", "core.outsideaddress.host", "core.outsideaddress.key",
    "core.outsideaddress.last_modified", "core.outsideaddress.leads_to",
    "core.outsideaddress.trouble", "core.outsideaddress.url", "core.outsidehost.host",
    "core.provenaddress.who", "core.revision.answer", "core.servicecall.error",
    "core.state.code", "core.sweeprun.name",
    "events.event.path", "events.event.video_meeting", "events.event.zone",
    "events.mailing.nonce", "events.registration.nonce", "events.videoplace.error",
    "events.videoplace.join_url", "events.videoplace.meeting", "events.videoplace.registrant",
    "wiki.formertitle.key", "wiki.policyspan.form", "wiki.policyspan.stage", "wiki.resource.url",
    "wiki.suggestion.nonce", "wiki.suggestion.suspicion", "wiki.suggestion.url",
    "wiki.wikipage.title_key",
}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("A\x00B\x02C\x1fD", "ABCD"),
        ("A\ufffeB\uffffC\ufdd0D\U0001fffeE\x7fF", "ABCDEF"),
        ("One\r\ntwo\x0bthree\u2028four\tfive", "One two three four five"),
        ("  Two   blanks ", "Two blanks"),
        ("Reversed \u202etxet\u202c", "Reversed txet"),
        ("\ufeffZero\u200bwidth", "Zerowidth"),
        ("ශ්\u200dරී", "ශ්\u200dරී"),
        ("👨\u200d👩\u200d👧 می\u200cخواهم", "👨\u200d👩\u200d👧 می\u200cخواهم"),
        ("Fine – as it is: “K-12” no.\u00a07", "Fine – as it is: “K-12” no.\u00a07"),
    ],
)
def test_a_line_keeps_what_can_be_read(typed, stored):
    assert clean_line(typed) == stored
    assert clean_line(stored) == stored


def test_every_column_of_words_on_one_line_is_cleaned():
    """A new column either is a LineField or stands above, with what no person types."""
    ours = [
        model
        for model in apps.get_models()
        if model.__module__.startswith(("blog.", "wiki.", "events.", "competencyworks."))
    ]
    plain = {
        f"{model._meta.label_lower}.{field.name}"
        for model in ours
        for field in model._meta.local_concrete_fields
        if type(field) is models.CharField and not field.choices and field.name != "path"
    }
    imports = {name for name in plain if name.startswith("website.importeditem.")}
    assert sorted(plain - imports - OTHER_COLUMNS) == []


def test_the_shell_stores_clean_lines_and_knows_what_it_stored():
    page = factories.wiki_page("Pa\x0bcing\ufffe \u202eguides")
    assert page.title == "Pa cing guides"
    assert page.title_key == "pa cing guides"
    assert page.slug == "pa-cing-guides"
    Person.objects.bulk_create([Person(name="A\x02na", slug="ana", role="Head\nof school")])
    assert Person.objects.values_list("name", "role").get() == ("Ana", "Head of school")
    Topic.objects.create(name="x", slug="x")
    Topic.objects.update(name="Equi\x07ty")
    assert Topic.objects.get().name == "Equity"
    Topic.objects.bulk_update([Topic(pk=Topic.objects.get().pk, name="Equi\x07ties")], ["name"])
    assert Topic.objects.get().name == "Equities"
    question = Question.objects.create(event=event(), text="Wh\x02y?", options=["Ye\x02s", "No"])
    question.refresh_from_db()
    assert (question.text, question.options) == ("Why?", ["Yes", "No"])


UNSEEN = ["\u3164", "\u2800", "\u200d", "\u115f \u1160", "\u0301"]


def required_lines() -> list[LineField]:
    return [
        field
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, LineField) and field.editable and not field.blank
    ]


@pytest.mark.parametrize("typed", UNSEEN)
def test_no_line_that_is_required_shows_nothing(typed):
    """In forms, and where an import checks a row."""
    fields = required_lines()
    assert len(fields) > 15
    for field in fields:
        with pytest.raises(ValidationError):
            field.formfield().clean(typed)
        with pytest.raises(ValidationError):
            field.clean(typed, field.model())


def test_a_reader_cannot_answer_with_a_line_that_shows_nothing():
    with pytest.raises(ValidationError, match="Say it"):
        OneLine(required_words="Say it.").clean("\u3164")
    assert "title" in ResourceForm({"title": "\u2800"}).errors


def test_a_line_that_may_be_empty_is_empty_where_it_shows_nothing():
    field = Person._meta.get_field("role")
    assert field.formfield().clean("\u3164") == ""
    assert field.clean("\u3164", Person()) == ""


@pytest.mark.parametrize("address", ["/admin/core/topic/add/", "/admin/taggit/tag/add/"])
def test_a_topic_or_tag_with_a_name_that_shows_nothing_is_refused(root, address):
    answer = root.post(address, {"name": "\u3164", "slug": ""})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["name"]


def test_a_post_with_a_title_that_shows_nothing_is_refused(editor, make):
    post = make.post()
    answer = opened(editor, post).send(title="\u2800")
    assert answer.context["adminform"].form.errors["title"]
    assert fresh(post).title == post.title


def test_tags_are_cleaned_too():
    post = factories.post(tags=["growth\x0bmindset", "pa\x02cing"])
    assert sorted(post.tags.names()) == ["growth mindset", "pacing"]


def test_what_a_query_looks_for_is_not_changed():
    factories.wiki_page("Pacing guides")
    factories.wiki_page("Pacings")
    assert WikiPage.objects.filter(title__startswith="Pacing ").count() == 1


def test_a_form_of_staff_takes_the_characters_out(editor, make):
    page = make.wiki_page("Pacing")
    edit = editor.get(f"/admin/wiki/wikipage/{page.pk}/change/")
    assert edit.status_code == 200
    form = edit.context["adminform"].form
    assert isinstance(form.fields["title"], one_line.LineFormField)
    reason = form.fields["revision_reason"].clean("Wh\x02y\ufffe not\r\nnow")
    assert reason == "Why not now"
    assert form.fields["title"].clean("Pa\x00cing") == "Pacing"


def test_a_reader_cannot_turn_the_page_around(client, make):
    make.comment(make.post(), name="Ana \u202eesrever")
    text = client.get("/comments/feed/").content.decode()
    assert "\u202e" not in text
    assert "Ana esrever" in text


def test_a_feed_stays_well_formed_when_a_stored_reason_is_not(client, make):
    """As rows written before, and by SQL."""
    page = make.wiki_page("Pacing")
    revisions.record(page, reason="x")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_revision SET reason = %s", ["bad \x0b\x02\ufffe\uffff end"])
    feed = etree.fromstring(client.get("/wiki/recent/feed/").content)
    assert feed.findtext("channel/item/description") == "bad  end"


def test_the_field_cleans_at_each_way_into_the_database():
    field = LineField(max_length=20)
    assert field.get_db_prep_save("a\x02b", connection) == "ab"
    assert field.get_db_prep_save(None, connection) is None


def test_overrides_are_taken_out_of_what_a_reader_writes():
    assert to_html("See \u202eereht\u202c.\n\nשלום \u2067a\u2069") == (
        "<p>See ereht\u202c.</p><p>שלום \u2067a\u2069</p>"
    )
