"""Days and moments of years that nobody means are refused beside the field."""

from urllib.parse import urlencode

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.urls import reverse
from lxml import html

from competencyworks.core.clock_times import NOT_A_DATE
from competencyworks.core.date_fields import NOT_IN_RANGE, validate_year
from competencyworks.website.wordpress.publication import moment
from events.repeating import BadRule, dates_of
from tests.events import factories as of_events

pytestmark = pytest.mark.django_db
BAD = ["9999-12-31", "0001-01-01", "1000-06-01", "1899-12-31", "2201-01-01"]
DATES = (forms.DateField, forms.DateTimeField, forms.SplitDateTimeField)


def moments_of(form: type[forms.BaseForm]) -> dict[str, forms.Field]:
    return {name: each for name, each in form.base_fields.items() if isinstance(each, DATES)}


def with_moments(client: Client) -> list[tuple[str, list[str]]]:
    """Addresses of the forms for new items that ask for moments, and the names of these."""
    request = RequestFactory().get("/")
    request.user, request.resolver_match = client.user, None
    found = []
    for model, model_admin in admin.site._registry.items():
        if not model_admin.has_add_permission(request):
            continue
        if names := list(moments_of(model_admin.get_form(request))):
            options = model._meta
            url = reverse(f"admin:{options.app_label}_{options.model_name}_add")
            found.append(
                (url + ("?kind=policy" if options.model_name == "resource" else ""), names)
            )
    return found


def filled(page: str, names: list[str], day: str) -> dict[str, str]:
    (form,) = [each for each in html.fromstring(page).forms if "_save" in each.inputs]
    sent = {name: value for name, value in form.form_values() if not name.startswith("_")}
    for name in names:
        split = f"{name}_0" in form.inputs
        sent |= {f"{name}_0": day, f"{name}_1": "23:59"} if split else {name: day}
    return sent | {"_save": "Save"}


def test_what_is_no_date_is_told_with_an_example_in_every_form_of_the_admin(root):
    for url, names in with_moments(root):
        response = root.post(url, filled(root.get(url).text, names, "30.12.2026"))
        assert response.status_code in (200, 422), url
        assert response.text.count(NOT_A_DATE) >= len(names), (url, names)


@pytest.mark.parametrize("day", BAD)
def test_in_every_form_of_the_admin(root, day):
    forms_ = with_moments(root)
    assert len(forms_) >= 7
    for url, names in forms_:
        response = root.post(url, filled(root.get(url).text, names, day))
        assert response.status_code in (200, 422), url
        assert response.text.count(NOT_IN_RANGE) >= len(names), (url, names)


def test_the_first_and_last_years_are_taken(root):
    (url,) = [url for url, _ in with_moments(root) if "/event/" in url]
    for day in ("1900-01-01", "2200-12-31"):
        names = ["starts_at", "ends_at", "publish_at"]
        sent = filled(root.get(url).text, names, day) | {
            "title": "A webinar",
            "_publish_anyway": "1",
        }
        assert root.post(url, sent).status_code == 302


def test_of_a_user(root):
    user = User.objects.create_user("ann")
    url = f"/admin/auth/user/{user.pk}/change/"
    sent = filled(root.get(url).text, ["date_joined"], BAD[0])
    assert NOT_IN_RANGE in root.post(url, sent).text


def every_form() -> set[type[forms.BaseForm]]:
    found, left = set(), [forms.BaseForm]
    while left:
        kind = left.pop()
        left += [each for each in kind.__subclasses__() if each not in found]
        found.add(kind)
    return found


def test_no_form_of_ours_asks_for_a_day_without_the_limits():
    """Those of the admin get theirs from it; every other form must name them."""
    from competencyworks.core.history import schedule_form  # noqa: F401 - known when read
    from events import admin_forms  # noqa: F401
    from wiki import reviewing_admin  # noqa: F401
    from wiki.states import forms as of_states  # noqa: F401

    ours = ("competencyworks", "blog", "wiki", "events")
    known = 0
    for form in every_form():
        declared = getattr(form, "declared_fields", {})
        if not form.__module__.startswith(ours):
            continue
        for name, field in declared.items():
            if isinstance(field, DATES):
                known += 1
                assert validate_year in field.validators, f"{form.__qualname__}.{name}"
    assert known >= 4


@pytest.mark.parametrize("day", BAD)
def test_on_the_map_of_states(client, day):
    response = client.get(f"/wiki/states/?{urlencode({'as_of': day})}")
    assert response.status_code in (200, 400)
    assert NOT_IN_RANGE in response.text or "in the future" in response.text


@pytest.mark.parametrize("until", ["99991231", "99991231T235959Z", "00010101T000000Z"])
def test_as_the_end_of_a_rule_of_repetition(until):
    event = of_events.event(zone="Pacific/Auckland" if until[0] == "9" else "Pacific/Honolulu")
    with pytest.raises(BadRule, match="1900 and 2200"):
        dates_of(event, f"FREQ=DAILY;UNTIL={until}")


@pytest.mark.parametrize(
    "published",
    ["Fri, 31 Dec 9999 23:59:59 -0500", "Mon, 01 Jan 1000 00:00:00 +0500"],
)
def test_in_an_export_of_wordpress(published):
    assert moment("9999-12-31 23:59:59", "9999-12-31 23:59:59", published) is None
