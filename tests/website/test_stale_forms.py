"""A form of the admin that was opened before a colleague saved does not undo their save."""

from dataclasses import dataclass

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.db import models
from lxml import html
from taggit.models import Tag

from blog.models import Channel
from competencyworks.core import revisions
from competencyworks.core.addresses import OldAddress
from competencyworks.core.models import Ban, Comment, DiscussionSettings
from competencyworks.website.models import RelatedPost, SiteSettings
from events.models import Invitation, MailWording, Question, Registration
from tests import factories
from tests.conftest import signed_in
from tests.core.history.forms import fresh, opened, said
from tests.events import factories as of_events
from tests.website import admin_world

Person = factories.Person


@dataclass
class Kind:
    """Two fields of a form, with what a colleague and the writer put in them."""

    theirs: tuple[str, object]
    mine: tuple[str, object]


KINDS: dict[type[models.Model], Kind] = {
    Comment: Kind(("body", "<p>Their words.</p>"), ("name", "Bea")),
    Person: Kind(("role", "Principal"), ("organization", "Alderbrook")),
    MailWording: Kind(("subject", "Your seat"), ("opening", "Welcome.")),
    factories.Topic: Kind(("description", "About it"), ("name", "Grading")),
    Tag: Kind(("name", "their name"), ("slug", "my-slug")),
    Channel: Kind(("introduction", "<p>Theirs.</p>"), ("tagline", "Mine")),
    SiteSettings: Kind(("purpose", "Their purpose"), ("licence", "My licence")),
    DiscussionSettings: Kind(("most_links", 7), ("words_of_spam", "casino")),
    Ban: Kind(("reason", "Rude"), ("value", "mine@example.org")),
    OldAddress: Kind(("to", "/theirs/"), ("path", "/mine")),
    User: Kind(("first_name", "Theirs"), ("last_name", "Mine")),
    Group: Kind(("permissions", ["1"]), ("name", "Mine")),
}
ONE_FIELD = {Registration}  # there is nothing to keep beside it


pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(db):
    return signed_in("ana", is_superuser=True, first_name="Ana", last_name="Ruiz")


@pytest.fixture
def item(request, root):
    """An object of the kind; of several that the admin shows, one without marks of its own."""
    OldAddress.objects.bulk_create([OldAddress(path="/earlier", to="/after/")])
    found = admin_world.build(root.user)[request.param][-1]
    return OldAddress.objects.get(path="/earlier") if request.param is OldAddress else found


def stored(item, name: str):
    column = item._meta.get_field(name)
    if column.many_to_many:
        return [str(row.pk) for row in getattr(item, name).all()]
    return column.value_from_object(fresh(item))


def rejected(form) -> str:
    """The errors of a form that came back."""
    return " ".join(str(errors) for errors in form.answer.context["errors"])


each_kind = pytest.mark.parametrize("item", KINDS, indirect=True, ids=lambda kind: kind.__name__)


def test_every_form_that_writes_is_among_those_tried_here(root):
    found = set()
    for model, items in admin_world.build(root.user).items():
        model_admin = admin.site._registry.get(model)
        if model_admin is None or not model_admin.checks_stale_forms:
            continue
        answer = root.get(
            f"/admin/{model._meta.app_label}/{model._meta.model_name}/{items[-1].pk}/change/"
        )
        if answer.status_code == 200 and b'name="_save"' in answer.content:
            assert b'name="opened_from"' in answer.content, model
            found.add(model)
    assert found == {*KINDS, *ONE_FIELD}


@each_kind
def test_what_only_a_colleague_changed_stays(item, root, colleague):
    kind = KINDS[type(item)]
    (their_field, theirs), (my_field, mine) = kind.theirs, kind.mine
    form = opened(root, item)
    opened(colleague, item).send(**{their_field: theirs})
    assert stored(item, their_field) == theirs
    answer = form.send(**{my_field: mine})
    assert (stored(item, their_field), stored(item, my_field)) == (theirs, mine)
    assert "Ana Ruiz saved changes while you were writing. Their changes were kept: " in said(
        answer
    )


