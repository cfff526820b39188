"""Names of people in every form: real ones pass, addresses of pages do not."""

import pytest
from django.core.exceptions import ValidationError

from competencyworks.core.person_names import PersonNameFormField, clean_name

NAMES = [
    "J.R.R. Tolkien", "J.R.R.Tolkien", "Ana Ruiz, Ph.D.", "Ana Ruiz, Ph.D", "St. Mary's",
    "O'Neil", "O’Neil", "Dr. A. B. Smith-Jones", "Dr.Smith", "Ana/Luis Ruiz", "Ana R./Luis P. Ruiz",
    "Notre-Dame de Paris", "张伟", "Cie. S.A.", "Acme Inc.", "Martin Luther King Jr.", "M.L. King",
    "Jürgen Groß", "Nguyễn Thị Minh Khai", "Мария Иванова", "А.С. Пушкин", "А.С.Пушкин",
    "محمد بن سلمان", "אברהם", "می\u200cخواهم", "田中 優子", "김민준", "Ῥόδη", "Ó Súilleabháin",
    "María José", "X Æ A-12", "Mary Ann", "Sammy Davis Jr.", "Sammy Davis.Jr", "Queen Elizabeth II",
    "B. Obama", "Ed.D. Ann Lee", "Ann Lee, M.Ed.", "Ann Lee, M.Ed/Ed.D", "Ann Lee, B.Com", "Li",
    "Md. Rahman", "Md.Rahman", "Sr. Mary Clare", "d'Artagnan", "van der Berg", "al-Khwarizmi",
    "U.S. Department of Education", "Class 3/4", "Ms. K. & Mr. P.", "Prof. Dr. h.c. Ana Groß",
    "ann lee", "ANN LEE", "Ann (Annie) Lee", 'Ann "Annie" Lee', "Ann Lee, 4th grade", "Wm. Penn",
    "Łukasz", "Þór", "Nel·la", "Ann.", "A. N. Other", "No. 5", "Room 2.01", "v. 2.0",
    "e. e. cummings", "Mary.Li", "Ann Mary.Li", "Мария.Иванова", "ශ්\u200dරී", "👩\u200d👩\u200d👧",
]  # fmt: skip
ADDRESSES = [
    "Claim your prize https://evil.example/x", "at bit.ly/3xyz now", "evil.example", "EVIL.EXAMPLE",
    "www.evil", "WWW.evil.example", "evil.example.", "Ann (evil.example)", "ann@evil.example",
    "http:evil", "https : //x", "t.co/abc", "t.co", "x.com", "dr.com", "evil-site.online/x",
    "evil。example", "evil．example", "evil\u200d.example", "evil\u200b.example",
    "e\u00advil.example",
    "ｅｖｉｌ．ｅｘａｍｐｌｅ", "пример.рф", "例え.テスト", "xn--80ak6aa92e.com", "evil.xn--p1ai",
    "192.0.2.1", "192.0.2.1/x", "a.b.evil.com", "Win:evil.example", "a,evil.example,b", "ftp://x",
    "//evil.example", "evil․example", "Ann\nevil.example", "Acme.com Inc.", "1evil.net",
    "my_site.io", "bit.ly/x", "Bit.Ly/x", "Mary.Li/x", "mary.li", "MARY.LI", "Evil.Com",
    "x@Mary.Li", "Mary.Li:80", "Www.Mary.Li",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_real_names_pass_as_they_are(name):
    assert PersonNameFormField().clean(name) == name


@pytest.mark.parametrize("name", ADDRESSES)
def test_addresses_of_pages_are_refused_with_or_without_scheme(name):
    with pytest.raises(ValidationError, match="without a web address"):
        PersonNameFormField().clean(name)


@pytest.mark.parametrize(
    "name", ["Call 1-800-555-0199 now", "Ann 12345", "Ann ١٢٣٤٥", "A1b2c3d4e5", "Ann ①②③④⑤"]
)
def test_numbers_to_call_are_refused(name):
    with pytest.raises(ValidationError, match="at most 4 digits"):
        PersonNameFormField().clean(name)


@pytest.mark.parametrize("name", ["Ann Lee 3rd", "Class of 2016", "R2D2"])
def test_short_numbers_pass(name):
    assert PersonNameFormField().clean(name) == name


BLANKS = [
    "\u200d", "\u200c\u200d", "\u2800", "\u3164", "\u115f\u1160", "\uffa0", "\ufe0f\u0301",
    "\u2800 \u3164",
]  # fmt: skip


@pytest.mark.parametrize("name", BLANKS)
def test_names_that_nobody_can_see_are_refused(name):
    with pytest.raises(ValidationError, match="Enter a name"):
        PersonNameFormField().clean(name)


@pytest.mark.parametrize("name", ["\u200b", " \u2060 ", "\u00ad"])
def test_marks_that_are_left_out_make_no_name(name):
    with pytest.raises(ValidationError, match="Enter a name"):
        PersonNameFormField().clean(name)


def test_names_are_a_hundred_characters_at_most_in_every_form():
    from competencyworks.core.models import Comment

    for field in (PersonNameFormField(), Comment._meta.get_field("name").formfield()):
        assert field.clean("x" * 100)
        with pytest.raises(ValidationError, match="Shorten the name to 100 characters"):
            field.clean("x" * 101)


def test_control_characters_and_invisible_marks_go_and_joiners_stay():
    assert clean_name(" A\tn\x1bn\r\nBcc:\u202e Lee\u2028 ") == "A nn Bcc: Lee"
    assert clean_name("می\u200cخواهم") == "می\u200cخواهم"


@pytest.mark.parametrize("name", ["Ann\0", "An\ufffdn"])
def test_what_did_not_arrive_as_text_is_told(name):
    with pytest.raises(ValidationError, match="could not be read"):
        PersonNameFormField().clean(name)


@pytest.mark.django_db
def test_a_stored_name_is_on_one_line_whoever_writes_it(make):
    comment = make.comment(make.post(), name="Ann\r\nLee\x07")
    comment.refresh_from_db()
    assert comment.name == "Ann Lee"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["at bit.ly/3xyz now", "evil.example", "Call 1-800-555-0199"])
def test_every_public_form_with_a_name_refuses_addresses_and_numbers(client, make, name):
    from events.models import Registration
    from events.signing_up.forms import RegistrationForm
    from tests.core.discussion.writing import post
    from tests.events import factories, pages
    from wiki.suggesting.forms import ResourceForm

    assert post(make.post(), name=name).status_code == 422
    event = factories.event(largest_party=3)
    assert pages.register(client, event, name=name).status == 422
    group = {"name": "Ann", "email": "a@example.org", "seats": "3", "companions": f"Ben\n{name}"}
    assert "companions" in RegistrationForm(event, [], group).errors
    assert "name" in ResourceForm({"name": name}).errors
    assert not Registration.objects.exists()
