"""Mails out of templates, as they stand in the outbox."""

import re

import pytest
from django.template import engines
from lxml import html as trees

from competencyworks.core.mail import letters
from competencyworks.core.mail.letters import letter
from competencyworks.core.mail.outbox import Mail, queue
from competencyworks.core.models import OutgoingMail

PAGES = {
    "mail/hello.txt": (
        "{% extends 'mail/base.txt' %}"
        "{% block content %}Dear {{ to_name }}: {{ words }}{% endblock %}"
        "{% block why %}You asked for it.{% endblock %}"
    ),
    "mail/hello.html": (
        "{% extends 'mail/base.html' %}{% block content %}<p>{{ to_name }}</p>"
        "{% include 'mail/quote.html' with text=words %}"
        "{% include 'mail/button.html' with url=url words='Read it' %}{% endblock %}"
        "{% block why %}You asked for it.{% endblock %}"
    ),
}


@pytest.fixture(autouse=True)
def pages(monkeypatch):
    """Two templates beside those of the site."""
    own = {name: engines["django"].from_string(text) for name, text in PAGES.items()}
    monkeypatch.setattr(letters, "get_template", own.__getitem__)


def hello(**more) -> Mail:
    words = more.pop("words", "Ben & Ana's <b>words</b>\nin two lines")
    more = {"key": "hello-1", "to_email": "ana@example.org", "subject": "Hello", **more}
    return letter("hello", {"words": words, "url": "https://example.org/?a=1&b=2"}, **more)


def test_plain_text_is_as_it_was_written_and_html_is_escaped():
    mail = hello(to_name="O'Neil <x>")
    assert mail.text.startswith("Dear O'Neil <x>: Ben & Ana's <b>words</b>\nin two lines\n")
    assert mail.kind == "hello"
    tree = trees.fromstring(mail.html)
    assert tree.xpath("//td/p/text()")[0] == "O'Neil <x>"
    assert tree.xpath("//blockquote")[0].text_content() == "Ben & Ana's <b>words</b>in two lines"
    assert not tree.xpath("//b")
    assert "https://example.org/?a=1&b=2" in tree.xpath("//a[@class='button']/@href")


def test_the_foot_says_why_and_whose_mail_it_is(settings):
    settings.SITE_URL = "https://www.example.org"
    settings.DEFAULT_FROM_EMAIL = "The Works <no-reply@example.org>"
    mail = hello()
    for part in (mail.text, mail.html):
        assert "You asked for it." in part
        assert "The Works" in part
        assert "https://www.example.org/" in part
        assert "Stop these mails" not in part
    assert mail.headers == {}


def test_a_mail_that_can_be_stopped_says_so_in_both_parts_and_in_its_headers():
    mail = hello(stop_url="https://www.example.org/stop/1.abc/")
    assert mail.headers == {
        "List-Unsubscribe": "<https://www.example.org/stop/1.abc/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert "Stop these emails: https://www.example.org/stop/1.abc/" in mail.text
    assert 'href="https://www.example.org/stop/1.abc/"' in mail.html


def test_links_are_readable_in_dark_mode_whatever_their_inline_color():
    mail = hello(stop_url="https://www.example.org/stop/1.abc/")
    style = trees.fromstring(mail.html).find(".//style").text
    dark = re.search(r"prefers-color-scheme: dark\) \{(.*)\n\}", style, re.S)[1]
    rules = re.findall(r"([^{}]+)\{[^}]*?(?<!-)\bcolor: (#\w+)( !important)?", dark)
    places = [name.strip() for names, _, _ in rules for name in names.split(",")]
    of_links = [name for name in places if name.endswith((" a", ".button"))]
    # The later of two wins, and two classes win over a class and a tag.
    assert of_links == [".ground a", ".quiet a", ".ground .button"]
    assert all(important for _, _, important in rules)


@pytest.mark.django_db
def test_the_outbox_keeps_no_line_break_and_no_nul_in_what_becomes_a_header():
    evil = "Ana\r\nBcc: all@example.org\x00\u2028\x85!"
    queue([hello(to_name=evil, subject=evil, words="a\x00b", to_email="a@b.org\nBcc: c@d.org")])
    row = OutgoingMail.objects.get()
    for text in (row.to_name, row.subject, row.to_email):
        assert len(text.splitlines()) == 1
        assert "\x00" not in text
    assert "ab" in row.text


def test_the_name_of_a_header_is_checked():
    with pytest.raises(ValueError, match="not the name"):
        Mail("k", "k", "a@example.org", "s", "t", headers={"X-A: 1\r\nBcc": "b@example.org"})


@pytest.mark.django_db
def test_of_two_mails_with_one_key_the_first_is_kept():
    queue([hello(subject="First")])
    queue([hello(subject="Second"), hello(key="hello-2", subject="Other")])
    assert set(OutgoingMail.objects.values_list("subject", flat=True)) == {"First", "Other"}
