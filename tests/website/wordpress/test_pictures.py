"""Pictures, galleries and their captions in the bodies that WordPress stored."""

# ruff: noqa: E501 - markup and what becomes of it stand side by side

import re

import pytest

from competencyworks.core.prose.cleaning import clean_html
from competencyworks.website.wordpress.content import finish, prepare
from competencyworks.website.wordpress.pictures import keys_of

from .bodies import UPLOADS, convert


class TestPictures:
    def test_of_the_library_are_shown(self, library):
        text = (
            f'<img class="alignleft size-full wp-image-7" src="{UPLOADS}/steps.jpg" alt="Up" '
            'width="300" title="steps" /> text'
        )
        html = convert(text, library)
        for part in ('src="/media/steps.jpg"', 'data-image="70"', 'alt="Up"', 'width="300"'):
            assert part in html
        assert re.search('class="[^"]*align-left', html)
        assert "title=" not in html

    @pytest.mark.parametrize(
        "address",
        [
            f"{UPLOADS}/steps.jpg",
            f"{UPLOADS}/steps-300x200.jpg",
            f"{UPLOADS}/steps-1024x683.jpg?w=604",
            "http://www.old.example.org/wp-content/uploads/2014/05/steps.jpg",
            "//old.example.org/wp-content/uploads/2014/05/steps.jpg",
            "https://i0.wp.com/old.example.org/wp-content/uploads/2014/05/steps.jpg?resize=1",
        ],
    )
    def test_are_found_under_each_of_their_addresses(self, library, address):
        assert 'data-image="70"' in convert(f'<img src="{address}">', library)

    def test_that_were_scaled_are_found_by_their_other_sizes(self, library):
        html = convert(f'<img src="{UPLOADS}/circle-1024x768.jpg">', library)
        assert 'data-image="80"' in html

    def test_on_another_host_are_found_by_number_if_the_names_agree(self, library):
        assert 'data-image="70"' in convert(
            '<img class="wp-image-7" src="https://cdn.example.net/x/steps-300x200.jpg">', library
        )
        assert "data-image" not in convert(
            '<img class="wp-image-7" src="https://cdn.example.net/x/other.jpg">', library
        )

    def test_alone_in_their_paragraph_become_figures(self, library):
        html = convert(f'<img class="aligncenter" src="{UPLOADS}/steps.jpg" alt="Up" />', library)
        assert html.startswith('<figure class="image align-center"><img ')
        assert html.endswith("</figure>")

    def test_with_a_caption_become_figures_with_one(self, library):
        text = (
            f'[caption id="attachment_7" align="alignright" width="300"]<a href="{UPLOADS}/steps.jpg">'
            f'<img class="size-medium wp-image-7" src="{UPLOADS}/steps-300x200.jpg" alt="Up"></a> '
            "One <em>step</em> more[/caption]"
        )
        html = convert(text, library)
        assert html.startswith(
            '<figure class="image align-right medium"><a href="/media/steps.jpg">'
        )
        assert html.endswith("<figcaption>One <em>step</em> more</figcaption></figure>")

    def test_with_a_caption_in_an_attribute_do_too(self, library):
        text = f'[caption align="alignleft" caption="A <b>bold</b> \'step\'"]<img src="{UPLOADS}/steps.jpg">[/caption]'
        assert "<figcaption>A <b>bold</b> 'step'</figcaption>" in convert(text, library)

    def test_take_their_alternative_text_from_the_library(self, library):
        assert 'alt="Stone steps"' in convert(f'<img src="{UPLOADS}/steps.jpg">', library)

    def test_that_are_not_there_become_links_and_are_told(self, library):
        prepared = prepare(
            f'[caption align="alignleft"]<img src="{UPLOADS}/absent.jpg"> Words[/caption]'
        )
        finished = finish(prepared, library, {})
        assert clean_html(finished.html).strip() == (
            f'<figure><a href="{UPLOADS}/absent.jpg">Picture: Absent friends</a>'
            "<figcaption>Words</figcaption></figure>"
        )
        assert finished.missing == ["old.example.org/wp-content/uploads/2014/05/absent.jpg"]

    def test_of_other_sites_become_links(self):
        html = convert('<p>See <img src="https://pics.example.net/a.png" alt="A map"></p>')
        assert html == '<p>See <a href="https://pics.example.net/a.png">Picture: A map</a></p>'

    def test_in_a_cover_stand_before_its_words(self, library):
        text = (
            "<!-- wp:cover -->\n"
            f'<div class="wp-block-cover alignleft" style="background-image:url({UPLOADS}/steps.jpg)">'
            '<p class="wp-block-cover-text">Words</p></div>\n<!-- /wp:cover -->'
        )
        html = convert(text, library)
        assert html.startswith('<figure class="image"><img ')
        assert html.endswith("<p>Words</p>")

    def test_in_blocks_lose_their_boxes(self, library):
        text = (
            '<!-- wp:image {"id":7} --><div class="wp-block-image"><figure class="alignright">'
            f'<img src="{UPLOADS}/steps.jpg" alt="" class="wp-image-7"/><figcaption>Up</figcaption>'
            "</figure></div><!-- /wp:image -->"
        )
        html = convert(text, library)
        assert html.startswith('<figure class="align-right image"><img ')
        assert "<div" not in html