@each_kind
def test_what_both_changed_is_shown_and_the_second_save_means_it(item, root, colleague):
    field, theirs = KINDS[type(item)].theirs
    mine = {"permissions": ["2"], "most_links": 9, "to": "/own/"}.get(field, "My own")
    form = opened(root, item)
    opened(colleague, item).send(**{field: theirs})
    form.send(**{field: mine})
    assert stored(item, field) == theirs
    assert "Ana Ruiz changed this while you were writing" in rejected(form)
    form.again().send()
    assert stored(item, field) != theirs


@each_kind
def test_a_save_of_an_untouched_form_undoes_nothing(item, root, colleague):
    field, theirs = KINDS[type(item)].theirs
    form = opened(root, item)
    opened(colleague, item).send(**{field: theirs})
    form.send()
    assert stored(item, field) == theirs


# --- what is compared -----------------------------------------------------------------------


def test_a_field_that_a_colleague_changed_is_kept_after_a_collision_in_another(root, colleague):
    item = factories.person("Ada", role="Teacher", organization="Here")
    form = opened(root, item)
    opened(colleague, item).send(role="Principal", organization="There")
    form.send(organization="Elsewhere")
    assert "There" in rejected(form)
    form.again().send()
    assert (fresh(item).role, fresh(item).organization) == ("Principal", "Elsewhere")


def test_a_third_save_between_the_two_of_a_collision_is_shown_as_well(root, colleague):
    item = factories.person("Ada", role="Teacher")
    form = opened(root, item)
    opened(colleague, item).send(role="Principal")
    form.send(role="Coach")
    opened(colleague, item).send(role="Superintendent")
    form.again().send()
    assert "Superintendent" in rejected(form)
    assert fresh(item).role == "Superintendent"


def test_a_form_that_came_back_for_another_fault_still_undoes_nothing(root, colleague):
    item = factories.person("Ada", role="Teacher")
    form = opened(root, item)
    opened(colleague, item).send(role="Principal")
    form.send(name="")
    form.again().send(name="Ada Byron")
    assert (fresh(item).name, fresh(item).role) == ("Ada Byron", "Principal")


def test_what_both_changed_to_the_same_is_saved_without_a_question(root, colleague):
    item = factories.person("Ada", role="Teacher")
    form = opened(root, item)
    opened(colleague, item).send(role="Principal")
    answer = form.send(role="Principal")
    assert answer.redirect_chain
    assert "while you were writing" not in said(answer)


def test_texts_and_references_are_compared_as_they_are_stored(root, colleague):
    first, second = factories.image(), factories.image()
    item = factories.person("Ada", bio="<p>One &amp; two.</p>", portrait=first)
    form = opened(root, item)
    opened(colleague, item).send(bio="<p>Theirs.</p>", portrait=str(second.pk))
    # An editor writes the same text in another way.
    form.send(bio="<p>One &#38; two.</p>\r\n", role="Coach")
    assert fresh(item).bio == "<p>Theirs.</p>"
    assert fresh(item).portrait == second
    assert fresh(item).role == "Coach"


def test_a_text_that_is_cleaned_at_its_save_is_compared_as_clean(root, colleague):
    item = factories.comment(factories.post(), body="<p>One &amp; two.</p>")
    form = opened(root, item)
    opened(colleague, item).send(body="<p>Theirs.</p>")
    form.send(body="<p>One &#38; two.</p>", name="Bea")
    assert (fresh(item).body, fresh(item).name) == ("<p>Theirs.</p>", "Bea")


def test_the_stored_text_is_shown_as_readers_see_it_and_other_values_as_they_were_typed(
    root, colleague
):
    item = factories.person("Ada", bio="<p>One.</p>")
    form = opened(root, item)
    opened(colleague, item).send(bio="<p>Their <em>text</em>.</p>", role="<b>Head</b>")
    form.send(bio="<p>Mine.</p>", role="Coach")
    page = form.answer.content.decode()
    assert '<div class="cw-as-read"><p>Their <em>text</em>.</p></div>' in page
    assert "&lt;b&gt;Head&lt;/b&gt;" in page


