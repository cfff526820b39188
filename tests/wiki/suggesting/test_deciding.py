"""What becomes of suggestions: the acts."""

import pytest

from competencyworks.core import revisions
from competencyworks.core.models import OutgoingMail
from tests import factories
from wiki.models import Resource, Suggestion, WikiPage
from wiki.suggesting import deciding, upkeep

from .sending import NEW, SENDER, send, send_resource

pytestmark = pytest.mark.django_db
SURE = "<p>Move on when <em>sure</em>.</p><p>The end.</p>"


def mails(kind: str) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind=f"suggestion_{kind}"))


def change(page, old: str, new: str, by=None) -> None:
    page = WikiPage.objects.get(pk=page.pk)
    page.body = page.body.replace(old, new)
    page.save()
    revisions.record(page, by)


class TestAnEdit:
    def test_accepted_is_public_with_credit_and_the_reader_is_told(self, edit, page, curator):
        became = deciding.accept_edit(edit, curator.user, answer="Well said.")
        page.refresh_from_db()
        assert page.body == SURE
        assert (became.number, became.credit, became.author) == (2, SENDER["name"], curator.user)
        stored = Suggestion.objects.get()
        assert (stored.status, stored.became, stored.decided_by) == (
            "accepted", became, curator.user,
        )  # fmt: skip
        assert stored.revision.state == "accepted"
        [mail] = mails("accepted")
        assert mail.to_email == SENDER["email"]
        assert page.path in mail.text
        assert "Well said." in mail.text

    def test_what_others_changed_elsewhere_meanwhile_stays(self, edit, page, curator):
        change(page, "The end.", "The very end.")
        deciding.accept_edit(edit, curator.user)
        page.refresh_from_db()
        assert page.body == SURE.replace("The end", "The very end")
        assert revisions.history(page).first().number == 3

    def test_the_same_place_is_a_conflict_and_changes_nothing(self, edit, page, curator):
        change(page, "when ready", "by age")
        with pytest.raises(deciding.Conflicting) as raised:
            deciding.accept_edit(edit, curator.user)
        assert list(raised.value.merged.conflicts) == ["body"]
        assert Suggestion.objects.get().status == "waiting"
        page.refresh_from_db()
        assert "by age" in page.body
        content = {"title": page.title, "body": "<p>Both.</p>"}
        deciding.accept_edit(edit, curator.user, content, seen=2)
        page.refresh_from_db()
        assert page.body == "<p>Both.</p>"

    def test_a_page_that_changed_under_the_curators_eyes_is_not_overwritten(
        self, edit, page, curator
    ):
        change(page, "The end.", "The very end.")
        content = {"title": page.title, "body": SURE}
        with pytest.raises(deciding.ChangedMeanwhile):
            deciding.accept_edit(edit, curator.user, content, seen=1)
        page.refresh_from_db()
        assert "The very end." in page.body

    def test_twice_is_a_named_error(self, edit, page, curator):
        deciding.accept_edit(edit, curator.user)
        for act in (
            lambda: deciding.accept_edit(edit, curator.user),
            lambda: deciding.decline(edit, curator.user, "No."),
        ):
            with pytest.raises(deciding.AlreadyDecided):
                act()
        assert len(revisions.history(page)) == 2
        assert OutgoingMail.objects.count() == 2  # it came, it was accepted

    def test_a_new_title_renames_the_page_and_names_the_reader(self, page, curator, client):
        other = factories.wiki_page("Other", body="<p>See [[Pacing]].</p>")
        send(f"{page.path}suggest/", title="Pace and time")
        became = deciding.accept_edit(Suggestion.objects.get(), curator.user)
        stored = WikiPage.objects.get(pk=page.pk)
        assert (stored.title, stored.slug) == ("Pace and time", "pace-and-time")
        assert (became.credit, became.number) == (SENDER["name"], 2)
        other.refresh_from_db()
        assert "[[Pace and time|Pacing]]" in other.body
        assert client.get(page.path)["Location"] == stored.path

    def test_title_and_text_together(self, page, curator):
        send(f"{page.path}suggest/", title="Pace and time", text="See [[Pacing]].")
        became = deciding.accept_edit(Suggestion.objects.get(), curator.user)
        stored = WikiPage.objects.get(pk=page.pk)
        assert stored.body == "<p>See [[Pace and time|Pacing]].</p>"
        assert became.content["body"] == stored.body
        assert became.credit == SENDER["name"]

    def test_a_title_that_another_page_has_is_refused(self, edit, page, curator):
        factories.wiki_page("Taken")
        with pytest.raises(deciding.CannotDecide, match="Another page has the title"):
            deciding.accept_edit(edit, curator.user, {"title": "Taken", "body": SURE}, seen=1)
        assert Suggestion.objects.get().status == "waiting"

    def test_what_the_page_says_already_is_not_accepted_anew(self, edit, page, curator):
        change(page, "when ready", "when <em>sure</em>")
        with pytest.raises(deciding.CannotDecide, match="already says this"):
            deciding.accept_edit(edit, curator.user)

    def test_of_a_resource_with_an_address_that_is_none(self, make, curator):
        item = make.resource()
        send(f"{item.path}suggest/", text="New.")
        content = {"title": item.title, "body": "<p>New.</p>", "why": "", "url": "gopher://x"}
        with pytest.raises(deciding.CannotDecide):
            deciding.accept_edit(Suggestion.objects.get(), curator.user, content)
        assert Resource.objects.get().url == item.url

    def test_declined_with_a_reason_leaves_all_as_it_is(self, edit, page, curator):
        with pytest.raises(deciding.CannotDecide, match="Give the reason"):
            deciding.decline(edit, curator.user, "  ")
        deciding.decline(edit, curator.user, "It stands on another page.")
        assert Suggestion.objects.get().revision.state == "declined"
        assert len(revisions.history(page)) == 1
        [mail] = mails("declined")
        assert "It stands on another page." in mail.text


