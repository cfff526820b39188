"""
The editor in a real Chromium: it starts, stays within its policy, calls nobody, and what is
put into it comes out clean.
"""

import re

import pytest
from playwright.sync_api import expect

from competencyworks.core.models import Image
from competencyworks.core.prose.cleaning import clean_html
from tests import factories
from tests.core.vectors import ADDRESSES, HANDLERS, MUTATIONS, VECTORS

database = pytest.mark.django_db(transaction=True)

WATCH = """
window.violations = []
document.addEventListener("securitypolicyviolation", event =>
  violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`))
window.hits = []
window.hit = window.alert = what => hits.push(what || "hit")
"""


class Visit:
    """A window of a signed-in staff user that remembers what should not happen."""

    def __init__(self, chromium, live_server, client, **options) -> None:
        self.root = live_server.url
        self.context = chromium.new_context(viewport={"width": 1280, "height": 900}, **options)
        self.context.add_cookies(
            [
                {
                    "name": "sessionid",
                    "value": client.cookies["sessionid"].value,
                    "url": f"{self.root}/admin/",
                }
            ]
        )
        self.context.add_init_script(WATCH)
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.problems: list[str] = []
        self.page.on("request", self.note_request)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("response", self.note_response)
        self.page.on("console", self.note_console)

    def note_request(self, request) -> None:
        if not request.url.startswith((self.root, "data:", "blob:", "about:")):
            self.problems.append(f"outside: {request.url}")

    def note_response(self, response) -> None:
        if response.status >= 400:
            self.problems.append(f"{response.status}: {response.url}")

    def note_console(self, message) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console: {message.text}")

    def open(self, path: str, field: str = "body") -> "Visit":
        self.field = field
        self.page.goto(self.root + path)
        self.wait()
        return self

    def wait(self) -> None:
        """Until the text can be written in."""
        self.text.locator("body.cke_editable[contenteditable=true]").wait_for()

    @property
    def text(self):
        """The frame that is written in."""
        return self.page.frame_locator(f"#cke_id_{self.field} iframe.cke_wysiwyg_frame")

    def press(self, button: str) -> None:
        self.page.click(f"#cke_id_{self.field} .cke_button__{button}")

    def data(self) -> str:
        return self.page.evaluate(f"CKEDITOR.instances.id_{self.field}.getData()")

    def save(self) -> None:
        with self.page.expect_navigation():
            self.page.click("input[name=_continue]")

    def happened(self, name: str) -> list[str]:
        return [
            each for frame in self.page.frames for each in frame.evaluate(f"window.{name} || []")
        ]

    def check(self) -> None:
        assert self.problems == []
        assert self.happened("violations") == []
        assert self.happened("hits") == []


@pytest.fixture
def visit(chromium, live_server, root):
    visits = []

    def start(**options) -> Visit:
        visits.append(Visit(chromium, live_server, root, **options))
        return visits[-1]

    yield start
    for each in visits:
        each.context.close()


CONTRAST = """
element => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const rgb = color => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    return canvas.getImageData(0, 0, 1, 1).data
  }
  const luminance = ([r, g, b]) => [r, g, b]
    .map(part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0)
  const style = element.ownerDocument.defaultView.getComputedStyle(element)
  let under = element, ground
  do {
    ground = rgb(element.ownerDocument.defaultView.getComputedStyle(under).backgroundColor)
    under = under.parentElement
  } while (ground[3] < 255 && under)
  const [light, dark] = [luminance(rgb(style.color)), luminance(ground)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}
"""


@database
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_starts_within_its_policy_calls_nobody_and_can_be_read(visit, scheme):
    image = factories.image()
    post = factories.post(
        body=f'<p>Words <a href="/x">link</a></p><hr class="more"><p>More</p>'
        f'<figure class="image"><img data-image="{image.pk}" src="{image.file.url}" alt="A">'
        "<figcaption>Caption</figcaption></figure><table><tr><th>1</th></tr></table>"
    )
    window = visit(color_scheme=scheme).open(f"/admin/blog/post/{post.pk}/change/")
    page = window.page
    for inside in ("p", "a", "figcaption", "th"):
        assert window.text.locator(inside).first.evaluate(CONTRAST) >= 4.5, inside

    for command, name in [
        ("link", "Display Text"), ("table", "Rows"), ("specialchar", "Select Special"),
        ("find", "Find what"), ("a11yHelp", "Editor Toolbar"),
    ]:  # fmt: skip
        page.evaluate(f"CKEDITOR.instances.id_body.execCommand('{command}')")
        shown = page.locator(f".cke_dialog:visible >> text={name}").first
        shown.wait_for()
        assert shown.evaluate(CONTRAST) >= 4.5, command
        for part in page.locator(
            ".cke_dialog:visible :is(.cke_dialog_title, input.cke_dialog_ui_input_text, "
            "select, .cke_dialog_ui_button > span)"
        ).all():
            if part.is_visible():
                assert part.evaluate(CONTRAST) >= 4.5, (command, part.evaluate("e => e.className"))
        page.locator(".cke_dialog:visible .cke_dialog_close_button").click()
        page.locator(".cke_dialog:visible").wait_for(state="detached")

    page.click(".cke_combo__format .cke_combo_button")
    formats = page.frame_locator(".cke_combopanel iframe")
    for part in formats.locator("h1.cke_panel_grouptitle, a > *").all():
        assert part.evaluate(CONTRAST) >= 4.5
    page.keyboard.press("Escape")

    window.press("source")
    source = page.locator("textarea.cke_source")
    source.wait_for()
    assert source.evaluate(CONTRAST) >= 4.5
    assert page.locator(".cke_button__source_label").evaluate(CONTRAST) >= 4.5
    window.check()


