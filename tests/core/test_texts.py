"""Texts are read once: page, contents, footnotes, lead, pictures, feeds."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competencyworks.core.models import Image
from competencyworks.core.prose import texts
from competencyworks.core.prose.cleaning import clean_html

from .test_cleaning import PIECES
from .vectors import VECTORS


def html_of(body: str) -> str:
    return texts.read(body).html


def lead(body: str, excerpt: str = "") -> str:
    return texts.lead_of(texts.read(body), excerpt)


class Harmless(HTMLParser):
    """Fails on what acts or loads; a parser that is not the cleaner's."""

    def handle_starttag(self, tag, attrs):
        assert tag not in (
            "script",
            "style",
            "svg",
            "math",
            "iframe",
            "form",
            "meta",
            "link",
            "base",
        )
        for name, value in attrs:
            assert not name.startswith("on")
            assert name != "style"
            assert not re.match(r"\s*(javascript|data|vbscript):", value, re.IGNORECASE)


class TestHeadings:
    def test_each_gets_an_anchor_from_its_words(self):
        assert html_of("<h2>What we learned</h2>") == (
            '<h2 id="s-what-we-learned">What we learned</h2>'
        )

    def test_equal_headings_get_different_anchors(self):
        html = html_of("<h2>Notes</h2><h2>Notes</h2><h2>Notes 2</h2><h2>Notes</h2>")
        anchors = re.findall('id="([^"]*)"', html)
        assert anchors == ["s-notes", "s-notes-2", "s-notes-2-2", "s-notes-3"]

    def test_an_anchor_set_by_hand_stays_and_is_not_given_twice(self):
        html = html_of('<h2>Notes</h2><p id="s-notes">x</p><h2 id="mine">Notes</h2>')
        assert re.findall('id="([^"]*)"', html) == ["s-notes-2", "s-notes", "s-mine"]

    def test_words_without_letters_get_an_anchor_too(self):
        assert 'id="s-section"' in html_of("<h2>?!</h2>")
        assert 'id="s-كفاءة"' in html_of("<h2>كفاءة</h2>")

    @pytest.mark.parametrize(
        ("levels", "tidied"),
        [
            ("1 2 3", "2 2 3"),
            ("3 3 4", "2 2 3"),
            ("2 4 4 3", "2 3 3 3"),
            ("4 2 6", "2 2 3"),
            ("2 3 4 5 6 2", "2 3 4 5 6 2"),
        ],
    )
    def test_levels_begin_below_the_title_and_leave_none_out(self, levels, tidied):
        html = html_of("".join(f"<h{n}>x</h{n}>" for n in levels.split()))
        assert " ".join(re.findall(r"<h(\d)", html)) == tidied

    def test_empty_ones_go(self):
        assert html_of("<h2> </h2><h3><br></h3><p>x</p>") == "<p>x</p>"

    def test_contents_list_the_two_upper_levels_of_the_text_itself(self):
        text = texts.read(
            "<h2>A &amp; <em>B</em>[fn]note[/fn]</h2><h3>C</h3><h4>D</h4>"
            "<blockquote><h2>quoted</h2></blockquote>"
        )
        assert text.contents == [
            {"level": 2, "id": "s-a-b", "text": "A & B"},
            {"level": 3, "id": "s-c", "text": "C"},
        ]


class TestTables:
    def test_each_stands_in_a_region_with_the_name_of_its_caption(self):
        html = html_of("<table><caption>Credits &amp; years</caption><tr><td>1</table>")
        assert html.startswith(
            '<div class="table" tabindex="0" role="region" aria-label="Credits &amp; years">'
            "<table><caption>"
        )
        assert html.endswith("</table></div>")

    def test_regions_have_different_names(self):
        html = html_of("<table><tr><td>1</table>" * 3)
        assert re.findall('aria-label="([^"]*)"', html) == ["Table", "Table (2)", "Table (3)"]

    def test_a_figures_caption_names_its_table(self):
        html = html_of("<figure><table><tr><td>1</table><figcaption>Cap</figcaption></figure>")
        assert 'aria-label="Cap"' in html

    def test_a_table_in_a_table_gets_none(self):
        assert html_of("<table><tr><td><table><tr><td>1</table></table>").count("region") == 1


