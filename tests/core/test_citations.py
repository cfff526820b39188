"""Citations: what readers' programs read is what was written."""

import re
from datetime import date

import bibtexparser
import pytest
import rispy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from competencyworks.core.citations import Work, apa, apa_text, bibtex, ris, scholar_tags
from competencyworks.core.names import Name, parse

RUIZ, VAN = Name("Ruiz", "Ana María"), Name("van der Berg", "Jan", "Jr.")
HOUSE = Name("Alderbrook Institute")


def report(**more) -> Work:
    return Work(
        **{
            "title": "Seats, Hours and Evidence",
            "authors": (RUIZ, VAN),
            "year": 2024,
            "publisher": "Alderbrook Institute",
            "site": "CompetencyWorks",
            "url": "https://example.org/papers/seats/",
            "is_report": True,
            **more,
        }
    )


def post(**more) -> Work:
    day = date(2016, 9, 28)
    more = {"day": day, "year": 2016, "url": "https://example.org/blog/2016/09/seats/", **more}
    return report(is_report=False, publisher="CompetencyWorks", **more)


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "family", "given", "suffix"),
    [
        ("Ana Ruiz", "Ruiz", "Ana", ""),
        ("Ludwig van Beethoven", "van Beethoven", "Ludwig", ""),
        ("María de la Cruz", "de la Cruz", "María", ""),
        ("Dick Van Dyke", "Van Dyke", "Dick", ""),
        ("Van Morrison", "Morrison", "Van", ""),
        ("An Le", "Le", "An", ""),
        ("de Souza", "de Souza", "", ""),
        ("Martin Luther King Jr.", "King", "Martin Luther", "Jr."),
        ("Martin Luther King, Jr.", "King", "Martin Luther", "Jr."),
        ("King, Martin Luther", "King", "Martin Luther", ""),
        ("Ana Ruiz, Ph.D.", "Ruiz", "Ana", ""),
        ("Jean-Luc O’Neill", "O’Neill", "Jean-Luc", ""),
        ("Plato", "Plato", "", ""),
        ("Alderbrook Institute", "Alderbrook Institute", "", ""),
        ("Department of Education, Ohio", "Department of Education, Ohio", "", ""),
        ("Rivers and Sons", "Rivers and Sons", "", ""),
        ("Rivers & Sons", "Rivers & Sons", "", ""),
        ("山田太郎", "山田太郎", "", ""),
        ("  ", "", "", ""),
    ],
)
def test_names_are_taken_apart(text, family, given, suffix):
    assert parse(text) == Name(family, given, suffix)


@pytest.mark.parametrize(
    ("given", "initials"),
    [
        ("Ana María", "A. M."),
        ("Jean-Luc", "J.-L."),
        ("J.R.R.", "J. R. R."),
        ("élan", "É."),
        ("", ""),
    ],
)
def test_initials(given, initials):
    assert Name("X", given).initials == initials


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
@example(", ")
@example("-. -")
@example("Jr. Jr. Jr.")
def test_any_name_can_be_cited(text):
    name = parse(text)
    work = report(authors=(name,))
    for write in (apa, apa_text, bibtex, ris, scholar_tags):
        assert write(work)


# --- APA -------------------------------------------------------------------------------------


def test_apa_of_a_report():
    assert apa_text(report(number="12", doi="10.1234/abc")) == (
        "Ruiz, A. M., & van der Berg, J., Jr. (2024). Seats, Hours and Evidence (Report No. 12). "
        "Alderbrook Institute. https://doi.org/10.1234/abc"
    )
    assert "<i>Seats, Hours and Evidence</i> (Report No. 12)." in apa(report(number="12"))


def test_apa_of_a_post():
    assert apa(post(authors=(RUIZ,))) == (
        "Ruiz, A. M. (2016, September 28). Seats, Hours and Evidence. <i>CompetencyWorks</i>. "
        "https://example.org/blog/2016/09/seats/"
    )


def test_apa_where_something_is_missing_or_said_already():
    assert apa_text(report(authors=(), year=None)) == (
        "Seats, Hours and Evidence. (n.d.). Alderbrook Institute. https://example.org/papers/seats/"
    )
    assert apa_text(report(authors=(HOUSE,), title="Why not?")) == (
        "Alderbrook Institute. (2024). Why not? https://example.org/papers/seats/"
    )


def test_apa_of_many_authors():
    text = apa_text(report(authors=tuple(Name(f"N{n}", "A") for n in range(1, 23))))
    assert "N19, A., . . . N22, A. (2024)" in text
    assert "N20" not in text
    text = apa_text(report(authors=tuple(Name(f"N{n}", "A") for n in range(1, 21))))
    assert "N19, A., & N20, A. (2024)" in text


def test_apa_holds_no_markup_of_a_title():
    found = apa(report(title="<script>x</script> & more", publisher='"P" <b>'))
    assert "<script>" not in found
    assert "&lt;script&gt;x&lt;/script&gt; &amp; more" in found
    assert "<b>" not in found


# --- BibTeX and RIS, read by programs that are not ours --------------------------------------

UNTEX = {
    r"\textbackslash{}": "\\", r"\textbraceleft{}": "{", r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~", r"\textasciicircum{}": "^",
    **{f"\\{sign}": sign for sign in "&%$#_"},
}  # fmt: skip
TEX = re.compile("|".join(re.escape(each) for each in UNTEX))


