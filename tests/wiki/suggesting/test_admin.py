"""The curators' queue in the admin."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competencyworks.core import revisions
from competencyworks.core.models import OutgoingMail
from tests.conftest import signed_in
from wiki.models import Resource, Suggestion

from .sending import NEW, send, send_resource

pytestmark = pytest.mark.django_db
LIST = "/admin/wiki/suggestion/"


def url(row) -> str:
    return f"{LIST}{row.pk}/change/"


def form_of(client, row) -> dict[str, str]:
    from lxml import html

    tree = html.fromstring(client.get(url(row)).content)
    [form] = [form for form in tree.forms if "answer" in form.fields]
    return {name: value.removeprefix("\n") for name, value in form.form_values()}


def text_of(answer) -> str:
    return answer.content.decode()


def test_the_dashboard_shows_how_many_wait_and_the_newest(curator, moderator, edit, proposed):
    text = text_of(curator.get("/admin/"))
    assert 'Suggestions awaiting review</a> <span class="cw-quiet">2</span>' in text
    assert url(edit) in text
    assert url(proposed) in text
    assert "Suggestions awaiting review" not in text_of(moderator.get("/admin/"))


def test_the_list_shows_what_waits_and_filters(curator, edit, proposed):
    text = text_of(curator.get(LIST))
    assert url(edit) in text
    assert url(proposed) in text
    assert url(edit) not in text_of(curator.get(f"{LIST}?what=resource"))
    assert url(edit) not in text_of(curator.get(f"{LIST}?state=declined"))
    curator.post(LIST, {"action": "put_aside", "_selected_action": [edit.pk]})
    assert url(edit) not in text_of(curator.get(LIST))
    assert url(edit) in text_of(curator.get(f"{LIST}?state=spam"))
    curator.post(f"{LIST}?state=spam", {"action": "take_back", "_selected_action": [edit.pk]})
    assert url(edit) in text_of(curator.get(LIST))


@pytest.mark.parametrize("name", ["author", "moderator"])
def test_others_may_not_look_or_decide(name, edit):
    client = signed_in(name)
    assert client.get(LIST).status_code == 403
    assert client.get(url(edit)).status_code == 403
    assert client.post(url(edit), {"decide": "accept"}).status_code == 403
    assert Suggestion.objects.get().status == "waiting"


def test_an_edit_is_compared_word_by_word_and_accepted(curator, edit, page):
    text = text_of(curator.get(url(edit)))
    assert "<del" in text
    assert "I teach." in text
    assert "ckeditor" not in text
    answer = curator.post(url(edit), {**form_of(curator, edit), "decide": "accept"})
    assert answer["Location"] == LIST
    page.refresh_from_db()
    assert "<em>sure</em>" in page.body
    assert revisions.history(page).first().credit == "Nora Quist"


def test_the_curator_may_change_the_words_first(curator, edit, page):
    form = form_of(curator, edit)
    form["text"] = form["text"].replace("*sure*", "certain")
    form["reason"] = "Clearer"
    curator.post(url(edit), {**form, "decide": "accept"})
    page.refresh_from_db()
    assert "Move on when certain." in page.body
    newest = revisions.history(page).first()
    assert (newest.reason, newest.credit) == ("Clearer", "Nora Quist")
    assert "<em>sure</em>" in Suggestion.objects.get().revision.content["body"]


def test_a_conflict_shows_both_and_keeps_what_is_typed(curator, edit, page):
    page.body = page.body.replace("when ready", "by age")
    page.save()
    revisions.record(page)
    text = text_of(curator.get(url(edit)))
    assert "Conflicting changes" in text
    assert "by age" in text
    form = form_of(curator, edit) | {"seen": "1", "text": "Typed by hand."}
    answer = curator.post(url(edit), {**form, "decide": "accept"})
    assert answer.status_code == 200
    assert "Someone changed the page while you were reviewing it" in text_of(answer)
    assert "Typed by hand." in text_of(answer)
    from lxml import html

    [again] = [f for f in html.fromstring(answer.content).forms if "answer" in f.fields]
    curator.post(url(edit), {**dict(again.form_values()), "decide": "accept"})
    page.refresh_from_db()
    assert page.body == "<p>Typed by hand.</p>"


def test_to_decline_needs_a_reason(curator, edit):
    answer = curator.post(url(edit), {**form_of(curator, edit), "decide": "decline"})
    assert "Give the reason" in text_of(answer)
    form = {**form_of(curator, edit), "answer": "Not ours.", "decide": "decline"}
    assert curator.post(url(edit), form)["Location"] == LIST
    assert "Not ours." in OutgoingMail.objects.get(kind="suggestion_declined").text


def test_what_was_decided_meanwhile_is_told(curator, edit):
    form = form_of(curator, edit)
    other = signed_in("editor")
    other.post(url(edit), {**form, "decide": "accept"})
    for decide in ("accept", "decline"):
        answer = curator.post(url(edit), {**form, "answer": "x", "decide": decide}, follow=True)
        assert "Editor has already decided: it is accepted." in text_of(answer)


@pytest.mark.parametrize(("decide", "status"), [("publish", "published"), ("draft", "draft")])
def test_a_resource_is_made_as_the_curator_would_have_it(curator, proposed, decide, status):
    form = form_of(curator, proposed) | {"title": "Four waivers", "why": "Short."}
    answer = curator.post(url(proposed), {**form, "decide": decide})
    item = Resource.objects.get()
    assert answer["Location"] == f"/admin/wiki/resource/{item.pk}/change/"
    assert (item.title, item.why, item.status) == ("Four waivers", "Short.", status)
    assert item.credit == "Nora Quist"
    assert curator.get(answer["Location"]).status_code == 200


def test_a_resource_that_is_there_already_is_pointed_out_drafts_too(curator, proposed, make):
    make.resource(public=False, title="In the works", url=NEW["url"].replace("https", "http"))
    text = text_of(curator.get(url(proposed)))
    assert "This address is already in the wiki" in text
    assert "In the works" in text


def test_a_bad_address_is_told_and_makes_nothing(curator, proposed):
    form = form_of(curator, proposed) | {"url": "ftp://x"}
    answer = curator.post(url(proposed), {**form, "decide": "publish"})
    assert answer.status_code == 200
    assert "Enter a valid URL" in text_of(answer)
    assert not Resource.objects.exists()


def test_an_edit_of_what_is_in_the_trash_can_be_declined_alone(curator, edit, page):
    page.trashed_at = page.created_at
    page.save()
    assert "in the trash" in text_of(curator.get(url(edit)))
    answer = curator.post(url(edit), {"decide": "accept"})
    assert "Restore it, or decline" in text_of(answer)


@pytest.mark.parametrize("count", [2, 9])
def test_list_and_dashboard_cost_the_same_however_many_wait(curator, make, count):
    for number in range(count):
        item = make.wiki_page(f"Page {number}", body="<p>One.</p>")
        resource = make.resource()
        for path in (item.path, resource.path):
            send(f"{path}suggest/", text="Two.", email="")
        send_resource(title=f"New {number}", email="")
    seen = {}
    for path in (LIST, "/admin/"):
        curator.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert curator.get(path).status_code == 200
        seen[path] = len(queries)
    assert seen == {LIST: 8, "/admin/": 15}
