"""Staff put the mails to registrants into their own words."""

import pytest
from lxml import html as trees

from competencyworks.core.models import OutgoingMail
from events import letters, registration
from events.models import MailWording
from tests.events import factories, pages

pytestmark = pytest.mark.django_db
ADD = "/admin/events/mailwording/add/"
PREVIEW = "/admin/events/mailwording/preview/"
WORDS = {
    "kind": "confirmed",
    "subject": "Welcome, {name}: {title}",
    "opening": "we look forward to {title} on {when}.\n\nBring {{a pen}}. <b>",
    "closing": "The team, {name}",
}


def test_what_staff_wrote_stands_in_the_next_mail(manager):
    assert manager.post(ADD, WORDS).status_code == 302
    event = factories.event(title="Tea & {name}", zone="America/Chicago")
    row = factories.registered(event, name="Ann {title} <i>", email="ann@example.org")
    assert pages.mails()[0].subject == "Welcome, participant: Tea & {name}"
    registration.verify(row)
    OutgoingMail.objects.all().delete()
    letters.confirmed([row])
    (mail,) = pages.mails()
    assert mail.subject == "Welcome, Ann {title} <i>: Tea & {name}"
    assert "we look forward to Tea & {name} on " in mail.text
    assert " CT.\n\nBring {a pen}. <b>" in mail.text
    assert "The team, Ann {title} <i>" in mail.text
    tree = trees.fromstring(mail.html)
    assert not tree.xpath("//i | //b")
    assert "The team, Ann {title} <i>" in tree.text_content()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{nmae}", "“{nmae}” is not a placeholder. Use {name}, {title}, {when}."),
        ("{name.__class__}", "is not a placeholder"),
        ("{name!r}", "is not a placeholder"),
        ("{name:>99999}", "is not a placeholder"),
        ("{title[0]}", "is not a placeholder"),
        ("{}", "is not a placeholder"),
        ("{0}", "is not a placeholder"),
        ("{name", "missing its other half"),
        ("name}", "missing its other half"),
    ],
)
@pytest.mark.parametrize("field", ["subject", "opening", "closing"])
def test_what_is_no_placeholder_is_refused_beside_the_field(manager, field, words, said):
    for address in (ADD, PREVIEW):
        response = manager.post(address, WORDS | {field: words})
        assert response.status_code == (200 if address == ADD else 422)
        form = response.context.get("adminform", response.context.get("form"))
        assert said in " ".join(getattr(form, "errors", {}).get(field, [])), address
    assert not MailWording.objects.exists()


def test_the_form_begins_with_the_usual_words(manager):
    page = manager.get(f"{ADD}?kind=waiting").content.decode()
    assert "You are on the waiting list: {title}" in page
    assert "?kind=changed" in page
    MailWording.objects.create(**WORDS)
    assert "?kind=confirmed" not in manager.get(ADD).content.decode()


@pytest.mark.parametrize("kind", [kind for kind, _ in MailWording._meta.get_field("kind").choices])
def test_each_mail_can_be_looked_at_before_its_words_are_saved(manager, kind):
    response = manager.post(PREVIEW, WORDS | {"kind": kind})
    assert response.status_code == 200
    tree = trees.fromstring(response.content)
    (frame,) = tree.xpath("//iframe[@sandbox='']")
    mail = trees.fromstring(frame.get("srcdoc"))
    assert "Dear Ann Lee" in mail.text_content()
    assert "we look forward to Grading for learning" in mail.text_content()
    assert "Welcome, Ann Lee: Grading for learning" in tree.text_content()
    assert "\ue000" not in response.content.decode()
    assert not MailWording.objects.exists()


def test_a_stored_wording_is_previewed_as_it_stands_in_the_form(manager):
    row = MailWording.objects.create(**WORDS)
    page = trees.fromstring(manager.get(f"/admin/events/mailwording/{row.pk}/change/").content)
    (kind,) = page.xpath("//input[@name='kind']/@value")
    response = manager.post(PREVIEW, WORDS | {"kind": kind, "closing": "New end"})
    assert "New end" in response.content.decode()
    row.refresh_from_db()
    assert row.closing == WORDS["closing"]


def test_only_those_who_run_events_may(author, client):
    for who in (author, client):
        assert who.post(PREVIEW, WORDS).status_code in (302, 403)
        assert who.post(ADD, WORDS).status_code in (302, 403)
    assert not MailWording.objects.exists()
