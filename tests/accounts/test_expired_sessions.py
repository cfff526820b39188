"""What somebody is told whose session ended before a form was sent, or who signed in elsewhere."""

import re

import pytest
from django.test import Client

from tests.accounts.conftest import PASSWORD, sign_in
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
FORM = "/admin/blog/post/add/?working=1"


@pytest.fixture
def strict(root) -> Client:
    """A superuser who signed in again in another tab: the token of this form is an old one."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(root.user)
    return client


def test_whoever_is_signed_in_goes_on_in_the_same_tab(strict):
    answer = strict.post(FORM, {"title": "Mine", "kept_as": "abcdefgh-1"})
    assert answer.status_code == 403
    assert f'href="{FORM}">Open the page again' in answer.text
    assert "_blank" not in answer.text
    assert "What you typed is kept in this tab" in answer.text
    assert "You signed in again" in answer.text


def test_whoever_is_not_signed_in_is_led_to_sign_in_in_the_same_tab():
    answer = Client(enforce_csrf_checks=True).post(FORM, {"title": "Mine"})
    assert "next=/admin/blog/post/add/%3Fworking%3D1" in answer.text
    assert "_blank" not in answer.text
    assert "kept in this tab" not in answer.text


@pytest.mark.parametrize(
    ("wanted", "led"),
    [("/admin/blog/post/", "/admin/blog/post/"), ("//evil.example/", "/admin/"), ("", "/admin/")],
)  # fmt: skip
def test_a_sign_in_that_is_sent_twice_leads_on(strict, wanted, led):
    answer = strict.post("/admin/login/", {"login": "ann", "password": "x", "next": wanted})
    assert (answer.status_code, answer["Location"]) == (302, led)


def test_a_form_that_was_sent_without_a_session_is_no_silent_loss(client):
    answer = client.post(FORM, {"title": "Mine"}, follow=True)
    assert "Your session has expired, and the form was not saved." in answer.text


def test_an_act_on_several_that_was_dropped_is_told(client):
    sent = {"action": "publish_selected", "_selected_action": ["1"], "_confirmed": "1"}
    answer = client.post("/admin/blog/post/", sent, follow=True)
    assert "Nothing was done to the items that you chose" in answer.text


def test_a_page_that_needs_a_session_says_so_and_the_front_page_does_not(client):
    assert "your session has expired" in client.get("/admin/blog/post/", follow=True).text
    assert "session has expired" not in client.get("/admin/", follow=True).text


def test_signing_in_after_a_lost_form_leads_back_to_it(staff, client):
    staff()
    answer = client.post("/admin/blog/post/add/", {"title": "Mine"}, follow=True)
    wanted = re.search(r'name="next" value="([^"]+)"', answer.text)[1]
    assert sign_in(client, "ann", PASSWORD, wanted)["Location"] == "/admin/blog/post/add/"


def test_an_act_on_items_that_are_gone_says_so(root, make):
    post = make.post()
    sent = {"action": "withdraw_selected", "_selected_action": [post.pk]}
    post.trashed_at = post.created_at
    post.save()
    for confirmed in ({}, {"_confirmed": "1"}):
        answer = root.post("/admin/blog/post/?stage=draft", sent | confirmed, follow=True)
        assert "no longer in this list" in answer.text
        assert "Withdraw 0 posts" not in answer.text
    assert signed_in("root").get("/admin/blog/post/").status_code == 200