@database
def test_the_text_follows_the_theme_that_is_set_in_the_admin(visit):
    window = visit(color_scheme="light").open(f"/admin/blog/post/{factories.post().pk}/change/")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    frame = next(f for f in window.page.frames if f.parent_frame)
    light = frame.evaluate(ground)
    window.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    expect(frame.locator("html")).not_to_have_css("background-color", light)
    assert frame.locator("p").first.evaluate(CONTRAST) >= 4.5


@database
def test_short_texts_have_a_short_toolbar(visit):
    window = visit().open("/admin/core/person/add/", "bio")
    assert window.page.locator(".cke_button__bold").count() == 1
    assert window.page.locator(".cke_button__table, .cke_button__picture").count() == 0
    window.check()


@database
def test_a_picture_of_the_library_is_put_into_the_text(visit):
    image = factories.image(alt="Steps <up>", caption="A & B", credit="Photo: Ana Ruiz")
    factories.image(alt="Another")
    post = factories.post()
    window = visit().open(f"/admin/blog/post/{post.pk}/change/")
    window.press("picture")
    library = window.page.frame_locator("dialog.cw-library iframe")
    library.get_by_label("Find a picture").fill("ruiz")
    library.get_by_role("button", name="Search").click()
    library.get_by_text("Another").wait_for(state="detached")
    library.locator("button[data-picture]").click()
    window.text.locator("figure img").wait_for()
    assert window.page.locator("dialog.cw-library").count() == 0
    window.save()
    post.refresh_from_db()
    assert re.sub(r">\s+<", "><", post.body).startswith(
        f'<figure class="image"><img alt="Steps &lt;up&gt;" data-image="{image.pk}" '
        f'src="{image.file.url}"><figcaption>A &amp; B <small>Photo: Ana Ruiz</small></figcaption>'
    )
    window.check()


@database
def test_a_picture_is_added_to_the_library_from_within_the_text(visit):
    window = visit().open(f"/admin/blog/post/{factories.post().pk}/change/")
    window.press("picture")
    library = window.page.frame_locator("dialog.cw-library iframe")
    library.get_by_label("Picture file").set_input_files(
        {"name": "new.png", "mimeType": "image/png", "buffer": factories.pixels()}
    )
    add = library.get_by_role("button", name="Add to the library")
    add.click()
    library.get_by_text("or mark it as decorative.").first.wait_for()
    library.get_by_label("Picture file").set_input_files(
        {"name": "new.png", "mimeType": "image/png", "buffer": factories.pixels()}
    )
    library.get_by_label("Alternative text").fill("New steps")
    add.click()
    window.text.locator("img[data-image]").wait_for()
    image = Image.objects.get()
    assert f'data-image="{image.pk}"' in window.data()
    assert 'alt="New steps"' in window.data()
    window.check()


@database
def test_escape_closes_the_library(visit):
    window = visit().open(f"/admin/blog/post/{factories.post().pk}/change/")
    window.press("picture")
    search = window.page.frame_locator("dialog.cw-library iframe").get_by_label("Find a picture")
    search.wait_for()
    next(f for f in window.page.frames if f.url.endswith("/pick/")).wait_for_load_state()
    search.press("Escape")
    window.page.locator("dialog.cw-library").wait_for(state="detached")
    window.check()


PASTE = """
([name, type, bytes]) => {
  const carried = new DataTransfer()
  carried.items.add(new File([new Uint8Array(bytes)], name, { type }))
  document.body.focus()
  document.body.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }))
}
"""


