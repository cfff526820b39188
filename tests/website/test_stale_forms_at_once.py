"""Two saves of one object at the same moment: the second waits, and undoes nothing."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from competencyworks.core.models import Person
from tests import factories
from tests.conftest import signed_in
from tests.core.history.forms import fresh, opened

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 20  # seconds


def one_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def in_thread(act):
    try:
        return act()
    finally:
        connection.close()


def test_a_save_that_is_not_finished_is_waited_for():
    item = factories.person("Ada", role="Teacher")
    form = opened(signed_in("root", is_superuser=True), item)
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            Person.objects.filter(pk=item.pk).update(role="Principal")
            sent = threads.submit(in_thread, lambda: form.send(organization="Alderbrook"))
            until = time.monotonic() + WAIT
            while not one_waits_for_a_lock():
                assert time.monotonic() < until
                time.sleep(0.05)
        sent.result(WAIT)
    assert (fresh(item).role, fresh(item).organization) == ("Principal", "Alderbrook")


def test_of_many_saves_at_once_each_keeps_its_field():
    item = factories.person("Ada")
    values = {"role": "Head", "organization": "Here", "website": "https://ada.example.org/"}
    forms = [
        opened(signed_in(f"staff-{name}", is_superuser=True), item).put(**{name: value})
        for name, value in values.items()
    ]
    with ThreadPoolExecutor(len(forms)) as threads:
        list(threads.map(lambda form: in_thread(form.send), forms))
    stored = fresh(item)
    assert {name: getattr(stored, name) for name in values} == values
