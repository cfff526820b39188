"""Forms of the admin with keys and texts that no browser sends: errors beside the field."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse
from lxml import html

from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

FORGED = ["x", "²", "9" * 30]
LOOKUP = "/admin/autocomplete/?app_label=blog&model_name=postauthor&field_name=person"


def add_forms() -> list[str]:
    """The addresses of all forms for new objects."""
    found = []
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_add"
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return found


@pytest.fixture
def staff() -> Client:
    client = signed_in("administrator", is_superuser=True)
    client.raise_request_exception = False
    return client


def sent(page, **values) -> dict[str, list[str]]:
    (form,) = [one for one in page.forms if (one.get("id") or "").endswith("_form")]
    data: dict[str, list[str]] = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    return data | {"_save": ["x"]} | {name: [value] for name, value in values.items()}


def faults(response) -> dict[str, list[str]]:
    """The errors of the form and of its rows, by the names of the fields."""
    context = response.context
    forms = [context["adminform"].form]
    forms += [form for each in context["inline_admin_formsets"] for form in each.formset]
    return {form.add_prefix(name): said for form in forms for name, said in form.errors.items()}


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_key_is_refused_beside_its_field(staff, forged):
    tried = set()
    for address in add_forms():
        answer = staff.get(address)
        if answer.status_code != 200:
            continue
        page = html.fromstring(answer.content.decode())
        fields = page.xpath("//form[contains(@id, '_form')]//select[@data-ajax--url]/@name")
        names = {each for each in fields if "__prefix__" not in each}
        if not names:
            continue
        response = staff.post(address, sent(page, **dict.fromkeys(names, forged)))
        assert response.status_code == 200, address
        assert names <= faults(response).keys(), address
        tried |= names
    assert {"topics", "states", "post_authors-0-person", "parent", "portrait"} <= tried


def test_text_that_cannot_be_stored_is_refused_beside_its_field(staff):
    for address in (
        "/admin/blog/post/add/",
        "/admin/wiki/wikipage/add/",
        "/admin/wiki/resource/add/?kind=report",
    ):
        page = html.fromstring(staff.get(address).content.decode())
        response = staff.post(address, sent(page, tags="a\0b", title="A title", topics="x"))
        assert response.status_code == 200, address
        assert {"topics", "tags"} <= faults(response).keys(), address


def test_a_forged_key_of_a_person_to_merge_with_is_refused(staff):
    person = factories.person("Ana Ruiz")
    address = f"/admin/core/person/{person.pk}/merge/"
    for forged in FORGED:
        response = staff.post(address, {"keep": forged})
        assert response.status_code == 200
        assert response.context["form"].errors["keep"]


def test_lists_and_lookups_have_an_order(staff, recwarn):
    """Else rows may stand on two pages of a list, and others on none."""
    for number in range(130):
        factories.person(f"Person {number % 7}")
    seen: list[str] = []
    for number in range(1, 8):
        rows = staff.get(f"{LOOKUP}&term=&page={number}").json()["results"]
        seen += [row["id"] for row in rows]
    assert len(seen) == len(set(seen)) == 130
    for model, model_admin in admin.site._registry.items():
        rows = model_admin.get_queryset(staff.get("/admin/").wsgi_request)
        if model_admin.search_fields:
            assert rows.ordered, model