def test_groups_of_an_account_are_kept_and_its_sign_in_asks_nothing(root, colleague):
    user = User.objects.create_user("bo", is_staff=True)
    editors = Group.objects.get(name="Editor")
    signed_in("bo")  # at a fraction of a second, which the form does not show
    form = opened(root, user)
    opened(colleague, user).send(groups=[str(editors.pk)])
    signed_in("bo")  # writes the moment of the last sign-in
    form.send(first_name="Bo")
    assert list(user.groups.all()) == [editors]
    assert fresh(user).first_name == "Bo"
    assert fresh(user).last_login is not None


def test_an_account_without_a_last_second_is_saved_without_a_question(root):
    user = User.objects.create_user("bo", is_staff=True)
    signed_in("bo")
    answer = opened(root, user).send(first_name="Bo")
    assert answer.redirect_chain
    assert "while you were writing" not in said(answer)


def test_two_changes_that_do_not_go_together_are_refused(root, colleague):
    Ban.objects.create(kind="domain", value="spam.example")
    item = Ban.objects.create(kind="email", value="a@spam.example")
    form = opened(root, item)
    Ban.objects.filter(pk=item.pk).update(kind="domain")
    form.send(value="spam.example")
    assert not form.answer.redirect_chain
    assert fresh(item).value == "a@spam.example"


def test_what_makes_no_sense_together_is_refused(root, colleague):
    item = OldAddress.objects.create(path="/one", to="/two/")
    form = opened(root, item)
    opened(colleague, item).send(to="/three/")
    form.send(path="/three")
    assert "cannot redirect to itself" in rejected(form)
    assert fresh(item).path == "/one"


def test_ones_own_other_window_is_named_so(root):
    item = factories.person("Ada", role="Teacher")
    form = opened(root, item)
    opened(root, item).send(role="Principal")
    assert "You, in another window, saved changes while you were writing" in said(
        form.send(name="Ada B")
    )


def test_the_log_names_what_was_changed_and_not_what_was_kept(root, colleague):
    item = factories.person("Ada", role="Teacher")
    form = opened(root, item)
    opened(colleague, item).send(role="Principal")
    form.send(organization="Here")
    entry = LogEntry.objects.filter(user=root.user).latest("pk")
    assert entry.get_change_message() == "Changed Organization."


def test_a_form_without_fingerprints_is_saved_as_it_is(root, colleague):
    item = factories.person("Ada", role="Teacher")
    for broken in (None, "", "{", "[]", "7"):
        form = opened(root, item).put(role="Teacher")
        opened(colleague, item).send(role="Principal")
        del form.data["opened_from"]
        form.send(**({} if broken is None else {"opened_from": broken}))
        assert fresh(item).role == "Teacher"


@pytest.mark.parametrize("moment", ["x", "2026-13-01T00:00:00+00:00", "2026-01-01T00:00:00"])
def test_a_form_that_does_not_say_when_it_was_opened_names_nobody(root, colleague, moment):
    item = factories.person("Ada", role="Teacher")
    form = opened(root, item)
    opened(colleague, item).send(role="Principal")
    answer = form.send(organization="Here", opened_at=moment)
    assert fresh(item).role == "Principal"
    assert "Somebody saved changes while you were writing" in said(answer)


# --- rows of inlines ------------------------------------------------------------------------


def test_the_rows_of_every_form_are_compared(root):
    found, of_revisions = set(), set()
    for model, items in admin_world.build(root.user).items():
        model_admin = admin.site._registry.get(model)
        if model_admin is None or not model_admin.inlines:
            continue
        answer = root.get(
            f"/admin/{model._meta.app_label}/{model._meta.model_name}/{items[-1].pk}/change/"
        )
        for inline in answer.context["inline_admin_formsets"]:
            rows = inline.formset
            if inline.opts.in_revisions:  # merged as the item itself
                of_revisions.add(rows.model)
                continue
            assert f'name="{rows.prefix}-opened_from"' in answer.text, rows.prefix
            found.add(rows.model)
    assert found == {Question, Invitation, RelatedPost, factories.Post}
    assert len(of_revisions) == 5


