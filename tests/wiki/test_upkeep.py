"""What is due for review: a mail for each owner and day, a list, an act that sets the next day."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from competencyworks.core import revisions
from competencyworks.core.models import OutgoingMail
from tests import factories
from tests.core.discussion.test_deciding_at_once import at_once
from wiki import upkeep
from wiki.models import WikiPage

pytestmark = pytest.mark.django_db


def today(days: int = 0):
    return timezone.localdate() + timedelta(days=days)


def owner(name="ann", **more) -> User:
    return User.objects.create_user(
        name, f"{name}@example.org", is_staff=True, first_name=name.capitalize(), **more
    )


def mails() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.order_by("pk"))


def test_each_owner_gets_one_mail_with_all_that_is_due():
    ann, ben = owner("ann"), owner("ben")
    page = factories.wiki_page("Pacing", owner=ann, review_by=today())
    factories.resource(title="A report", owner=ann, review_by=today(-400))
    factories.wiki_page("Grading", owner=ben, review_by=today(-1))
    assert upkeep.queue_reminders() == 2
    first, second = mails()
    assert (first.to_email, second.to_email) == ("ann@example.org", "ben@example.org")
    assert first.subject == "Due for review: A report, and 1 more"
    for text in (first.text, first.html):
        assert "Dear Ann" in text
        assert "A report" in text
        assert "Pacing" in text
        assert "Grading" not in text
        assert f"/admin/wiki/wikipage/{page.pk}/reviewed/" in text
    assert second.subject == "Due for review: Grading"


def test_a_day_is_reminded_of_once_and_another_day_anew():
    page = factories.wiki_page("Pacing", owner=owner(), review_by=today())
    factories.wiki_page("Grading", owner=page.owner, review_by=today())
    assert [upkeep.queue_reminders() for _ in range(3)] == [1, 0, 0]
    page.refresh_from_db()
    page.review_by = today(-1)
    page.save()
    assert [upkeep.queue_reminders() for _ in range(2)] == [1, 0]
    assert "Grading" not in mails()[1].text


@pytest.mark.parametrize(
    "more",
    [
        {"public": False},
        {"status": "withdrawn"},
        {"trashed_at": factories.ago(days=1)},
        {"publish_at": factories.ahead(days=1)},
        {"unpublish_at": factories.ago(minutes=1)},
        {"review_by": today(1)},
        {"review_by": None},
        {"owner": None},
    ],
)
def test_what_is_not_public_or_not_due_is_not_reminded_of(more):
    factories.wiki_page("Pacing", **{"owner": owner(), "review_by": today(), **more})
    assert upkeep.queue_reminders() == 0


@pytest.mark.parametrize("more", [{"is_active": False}, {"email": ""}])
def test_nobody_writes_to_who_has_left(more):
    user = owner()
    User.objects.filter(pk=user.pk).update(**more)
    factories.wiki_page("Pacing", owner=user, review_by=today())
    assert upkeep.queue_reminders() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_mail():
    factories.wiki_page("Pacing", owner=owner(), review_by=today())
    assert sorted(at_once(*[upkeep.queue_reminders] * 4)) == [0, 0, 0, 1]
    assert len(mails()) == 1


def test_a_mail_that_cannot_be_written_leaves_the_day_to_be_reminded_of(monkeypatch):
    page = factories.wiki_page("Pacing", owner=owner(), review_by=today())

    def broken(*args, **kwargs):
        raise RuntimeError("no template")

    with monkeypatch.context() as patch:
        patch.setattr(upkeep, "letter", broken)
        with pytest.raises(RuntimeError):
            upkeep.queue_reminders()
    page.refresh_from_db()
    assert page.reminded_of is None
    assert upkeep.queue_reminders() == 1


class TestReviewed:
    def test_a_curator_sets_the_next_day_and_the_history_says_so(self, curator, client):
        page = factories.wiki_page("Pacing", owner=curator.user, review_by=today())
        url = f"/admin/wiki/wikipage/{page.pk}/reviewed/"
        change = curator.get(f"/admin/wiki/wikipage/{page.pk}/change/").content.decode()
        assert f'href="{url}"' in change
        assert f'value="{today(365)}"' in curator.get(url).content.decode()
        answer = curator.post(url, {"next_on": str(today(90))}, follow=True)
        assert "was marked as reviewed" in answer.content.decode()
        page.refresh_from_db()
        assert page.review_by == today(90)
        last = revisions.history(page).first()
        assert last.author == curator.user
        assert last.reason.startswith("Reviewed; next review on ")
        assert not upkeep.due(WikiPage).exists()

    @pytest.mark.parametrize("day", ["", "never", str(today()), str(today(-1))])
    def test_a_day_that_cannot_be_is_refused(self, curator, day):
        page = factories.wiki_page("Pacing", review_by=today())
        answer = curator.post(f"/admin/wiki/wikipage/{page.pk}/reviewed/", {"next_on": day})
        assert answer.context["form"].errors["next_on"]
        page.refresh_from_db()
        assert page.review_by == today()

    def test_it_is_for_those_who_may_change_the_page(self, author, client):
        page = factories.wiki_page("Pacing", review_by=today())
        url = f"/admin/wiki/wikipage/{page.pk}/reviewed/"
        assert client.post(url, {"next_on": today(9)}).status_code == 302
        assert author.post(url, {"next_on": today(9)}).status_code == 403
        page.refresh_from_db()
        assert page.review_by == today()


class TestDashboard:
    def front(self, client) -> str:
        return client.get("/admin/").content.decode()

    def test_it_lists_what_is_due_own_first(self, curator):
        for number in range(6):
            factories.wiki_page(f"Due page {number}", review_by=today(-number))
            factories.resource(title=f"Due report {number}", review_by=today(-number))
        factories.wiki_page("Mine", review_by=today(), owner=curator.user)
        factories.wiki_page("Not due", review_by=today(5))
        factories.wiki_page("Draft due", review_by=today(-5), public=False)
        text = self.front(curator)
        assert "Due for review" in text
        assert text.index("Mine") < text.index("Due page 5") < text.index("Due report 4")
        assert "13 in total" in text
        assert "Not due" not in text
        assert "Draft due" not in text
        assert "/admin/wiki/wikipage/?due=now" in text

    def test_it_says_when_nothing_is_due_and_to_others_nothing(self, curator, author):
        assert "Nothing is due" in self.front(curator)
        assert "Due for review" not in self.front(author)
