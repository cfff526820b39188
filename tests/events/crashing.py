"""
A site of its own whose processes are killed while people register: web process, worker and
PostgreSQL, with SIGKILL, at random moments.

    python -m tests.events.crashing --kills 30

tells what came of it; tests/events/test_crashes.py does the same with a few kills.
"""

import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from .cleaning_up import own_folder, put_away, tell

ROOT = Path(__file__).resolve().parents[2]
SLUG, SEATS = "webinar", 40
PATIENCE = 120.0  # seconds in which one form, or all mail, must have got through
OWN_PAGE = re.compile(r"/events/registration/[\w.-]+/")
KEY = "of no use outside of this test, and long enough for it"

MAKE_EVENT = f"""
from tests.events import factories
factories.event(slug={SLUG!r}, title="Webinar", capacity={SEATS}, join_url="https://v.example.org/")
"""
MINT = f"""
import json, sys
from events.models import Event
from events.signing_up import form_token
from tests.events import pages
event = Event.objects.get(slug={SLUG!r})
with pages.earlier():
    print(json.dumps([form_token.mint(event) for _ in range(int(sys.argv[1]))]))
"""
# Mails that a killed worker had in hand wait for the end of their lease; here it ends at once.
END_LEASES = """
from django.utils import timezone
from competencyworks.core.models import OutgoingMail
rows = OutgoingMail.objects.filter(sent_at=None, failed_at=None)
rows.exclude(leased_until=None).update(leased_until=timezone.now())
rows.update(due_at=timezone.now())
print(rows.count())
"""
STOP = """
from django.conf import settings
from competencyworks.core.embedded_postgres.server import Server
server = Server(**settings.DATABASES["default"]["EMBEDDED"])
server.keep()
with server.starting():
    server.stop()
"""
TELL = """
import json
from django.db.models import Sum
from competencyworks.core.mail.sending import NO_LONGER_DUE
from competencyworks.core.models import OutgoingMail
from events.models import Event, Registration
unsent = OutgoingMail.objects.filter(sent_at=None)
# What was no longer true when it should have gone: of a seat that was given back since.
overtaken = unsent.filter(error__startswith=NO_LONGER_DUE)
event = Event.objects.get()
seats = event.registrations.confirmed().order_by().aggregate(n=Sum("seats", default=0))
rows = Registration.objects.order_by("pk")
print(json.dumps({
    "registrations": list(rows.values_list("pk", "email", "status")),
    "ever_confirmed": list(rows.exclude(confirmed_at=None).values_list("pk", flat=True)),
    "free": event.capacity - seats["n"],
    "mails": list(OutgoingMail.objects.values_list("key", "to_email", "attempts")),
    "unsent": unsent.exclude(pk__in=overtaken).count(),
    "overtaken": list(overtaken.values_list("key", "to_email")),
}))
"""


