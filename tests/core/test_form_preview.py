"""The preview shows what the form says, and leaves nothing behind."""

from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from blog.models import Digest, Paper, Post, Series
from competencyworks.core import revisions
from competencyworks.website.models import Page
from events.models import Event
from tests import factories
from tests.conftest import signed_in
from tests.core.history.forms import OpenForm, opened
from tests.core.stored_state import everything_stored
from tests.events.factories import event as make_event
from tests.events.factories import registered
from wiki.models import Resource, WikiPage

FORM = "application/x-www-form-urlencoded"
WORDS = "Words that nobody has saved"


def preview_address(form: OpenForm) -> str:
    address = form.address.partition("?")[0]
    return (
        address.replace("/change/", "/preview/") if "/change/" in address else f"{address}preview/"
    )


def shown(form: OpenForm):
    """What the button Preview of the form brings; all that is stored stays as it was."""
    before = everything_stored()
    answer = form.client.post(
        preview_address(form), urlencode(form.data, doseq=True), content_type=FORM
    )
    assert everything_stored() == before
    return answer


def text(answer) -> str:
    return answer.content.decode()


def new(client, kind, query: str = "") -> OpenForm:
    return OpenForm(
        client, f"/admin/{kind._meta.app_label}/{kind._meta.model_name}/add/{query}"
    ).read()


KINDS = [
    (factories.post, Post),
    (factories.digest, Digest),
    (factories.paper, Paper),
    (factories.series, Series),
    (factories.page, Page),
    (factories.wiki_page, WikiPage),
    (factories.resource, Resource),
    (make_event, Event),
]
NAMES = [kind.__name__ for _, kind in KINDS]


@pytest.mark.django_db
@pytest.mark.parametrize("make_one", [one for one, _ in KINDS], ids=NAMES)
@pytest.mark.parametrize("public", [True, False], ids=["public", "draft"])
def test_each_kind_shows_unsaved_words_and_keeps_nothing(make_one, public, root):
    item = make_one(public=public)
    revisions.record(item)
    form = opened(root, item)
    form.put(title=f"{WORDS} as title", body=f"<p>{WORDS} in the text.</p>")
    answer = shown(form)
    assert answer.status_code == 200, text(answer)
    assert f"{WORDS} as title" in text(answer)
    assert f"{WORDS} in the text." in text(answer)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "query"),
    [(kind, "?kind=report" if kind is Resource else "") for _, kind in KINDS],
    ids=NAMES,
)
def test_what_was_never_saved_is_shown_too(kind, query, root):
    form = new(root, kind, query).put(title=WORDS, body=f"<p>{WORDS} in the text.</p>")
    if kind is Event:
        form.put(starts_at_0="2031-05-04", starts_at_1="14:00", zone="America/New_York",
                 ends_at_0="2031-05-04", ends_at_1="15:00", venue="The hall")  # fmt: skip
    if kind is Resource:
        form.put(url="https://example.org/never-saved/")
    answer = shown(form)
    assert answer.status_code == 200, text(answer)
    assert f"{WORDS} in the text." in text(answer)
    assert not kind.objects.exists()


@pytest.mark.django_db
def test_authors_tags_topics_picture_and_series_need_not_be_saved(root):
    person, picture = factories.person("Imani Reyes"), factories.image(alt="A stair of stone")
    topic, series = factories.topic("Pathways"), factories.series(title="Four years")
    post = factories.post(title="Pacing")
    form = opened(root, post).put(
        tags="never seen, second", topics=str(topic.pk), picture=str(picture.pk),
        series=str(series.pk), series_position="1",
    ).put(**{"post_authors-0-person": str(person.pk)})  # fmt: skip
    page = text(shown(form))
    for words in ("Imani Reyes", "never seen", "Pathways", "A stair of stone", "Four years"):
        assert words in page, words


@pytest.mark.django_db
def test_rows_of_digests_wiki_pages_and_events_need_not_be_saved(root):
    digest = opened(root, factories.digest())
    digest.add_row("digest_rows", kind="link", title=WORDS, url="https://example.org/new/")
    assert WORDS in text(shown(digest))

    resource = factories.resource(title="A rubric to copy")
    page = opened(root, factories.wiki_page("Pacing"))
    page.add_row("page_resources", resource=str(resource.pk), note=WORDS)
    shown_page = text(shown(page))
    assert "A rubric to copy" in shown_page
    assert WORDS in shown_page

    person = factories.person("Imani Reyes")
    event = opened(root, make_event())
    event.add_row(
        "event_people", person=str(person.pk), part="presenter", role=WORDS, position="10"
    )
    shown_event = text(shown(event))
    assert "Imani Reyes" in shown_event
    assert WORDS in shown_event