class TestFigures:
    def test_a_figure_that_the_editor_centered_is_centered_itself(self):
        html = html_of(
            '<div class="align-center"><figure class="image"><img src="/a"></figure></div>'
        )
        assert html.startswith('<div><figure class="image align-center"><img ')

    def test_a_box_with_more_in_it_stays_as_it_is(self):
        html = html_of('<div class="align-center"><figure>x</figure><p>y</p></div>')
        assert html == '<div class="align-center"><figure>x</figure><p>y</p></div>'

    def test_the_credit_in_a_caption_is_marked(self):
        html = html_of("<figure>x<figcaption>Cap <small>Photo: Ana</small></figcaption></figure>")
        assert '<figcaption>Cap <span class="credit">Photo: Ana</span></figcaption>' in html


class TestFootnotes:
    def test_a_note_is_numbered_listed_and_shown_beside(self):
        assert html_of("<p>Word[fn]See <em>this</em>.[/fn] on.</p>") == (
            '<p>Word<a class="footnote-ref" id="fnref-1" href="#fn-1" role="doc-noteref"'
            ' aria-label="Footnote 1">1</a><span class="sidenote" aria-hidden="true">'
            "<sup>1</sup> See <em>this</em>.</span> on.</p>"
            '<section class="footnotes" role="doc-endnotes" aria-label="Footnotes"><ol>'
            '<li id="fn-1"><p>See <em>this</em>. <a class="footnote-back" href="#fnref-1"'
            ' role="doc-backlink" aria-label="Back to reference 1">↩</a></p></li></ol></section>'
        )

    def test_links_beside_are_passed_over_by_the_tab_key(self):
        html = html_of('<p>x[fn]<a href="/y">y</a>[/fn]</p>')
        assert '<sup>1</sup> <a tabindex="-1" href="/y">y</a></span>' in html
        assert '<p><a href="/y">y</a> <a class="footnote-back"' in html

    def test_notes_count_on(self):
        html = html_of("<p>a[fn]x[/fn]b[fn]y[/fn]</p><ul><li>c[fn]z[/fn]</li></ul>")
        assert re.findall(r'id="(fn-\d)"', html) == ["fn-1", "fn-2", "fn-3"]

    @pytest.mark.parametrize(
        "body",
        [
            "<p>never closed [fn] here</p>",
            "<p>never opened [/fn] here</p>",
            "<p>empty [fn][/fn]</p>",
            "<pre>[fn]code[/fn]</pre>",
            "<p><code>[fn]code[/fn]</code></p>",
            '<p><abbr title="[fn]">x</abbr>[/fn]</p>',
        ],
    )
    def test_what_is_no_note_makes_none(self, body):
        assert "footnote" not in html_of(body)

    def test_marks_in_code_stay_as_they_are(self):
        assert html_of("<pre>[fn]code[/fn]</pre>") == "<pre>[fn]code[/fn]</pre>"

    def test_the_inner_of_two_openings_opens(self):
        html = html_of("<p>[fn]a[fn]b[/fn]c</p>")
        assert html.startswith("<p>[fn]a<a ")
        assert 'id="fn-1"><p>b <a' in html

    @pytest.mark.parametrize(
        ("body", "note", "around"),
        [
            ("<p>x[fn]a</p><p>b[/fn]y</p>", "ab", "<p>x{}</p><p>y</p>"),
            ("<p>x[fn]a<b>b[/fn]y</b></p>", "ab", "<p>x{}<b>y</b></p>"),
            ("<p><b>x[fn]a</b>b[/fn]y</p>", "ab", "<p><b>x{}</b>y</p>"),
            ("<div>x[fn]<p>a</p>[/fn]y</div>", "a", "<div>x{}y</div>"),
            ('<p>x[fn]a<img src="/i" alt="">[/fn]</p>', "a", "<p>x{}<img src"),
            ('<p><a href="/y">x[fn]a[/fn]y</a>z</p>', "a", '<p><a href="/y">xy</a>{}z</p>'),
        ],
    )
    def test_notes_across_markup_leave_it_whole(self, body, note, around):
        html = html_of(body)
        assert f'<li id="fn-1"><p>{note} <a' in html
        beside = r'<a class="footnote-ref".*?</span>'
        assert re.sub(beside, "{}", html).startswith(around)

    def test_ids_in_a_note_are_not_doubled(self):
        assert html_of('<p>x[fn]<a id="y" href="/z">z</a>[/fn]</p>').count('id="s-y"') == 0