class Place:
    """The site's folder, its environment, and what runs there."""

    def __init__(self, folder: Path, mail_port: int) -> None:
        self.folder, self.log = folder, folder / "log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.running: dict[str, subprocess.Popen] = {}
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "CW_MODE": "test",
            "CW_VAR": str(folder),
            "DJANGO_SETTINGS_MODULE": "competencyworks.settings",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "SECRET_KEY": KEY,
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            # So that each of many can be somebody else.
            "TRUSTED_PROXIES": "127.0.0.1",
            "PYTHONPATH": str(ROOT),
        }

    def run(self, code: str, *arguments: str) -> str:
        """What a script prints that runs in the site."""
        start = "import django; django.setup()\n"
        return self._python("-c", start + code, *arguments)

    def manage(self, *arguments: str) -> None:
        self._python("manage.py", *arguments)

    def start(self, name: str) -> None:
        commands = {
            "web": [
                "-m", "granian", "--interface=wsgi", "--host=127.0.0.1", f"--port={self.port}",
                "--blocking-threads=4", "--no-ws", "competencyworks.wsgi:application",
            ],
            "worker": ["manage.py", "worker", "--interval", "0.1"],
        }  # fmt: skip
        self.running[name] = subprocess.Popen(
            [sys.executable, *commands[name]],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log.open("a"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        """End a process with all below it, and start it anew. Its users start PostgreSQL."""
        if name == "PostgreSQL":
            (pid_file,) = self.folder.glob("postgresql*/data/postmaster.pid")
            os.kill(int(pid_file.read_text().split("\n", 1)[0]), signal.SIGKILL)
            return
        self._end(name)
        self.start(name)

    def end(self) -> None:
        put_away(*(partial(self._end, name) for name in list(self.running)), self._stop_database)

    def _stop_database(self) -> None:
        self._python("-c", STOP)

    def _end(self, name: str) -> None:
        process = self.running.pop(name)
        with suppress(ProcessLookupError):  # it has ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return done.stdout


class Crowd:
    """People who send one form each until it is taken, and some who cancel by their mail."""

    def __init__(self, place: Place, post_office, tokens: list[str]) -> None:
        self.place, self.post_office, self.tokens = place, post_office, tokens
        self.taken: list[str] = []  # addresses whose form was answered with 303
        self.cancelled: set[str] = set()
        self.lock = threading.Lock()

    def register(self, number: int) -> None:
        email = f"r{number}@example.org"
        fields = {"name": f"R{number}", "email": email, "token": self.tokens[number]}
        self._until_taken(f"/events/{SLUG}/register/", urlencode(fields), number)
        with self.lock:
            self.taken.append(email)

    def cancel(self, email: str, path: str, number: int) -> None:
        self._until_taken(f"{path}cancel/", "", number)
        with self.lock:
            self.cancelled.add(email)

    def _until_taken(self, path: str, body: str, number: int) -> None:
        end = time.monotonic() + PATIENCE
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"198.18.{number // 250}.{number % 250 + 1}",
        }
        while time.monotonic() < end:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.place.port, timeout=15)
                connection.request("POST", path, body, headers)
                status = connection.getresponse().status
            except (OSError, http.client.HTTPException):
                status = 0
            finally:
                connection.close()
            if status == 303:
                return
            if status and status < 500:
                raise AssertionError(f"answered {status}: {path}")
            time.sleep(0.1)  # the process is being started
        raise AssertionError(f"not taken within {PATIENCE} s: {path}")


def crash(kills: int, seed: int, each: int = 12, tell=lambda text: None) -> dict:
    """
    Let `each` people register between one kill and the next; returns what stands in the database
    at the end, with what the mail server got and how often each process was killed.
    """
    from tests.core.mail.post_office import PostOffice

    chance = random.Random(seed)
    post_office = PostOffice()
    post_office.start()
    with own_folder("cw-crash-") as folder:
        place = Place(folder, post_office.port)
        try:
            place.manage("migrate", "--verbosity=0")
            place.run(MAKE_EVENT)
            tokens = json.loads(place.run(MINT, str((kills + 1) * each)))
            crowd = Crowd(place, post_office, tokens)
            place.start("web")
            place.start("worker")
            killed = _while_they_register(place, crowd, chance, kills, each, tell)
            drain(place)
            found = json.loads(place.run(TELL))
        except BaseException:
            tell(place.log.read_text()[-3000:] if place.log.exists() else "no log")
            raise
        finally:
            put_away(place.end, post_office.stop)
    ids = [mail["Message-ID"] for mail in post_office.received]
    found |= {
        "received": Counter(ids),
        "received_by": [(mail["To"], mail["Subject"]) for mail in post_office.received],
        "taken": crowd.taken,
        "cancelled": crowd.cancelled,
        "killed": Counter(killed),
    }
    return found


