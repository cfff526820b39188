"""Reading exports of WordPress: whole ones, old ones, damaged ones, large ones."""

import io
import re
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from competencyworks.website.wordpress import scanning
from competencyworks.website.wordpress.exported import Author, Broken, Item, Term
from competencyworks.website.wordpress.scanning import pieces
from competencyworks.website.wordpress.wxr import Export, NotAnExport

SAMPLES = Path(__file__).parent / "wxr"


def read(name: str) -> list:
    return list(Export(SAMPLES / name))


def items(entries: list) -> dict[int, Item]:
    return {entry.number: entry for entry in entries if isinstance(entry, Item)}


def export_of(tmp_path: Path, content: str | bytes) -> Export:
    path = tmp_path / "export.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Export(path)


def item(title: str = "A title", more: str = "") -> str:
    return (
        f"<item><title>{title}</title><wp:post_id>1</wp:post_id>"
        f"<wp:post_type>post</wp:post_type>{more}</item>"
    )


def test_everything_is_read_with_its_line():
    export = Export(SAMPLES / "archive.xml")
    entries = list(export)
    assert export.site.base_blog_url == "http://www.old.example.org"
    assert (export.site.title, export.site.version) == ("Learning at Our Pace", "1.2")
    assert [entry.login for entry in entries if isinstance(entry, Author)] == ["mreyes", "tokafor"]
    assert [entry.name for entry in entries if isinstance(entry, Author)][1] == "Tobias Okafor"
    terms = {entry.slug: entry for entry in entries if isinstance(entry, Term)}
    assert (terms["rubrics"].parent, terms["rubrics"].number) == ("assessment", 11)
    assert terms["first-steps"].taxonomy == "series"
    lines = (SAMPLES / "archive.xml").read_text().splitlines()
    for entry in items(entries).values():
        assert lines[entry.line - 1].strip() == "<item>"
        for comment in entry.comments:
            assert lines[comment.line - 1].strip() == "<wp:comment>"


def test_an_item_is_read_whole():
    post = items(read("archive.xml"))[201]
    assert post.title == "Why We <em>Changed</em> & How"
    assert post.body.startswith("The first <strong>paragraph</strong>.\n\n<!--more-->")
    assert post.body.endswith("[gallery]")
    assert post.excerpt == "In <b>short</b>: time varies."
    assert [(term.taxonomy, term.slug) for term in post.terms][:2] == [
        ("category", "rubrics"),
        ("post_tag", "mastery"),
    ]
    assert post.meta["_thumbnail_id"] == "301"
    assert [comment.number for comment in post.comments] == [902, 900, 903, 904, 905, 906]
    assert post.comments[0].parent == 900


def test_the_oldest_version_is_read_too():
    post = items(read("version-1.0.xml"))[5]
    assert [(term.taxonomy, term.slug, term.name) for term in post.terms] == [
        ("category", "news", "News"),
        ("post_tag", "pace", "Pace"),
    ]
    assert (post.body, post.excerpt) == ("First words.", "In short.")


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_addresses_of_namespaces_do_not_matter(tmp_path, version, scheme):
    text = (SAMPLES / "archive.xml").read_text()
    text = re.sub(r"http://wordpress\.org/export/1\.2", f"{scheme}://wp.example/{version}", text)
    entries = list(export_of(tmp_path, text))
    assert entries == read("archive.xml")


