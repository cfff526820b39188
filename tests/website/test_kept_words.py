"""The admin tells the browser which of the copies that it keeps are saved, and of no others."""

import re

import pytest
from django.http import HttpResponseRedirect
from django.test import Client

from competencyworks.core.kept_words import confirms_saving
from tests import factories
from tests.core.history.forms import opened

KEPT_AS = "0b5d5711-aaaa-4bbb-8ccc-123456789012"
MARK = f"#saved={KEPT_AS}"


@pytest.fixture
def form(editor):
    return opened(editor, factories.post(title="Pacing"))


def sent(form, client=None, **values):
    data = form.data | {"kept_as": KEPT_AS, "_save": "x"} | values
    return (client or form.client).post(form.address, data)


def test_a_save_says_which_copy_it_saved(form):
    for button in ("_save", "_continue", "_addanother"):
        answer = sent(form.read(), **{button: "x"})
        assert answer.status_code == 302
        assert answer["Location"].endswith(MARK)


def test_a_form_that_comes_back_names_the_copy_whose_words_it_shows(form):
    answer = sent(form, title="")
    assert answer.status_code == 200
    assert f'data-answers="{KEPT_AS}"' in answer.content.decode()


def test_a_session_that_ended_says_nothing(form):
    answer = sent(form, Client())
    assert answer.status_code == 302
    assert "saved" not in answer["Location"]


def test_a_form_without_its_token_says_nothing(form):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(form.client.user)
    answer = sent(form, strict)
    assert answer.status_code == 403
    assert not answer.has_header("Location")


def test_a_form_whose_item_is_gone_says_nothing(form):
    address = form.address.replace("/change/", "0000/change/")
    answer = form.client.post(address, form.data | {"kept_as": KEPT_AS})
    assert answer.status_code == 302
    assert "saved" not in answer["Location"]


@pytest.mark.parametrize(
    "name", ["", "short", 'x"><script>alert(1)</script>', "a\r\nSet-Cookie: b=c", "a" * 61]
)
def test_what_is_no_name_of_a_copy_is_ignored(form, name):
    answer = sent(form, kept_as=name)
    assert answer.status_code == 302
    assert "saved" not in answer["Location"]


def test_reading_a_page_saves_nothing(editor):
    answer = editor.get(f"/admin/blog/post/?kept_as={KEPT_AS}&o=x")
    assert "saved=" not in answer.get("Location", "")


def test_pages_of_nobody_have_no_part_in_it(client):
    page = client.get("/admin/login/").content.decode()
    assert "kept_words.js" not in page


def test_the_script_knows_whose_words_it_keeps(editor):
    page = editor.get("/admin/").content.decode()
    assert re.search(rf'kept_words\S*\.js" defer data-user="{editor.user.pk}"', page)


@pytest.mark.parametrize(
    "address", ["/admin/sign-in/again/?next=/admin/blog/post/", "/admin/#part"]
)
def test_a_page_that_asks_for_something_first_is_no_save(rf, address):
    view = confirms_saving(lambda request: HttpResponseRedirect(address))
    assert view(rf.post("/admin/x/", {"kept_as": KEPT_AS}))["Location"] == address