class TestAResource:
    def test_accepted_is_public_with_thanks(self, proposed, curator, client):
        item = deciding.accept_resource(proposed, curator.user, publish=True)
        assert (item.title, item.url, item.kind) == (NEW["title"], NEW["url"], NEW["kind"])
        assert item.body == f"<p>{NEW['summary']}</p>"
        text = client.get(item.path).content.decode()
        assert 'Suggested by <span class="name" dir="auto">Nora Quist</span>' in text
        assert NEW["email"] not in text
        assert revisions.history(item).get().credit == SENDER["name"]
        assert Suggestion.objects.get().item == item
        assert item.path in mails("accepted")[0].text

    def test_as_a_draft_it_is_told_of_once_it_is_public(self, proposed, curator, client):
        item = deciding.accept_resource(proposed, curator.user)
        upkeep.tell_of_published()
        assert not mails("accepted")
        assert client.get(item.path).status_code == 404
        item.status = "published"
        item.save()
        for _ in range(2):
            upkeep.tell_of_published()
        assert [mail.to_email for mail in mails("accepted")] == [SENDER["email"]]

    def test_a_kind_or_address_that_cannot_be_is_refused(self, proposed, curator):
        values = deciding.first_values(proposed)
        for bad in ({"url": "ftp://x"}, {"kind": "poem"}, {"title": ""}):
            with pytest.raises(deciding.CannotDecide):
                deciding.accept_resource(proposed, curator.user, values | bad)
        assert not Resource.objects.exists()

    def test_twice_makes_one(self, proposed, curator):
        deciding.accept_resource(proposed, curator.user)
        with pytest.raises(deciding.AlreadyDecided, match="curator has already decided"):
            deciding.accept_resource(proposed, curator.user)
        assert Resource.objects.count() == 1


class TestAfterATime:
    def test_who_suggested_what_was_declined_is_forgotten(self, edit, curator):
        deciding.decline(edit, curator.user, "No.")
        upkeep.forget()
        assert Suggestion.objects.get().email
        Suggestion.objects.update(decided_at=factories.ago(days=31))
        upkeep.forget()
        row = Suggestion.objects.get()
        assert (row.name, row.email, row.note, row.revision.credit) == ("", "", "", "")

    def test_what_looks_like_spam_is_deleted_and_mailed_to_nobody(self, edit, curator):
        deciding.put_aside([edit], curator.user)
        upkeep.forget()
        assert Suggestion.objects.exists()
        deciding.decline(edit, curator.user, "Advertising.")
        assert not mails("declined")
        send_resource()
        deciding.put_aside(Suggestion.objects.filter(revision=None), curator.user)
        Suggestion.objects.filter(revision=None).update(created_at=factories.ago(days=31))
        upkeep.forget()
        assert Suggestion.objects.get() == edit