def _while_they_register(place, crowd: Crowd, chance, kills: int, each: int, tell) -> list[str]:
    """Kill one process after the other while people register and cancel; returns which."""
    killed, people, seen = [], (kills + 1) * each, 0
    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(crowd.register, number) for number in range(people)]
        for number in range(kills):
            goal = number * each + chance.randrange(1, each)
            wait_for(lambda goal=goal: len(crowd.taken) >= goal or all(w.done() for w in work))
            time.sleep(chance.uniform(0, 0.3))  # any moment
            victim = ["web", "worker", "PostgreSQL"][number % 3]
            tell(f"{len(crowd.taken)} registered, {len(crowd.post_office.received)} mails sent; "
                 f"{victim} is killed")  # fmt: skip
            place.kill(victim)
            killed.append(victim)
            for mail in crowd.post_office.received[seen:]:
                seen += 1
                if "registered" in mail["Subject"] and chance.random() < 0.3:
                    path = OWN_PAGE.search(mail.get_body(("plain",)).get_content())[0]
                    address = mail["To"].rpartition("<")[2].rstrip(">")
                    work.append(pool.submit(crowd.cancel, address, path, seen))
        for done in work:
            done.result(PATIENCE * 2)
    return killed


def drain(place: Place) -> None:
    """Until no mail is left to be sent."""
    end = time.monotonic() + PATIENCE
    while int(place.run(END_LEASES)):
        if time.monotonic() > end:
            raise AssertionError("mail is left over")
        time.sleep(0.5)


def wait_for(condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.01)


def problems(found: dict) -> list[str]:
    """What of the promises was not kept; [] if all were."""
    wrong = []
    keys = Counter(key for key, _, _ in found["mails"])
    seated = {f"registration-{key}-confirmed" for key in found["ever_confirmed"]}
    wrong += [f"a seat without its mail: {key}" for key in seated - set(keys)]
    told = {key for key in keys if key.endswith("-confirmed")}
    wrong += [f"a mail without a seat: {key}" for key in told - seated]
    wrong += [f"{count} rows of {key}" for key, count in keys.items() if count > 1]
    emails = Counter(email for _, email, status in found["registrations"])
    wrong += [f"{email} has {count} registrations" for email, count in emails.items() if count > 1]
    wrong += [f"{email} was taken and is lost" for email in set(found["taken"]) - set(emails)]
    if found["free"] < 0:
        wrong.append(f"{-found['free']} seats too many")
    waiting = [email for _, email, status in found["registrations"] if status == "waiting"]
    if waiting and found["free"] > 0:
        wrong.append(f"{waiting[0]} waits though a seat is free")
    gone = {email for _, email, status in found["registrations"] if status == "cancelled"}
    wrong += [f"{email} cancelled in vain" for email in found["cancelled"] - gone]
    received = found["received"]
    overtaken = found["overtaken"]
    if found["unsent"] or len(received) != len(keys) - len(overtaken):
        wrong.append(f"{len(keys)} mails, {len(received)} received, {len(overtaken)} overtaken")
    promoted = {f"registration-{key}-waiting" for key in found["ever_confirmed"]}
    wrong += [
        f"{key} was dropped"
        for key, email in overtaken
        if email not in found["cancelled"] and key not in promoted
    ]
    twice = sum(received.values()) - len(received)
    # A killed web process has no mail in hand.
    most = found["killed"]["worker"] + found["killed"]["PostgreSQL"]
    if twice > most:
        wrong.append(f"{twice} mails sent twice in {most} kills")
    again = sum(attempts > 1 for _, _, attempts in found["mails"])
    if again < twice:
        wrong.append(f"{twice} mails sent twice, {again} of them noted")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    options = parser.parse_args()
    tell(f"Seed {options.seed}.")
    found = crash(options.kills, options.seed, tell=tell)
    received = found["received"]
    tell(
        f"{len(found['registrations'])} registrations, {len(found['ever_confirmed'])} seats given, "
        f"{len(found['cancelled'])} cancelled; {len(found['mails'])} mails, "
        f"{sum(received.values()) - len(received)} of them sent twice."
    )
    wrong = problems(found)
    tell("\n".join(wrong) or "Nothing was lost.")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