@pytest.fixture
def event(db):
    found = of_events.event()
    revisions.record(found)
    return found


def ask(event) -> Question:
    return event.questions.create(text="Which room?", kind="choice", options=["A", "B"])


def test_what_only_a_colleague_changed_in_a_row_stays(event, root, colleague):
    question, other = ask(event), event.questions.create(text="Diet?", position=1)
    survey = event.questions.create(text="How was it?", asked="survey")
    form = opened(root, event)
    opened(colleague, event).send(
        **{"questions-0-options": "A\nC", "questions-0-required": "on", "questions-2-0-hint": "Say"}
    )
    answer = form.send(**{"questions-0-text": "Which one?", "questions-1-text": "Any diet?"})
    question, other, survey = (fresh(each) for each in (question, other, survey))
    assert (question.text, question.options, question.required) == ("Which one?", ["A", "C"], True)
    assert (other.text, survey.hint) == ("Any diet?", "Say")
    words = said(answer)
    assert "Ana Ruiz saved changes while you were writing. Their changes were kept: " in words
    assert "“Which room?” (required, options), “How was it?” (hint)" in words


def test_an_untouched_row_undoes_nothing_and_is_not_said_to_be_changed(event, root, colleague):
    question = ask(event)
    form = opened(root, event)
    opened(colleague, event).send(**{"questions-0-text": "Which hall?"})
    form.send(venue="Hall")
    assert fresh(question).text == "Which hall?"
    entry = LogEntry.objects.filter(user=root.user).latest("pk")
    assert "question" not in entry.get_change_message()


def test_what_both_changed_in_a_row_is_shown_and_the_second_save_means_it(event, root, colleague):
    question = ask(event)
    form = opened(root, event)
    opened(colleague, event).send(**{"questions-0-options": "A\nC", "questions-0-hint": "Theirs"})
    form.send(**{"questions-0-options": "A\nD"})
    assert "Ana Ruiz changed this while you were writing" in form.answer.text
    assert "“A, C”" in form.answer.text
    assert fresh(question).options == ["A", "C"]
    form.again().send()
    assert (fresh(question).options, fresh(question).hint) == (["A", "D"], "Theirs")


def test_a_row_that_a_colleague_changed_is_deleted_only_on_second_thought(event, root, colleague):
    question = ask(event)
    form = opened(root, event)
    opened(colleague, event).send(**{"questions-0-text": "Which hall?"})
    form.send(**{"questions-0-DELETE": "on"})
    assert "Ana Ruiz changed this while you were writing: “Which hall?”" in form.answer.text
    assert not fresh(question).is_retired
    form.again().send()
    assert fresh(question).is_retired


def test_invitations_and_related_posts_keep_what_a_colleague_saved(event, root, colleague):
    code = event.invitations.create(code="ONE", uses=1)
    first, second = factories.post(), factories.post()
    related = RelatedPost.objects.create(event=event, post=first)
    form = opened(root, event)
    theirs = {"invitations-0-uses": "5", "related_posts-0-post": str(second.pk)}
    opened(colleague, event).send(**theirs)
    form.send(**{"invitations-0-note": "For Ann", "related_posts-0-position": "7"})
    assert (fresh(code).uses, fresh(code).note) == (5, "For Ann")
    assert (fresh(related).post, fresh(related).position) == (second, 7)


def test_a_row_that_a_colleague_deleted_stays_deleted_and_its_writer_hears_of_it(
    event, root, colleague
):
    event.invitations.create(code="ONE")
    form = opened(root, event)
    opened(colleague, event).send(**{"invitations-0-DELETE": "on"})
    answer = form.send(**{"invitations-0-note": "For Ann"}, venue="Hall")
    assert "“ONE” was deleted by someone else while you had this form open" in said(answer)
    assert not event.invitations.exists()
    assert fresh(event).venue == "Hall"


