"""A long run keeps its result, whatever fails when its site is put away."""

import json
import subprocess
import sys

import pytest
from django.utils import timezone

from competencyworks.core.mail.sending import NO_LONGER_DUE
from competencyworks.core.models import OutgoingMail
from tests.events import crashing, factories, rushing
from tests.events.cleaning_up import last_words, own_folder, put_away


class BadPlace:
    """A site that gives its answers and cannot be put away."""

    def __init__(self, folder, mail_port):
        self.folder, self.log, self.environment = folder, folder / "log", {}

    def manage(self, *arguments):
        pass

    start = manage

    def run(self, code, *arguments):
        answers = {
            rushing.TELL: '{"registrations": []}',
            rushing.ORDER: '{"promoted": [], "waiting": []}',
            crashing.END_LEASES: "0",
        }
        return answers.get(code, "[]")

    def end(self):
        raise RuntimeError("the database does not stop")


def test_the_rush_gives_its_result_though_nothing_can_be_put_away(monkeypatch, capsys):
    stubborn = "import time; print('watching', flush=True); time.sleep(600)"
    monkeypatch.setattr(rushing, "Place", BadPlace)
    monkeypatch.setattr(rushing, "WATCH", stubborn)
    monkeypatch.setattr(rushing, "_all_at_once", lambda *each: 1.5)
    monkeypatch.setattr(rushing, "last_words", lambda process: last_words(process, patience=0.1))
    found = rushing.rush(seed=1)
    assert (found["registrations"], found["seconds"], found["seen"]) == ([], 1.5, [])
    said = capsys.readouterr().out
    assert "the database does not stop" in said
    assert "was killed" in said


def test_the_kills_give_their_result_too(monkeypatch, capsys):
    monkeypatch.setattr(crashing, "Place", BadPlace)
    monkeypatch.setattr(crashing, "_while_they_register", lambda *each: ["web"])
    assert crashing.crash(kills=1, seed=1)["killed"] == {"web": 1}
    assert "the database does not stop" in capsys.readouterr().out


def test_a_failed_run_still_fails():
    with pytest.raises(AssertionError, match="not taken"), own_folder("cw-test-"):
        raise AssertionError("not taken")


def test_each_step_is_taken(capsys):
    taken = []
    put_away(lambda: 1 / 0, lambda: taken.append(1))
    assert taken == [1]
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_a_folder_that_cannot_be_removed_is_named(monkeypatch, capsys):
    monkeypatch.setattr("tests.events.cleaning_up.shutil.rmtree", lambda *each, **more: None)
    with own_folder("cw-test-", patience=0.2) as folder:
        pass
    assert str(folder) in capsys.readouterr().out
    folder.rmdir()


def test_the_words_of_a_process_that_ends_are_kept():
    process = subprocess.Popen(
        [sys.executable, "-c", "print('done')"], text=True, stdout=subprocess.PIPE
    )
    assert last_words(process) == "done\n"


def test_mail_that_is_no_longer_due_is_not_waited_for(db, capsys):
    event = factories.event(capacity=9)
    factories.registered(event)
    OutgoingMail.objects.update(failed_at=timezone.now(), error=f"{NO_LONGER_DUE}the seat is gone")
    exec(crashing.END_LEASES)
    assert capsys.readouterr().out == "0\n"
    exec(crashing.TELL)
    found = json.loads(capsys.readouterr().out)
    assert (found["unsent"], len(found["overtaken"])) == (0, 1)