class TestPage:
    def test_the_more_marker_is_not_shown(self):
        assert html_of("<p>a</p><!--more--><p>b</p>") == "<p>a</p><p>b</p>"
        assert html_of("<ul><li>a<!--more-->b</li></ul>") == "<ul><li>ab</li></ul>"

    def test_images_load_when_they_are_needed(self):
        assert html_of('<img src="/a.png">') == (
            '<img src="/a.png" alt="" loading="lazy" decoding="async">'
        )

    @pytest.mark.parametrize(
        "body",
        [
            "<p>https://www.youtube.com/watch?v=abc&amp;t=1</p>",
            (
                '<p><a href="https://www.youtube.com/watch?v=abc&amp;t=1">'
                "https://www.youtube.com/watch?v=abc&amp;t=1</a></p>"
            ),
        ],
    )
    def test_the_address_of_a_video_alone_in_a_paragraph_is_a_link_to_it(self, body):
        assert html_of(body) == (
            '<p class="embed"><a href="https://www.youtube.com/watch?v=abc&amp;t=1">'
            "Watch the video on YouTube</a></p>"
        )

    def test_other_addresses_alone_are_plain_links(self):
        assert html_of("<p> https://example.org/x </p>") == (
            '<p><a href="https://example.org/x">https://example.org/x</a></p>'
        )

    def test_an_address_among_words_stays_as_it_is(self):
        body = "<p>See https://youtu.be/abc there</p>"
        assert html_of(body) == body

    def test_words_on_a_link_to_a_video_stay(self):
        body = '<p><a href="https://vimeo.com/1">The talk</a></p>'
        assert html_of(body) == body.replace("<p>", '<p class="embed">')

    @pytest.mark.parametrize("name", VECTORS)
    def test_attacks_are_cleaned_when_read(self, name):
        text = texts.read(VECTORS[name])
        for html in (text.html, text.summary):
            Harmless().feed(html)

    def test_an_empty_text_has_nothing(self):
        assert texts.read("") == texts.Text("", [], "")
        assert texts.read(" <p></p> ").html.strip() == ""

    @settings(max_examples=300, deadline=None)
    @given(st.lists(PIECES, max_size=30).map("".join))
    def test_whatever_comes_can_be_read(self, body):
        text = texts.read(body)
        assert clean_html(text.summary) == text.summary
        texts.with_pictures(text.html, {})
        texts.for_feed(text.html, "https://example.org/a/")
        texts.plain(body)