@pytest.mark.django_db
def test_a_renamed_wiki_page_leaves_the_links_to_it_alone(root):
    page = factories.wiki_page("Pacing")
    factories.wiki_page("Other", body="<p>See [[Pacing]].</p>")
    answer = shown(opened(root, page).put(title="Tempo", slug="tempo"))
    assert "Tempo" in text(answer)


@pytest.mark.django_db
def test_errors_are_said_in_plain_words(root):
    form = opened(root, factories.digest()).put(title="", publish_at_0="tomorrow", publish_at_1="x")
    form.add_row("digest_rows", kind="link", title="No address")
    answer = shown(form)
    assert answer.status_code == 422
    page = text(answer)
    assert "Nothing was saved" in page
    for words in ("<dt>Title</dt>", "Enter a date such as", "Links, row 4: Web address",
                  "Enter the web address of this link."):  # fmt: skip
        assert words in page, words


@pytest.mark.django_db
def test_errors_of_what_was_never_saved_are_said_too(root):
    answer = shown(new(root, Post).put(unpublish_at_0="2031-01-01", unpublish_at_1="10:00"))
    assert answer.status_code == 422
    assert "Say first when the item appears." in text(answer)


@pytest.mark.django_db
def test_a_colleagues_rows_and_saves_meanwhile_do_not_hinder_it(root):
    digest = factories.digest()
    revisions.record(digest)
    form = opened(root, digest).put(body=f"<p>{WORDS}</p>")
    digest.digest_rows.all().delete()
    digest.body = "<p>Theirs.</p>"
    digest.save()
    revisions.record(digest)
    answer = shown(form)
    assert answer.status_code == 200
    assert WORDS in text(answer)


@pytest.mark.django_db
def test_the_form_of_a_working_copy_shows_its_words(root):
    post = factories.post(authors=[factories.person("Ada")])
    revisions.record(post)
    opened(root, post).send("_working", body="<p>Kept aside.</p>")
    form = opened(root, post, "?working=1").put(body=f"<p>Kept aside. {WORDS}</p>")
    assert WORDS in text(shown(form))


@pytest.mark.django_db
def test_a_preview_takes_no_file(root):
    form = opened(root, factories.paper())
    before = everything_stored()
    upload = SimpleUploadedFile("report.pdf", factories.pdf("A page"), "application/pdf")
    answer = root.post(preview_address(form), {**form.data, "new_file": upload})
    assert answer.status_code == 415
    assert everything_stored() == before


@pytest.mark.django_db
def test_no_cache_and_no_search_engine_keeps_it_and_its_policy_is_that_of_readers(root):
    form = opened(root, factories.post())
    answer = shown(form)
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    saved = root.get(preview_address(form))
    assert saved["X-Robots-Tag"] == "noindex"


@pytest.mark.django_db
def test_only_who_may_write_it_previews_it(author, moderator):
    own = factories.post(public=False, created_by=author.user)
    form = opened(author, own).put(body=f"<p>{WORDS}</p>")
    assert WORDS in text(shown(form))
    Post.objects.update(status="review")
    assert shown(form).status_code == 403
    others = factories.post(public=False, publish_at=timezone.now())
    address = f"/admin/blog/post/{others.pk}/preview/"
    sent = urlencode(form.data, doseq=True)
    assert author.post(address, sent, content_type=FORM).status_code == 404
    assert moderator.post(address, sent, content_type=FORM).status_code in (403, 404)
    add = "/admin/blog/post/add/preview/"
    assert moderator.post(add, sent, content_type=FORM).status_code == 403
    stranger = signed_in("stranger")
    assert stranger.post(add, sent, content_type=FORM).status_code == 403


@pytest.mark.django_db
def test_what_the_undone_save_says_is_not_said_later(root):
    page = factories.wiki_page("Pacing")
    factories.wiki_page("Other", body="<p>See [[Pacing]].</p>")
    shown(opened(root, page).put(title="Tempo"))
    assert "were updated" not in text(root.get("/admin/"))


@pytest.mark.django_db
def test_who_signed_in_on_the_way_gets_to_the_form(root):
    answer = root.get("/admin/blog/post/add/preview/")
    assert answer.status_code == 302
    assert answer["Location"] == "/admin/blog/post/add/"


@pytest.mark.django_db
def test_registrants_of_a_moved_event_get_no_mail_and_those_who_wait_no_seat(root):
    event = make_event(sign_up="form", capacity=1, has_waiting_list=True)
    registered(event)
    registered(event)
    form = opened(root, event).put(capacity="5", starts_at_1="00:05", title=WORDS)
    answer = shown(form)
    assert answer.status_code == 200
    assert WORDS in text(answer)