def paste_file(window, name: str, kind: str, content: bytes) -> None:
    window.text.locator("p").first.click()
    frame = next(f for f in window.page.frames if f.parent_frame)
    frame.evaluate(PASTE, [name, kind, list(content)])


@database
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_pasted_picture_becomes_one_of_the_library(visit, kind):
    post = factories.post()
    window = visit().open(f"/admin/blog/post/{post.pk}/change/")
    paste_file(window, "shot", f"image/{kind.lower()}", factories.pixels((60, 40), kind))
    window.text.locator("img[data-image]").wait_for()
    dialog = window.page.locator("dialog.cw-picture-question")
    dialog.get_by_label("Alternative text").fill("A screen")
    dialog.get_by_role("button", name="Save").click()
    dialog.wait_for(state="detached")
    window.save()
    image = Image.objects.get()
    assert image.alt == "A screen"
    post.refresh_from_db()
    assert f'data-image="{image.pk}"' in post.body
    assert "data:" not in post.body
    window.check()


DROP = """
([type, bytes]) => {
  const carried = new DataTransfer()
  carried.items.add(new File([new Uint8Array(bytes)], "dropped", { type }))
  const { x, y } = document.querySelector("p").getBoundingClientRect()
  document.body.dispatchEvent(new DragEvent("drop", {
    dataTransfer: carried, clientX: x + 2, clientY: y + 2, bubbles: true, cancelable: true }))
}
"""


@database
def test_a_dropped_picture_is_asked_about_as_well(visit):
    post = factories.post()
    window = visit().open(f"/admin/blog/post/{post.pk}/change/")
    frame = next(f for f in window.page.frames if f.parent_frame)
    frame.evaluate(DROP, ["image/png", list(factories.pixels((60, 40)))])
    dialog = window.page.locator("dialog.cw-picture-question")
    dialog.get_by_label("Alternative text").fill("A screen")
    dialog.get_by_role("button", name="Save").click()
    dialog.wait_for(state="detached")
    window.save()
    image = Image.objects.get()
    assert image.alt == "A screen"
    post.refresh_from_db()
    assert f'data-image="{image.pk}"' in post.body
    window.check()


@database
def test_a_pasted_file_that_is_no_picture_is_refused_with_words(visit):
    window = visit().open(f"/admin/blog/post/{factories.post().pk}/change/")
    paste_file(window, "x.png", "image/png", b"<svg onload=hit()>")
    window.page.get_by_text("The site cannot show SVG drawings").wait_for()
    assert "<img" not in window.data()
    assert not Image.objects.exists()
    assert window.happened("hits") == []


@database
def test_footnotes_and_the_read_more_line_have_buttons(visit):
    post = factories.post(body="<p>One</p><p>Two</p>")
    window = visit().open(f"/admin/blog/post/{post.pk}/change/")
    window.text.locator("p").first.click()
    window.page.keyboard.press("End")
    window.press("footnote")
    window.page.keyboard.type("A note")
    window.text.locator("p").last.click()
    window.page.keyboard.press("Home")
    window.press("readmore")
    window.text.locator("p").last.click()
    window.page.keyboard.press("Home")
    window.press("readmore")  # moves the line, draws no second
    window.save()
    post.refresh_from_db()
    assert re.sub(r"\s*\n\s*", "", post.body) == (
        '<p>One[fn]A note[/fn]</p><hr class="more"><p>Two</p>'
    )
    assert post.lead == "<p>One</p>"
    assert "footnote-ref" in post.html
    window.check()


def sorted_attributes(html: str) -> str:
    """`html` with the attributes of each element in alphabetic order: the editor has its own."""

    def tag(found: re.Match[str]) -> str:
        listed = sorted(re.findall(r'[a-z-]+="[^"]*"', found[2]))
        return f"<{found[1]} {' '.join(listed)}>"

    return re.sub(r'<(\w+)((?: [a-z-]+="[^"]*")+)>', tag, html)


@database
def test_what_the_editor_does_not_know_survives_an_edit(visit):
    body = (
        '<details open=""><summary>S</summary><p>x</p></details>'
        '<div class="align-center"><figure class="image"><img src="/media/x.png" alt="x">'
        "<figcaption>Cap <small>Credit</small></figcaption></figure></div>"
        '<table><caption>C</caption><thead><tr><th scope="col">H</th></tr></thead><tbody>'
        '<tr><td class="align-right">1</td></tr></tbody></table>'
        '<div class="columns-2 gallery"><figure><img src="/media/x.png" alt=""></figure></div>'
        '<ol start="3" type="a"><li>x</li></ol><p dir="rtl" lang="ar">ب</p>'
        '<p><mark>m</mark><kbd>k</kbd><abbr title="t">a</abbr><time datetime="2016">y</time>'
        '<q cite="/x">q</q><a href="#s-here" id="s-here">h</a></p>'
    )
    post = factories.post(body=body)
    assert post.body == body
    window = visit().open(f"/admin/blog/post/{post.pk}/change/")
    window.save()
    post.refresh_from_db()
    assert sorted_attributes(re.sub(r"\s*\n\s*", "", post.body)) == sorted_attributes(body)


