"""Files that spreadsheets write and that are no plain CSV."""

import io

import pytest

from wiki.catalogue.csv_reading import NotATable, rows_of


def read(content: str | bytes):
    content = content if isinstance(content, bytes) else content.encode()
    return list(rows_of(io.BytesIO(content)))


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("first", ["sep={}\r\n", '"sep={}"\r\n', "\ufeffsep={}\n"])
def test_the_line_that_names_the_delimiter_is_passed_over(mark, first):
    rows = read(f"{first.format(mark)}title{mark}kind\r\nOne{mark}report\r\n")
    assert [(row.number, row.cells) for row in rows] == [(3, {"title": "One", "kind": "report"})]


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_workbook_is_told_how_to_become_csv(start):
    with pytest.raises(NotATable, match=r"workbook, not CSV.*“CSV UTF-8"):
        read(start + b"\x00" * 100)


def test_a_pdf_is_told():
    with pytest.raises(NotATable, match="This file is a PDF, not CSV"):
        read(b"%PDF-1.7\n%\xe2\xe3")


@pytest.mark.parametrize("rest", ["\n", "\nTwo,report\n", "\nTwo,report\n" * 20_000])
def test_a_quotation_mark_that_is_not_closed_is_told_with_its_row(rest):
    with pytest.raises(NotATable, match="In row 3 a quotation mark is opened but not closed"):
        read(f'title,kind\nOne,report\n"Open,report{rest}')


def test_a_quotation_mark_that_is_not_closed_in_the_head_is_told():
    with pytest.raises(NotATable, match="In the first row a quotation mark"):
        read('title,"kind\nOne,report\n')


def test_cells_of_several_lines_and_loose_marks_are_read():
    rows = read('title,kind\n"One\nmore ""quoted""",report\nTwo "x" y,report\n"Three" x,report\n')
    assert [row.cells["title"] for row in rows] == ['One\nmore "quoted"', 'Two "x" y', "Three x"]


def test_an_address_without_its_scheme_is_taken():
    from wiki.catalogue.columns import COLUMNS, Words

    column = next(column for column in COLUMNS if column.name == "address")
    assert column.read("example.org/x", Words()) == "https://example.org/x"
