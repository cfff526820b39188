"""The look keeps its promises: contrast, weight, a document for each piece."""

import gzip
import re
from pathlib import Path

import django.contrib.admin
import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "competencyworks" / "static" / "competencyworks"
STYLESHEET = (STATIC / "css" / "site.css").read_text()
INCLUDES = sorted((settings.BASE_DIR / "templates" / "includes").glob("*.html"))
KB = 1000


def palette(dark: bool) -> dict[str, str]:
    tokens = STYLESHEET[STYLESHEET.index("@layer tokens {") : STYLESHEET.index("@layer base {")]
    light, _, night = tokens.partition("prefers-color-scheme: dark")
    colors = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", light))
    return colors | dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", night)) if dark else colors


def luminance(color: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("words", "ground", "least"),
    [
        ("ink", "ground", 7),
        ("ink", "panel", 7),
        ("ink", "marker", 7),
        ("quiet", "ground", 4.5),
        ("quiet", "panel", 4.5),
        *((color, "ground", 4.5) for color in ("spruce", "indigo", "ochre", "brick")),
        *((color, "panel", 4.5) for color in ("spruce", "indigo", "ochre", "brick")),
        # Borders of fields: https://www.w3.org/TR/WCAG22/#non-text-contrast
        ("edge", "ground", 3),
        ("edge", "panel", 3),
    ],
)
def test_each_pair_of_colors_can_be_told_apart(words, ground, least, dark):
    colors = palette(dark)
    assert contrast(colors[words], colors[ground]) >= least


DJANGOS = Path(django.contrib.admin.__file__).parent / "static" / "admin" / "css"
ADMIN = (STATIC / "css" / "admin.css").read_text()


def admin_palette(dark: bool) -> dict[str, str]:
    """The colors of the admin: Django's, and ours over them."""
    chosen = 'html[data-theme="dark"]' if dark else 'html[data-theme="light"]'
    colors: dict[str, str] = {}
    sheets = [(DJANGOS / "base.css").read_text(), (DJANGOS / "dark_mode.css").read_text(), ADMIN]
    for sheet in sheets:
        for selector, block in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
            if chosen in selector or (dark and 'html[data-theme="light"]' in selector):
                colors |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))
    return {
        name: f"#{c[1:] if len(c) == 7 else ''.join(x * 2 for x in c[1:])}"
        for name, c in colors.items()
    }


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("words", ["body-fg", "link-fg"])
def test_chips_of_tags_can_be_read_in_the_admin(words, dark):
    assert re.search(r"\.cw-chips li {[^}]*background: var\(--darkened-bg\)", ADMIN)
    colors = admin_palette(dark)
    assert contrast(colors[words], colors["darkened-bg"]) >= 4.5


def test_chips_of_topics_and_tags_as_words_do_not_look_alike():
    assert re.search(r"\.chips a {[^}]*border: 1px solid", STYLESHEET)
    assert not re.search(r"\.tagged a {[^}]*border: ", STYLESHEET)


def test_dark_pages_have_every_color_of_their_own():
    light, dark = palette(dark=False), palette(dark=True)
    assert [name for name in light if light[name] == dark[name]] == []


def test_stylesheet_and_fonts_weigh_little():
    assert len(gzip.compress(STYLESHEET.encode(), 9)) <= 20 * KB
    fonts = list((STATIC / "fonts").glob("*.woff2"))
    assert len(fonts) == 2
    assert sum(font.stat().st_size for font in fonts) <= 90 * KB


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.css")), ids=lambda path: path.name)
def test_every_block_of_a_stylesheet_is_closed(path: Path):
    """An open one swallows what follows it, and no browser says so."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    depth = 0
    for brace in re.findall(r"[{}]", text):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0


def test_no_template_carries_style_or_script_of_its_own():
    pages = [
        path
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        if not {"admin", "mail"} & set(path.parts)  # mail programs know no stylesheet
    ]
    data = r" type=\"application/(?:ld\+)?json\""
    inline = re.compile(rf"<style|\sstyle=|\son\w+=|<script(?!{data}| src=)")
    assert [str(path) for path in pages if inline.search(path.read_text())] == []


@pytest.mark.parametrize("include", INCLUDES, ids=lambda path: path.stem)
def test_each_piece_is_told_of_in_the_documents(include: Path):
    told = (settings.BASE_DIR / "docs" / "pieces.md").read_text()
    assert f"**{include.name}**" in told


def test_each_picture_in_the_documents_is_there():
    docs = settings.BASE_DIR / "docs"
    named = re.findall(r"\((pieces/[\w-]+\.png)\)", (docs / "pieces.md").read_text())
    assert sorted(named) == sorted(
        f"pieces/{path.name}" for path in (docs / "pieces").glob("*.png")
    )


@pytest.mark.parametrize("name", ["admin", "site"])
def test_a_stylesheet_closes_what_it_opens(name):
    """A brace too few, as after a merge, takes the rules behind it into a media query."""
    folder = settings.BASE_DIR / "competencyworks" / "static" / "competencyworks" / "css"
    text = (folder / f"{name}.css").read_text()
    assert text.count("{") == text.count("}")