class TestLead:
    def test_an_excerpt_by_hand_comes_first_and_is_plain_text(self):
        assert lead("<p>Text</p>", "By <hand>\n\nTwice") == "<p>By &lt;hand&gt;</p><p>Twice</p>"

    def test_what_stands_before_the_marker(self):
        body = "<p>One <em>two</em></p><p>Three</p><!--more--><p>Four</p>"
        assert lead(body) == "<p>One <em>two</em></p><p>Three</p>"

    def test_at_most_three_paragraphs_before_the_marker(self):
        body = "".join(f"<p>{n}</p>" for n in range(1, 6)) + "<!--more--><p>x</p>"
        assert lead(body) == "<p>1</p><p>2</p><p>3</p>"

    @pytest.mark.parametrize(
        "words", ['<span id="x">Two</span>', '<span class="small">Two</span>', '<a href="">Two</a>']
    )
    def test_what_an_element_loses_its_reason_with_goes_too(self, words):
        assert lead(f"<p>One {words} three</p>") == "<p>One Two three</p>"

    def test_a_span_that_names_its_language_stays(self):
        body = '<p>One <span lang="fr">deux</span></p>'
        assert lead(body) == body

    def test_a_marker_within_a_paragraph_ends_the_lead_there(self):
        assert lead("<p>One<!--more--> two</p>") == "<p>One</p>"

    def test_pictures_headings_tables_and_notes_are_not_taken_along(self):
        body = (
            "<h2>Title</h2><figure><img src=/a><figcaption>Cap</figcaption></figure>"
            '<p><img src=/b>Words[fn]note[/fn] <a href="/c"><img src=/d></a>on.</p>'
            "<table><tr><td>1</table><pre>code</pre><!--more-->"
        )
        assert lead(body) == "<p>Words on.</p>"

    def test_a_marker_with_nothing_before_it_gives_way_to_the_first_paragraph(self):
        assert lead("<!--more--><p>One</p><p>Two</p>") == "<p>One</p>"
        assert lead("<p><img src=/a></p><!--more--><p>One</p>") == "<p>One</p>"

    def test_the_first_paragraph_of_the_text_itself(self):
        body = "<h2>T</h2><ul><li>item</li></ul><blockquote><p>Quoted</p></blockquote><p>Mine</p>"
        assert lead(body) == "<p>Mine</p>"

    def test_where_there_is_nothing_better_a_list_or_quotation_will_do(self):
        assert lead("<ul><li>item</li><li>two</li></ul>") == "<p>item</p>"
        assert lead("<blockquote>Said</blockquote>") == "<p>Said</p>"

    def test_text_outside_of_paragraphs_counts(self):
        assert lead("Bare <b>words</b><p>Next</p>") == "<p>Bare <b>words</b></p>"
        assert lead("<div>In a <i>div</i><p>Next</p></div>") == "<p>In a <i>div</i></p>"

    def test_an_address_alone_is_no_lead(self):
        assert lead("<p>https://youtu.be/abc</p><p>Words</p>") == "<p>Words</p>"

    def test_line_breaks_become_blanks(self):
        assert lead("<p>One<br>two\nthree</p>") == "<p>One two three</p>"

    def test_links_stay_and_anchors_of_the_text_go(self):
        body = '<p id="x"><a href="/a">a</a> <a href="#x">b</a> <a id="y"></a>c</p>'
        assert lead(body) == '<p><a href="/a">a</a> b c</p>'

    def test_a_long_paragraph_is_cut_between_words(self):
        html = lead("<p>" + "<em>word</em> and, " * 60 + "</p>")
        assert html.endswith("<em>word</em> and…</p>")
        assert "<em></em>" not in html
        assert len(texts.plain(html).split()) == 60

    def test_a_cut_within_markup_closes_it(self):
        html = lead("<p>start <b>" + "word " * 100 + '<a href="/x">link</a></b> end</p>')
        assert html.endswith(" word…</b></p>")
        assert html.count("word") == 59

    def test_sixty_words_are_not_cut(self):
        body = "<p>" + " ".join(["word"] * 60) + "</p>"
        assert lead(body) == body

    def test_an_endless_word_is_cut_too(self):
        html = lead("<p>" + "x" * 3000 + "</p>")
        assert html == "<p>" + "x" * 500 + "…</p>"
        assert len(lead("<p>a " + "long" * 1000 + "</p>")) < 20

    def test_a_text_without_words_has_none(self):
        assert lead("<p><img src=/a></p>") == ""
        assert lead("") == ""

    def test_the_more_link_names_what_it_leads_to(self):
        assert texts.with_more_link("<p>One</p><p>Two</p>", "/a/?b=1&c=2", "A <b> title") == (
            '<p>One</p><p>Two <a class="more-link" href="/a/?b=1&amp;c=2">(more…)'
            '<span class="visually-hidden"> A &lt;b&gt; title</span></a></p>'
        )
        assert texts.with_more_link("", "/a/", "T").startswith('<p><a class="more-link"')


