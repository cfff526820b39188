"""Forms of the admin with more rows than they can send, and the page that says so."""

from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.wiki.test_page_admin import form
from wiki.models import Resource
from wiki.pages.admin import PageResourceInline

pytestmark = pytest.mark.django_db
BESIDE_ROWS = 300  # fields of a form beside its rows, generously


def forms_with_rows():
    return [each for each in admin.site._registry.values() if each.inlines]


@pytest.mark.parametrize("model_admin", forms_with_rows(), ids=str)
def test_a_form_of_the_admin_that_is_full_can_be_read(model_admin, root):
    request = RequestFactory().get("/")
    request.user = User.objects.get(is_superuser=True)
    fields = BESIDE_ROWS
    for inline in model_admin.get_inline_instances(request):
        rows = inline.get_formset(request)
        assert rows.max_num < 1_001, inline
        assert rows.validate_max or inline.max_num == 0, inline
        form = rows(instance=model_admin.model()).empty_form
        fields += rows.max_num * len(form.fields)
    assert fields <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def page_with_resources(root, number: int, title: str = "Pacing"):
    """The form of a wiki page that lists this many resources, sent by a browser."""
    page = factories.wiki_page(title)
    keys = [
        row.pk
        for row in Resource.objects.bulk_create(
            Resource(
                title=f"R {n}", slug=f"{page.slug}-{n}", path=f"/r/{page.pk}/{n}/", kind="article"
            )
            for n in range(number)
        )
    ]
    rows = [
        {"resource": key, "note": "Read this", "position": 10 * n} for n, key in enumerate(keys)
    ]
    return page, root.post(f"/admin/wiki/wikipage/{page.pk}/change/", form(page, rows))


def test_a_wiki_page_with_500_resources_can_be_saved(root):
    page, response = page_with_resources(root, 500)
    assert response.status_code == 302
    assert page.page_resources.filter(note="Read this").count() == 500


def test_a_wiki_page_with_200_resources_can_be_changed(root):
    page, _ = page_with_resources(root, 200)
    rows = [
        {"id": row.pk, "page": page.pk, "resource": row.resource_id, "note": "Changed"}
        for row in page.page_resources.all()
    ]
    answer = root.post(f"/admin/wiki/wikipage/{page.pk}/change/", form(page, rows))
    assert answer.status_code == 302
    assert page.page_resources.filter(note="Changed").count() == 200


def changed(page) -> list[dict]:
    """The rows of `page` as a form sends them: the first is deleted, the others have a new note."""
    rows = [
        {"id": row.pk, "page": page.pk, "resource": row.resource_id, "note": "Changed"}
        for row in page.page_resources.all()
    ]
    rows[0]["DELETE"] = "on"
    return rows


def test_a_list_of_resources_is_shown_and_saved_in_constant_queries(root):
    counts = set()
    for number in (10, 60):
        page, _ = page_with_resources(root, number, title=f"Pacing {number}")
        address = f"/admin/wiki/wikipage/{page.pk}/change/"
        with CaptureQueriesContext(connection) as shown:
            assert root.get(address).status_code == 200
        sent = form(page, changed(page))
        with CaptureQueriesContext(connection) as saved:
            assert root.post(address, sent).status_code == 302
        assert page.page_resources.filter(note="Changed").count() == number - 1
        counts.add((len(shown), len(saved)))
    assert counts == {(16, 57)}


def test_a_resource_that_stands_on_the_page_already_is_refused_beside_its_row(root):
    page, _ = page_with_resources(root, 2)
    first = page.page_resources.first()
    rows = [{"resource": first.resource_id, "note": "Twice"}]
    data = form(page, rows) | {"page_resources-INITIAL_FORMS": "0"}
    answer = root.post(f"/admin/wiki/wikipage/{page.pk}/change/", data)
    assert answer.status_code == 200
    assert "This resource stands on this page already." in answer.text
    assert page.page_resources.count() == 2


def test_more_rows_than_there_is_room_for_are_refused_in_words(root, monkeypatch):
    monkeypatch.setattr(PageResourceInline, "most_rows", 3)
    page, response = page_with_resources(root, 4)
    assert response.status_code == 200
    assert "A page can list up to 3 resources." in response.text
    assert not page.page_resources.exists()


TYPED = {"name": "Ana", "bio": "What I wrote"}


def test_a_form_with_too_many_fields_is_told_so_and_gives_back_what_was_typed(root, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_200
    sent = urlencode(TYPED | {f"f{number}": "" for number in range(1_300)})
    kind = "application/x-www-form-urlencoded"
    response = root.post("/admin/core/person/add/", sent, content_type=kind)
    assert response.status_code == 400
    assert "It has more than 1,200 fields" in response.text
    assert "What I wrote" in response.text


def test_a_form_in_parts_with_too_many_fields_is_told_so(root, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    response = root.post("/admin/core/person/add/", {f"f{number}": "" for number in range(50)})
    assert response.status_code == 400
    assert "It has more than 5 fields" in response.text
    assert "offer to restore what you typed" in response.text


def test_a_form_with_too_much_text_is_told_so(root, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024**2
    response = root.post("/admin/core/person/add/", {"name": "x" * 3 * 1024**2})
    assert response.status_code == 400
    assert "It has more than 2 MB of text" in response.text
