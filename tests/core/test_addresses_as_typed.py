"""Addresses as people and programs write them: schemes left out, hosts of other scripts, DOIs."""

import pytest

from competencyworks.core.discussion.marks import to_html
from competencyworks.core.links.addresses import outside_key, with_scheme


def test_a_sharp_s_and_two_s_are_two_hosts():
    assert outside_key("https://faß.de/x") == "xn--fa-hia.de/x"
    assert outside_key("https://fass.de/x") == "fass.de/x"


@pytest.mark.parametrize(
    "address", ["http://dx.doi.org/10.1000/ABC", "https://doi.org/10.1000/abc", "https://www.doi.org/10.1000/abc/"]
)  # fmt: skip
def test_a_doi_is_one_record_however_it_is_written(address):
    assert outside_key(address) == "doi.org/10.1000/abc"


@pytest.mark.parametrize("host", ["bücher.example", "B%C3%BCcher.example", "xn--bcher-kva.example"])
def test_a_host_of_other_letters_is_one_record_however_it_is_written(host):
    assert outside_key(f"https://{host}/") == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    "text", ["https://bücher.example/ä?q=ö#ü", '<a href="https://bücher.example/ä?q=ö#ü">x</a>']
)
def test_links_of_comments_lead_to_international_hosts(text):
    assert 'href="https://xn--bcher-kva.example/' in to_html(text)


def test_links_of_comments_to_no_host_stay_as_they_are():
    assert "href=" in to_html("https://ex_ü..ample/x")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("example.org/x", "https://example.org/x"),
        (" //example.org ", "https://example.org"),
        ("example.org:8080/x", "https://example.org:8080/x"),
        ("http://example.org", "http://example.org"),
        ("mailto:ana@example.org", "mailto:ana@example.org"),
        ("javascript:x", "javascript:x"),
        ("", ""),
    ],
)
def test_https_is_added_where_the_scheme_is_left_out(typed, meant):
    assert with_scheme(typed) == meant