class TestDamage:
    def test_good_items_before_and_after_it_are_read(self):
        found = items(read("broken.xml"))
        assert [found[number].title for number in (1, 6)] == ["Before", "After"]
        assert not found[1].repairs
        assert not found[6].repairs

    def test_what_can_be_read_of_a_damaged_item_is_kept_and_told(self):
        found = items(read("broken.xml"))
        assert found[2].title.startswith("Bread & Butter\xa0")
        assert "XML is broken" in found[2].repairs[0]
        assert found[3].body == "The end of this item is missing."
        assert "not closed" in found[3].repairs[0]
        assert found[4].title == "An open section"
        assert "CDATA" in found[4].repairs[0]
        assert found[7].slug == "cut-off"
        assert "ends within" in found[7].repairs[0]

    def test_no_entity_is_resolved(self):
        title = items(read("broken.xml"))[2].title
        assert title.endswith("&secret; &b;")

    def test_what_cannot_be_read_is_told_with_line_and_title(self):
        (broken,) = [entry for entry in read("broken.xml") if isinstance(entry, Broken)]
        lines = (SAMPLES / "broken.xml").read_text().splitlines()
        assert lines[broken.line] == "<title>Nonsense</title>"
        assert broken.title == "Nonsense"
        assert broken.reason

    def test_bytes_in_a_wrong_encoding_change_only_their_item(self, tmp_path):
        text = item("caf\N{LATIN SMALL LETTER E WITH ACUTE} \N{EM DASH}").encode("cp1252")
        good = item("sch\N{LATIN SMALL LETTER O WITH DIAERESIS}n").encode()
        bad, whole = list(export_of(tmp_path, b"<rss>" + text + good + b"</rss>"))
        assert bad.title == "café —"
        assert "Windows-1252" in bad.repairs[0]
        assert (whole.title, whole.repairs) == ("schön", ())

    def test_control_characters_are_dropped_and_told(self, tmp_path):
        (found,) = export_of(tmp_path, f"<rss>{item('a' + chr(8) + 'b')}</rss>")
        assert found.title == "ab"
        assert found.repairs == ("Control characters were dropped",)

    @pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "UTF-16", "utf-8-sig"])
    def test_declared_encodings_are_kept_to(self, tmp_path, encoding):
        declared = "UTF-8" if encoding == "utf-8-sig" else encoding
        text = f'<?xml version="1.0" encoding="{declared}"?><rss>{item("Café")}</rss>'
        (found,) = export_of(tmp_path, text.encode(encoding))
        assert (found.title, found.repairs) == ("Café", ())

    @pytest.mark.parametrize("name", ["klingon", "UTF-16", "rot13", "hex"])
    def test_an_encoding_that_is_not_known_or_not_true_is_told(self, tmp_path, name):
        text = f'<?xml version="1.0" encoding="{name}"?><rss>{item("Café")}</rss>'
        told, found = export_of(tmp_path, text)
        assert name in told.reason
        assert found.title == "Café"

    @pytest.mark.parametrize(
        "content", ["", "<rss></rss>", "no XML at all", "<html><title>x</title></html>"]
    )
    def test_what_is_no_export_is_refused(self, tmp_path, content):
        with pytest.raises(NotAnExport, match=r"export\.xml"):
            list(export_of(tmp_path, content))

    def test_an_item_without_number_and_type_is_told(self, tmp_path):
        (told,) = [
            entry
            for entry in export_of(tmp_path, f"<rss>{item()}<item><title>Odd</title></item></rss>")
            if isinstance(entry, Broken)
        ]
        assert told.title == "Odd"


def test_an_item_that_quotes_an_item_is_one(tmp_path):
    quoted = "<pre><item> and </item></pre> ]]]]><![CDATA[> "
    body = f"<content:encoded><![CDATA[{quoted}]]></content:encoded>"
    (found,) = export_of(tmp_path, f"<rss>{item(more=body)}</rss>")
    assert found.body == "<pre><item> and </item></pre> ]]> "
    assert not found.repairs


def test_line_numbers_go_beyond_what_parsers_count(tmp_path):
    export = export_of(tmp_path, "<rss>" + "\n" * 70_000 + item() + "</rss>")
    assert next(iter(export)).line == 70_001


def test_memory_holds_one_piece(tmp_path, monkeypatch):
    """The window over the file never grows with the file."""
    monkeypatch.setattr(scanning, "CHUNK", 1000)
    longest = 0
    original = scanning._Window.more

    def more(window):
        nonlocal longest
        read = original(window)
        longest = max(longest, len(window.text))
        return read

    monkeypatch.setattr(scanning._Window, "more", more)
    text = "<rss>" + "<other>words</other>" * 500 + item(more="x" * 3000) * 200 + "</rss>"
    assert len(list(export_of(tmp_path, text))) == 200
    assert longest < 10_000


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=80)
bodies = st.one_of(
    texts.map(escape),
    texts.filter(lambda text: "]]>" not in text).map(lambda text: f"<![CDATA[{text}]]>"),
)


@given(st.lists(st.tuples(bodies, bodies, st.sampled_from(["", "\n", "<!-- <item> -->"]))))
def test_pieces_are_what_a_parser_finds(parts):
    document = "<rss>" + "".join(
        f"{space}<item><title>{title}</title><body>{body}</body></item>"
        for title, body, space in parts
    )
    document += "</rss>"
    expected = [
        (child.findtext("title"), child.findtext("body"))
        for child in etree.fromstring(document.encode())
        if child.tag == "item"
    ]
    found = [etree.fromstring(piece.text.encode()) for piece in pieces(io.StringIO(document))]
    assert [(each.findtext("title"), each.findtext("body")) for each in found] == expected


@given(st.text(max_size=200), st.integers(1, 50))
def test_no_text_stops_the_reading(text, chunk):
    scanning_chunk = scanning.CHUNK
    scanning.CHUNK = chunk
    try:
        found = list(pieces(io.StringIO(f"{text}<item>{text}</item>{text}")))
    finally:
        scanning.CHUNK = scanning_chunk
    assert all(piece.line >= 1 for piece in found)
