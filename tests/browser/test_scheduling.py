"""From an author's first word to the minute in which readers find it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import factories

pytestmark = pytest.mark.django_db

PASSWORD = "learning-is-constant"
TITLE = "A timetable that bends"
SLUG = "a-timetable-that-bends"
SERIES = "Four years in a small school"
# Where readers find a new post.
PLACES = (
    "/",
    "/blog/",
    "/blog/k-12/",
    "/blog/k-12/feed/",
    "/feed/",
    "/series/four-years-in-a-small-school/",
    "/series/four-years-in-a-small-school/feed/",
    "/sitemap-posts.xml",
    "/search/?q=bending",
)


@pytest.fixture(scope="module")
def staff(site) -> None:
    """An author and an editor; they go with the module's site."""
    for name, person in (("author", "Lena Ortiz"), ("editor", "Sam Okoro")):
        user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        user.groups.add(Group.objects.get(name=name.capitalize()))
        factories.person(person, user=user)


@pytest.fixture
def clock(monkeypatch):
    """Sets the time that the site goes by; it stands still there."""

    def show(moment) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return show


def sign_in(page: Page, name: str) -> None:
    page.goto("/admin/")
    page.get_by_label("Username or email").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def choose(page: Page, field: str, words: str) -> None:
    """Pick in one of the admin's fields that complete what is typed."""
    page.locator(f".field-{field} .select2-selection").first.click()
    page.locator(".select2-search__field").last.fill(words)
    page.locator(".select2-results__option", has_text=words).first.click()


def write(page: Page) -> None:
    """A post with a picture that is new to the library, and with a table."""
    page.get_by_role("link", name="Write a post").click()
    page.get_by_label("Title:", exact=True).fill(TITLE)
    text = page.frame_locator("iframe.cke_wysiwyg_frame")
    text.locator("body[contenteditable=true]").click()
    page.keyboard.type("We kept bending the timetable until it fitted the learners.")
    page.keyboard.press("Enter")

    page.locator("a.cke_button__picture").click()
    library = page.frame_locator("dialog iframe")
    library.get_by_label("Picture file").set_input_files(
        {"name": "bent.png", "mimeType": "image/png", "buffer": factories.pixels()}
    )
    library.get_by_label("Alternative text").fill("A line that bends")
    library.get_by_role("button", name="Add to the library").click()
    expect(text.locator("img[data-image]")).to_have_attribute("alt", "A line that bends")
    # Nobody clicks into the text again after a picture: what is typed next goes behind it.
    page.keyboard.type("So it looked in its first week.")
    page.keyboard.press("Enter")

    page.locator("a.cke_button__table").click()
    page.locator(".cke_dialog:visible").get_by_role("button", name="OK").click()
    text.locator("table th").first.click()
    page.keyboard.type("Week")

    choose(page, "picture", "bent")
    choose(page, "series", SERIES)
    page.get_by_role("button", name="Submit for review").first.click()


def found_in(page: Page) -> set[str]:
    """The places in which a reader finds the post."""
    answers = {place: page.request.get(place) for place in PLACES}
    assert all(answer.ok for answer in answers.values())
    return {place for place, answer in answers.items() if SLUG in answer.text()}


def test_a_post_goes_from_author_to_editor_to_readers_in_its_minute(site, staff, visitor, clock):
    author = visitor().new_page()
    sign_in(author, "author")
    write(author)
    expect(author.get_by_text("was added successfully")).to_be_visible()
    row = author.get_by_role("row").filter(has_text=TITLE)
    expect(row).to_contain_text("In review")
    assert author.get_by_role("button", name="Publish").count() == 0

    reader = visitor().new_page()
    assert found_in(reader) == set()

    editor = visitor().new_page()
    sign_in(editor, "editor")
    editor.get_by_role("link", name=TITLE).first.click()
    minute = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    local = timezone.localtime(minute)
    editor.locator("[name=publish_at_0]").fill(f"{local:%Y-%m-%d}")
    editor.locator("[name=publish_at_1]").fill(f"{local:%H:%M:%S}")
    clock(minute - timedelta(minutes=1))
    editor.get_by_role("button", name="Publish").first.click()
    expect(editor.get_by_role("row").filter(has_text=TITLE)).to_contain_text("Scheduled")

    path = f"/blog/{local:%Y}/{local:%m}/{SLUG}/"
    clock(minute - timedelta(microseconds=1))
    assert found_in(reader) == set()
    assert reader.request.get(path).status == 404

    clock(minute)
    assert found_in(reader) == set(PLACES)
    reader.goto("/")
    reader.get_by_role("link", name=TITLE).first.click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(TITLE)
    text = reader.get_by_role("main")
    expect(text.get_by_role("columnheader", name="Week")).to_be_visible()
    expect(text.get_by_role("img", name="A line that bends").first).to_be_visible()
    expect(text.get_by_role("link", name="Lena Ortiz").first).to_be_visible()
    expect(text).to_contain_text("This is the fourth article in the series")
    words = text.inner_text()
    assert words.index("We kept bending") < words.index("So it looked") < words.index("Week")
