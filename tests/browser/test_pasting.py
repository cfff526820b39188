"""
What other programs put on the clipboard, pasted into the editor in a real Chromium and saved:
nothing is lost without a word.
"""

import re

import pytest
from playwright.sync_api import expect

from competencyworks.core.models import Image
from tests import factories
from tests.browser.pastes import Paste
from tests.browser.pastes.mail_and_web import MAIL, WEB
from tests.browser.pastes.word import WORD, WORD_WEB
from tests.browser.pastes.writing import APPLE_PAGES, COCOA, GOOGLE_DOCS, LIBREOFFICE
from tests.browser.test_editor import Visit, visit  # noqa: F401 - a fixture

database = pytest.mark.django_db(transaction=True)

PROGRAMS = {
    "Word": WORD, "Word for the web": WORD_WEB, "Google Docs": GOOGLE_DOCS,
    "Apple Pages": APPLE_PAGES, "LibreOffice": LIBREOFFICE, "mail": MAIL, "web": WEB,
}  # fmt: skip

EVENT = """
([html, rtf, files]) => {
  const carried = new DataTransfer()
  for (const [place, bytes] of files.entries())
    carried.items.add(new File([new Uint8Array(bytes)], `p${place}.png`, { type: "image/png" }))
  carried.setData("text/html", html)
  if (rtf) carried.setData("text/rtf", rtf)
  document.body.focus()
  document.body.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }))
}
"""
EMPTY = "new Promise(done => CKEDITOR.instances.id_body.setData('', { callback: done }))"


def paste(window: Visit, pasted: Paste) -> None:
    window.page.evaluate(EMPTY)
    frame = next(frame for frame in window.page.frames if frame.parent_frame)
    frame.evaluate(EVENT, [pasted.html, pasted.rtf, [list(file) for file in pasted.files]])


def describe_pictures(window: Visit, pictures: int) -> None:
    """Answer the question of what each picture shows; the text of the program stands there."""
    for _ in range(pictures):
        dialog = window.page.locator("dialog.cw-picture-question")
        dialog.wait_for()
        source = dialog.locator("img").get_attribute("src")
        expect(dialog.get_by_label("Alternative text")).not_to_have_value("")
        dialog.get_by_role("button", name="Save").click()
        expect(
            window.page.locator(f"dialog.cw-picture-question img[src='{source}']")
        ).to_have_count(0)


def shown(html: str) -> str:
    """`html` without the line ends of the editor, and pictures by their alternative text."""
    html = re.sub(r"\s*\n\s*(?=<)|(?<=>)\s*\n\s*", "", html)
    return re.sub(r'<img[^>]*alt="([^"]*)"[^>]*>', r"<img \1>", html)


@database
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_paste_keeps_what_it_says_or_tells_what_stayed_behind(visit, program):  # noqa: F811
    post = factories.post()
    window = visit().open(f"/admin/blog/post/{post.pk}/change/")
    for name, pasted in PROGRAMS[program].items():
        paste(window, pasted)
        describe_pictures(window, pasted.stored.count("<img"))
        notices = window.page.locator(".cke_notification_warning")
        for words in pasted.notice:
            expect(notices).to_contain_text(words)
        if not pasted.notice:
            expect(notices).to_have_count(0)
        window.save()
        window.wait()
        post.refresh_from_db()
        assert shown(post.body) == pasted.stored, name
    # The editor selects a picture on its way, and says this when the uploaded one takes its place.
    window.problems = [each for each in window.problems if "addRange()" not in each]
    window.check()


@database
def test_words_typed_after_a_paste_with_footnotes_follow_the_text(visit):  # noqa: F811
    post = factories.post()
    window = visit().open(f"/admin/blog/post/{post.pk}/change/")
    paste(window, WORD["footnotes and an endnote"])
    window.text.get_by_text("The end").wait_for()
    window.page.keyboard.type(" And on.")
    window.save()
    post.refresh_from_db()
    assert shown(post.body).endswith("<p>The end[fn]An endnote.[/fn] And on.</p>")


def test_at_least_twenty_pastes_are_tried():
    assert sum(map(len, PROGRAMS.values())) >= 20


@database
def test_a_pasted_picture_is_not_saved_without_words(visit):  # noqa: F811
    post = factories.post()
    window = visit().open(f"/admin/blog/post/{post.pk}/change/")
    picture = LIBREOFFICE["footnotes and a picture with its RTF"]
    paste(window, Paste(picture.html.replace('alt="A map"', ""), "", picture.rtf))
    dialog = window.page.locator("dialog.cw-picture-question")
    dialog.wait_for()
    dialog.press("Escape")
    dialog.wait_for(state="detached")
    window.page.click("input[name=_continue]")  # asks again instead of sending
    dialog.get_by_role("button", name="Save").click()
    dialog.get_by_text("Say in one sentence what the picture shows").wait_for()
    dialog.get_by_label("Alternative text").fill("Four steps")
    with window.page.expect_navigation():
        dialog.get_by_role("button", name="Save").click()
    post.refresh_from_db()
    assert "<img Four steps>" in shown(post.body)
    image = Image.objects.get()
    assert (image.alt, image.decorative) == ("Four steps", False)


@database
def test_a_pasted_picture_may_be_decorative(visit):  # noqa: F811
    post = factories.post()
    window = visit().open(f"/admin/blog/post/{post.pk}/change/")
    paste(
        window, Paste(COCOA + '<p>x<img src="file:///a.png"></p>', "", files=[factories.pixels()])
    )
    dialog = window.page.locator("dialog.cw-picture-question")
    dialog.get_by_label("The picture is decorative").check()
    dialog.get_by_role("button", name="Save").click()
    dialog.wait_for(state="detached")
    window.save()
    post.refresh_from_db()
    assert "<img >" in shown(post.body)
    assert Image.objects.get().decorative