def test_the_order_of_parts_that_a_colleague_set_stays(root, colleague):
    series = factories.series()
    parts = [factories.post(series=series, series_position=number) for number in (1, 2)]
    form = opened(root, series)
    opened(colleague, series).send(**{"posts-0-series_position": "9"})
    form.send(**{"posts-1-series_position": "4"})
    assert [fresh(part).series_position for part in parts] == [9, 4]


def test_rows_without_fingerprints_are_saved_as_they_are(event, root, colleague):
    question = ask(event)
    for broken in (None, "{", "[]", f'{{"{question.pk}": 7}}'):
        form = opened(root, event).put(**{"questions-0-text": "Mine"})
        opened(colleague, event).send(**{"questions-0-text": "Theirs"})
        del form.data["questions-opened_from"]
        form.send(**({} if broken is None else {"questions-opened_from": broken}))
        assert fresh(question).text == "Mine"


# --- lists whose rows are changed in place --------------------------------------------------


def test_a_row_that_was_not_touched_in_a_list_keeps_what_a_colleague_noted(root, colleague):
    event = of_events.event(days=0, sign_up="form", capacity=5)
    seats = [of_events.registered(event), of_events.registered(event)]
    address = f"/admin/events/registration/?event={event.pk}"
    mine, theirs = OpenList(root, address).read(), OpenList(colleague, address).read()
    theirs.choose(seats[0], "true").send()
    mine.choose(seats[1], "false").send()
    assert [fresh(seat).attended for seat in seats] == [True, False]
    OpenList(root, address).read().choose(seats[0], "unknown").send()
    assert fresh(seats[0]).attended is None


def test_a_row_that_both_changed_in_a_list_is_shown_with_what_is_stored(root, colleague):
    event = of_events.event(days=0, sign_up="form", capacity=5)
    seats = [of_events.registered(event), of_events.registered(event)]
    address = f"/admin/events/registration/?event={event.pk}"
    mine, theirs = OpenList(root, address).read(), OpenList(colleague, address).read()
    theirs.choose(seats[0], "true").send()
    answer = mine.choose(seats[0], "false").choose(seats[1], "true").post()
    assert "Somebody changed this after the list was shown" in answer.text
    assert "“yes”" in answer.text
    assert [fresh(seat).attended for seat in seats] == [True, None]
    mine.read(answer).send()
    assert [fresh(seat).attended for seat in seats] == [False, True]


def test_a_row_to_which_both_gave_the_same_value_is_saved(root, colleague):
    event = of_events.event(days=0, sign_up="form", capacity=5)
    seat = of_events.registered(event)
    address = f"/admin/events/registration/?event={event.pk}"
    mine, theirs = OpenList(root, address).read(), OpenList(colleague, address).read()
    theirs.choose(seat, "true").send()
    mine.choose(seat, "true").send()
    assert fresh(seat).attended is True


class OpenList:
    """A list with fields in its rows, as a browser sends it."""

    def __init__(self, client, address: str) -> None:
        self.client, self.address = client, address

    def read(self, answer=None):
        page = html.fromstring((answer or self.client.get(self.address)).content.decode())
        (form,) = [one for one in page.forms if one.get("id") == "changelist-form"]
        self.data = {name: value for name, value in form.form_values() if name != "action"}
        # A browser sends a hidden field without a value as an empty one.
        hidden = [each.name for each in form.inputs if each.get("type") == "hidden"]
        self.data = dict.fromkeys(hidden, "") | self.data
        return self

    def choose(self, row, value: str):
        keys = {value: name for name, value in self.data.items() if name.endswith("-id")}
        self.data[keys[str(row.pk)].replace("-id", "-attended")] = value
        return self

    def post(self):
        return self.client.post(self.address, self.data | {"_save": "Save"})

    def send(self) -> None:
        assert self.post().status_code == 302
