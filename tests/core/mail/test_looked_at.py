"""Mails about comments and watched pages that are no longer true when they go."""

import pytest

from competencyworks.core.discussion import answering, proofs
from competencyworks.core.mail.sending import NO_LONGER_DUE, send_waiting_mail
from competencyworks.core.models import Comment, OutgoingMail
from tests.core.discussion.writing import post
from wiki.models import Watch
from wiki.watching import acts

pytestmark = pytest.mark.django_db
READER = "reader@example.org"


def dropped() -> list[str]:
    rows = OutgoingMail.objects.filter(error__startswith=NO_LONGER_DUE, to_email=READER)
    return list(rows.values_list("kind", flat=True))


def test_nobody_is_asked_to_confirm_what_was_confirmed(client, make, mailoutbox):
    post(make.post(), email=READER, body="Words on it", wants_replies="on")
    client.post(proofs.confirm_path(Comment.objects.get()))
    send_waiting_mail()
    assert dropped() == ["comment_confirm"]


def test_nobody_is_told_of_a_reply_that_was_hidden_meanwhile(make, mailoutbox):
    item = make.post()
    above = make.comment(item, email=READER, wants_replies=True, is_confirmed=True)
    reply = make.comment(item, parent=above)
    answering.tell(reply)
    Comment.objects.filter(pk=reply.pk).update(status="trash")
    send_waiting_mail()
    assert mailoutbox == []
    assert dropped() == ["comment_answer"]


def test_nobody_is_asked_to_confirm_a_watch_that_has_ended(make, mailoutbox):
    acts.ask(make.resource(), READER, "")
    Watch.objects.all().delete()
    send_waiting_mail()
    assert mailoutbox == []
    assert dropped() == ["watch_confirm"]