class TestGalleries:
    def test_show_what_is_there_and_link_to_the_rest(self, library):
        html = convert('[gallery columns="2" ids="7,8,9"]', library)
        assert html.startswith('<figure class="gallery columns-2"><figure><img ')
        assert html.count("<figure>") == 2
        assert "<figcaption>A circle of chairs</figcaption>" in html
        assert html.endswith(f'<p>Pictures: <a href="{UPLOADS}/absent.jpg">Absent friends</a></p>')

    def test_without_numbers_show_the_uploads_of_their_item(self, library):
        assert re.findall(r'data-image="(\d+)"', convert("[gallery]", library)) == ["70", "80"]
        assert re.findall(r'data-image="(\d+)"', convert('[gallery exclude="7"]', library)) == [
            "80"
        ]

    @pytest.mark.parametrize(("asked", "got"), [("0", "3"), ("12", "3"), ("x", "3"), ("9", "9")])
    def test_have_one_to_nine_columns(self, library, asked, got):
        assert f'"gallery columns-{got}"' in convert(f'[gallery columns="{asked}"]', library)

    def test_of_the_block_editor_lose_their_lists(self, library):
        text = (
            '<!-- wp:gallery --><figure class="wp-block-gallery columns-2"><ul class="blocks-gallery-grid">'
            f'<li class="blocks-gallery-item"><figure><img src="{UPLOADS}/steps.jpg" data-id="7"/>'
            "<figcaption>One</figcaption></figure></li>"
            f'<li class="blocks-gallery-item"><figure><img src="{UPLOADS}/absent.jpg"/></figure></li></ul>'
            "<figcaption>All</figcaption></figure><!-- /wp:gallery -->"
        )
        html = convert(text, library)
        assert "<li" not in html
        assert "<ul" not in html
        assert html.startswith('<figure class="gallery columns-2"><figure><img ')
        assert "<figcaption>All</figcaption></figure>" in html
        assert html.endswith(f'<p>Pictures: <a href="{UPLOADS}/absent.jpg">Absent friends</a></p>')

    def test_of_nothing_leave_nothing(self):
        assert convert("before\n\n[gallery]\n\nafter") == "<p>before</p>\n<p>after</p>"


@pytest.mark.parametrize(
    ("address", "keys"),
    [
        ("https://www.a.example/x/b-300x200.jpg?w=1", ["a.example/x/b-300x200.jpg", "a.example/x/b.jpg", "a.example/x/b-scaled.jpg", "a.example/x/b-rotated.jpg"]),
        ("https://a.example/x/%C3%A9.pdf", ["a.example/x/é.pdf", "a.example/x/é-scaled.pdf", "a.example/x/é-rotated.pdf"]),
        ("mailto:x@a.example", []),
        ("/relative.jpg", []),
        ("http://[bad", []),
    ],
)  # fmt: skip
def test_keys_of_files(address, keys):
    assert keys_of(address) == keys
