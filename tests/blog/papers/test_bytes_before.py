"""PDF files with other bytes before their mark, as some programs and downloads write them."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from blog.papers import pdf_files
from tests import factories


@pytest.mark.parametrize("before", [b"\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"\0" * 1000])
def test_a_pdf_may_have_other_bytes_before_its_mark(before):
    assert pdf_files.accept(ContentFile(before + factories.pdf("Words"), "a.pdf")).pages == 1


@pytest.mark.parametrize("before", [b"x" * 1100, b"<!doctype html>"])
def test_a_mark_that_comes_later_or_in_a_page_makes_no_pdf(before):
    with pytest.raises(ValidationError, match="not a PDF"):
        pdf_files.accept(ContentFile(before + factories.pdf("Words"), "a.pdf"))
