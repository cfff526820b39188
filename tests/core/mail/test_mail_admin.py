"""Outgoing mail in the admin: found, read, tried again, given up, by those who may."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competencyworks.core.mail.sending import send_waiting_mail
from competencyworks.core.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/core/outgoingmail/"


def page(client, query="") -> str:
    response = client.get(LIST + query)
    assert response.status_code == 200
    return response.content.decode()


def act(client, action: str, *mails: OutgoingMail):
    data = {"action": action, "_selected_action": [mail.pk for mail in mails]}
    return client.post(LIST, data, follow=True).content.decode()


@pytest.fixture
def three(write):
    """A waiting, a sent and a given up mail."""
    write("wait@example.org", "sent@example.org", "lost@example.org", html="<h1>Hi</h1>")
    rows = OutgoingMail.objects
    rows.filter(to_email__startswith="sent").update(sent_at=factories.ago(hours=1))
    rows.filter(to_email__startswith="lost").update(
        failed_at=factories.ago(hours=1), attempts=9, error="550 Nobody here"
    )
    return {mail.to_email.partition("@")[0]: mail for mail in rows.all()}


def test_the_list_shows_states_and_errors_and_filters_them(root, three):
    text = page(root)
    for words in ("wait@example.org", "sent@example.org", "lost@example.org", "550 Nobody here"):
        assert words in text
    for state, shown in {"waiting": "wait", "sent": "sent", "given-up": "lost"}.items():
        text = page(root, f"?state={state}")
        found = {name for name in three if f"{name}@example.org" in text}
        assert found == {shown}
    assert "lost@example.org" in page(root, "?q=Nobody")
    assert "wait@example.org" not in page(root, "?q=Nobody")


def test_the_list_costs_the_same_however_long_it_is(root, write):
    counts = []
    for size in (2, 20):
        write(*(f"r{n}@example.org" for n in range(size)))
        with CaptureQueriesContext(connection) as queries:
            page(root)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_given_up_mail_is_tried_again_and_sent_mail_is_not_sent_twice(root, three, mailoutbox):
    text = act(root, "try_again_now", *three.values())
    assert "2 emails are being tried again now" in text
    send_waiting_mail()
    assert {mail.to[0] for mail in mailoutbox} == {"wait@example.org", "lost@example.org"}
    assert not OutgoingMail.objects.filter(sent_at=None).exists()


def test_waiting_mail_is_given_up_and_then_not_sent(root, three, mailoutbox):
    assert "1 email will not be sent" in act(root, "give_up", *three.values())
    send_waiting_mail()
    assert mailoutbox == []
    three["wait"].refresh_from_db()
    assert three["wait"].state == "Given up"
    assert three["wait"].error == "Given up by root."
    three["lost"].refresh_from_db()
    assert three["lost"].error == "550 Nobody here"


def test_a_mail_shows_its_text_escaped_and_its_html_in_a_frame_that_runs_nothing(root, write):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    write("ana@example.org", subject=evil, text=evil, html=evil, to_name=evil)
    mail = OutgoingMail.objects.get()
    response = root.get(f"{LIST}{mail.pk}/change/")
    text = response.content.decode()
    assert "<script>alert(1)" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert f'sandbox title="The email as HTML" src="{LIST}{mail.pk}/html/"' in text
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    framed = root.get(f"{LIST}{mail.pk}/html/")
    policy = framed["Content-Security-Policy"]
    assert {part.strip() for part in policy.split(";")} == {
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "frame-ancestors 'self'",
        "sandbox",
    }
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert page(root).count("<script>alert") == 0


def test_mail_is_closed_to_editors_because_it_holds_links_that_act(editor, three):
    pk = three["wait"].pk
    for path in ("", f"{pk}/change/", f"{pk}/html/"):
        assert editor.get(LIST + path).status_code == 403
    assert "outgoingmail" not in editor.get("/admin/").content.decode()


def test_who_may_see_mail_may_not_yet_send_it(editor, three):
    editor.user.user_permissions.add(Permission.objects.get(codename="view_outgoingmail"))
    text = page(editor)
    assert "wait@example.org" in text
    assert "Try again now" not in text
    act(editor, "give_up", three["wait"])
    three["wait"].refresh_from_db()
    assert three["wait"].state == "Waiting"


def test_nobody_edits_or_deletes_mail(root, three):
    pk = three["wait"].pk
    root.post(f"{LIST}{pk}/change/", {"subject": "Other"})
    assert root.post(f"{LIST}{pk}/delete/", {"post": "yes"}).status_code == 403
    assert root.get(f"{LIST}add/").status_code == 403
    assert OutgoingMail.objects.get(pk=pk).subject == "Hello"
    assert root.get(f"{LIST}999999/html/").status_code == 404
