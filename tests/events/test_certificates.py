"""Certificates of attendance, which anyone can verify: their page, and their file."""

import unicodedata
from datetime import timedelta

import pypdfium2
import pytest
from django.utils import timezone
from reportlab.pdfbase import pdfmetrics

from competencyworks.core import fonts
from competencyworks.core.mail.letters import site_name
from events import attendance, certificates
from events.models import Event, Registration
from events.times import when
from tests.events import factories
from tests.events.pages import Answered, own_path
from tests.events.test_afterwards import end

pytestmark = pytest.mark.django_db


def attended(name: str = "Ann Lee-Müller", **more) -> Registration:
    event = factories.event(title="Grading & <learning>", hosts="Elm Institute", **more)
    row = factories.registered(event, name=name)
    attendance.note(Registration.objects.filter(pk=row.pk), True)
    end(event)
    return Registration.objects.select_related("event").get(pk=row.pk)


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return " ".join(document[0].get_textpage().get_text_bounded().split())


def test_whoever_attended_gets_a_certificate_that_anyone_can_verify(client):
    row = attended()
    path = certificates.path_of(row)
    assert path in client.get(own_path(row)).content.decode()
    page = Answered(client.get(path))
    assert page.status == 200
    assert "Ann Lee-Müller" in page.words
    assert f"hosted by Elm Institute on {when(row.event)}." in page.words
    assert row.email not in page.response.content.decode()
    assert page.response["X-Robots-Tag"] == "noindex"
    assert page.response["Referrer-Policy"] == "strict-origin"
    file = client.get(f"{path}certificate.pdf")
    words = words_of(file.content)
    for part in ("Ann Lee-Müller", "Grading & <learning>", "Elm Institute", "attended the webinar"):
        assert part in words
    assert path in words.replace(" ", "")
    assert file.content.count(b"/FontFile2") >= 2
    assert file.content == client.get(f"{path}certificate.pdf").content


def test_a_code_has_128_bits_and_is_no_key_to_the_own_page(client):
    row = attended()
    code = certificates.code_of(row)
    assert len(code.rpartition(".")[2]) * 6 >= 128
    assert client.get(f"/events/registration/{code}/").status_code == 404
    assert client.get(f"/events/certificates/{row.token}/").status_code == 404
    forged = f"{row.pk + 1}.{code.rpartition('.')[2]}"
    assert client.get(f"/events/certificates/{forged}/").status_code == 404


@pytest.mark.parametrize(
    "undo",
    [
        lambda row: attendance.note(Registration.objects.all(), None),
        lambda row: attendance.note(Registration.objects.all(), False),
        lambda row: Event.objects.update(cancelled_at=timezone.now()),
        lambda row: Registration.objects.update(anonymous_at=timezone.now()),
        lambda row: Event.objects.update(ends_at=timezone.now() + timedelta(hours=1)),
    ],
)
def test_a_certificate_ends_with_what_it_says(client, undo):
    row = attended()
    undo(row)
    path = certificates.path_of(row)
    for address in (path, f"{path}certificate.pdf"):
        page = Answered(client.get(address))
        assert page.status == 410
        assert "This certificate is no longer valid" in page.words
        assert row.name not in page.response.content.decode()
        assert row.event.title not in page.words
        assert page.response["X-Robots-Tag"] == "noindex"
        assert page.response["Cache-Control"] == "no-store, private"
    assert path not in client.get(own_path(row)).content.decode()


def test_the_link_of_a_deleted_registration_says_so_and_a_made_up_one_is_not_found(client):
    row = attended()
    path = certificates.path_of(row)
    Event.objects.all().delete()
    assert client.get(path).status_code == 410
    assert client.get("/events/certificates/1.x/").status_code == 404


def test_the_file_is_named_by_its_event_and_has_properties(client):
    row = attended()
    response = client.get(f"{certificates.path_of(row)}certificate.pdf")
    name = f"certificate-{row.event.slug}.pdf"
    assert response["Content-Disposition"] == f'inline; filename="{name}"'
    document = pypdfium2.PdfDocument(response.content)
    found = document.get_metadata_dict()
    assert found["Title"] == "Certificate of attendance: Ann Lee-Müller, Grading & <learning>"
    assert found["Subject"] == f"Grading & <learning>, {when(row.event)}"
    assert found["Author"] == found["Creator"] == site_name()
    assert b"/Lang (en-US)" in response.content
    assert b"/DisplayDocTitle true" in response.content


def test_a_right_code_holds_however_many_were_guessed_from_there(client):
    row = attended()
    for number in range(250):
        assert client.get(f"/events/certificates/{number}.x/").status_code == 404
    assert client.get(certificates.path_of(row)).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "Łukasz Žižek", "Nguyễn Thị Ánh", "Kāne Kaʻōpūlani", "İğdır Şahin", "Γιώργος Παπάς",
        "Олексій Їжак", "Ђорђе Љубић", "Ann & <b>Lee",
    ],
)  # fmt: skip
def test_names_in_latin_greek_and_cyrillic_get_a_file(client, name):
    """As people and hosts, with their accents in one with the letters or apart."""
    for spelled in (name, unicodedata.normalize("NFD", name)):
        row = attended(spelled)
        Event.objects.filter(pk=row.event_id).update(hosts=spelled)
        path = certificates.path_of(row)
        assert "certificate.pdf" in client.get(path).content.decode()
        words = words_of(client.get(f"{path}certificate.pdf").content)
        assert words.count(name) == 2


def test_all_cuts_of_the_font_write_the_same_letters():
    fonts.register()
    cuts = [set(pdfmetrics.getFont(name).face.charToGlyph) for name in fonts.FONTS]
    assert cuts[0] <= cuts[1]
    assert cuts[0] <= cuts[2]


@pytest.mark.parametrize("name", ["田中 優子", "محمد علي", "Ann 😀", "Ag\u0303uara"])
@pytest.mark.parametrize("whose", ["person", "hosts"])
def test_what_the_fonts_cannot_write_has_a_page_to_print(client, name, whose):
    row = attended(name if whose == "person" else "Ann Lee")
    if whose == "hosts":
        Event.objects.update(hosts=name)
    path = certificates.path_of(row)
    page = Answered(client.get(path))
    assert name in page.words
    assert "There is no PDF of this certificate" in page.words
    assert "print this page" in page.words
    assert client.get(f"{path}certificate.pdf").status_code == 404


def test_a_long_name_and_title_fit_on_the_page(client):
    row = attended("Wolfeschlegelsteinhausen " * 7)
    Event.objects.update(title="On the many ways of grading " * 7)
    assert "Wolfeschlegel" in words_of(
        client.get(f"{certificates.path_of(row)}certificate.pdf").content
    )
