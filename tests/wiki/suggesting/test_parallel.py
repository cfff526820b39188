"""One form, sent fifty times at once; one suggestion, decided by two at once; a worker killed."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from competencyworks.core import revisions
from competencyworks.core.models import OutgoingMail, Revision
from tests import factories
from tests.core.workers import ROOT
from wiki.models import Resource, Suggestion, Watch
from wiki.suggesting import deciding
from wiki.watching import acts, telling

from .sending import NEW, SENDER, token

pytestmark = pytest.mark.django_db(transaction=True)
TIMES, AT_ONCE = 50, 10


def all_at_once(act, count: int, workers: int = AT_ONCE) -> list:
    """What `act` gives, done `count` times at once over connections of their own."""
    start = Barrier(min(workers, count))

    def run(number: int):
        try:
            start.wait(timeout=30)
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.parametrize("what", ["resource", "edit"])
def test_one_form_makes_one_suggestion(make, what):
    item = make.wiki_page("Pacing")
    revisions.record(item)
    path = "/wiki/suggest/" if what == "resource" else f"{item.path}suggest/"
    form = {**NEW, "text": "Mine.", "token": token(None if what == "resource" else item, 1)}
    answers = all_at_once(lambda _: Client().post(path, form), TIMES)
    assert {answer.status_code for answer in answers} == {303}
    assert Suggestion.objects.count() == 1
    assert OutgoingMail.objects.count() == 1
    assert Revision.objects.filter(state="suggested").count() == (what == "edit")


def test_of_two_curators_one_decides(make):
    item = make.wiki_page("Pacing")
    revisions.record(item)
    Client().post(f"{item.path}suggest/", {**SENDER, "title": "Pacing", "text": "Mine.",
                                           "token": token(item, 1)})  # fmt: skip
    Client().post("/wiki/suggest/", {**NEW, "token": token()})
    user = User.objects.create(username="curator")

    def decide(number: int) -> str:
        edit = Suggestion.objects.get(revision__isnull=False)
        new = Suggestion.objects.get(revision=None)
        try:
            if number % 2:
                deciding.accept_edit(edit, user)
                deciding.accept_resource(new, user, publish=True)
            else:
                deciding.decline(edit, user, "No.")
                deciding.decline(new, user, "No.")
        except deciding.AlreadyDecided:
            return "late"
        return "done"

    said = all_at_once(decide, 4, 4)
    assert said.count("late") >= 2
    accepted = Suggestion.objects.filter(status="accepted")
    assert Resource.objects.count() == accepted.filter(revision=None).count()
    assert OutgoingMail.objects.exclude(kind="suggestion_received").count() == 2


def watches(count: int):
    item = factories.wiki_page("Watched", body="<p>One.</p>")
    revisions.record(item)
    for number in range(count):
        acts.ask(item, f"reader-{number}@example.org", "")
    for watch in Watch.objects.all():
        acts.confirm(watch.pk)
    item.body = "<p>Two.</p>"
    item.save()
    revision = revisions.record(item)
    Revision.objects.filter(pk=revision.pk).update(created_at=factories.ago(minutes=20))
    return item


def told() -> list[str]:
    rows = OutgoingMail.objects.filter(kind="watch_changed")
    return sorted(rows.values_list("to_email", flat=True))


def test_workers_side_by_side_tell_each_once(make):
    watches(30)
    all_at_once(lambda _: telling.tell(), 4, 4)
    while telling.tell():
        pass
    assert told() == sorted(f"reader-{number}@example.org" for number in range(30))


KILLED = """
import os, signal
from competencyworks.core.mail import outbox
from wiki.watching import telling
queue = outbox.queue
def dies(mails):
    queue(mails)
    os.kill(os.getpid(), signal.SIGKILL)
telling.outbox.queue = dies
telling.tell()
"""


def test_a_worker_that_is_killed_loses_no_change_and_tells_none_twice(make):
    watches(3)
    name = connection.settings_dict["NAME"]
    code = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        f"connection.settings_dict['NAME'] = {name!r}\n{KILLED}"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "CW_MODE": "test"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert told() == []
    telling.tell()
    telling.tell()
    assert len(told()) == 3