@database
def test_attacks_put_into_the_source_are_stored_clean_and_run_nowhere(visit):
    attacks = "\n".join(VECTORS.values())
    # Pictures that were there before may stay without an alternative text, and a draft may be
    # without an author.
    pictures = '<p><img src="x"><img src="x/onerror=hit()"></p>'
    post = factories.post(body=pictures, public=False)
    window = visit().open(f"/admin/blog/post/{post.pk}/change/")
    window.press("source")
    window.page.locator("textarea.cke_source").fill(attacks)
    window.save()
    window.wait()
    post.refresh_from_db()
    assert post.body.strip() == clean_html(attacks).strip()
    assert clean_html(str(post.body)) == post.body
    assert "hit()" in post.body  # as words: the attacks did arrive
    assert window.happened("hits") == []
    post.status = post.Status.PUBLISHED
    post.save()
    window.page.goto(f"{window.root}{post.get_absolute_url()}")
    assert window.happened("hits") == []


@database
def test_attacks_run_not_even_where_the_editor_shows_them(visit):
    """The way from the source to the text: not yet cleaned by the server."""
    window = visit().open(f"/admin/blog/post/{factories.post().pk}/change/")
    window.page.evaluate(
        """async attacks => {
          const editor = CKEDITOR.instances.id_body
          for (const attack of attacks) {
            await new Promise(done => editor.setData("<p>x</p>" + attack, { callback: done }))
            await Promise.all([...editor.document.$.images].map(image =>
              image.complete || new Promise(done =>
                ["load", "error"].forEach(kind => image.addEventListener(kind, done)))))
          }
        }""",
        [each for name, each in {**HANDLERS, **MUTATIONS}.items() if "deep" not in name],
    )
    assert window.happened("hits") == []


EXERCISE = """
async () => {
  for (const link of document.querySelectorAll("a[href]"))
    if (!["http:", "https:", "mailto:", "tel:"].includes(new URL(link.href, "https://example.org").protocol))
      hit(link.href)
  for (const element of document.querySelectorAll("body *")) {
    element.focus?.()
    for (const kind of ["mouseover", "mouseenter", "focus", "animationstart", "toggle", "click"])
      if (kind != "click" || !element.closest("a, button, input"))
        element.dispatchEvent(new Event(kind))
  }
  await Promise.all([...document.images].map(image => image.complete || new Promise(done => {
    image.addEventListener("load", done)
    image.addEventListener("error", done)
  })))
  await new Promise(done => setTimeout(done))
  return {
    names: [...document.querySelectorAll("[id], [name]")].map(e => e.id || e.getAttribute("name")),
    active: document.querySelectorAll(
      "script, style, iframe, object, embed, form, link, meta, base, svg, math, [style]").length,
  }
}
"""


def touched(page, html: str, way: str) -> dict:
    """Show `html` as a page without any policy, or put it into one; touch all of it."""
    page.goto("about:blank")
    if way == "page":
        page.set_content(html)
    else:
        page.evaluate("html => { document.body.innerHTML = html }", html)
    return page.evaluate(EXERCISE)


@pytest.fixture
def unguarded(chromium):
    """A window without a policy that reaches nothing but itself."""
    context = chromium.new_context()
    context.add_init_script(WATCH)
    context.route("**/*", lambda route: route.abort())
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("way", ["page", "part of a page"])
def test_no_attack_runs_even_without_a_policy(unguarded, way):
    html = "\n<hr>\n".join(map(clean_html, VECTORS.values()))
    found = touched(unguarded, html, way)
    assert unguarded.evaluate("hits") == []
    assert found["active"] == 0
    assert [name for name in found["names"] if not name.startswith("s-")] == []


def test_the_attacks_would_run_if_they_were_not_cleaned(unguarded):
    """What the test above would see: without this, a harness that sees nothing would pass."""
    ran = set()
    for name, attack in {**HANDLERS, **ADDRESSES}.items():
        touched(unguarded, attack, "page")
        if unguarded.evaluate("hits"):
            ran.add(name)
    assert len(ran) > 45
    assert {"img onerror", "svg onload", "javascript, tab inside", "data link"} <= ran
