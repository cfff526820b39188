"""Email addresses are taken, stored and compared in one form, in every room."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client

from competencyworks.core.models import Ban, Comment, Person
from competencyworks.core.privacy import export_person
from events.models import Registration
from tests import factories
from tests.conftest import signed_in
from tests.core.discussion import writing
from tests.core.history.forms import opened
from tests.events import factories as of_events
from tests.events import pages
from tests.wiki.suggesting import sending
from wiki.models import Suggestion, Watch

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
TYPED, STORED = "Ann@Bücher.example", "ann@xn--bcher-kva.example"
REFUSED = ["ann@localhost", "ann@[127.0.0.1]", "ann@-x-.example", "änn@example.org", "ann@exa mple"]


def register(address: str):
    event = of_events.event()
    return pages.register(Client(), event, email=address).response


def walk_in(address: str):
    client = signed_in("manager")
    client.user.groups.add(Group.objects.get(name="Event manager"))
    data = {"name": "Wil Kinn", "email": address, "seats": "1"}
    return client.post(f"/admin/events/registration/of/{of_events.event().pk}/walk-in/", data)


def comment(address: str):
    return writing.post(factories.post(), email=address)


def watch(address: str):
    return Client().post(f"{factories.wiki_page('Pacing').path}watch/", {"email": address})


def suggest(address: str):
    return sending.send_resource(email=address)


def invite(address: str):
    roles = list(Group.objects.filter(name="Author").values_list("pk", flat=True))
    data = {"name": "Mary Lee", "email": address, "roles": roles}
    return signed_in("root", is_superuser=True).post("/admin/invite/", data)


def account(address: str):
    user = User.objects.create_user("mary", is_staff=True)
    client = signed_in("root", is_superuser=True)
    data = {"username": "mary", "email": address, "is_active": "on", "is_staff": "on"}
    data |= {"date_joined_0": "2020-01-01", "date_joined_1": "00:00:00"}
    return client.post(f"/admin/auth/user/{user.pk}/change/", data)


def person(address: str):
    return opened(signed_in("editor"), factories.person("Mary Lee")).send(email=address)


ROOMS = {
    register: Registration,
    walk_in: Registration,
    comment: Comment,
    watch: Watch,
    suggest: Suggestion,
    invite: User,
    account: User,
    person: Person,
}


def stored(model) -> set[str]:
    return set(model.objects.exclude(email="").values_list("email", flat=True))


@pytest.mark.parametrize(("take", "model"), ROOMS.items(), ids=lambda each: each.__name__)
def test_each_room_stores_the_one_form(take, model):
    assert take(TYPED).status_code < 400
    assert STORED in stored(model)


@pytest.mark.parametrize("address", REFUSED)
@pytest.mark.parametrize(("take", "model"), ROOMS.items(), ids=lambda each: each.__name__)
def test_each_room_refuses_what_no_mail_can_go_to(take, model, address):
    answer = take(address)
    assert answer.status_code in (200, 422)
    assert not {each for each in stored(model) if each.rpartition("@")[2] != "example.org"}
    words = answer.content.decode()
    if address.startswith("ä"):
        assert "We cannot send email to an address with “ä” before the @ sign" in words
    else:
        assert "name@example.org" in words


@pytest.mark.parametrize(("take", "model"), ROOMS.items(), ids=lambda each: each.__name__)
def test_each_room_refuses_more_than_64_characters_before_the_at_sign(take, model):
    answer = take(f"{'a' * 65}@example.org")
    assert answer.status_code in (200, 422)
    assert "before the @ sign can have at most 64 characters" in answer.content.decode()
    assert not {each for each in stored(model) if each.startswith("aa")}


@pytest.mark.parametrize(("take", "model"), ROOMS.items(), ids=lambda each: each.__name__)
def test_each_room_takes_64_characters_before_the_at_sign(take, model):
    longest = f"{'a' * 64}@example.org"
    assert take(longest).status_code < 400
    assert longest in stored(model)


@pytest.mark.parametrize("spelled", ["info@unİv.example", "INFO@UNİV.example"])
def test_letters_whose_lower_case_differs_in_the_database_are_no_error(client, spelled):
    event = of_events.event()
    of_events.registered(event, email="info@univ.example")
    for _ in range(2):
        assert pages.register(client, event, email=spelled).status == 303
    # “İ” makes another domain.
    assert stored(Registration) == {"info@univ.example", "info@xn--univ-swc.example"}


def test_two_spellings_of_a_domain_are_one_registration(client):
    event = of_events.event()
    for spelled in ("ann@bücher.example", "Ann@BÜCHER.example", STORED):
        assert pages.register(client, event, email=spelled).status == 303
    assert Registration.objects.get().email == STORED


def test_a_person_is_found_by_the_address_as_they_write_it():
    of_events.registered(of_events.event(), email=TYPED)
    assert export_person(TYPED)["held"]["registrations"]


def test_a_domain_in_its_own_letters_is_banned_as_its_addresses_are_stored(moderator):
    data = {"kind": "email", "value": "@bücher.example", "reason": ""}
    moderator.post("/admin/core/ban/add/", data | {"confirmed": "@xn--bcher-kva.example"})
    moderator.post("/admin/core/ban/add/", data | {"confirmed": "@bücher.example"})
    assert Ban.objects.get().value == "@xn--bcher-kva.example"


def test_old_rows_take_the_one_form_and_doubles_stay():
    event = of_events.event()
    first, second = of_events.registered(event), of_events.registered(event)
    _write(Registration, first.pk, "email", TYPED)
    _write(Registration, second.pk, "email", "ann@xn--BCHER-kva.example ")
    watched = Watch.objects.create(item=factories.wiki_page("Pacing"), email="x@example.org")
    _write(Watch, watched.pk, "email", "Änn@example.org")
    banned = Ban.objects.create(kind="email", value="@bücher.example")
    import_module("competencyworks.website.migrations.0019_email_addresses").normalize(apps, None)
    assert Registration.objects.get(pk=first.pk).email == STORED
    assert Registration.objects.get(pk=second.pk).email == "ann@xn--BCHER-kva.example "
    watched.refresh_from_db()
    banned.refresh_from_db()
    assert (watched.email, banned.value) == ("Änn@example.org", "@xn--bcher-kva.example")


def _write(model, pk: int, column: str, value: str) -> None:
    """As an older version stored it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {model._meta.db_table} SET {column} = %s WHERE id = %s",
            [value, pk],
        )


def test_no_other_field_takes_an_address():
    """Every field for an address, of a form or a table, is one of core.email_addresses."""
    found = []
    folders = ("blog", "competencyworks", "events", "wiki")
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if "/migrations/" in name or name.endswith("core/email_addresses.py"):
            continue
        tree = ast.parse(path.read_text())
        found += [
            f"{name}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute | ast.Call)
            and getattr(node, "attr", getattr(getattr(node, "func", None), "id", ""))
            == "EmailField"
        ]
    assert not found