class TestPictures:
    def test_keys_come_once_and_in_order(self):
        html = html_of(
            '<img src=/a data-image=7><img src=/b><img data-image=3 src=/c>'
            "<img src=/a data-image=7>"
        )  # fmt: skip
        assert texts.image_ids(html) == [7, 3]

    def test_library_images_come_as_renditions_and_keep_class_and_text(self):
        image = Image(pk=7, file="images/a.png", width=900, height=600, alt="Library")
        html = html_of(
            '<img src="/old.png" data-image="7" alt="Mine" class="align-left">'
            '<img src="/old.png" data-image="7"><img src="/other.png" data-image="8" alt="x">'
        )
        first, second, third = re.findall("<img[^>]*>", texts.with_pictures(html, {7: image}))
        assert 'class="align-left"' in first
        assert 'alt="Mine"' in first
        assert "/old.png" not in first
        assert 'width="900" height="600"' in first
        assert 'alt="Library"' in second
        assert third.startswith('<img src="/other.png" data-image="8" alt="x"')

    def test_a_width_set_by_hand_is_kept(self):
        image = Image(pk=7, file="images/a.png", width=900, height=600)
        html = html_of('<img src="/old.png" data-image="7" width="300" height="200">')
        shown = texts.with_pictures(html, {7: image})
        assert 'width="300" height="200"' in shown
        assert "900" not in shown

    def test_text_in_a_picture_stays_text(self):
        image = Image(pk=7, file='a"><b>.png', width=9, height=6)
        html = html_of('<img src="/x" data-image="7" alt="&quot;&gt;&lt;b onclick=x&gt;">')
        shown = texts.with_pictures(html, {7: image})
        assert re.findall("<(?!img)", shown) == []


class TestElsewhere:
    def test_plain_words_have_blanks_between_blocks_only(self):
        html = "<h2>A</h2><p>B<b>c</b><br>d &amp; e[fn]note[/fn]</p><ul><li>f</li><li>g</li></ul>"
        assert texts.plain(html) == "A Bc d & e f g"

    def test_feeds_get_whole_addresses(self):
        html = html_of('<p><a href="/x?a=1&amp;b=2">x</a><a href="#s-y">y</a><img src="z.png"></p>')
        fed = texts.for_feed(html, "https://example.org/blog/post/")
        assert 'href="https://example.org/x?a=1&amp;b=2"' in fed
        assert 'href="https://example.org/blog/post/#s-y"' in fed
        assert 'src="https://example.org/blog/post/z.png"' in fed

    @pytest.mark.parametrize(
        ("address", "whole"),
        [
            ("/a/b.png", "https://example.org/a/b.png"),
            ("/a/../b/", "https://example.org/b/"),
            ("/./b/", "https://example.org/b/"),
            ("../c/", "https://example.org/blog/c/"),
            ("//other.example/d", "https://other.example/d"),
            ("http://other.example/e?f=1&amp;g", "http://other.example/e?f=1&amp;g"),
            ("?h=1", "https://example.org/blog/post/?h=1"),
        ],
    )
    def test_every_form_of_address_holds_in_a_feed(self, address, whole):
        fed = texts.for_feed(f'<a href="{address}">x="y"</a>', "https://example.org/blog/post/")
        assert fed == f'<a href="{whole}">x="y"</a>'

    def test_feeds_get_each_note_once(self):
        fed = texts.for_feed(
            html_of("<p>x[fn]the <a href='/y'>note</a>[/fn]</p>"), "https://example.org/a/"
        )
        assert fed.count(">note<") == 1
        assert '<sup><a class="footnote-ref" id="fnref-1" href="https://example.org/a/#fn-1"' in fed

    def test_an_address_that_is_none_stays(self):
        assert 'href="//["' in texts.for_feed('<a href="//[">x</a>', "https://example.org/")
