"""What readers wrote from right to left reads so on every page that shows it, staff's too."""

import pytest
from django.contrib.auth import get_user_model
from lxml import html

from competencyworks.core import revisions
from competencyworks.core.discussion import announcing, answering, proofs
from competencyworks.core.discussion.threads import form_path
from competencyworks.core.mail.sending import send_waiting_mail
from competencyworks.core.models import OutgoingMail
from events import certificates
from tests import factories
from tests.events import factories as events
from tests.events.pages import own_path
from tests.events.test_certificates import attended
from tests.wiki.suggesting.sending import fields, send, send_resource
from wiki.models import Suggestion
from wiki.suggesting import deciding

pytestmark = pytest.mark.django_db
NAME, WORDS = "نورا", "التعلم ثابت"
SENT = {"name": NAME, "note": WORDS}

# Text of a reader that no element isolates. Titles and fields of forms are looked at elsewhere, and
# nobody sees the rest.
OUT_OF_PLACE = (
    "//body//text()[contains(., $name) or contains(., $words)]"
    "[not(ancestor-or-self::*[@dir='auto' or self::bdi])]"
    "[not(ancestor::*[self::h1 or self::script or self::textarea])]"
    "[not(ancestor::*[@class='visually-hidden' or @class='breadcrumbs'])]"
)


def out_of_place(page: str) -> list[str]:
    assert NAME in page or WORDS in page
    found = html.fromstring(page).xpath(OUT_OF_PLACE, name=NAME, words=WORDS)
    return [" ".join(text.split()) for text in found]


def faults(client, *addresses: str) -> dict[str, list[str]]:
    found = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        if wrong := out_of_place(answer.content.decode()):
            found[address] = wrong
    return found


@pytest.fixture
def comment():
    return factories.comment(
        factories.post(), name=NAME, body=f"<p>{WORDS}</p>", email="nora@example.org"
    )


def test_comments(client, comment):
    private = proofs.private_path(comment)
    assert not faults(
        client,
        "/",
        comment.item.path,
        f"/comments/{comment.pk}/report/",
        f"{form_path(comment.item)}?parent={comment.pk}",
        private,
        f"{private}?step=withdraw",
    )


def test_comments_before_staff(moderator, comment):
    waiting = factories.comment(
        comment.item, name=NAME, body=f"<p>{WORDS}</p>", parent=comment, status="waiting",
        email="nora@example.org",
    )  # fmt: skip
    revisions.record(waiting)
    waiting.reports.create(reason=WORDS)
    assert not faults(
        moderator,
        "/admin/",
        "/admin/core/comment/",
        f"/admin/core/comment/{waiting.pk}/change/",
    )


def test_suggestions_and_what_became_of_them(client, curator):
    page = factories.wiki_page("Pacing", body="<p>Move on.</p>")
    revisions.record(page, reason="Begun.")
    send(f"{page.path}suggest/", text=f"Move on. {WORDS}", **SENT)
    send_resource(title=WORDS, summary=WORDS, **SENT)
    changes = [f"/admin/wiki/suggestion/{row.pk}/change/" for row in Suggestion.objects.all()]
    assert not faults(curator, "/admin/", *changes)
    by = get_user_model().objects.get(username="curator")
    for row in Suggestion.objects.all():
        if row.is_edit:
            deciding.accept_edit(row, by, {"title": "Pacing", "body": "<p>Go on.</p>"})
        else:
            values = deciding.first_values(row) | {"title": "Four waivers"}
            resource = deciding.accept_resource(row, by, values, publish=True)
    assert not faults(
        client,
        page.path,
        f"{page.path}history/",
        f"{resource.path}history/",
        "/wiki/recent/",
        "/wiki/",
    )


def test_a_suggestion_that_is_looked_over(client):
    sent = {**fields(client.get("/wiki/suggest/")), **SENT, "email": "nora@example.org"}
    sent |= {"title": WORDS, "summary": WORDS, "url": "https://example.org/", "kind": "report"}
    answer = client.post("/wiki/suggest/", {**sent, "step": "preview"})
    assert out_of_place(answer.content.decode()) == []


def test_registrations(client):
    event = events.event()
    event.questions.create(text="What do you hope to learn?", kind="text")
    made = events.registered(
        event,
        name=NAME,
        organization=NAME,
        role=NAME,
        answers={str(event.questions.get().pk): WORDS},
    )
    assert not faults(client, own_path(made), certificates.path_of(attended(NAME)))


def test_mails_that_quote_readers(moderator, comment):
    comment.name, comment.wants_replies, comment.is_confirmed = "Nora", True, True
    comment.save()
    answer = factories.comment(
        comment.item, name=NAME, body=f"<p>{WORDS}</p>", parent=comment, email="ben@example.org"
    )
    answering.tell(answer)
    announcing.tell_people(answer)
    send_waiting_mail()
    mails = OutgoingMail.objects.filter(html__contains=NAME)
    assert {mail.kind for mail in mails} == {answering.KIND, announcing.KIND}
    assert [out_of_place(mail.html) for mail in mails] == [[], []]