def untex(text: str) -> str:
    return TEX.sub(lambda found: UNTEX[found[0]], text)


def read_bibtex(work: Work):
    library = bibtexparser.parse_string(bibtex(work))
    assert not library.failed_blocks
    assert len(library.blocks) == 1
    return library.entries[0]


def tidy(text: str) -> str:
    breaks = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+"
    return " ".join(re.sub(breaks, " ", text).split())


def test_bibtex_of_a_report():
    entry = read_bibtex(report(number="12", doi="10.1234/a_b"))
    assert (entry.entry_type, entry.key) == ("techreport", "ruiz2024seats")
    assert entry["author"] == "Ruiz, Ana María and van der Berg, Jr., Jan"
    assert entry["title"] == "{Seats, Hours and Evidence}"
    assert entry["institution"] == "Alderbrook Institute"
    assert (entry["year"], entry["number"], entry["doi"]) == ("2024", "12", r"10.1234/a\_b")


def test_bibtex_of_a_post():
    entry = read_bibtex(post(authors=(HOUSE,)))
    assert entry.entry_type == "misc"
    assert entry["author"] == "{Alderbrook Institute}"
    assert (entry["howpublished"], entry["month"], entry["day"]) == ("CompetencyWorks", "sep", "28")


ODD = st.text(
    st.characters(codec=None) | st.sampled_from('{}\\&%$#_~^",@\r\n\u2028<>'), max_size=60
)


@settings(max_examples=300, deadline=None)
@given(title=ODD, publisher=ODD)
@example(title="} @article{x, title={y}", publisher="a\\")
@example(title="100% \\LaTeX_{of} $x^2$ & ~more#", publisher="{")
def test_bibtex_gives_back_what_was_written(title, publisher):
    work = report(title=f"T {title}", publisher=f"P {publisher}")
    entry = read_bibtex(work)
    assert untex(entry["title"])[1:-1].split() == tidy(work.title).split()
    assert untex(entry["institution"]).split() == tidy(work.publisher).split()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30), max_size=4))
@example(["Anna and Bob", "Rivers AND Sons", "a, b, c"])
def test_bibtex_keeps_the_number_of_authors(texts):
    names = tuple(name for text in texts if tidy((name := parse(text)).family))
    entry = read_bibtex(report(authors=names))
    field = entry["author"] if names else ""
    assert len(bibtex_names(field)) == len(names)


def bibtex_names(field: str) -> list[str]:
    """`field` divided at each 'and' outside of braces, as BibTeX does."""
    found, depth, words = [], 0, []
    for word in field.split():
        if not depth and word.lower() == "and":
            found.append(" ".join(words))
            words = []
            continue
        depth += word.count("{") - word.count("}")
        words.append(word)
    return [*found, " ".join(words)] if words else found


def read_ris(work: Work) -> dict:
    text = ris(work)
    assert text.endswith("ER  - \r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in text[:-2].split("\r\n"))
    (entry,) = rispy.loads(text)
    return entry


def test_ris_of_a_report_and_a_post():
    entry = read_ris(report(number="12", doi="10.1234/abc", abstract="One.\n\nTwo."))
    assert entry["type_of_reference"] == "RPRT"
    assert entry["authors"] == ["Ruiz, Ana María", "van der Berg, Jan, Jr."]
    assert (entry["year"], entry["publisher"]) == ("2024", "Alderbrook Institute")
    assert (entry["doi"], entry["abstract"]) == ("10.1234/abc", "One. Two.")
    entry = read_ris(post())
    assert entry["type_of_reference"] == "BLOG"
    assert entry["date"] == "2016/09/28/"
    assert entry["urls"] == ["https://example.org/blog/2016/09/seats/"]


@settings(max_examples=300, deadline=None)
@given(title=ODD, author=ODD)
@example(title="a\r\nER  - \r\nTY  - JOUR", author="x\nAU  - y")
def test_nothing_gets_into_a_ris_record_that_was_not_said(title, author):
    entry = read_ris(report(title=f"T {title}", authors=(Name(f"A {author}", "B"),)))
    assert entry["type_of_reference"] == "RPRT"
    assert len(entry["authors"]) == 1
    assert entry["title"].split() == tidy(f"T {title}").split()
    known = {"type_of_reference", "authors", "title", "year", "publisher", "urls", "language"}
    assert set(entry) == known


# --- Google Scholar --------------------------------------------------------------------------


def test_scholar_tags_of_a_report():
    work = report(pdf_url="https://example.org/papers/seats/seats.pdf", number="12")
    assert scholar_tags(work) == [
        ("citation_title", "Seats, Hours and Evidence"),
        ("citation_author", "Ruiz, Ana María"),
        ("citation_author", "van der Berg, Jan, Jr."),
        ("citation_publication_date", "2024"),
        ("citation_publisher", "Alderbrook Institute"),
        ("citation_public_url", "https://example.org/papers/seats/"),
        ("citation_pdf_url", "https://example.org/papers/seats/seats.pdf"),
        ("citation_technical_report_institution", "Alderbrook Institute"),
        ("citation_technical_report_number", "12"),
    ]
    assert ("citation_publication_date", "2016/09/28") in scholar_tags(post())
