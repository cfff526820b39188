"""
`python -m benchmarks.registering`: how many registrations for one event are taken a second, by 8
and by 64 senders at the same time, as a share of a bare Django view that inserts one row.

Each round has an event of its own with seats to count, and both servers in turn. Each registration
is what a person's form sends: it takes the event's lock, a seat, and writes its mail.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

from . import serving
from .ground import BASE, HOST, Ground
from .machine import described
from .serving import LOADED_FROM, Granian

SENDERS = (8, 64)
FIRST = 20  # forms that warm a server up
PREPARE = """
import json, sys
import django
django.setup()
from datetime import timedelta
from unittest import mock
from django.core import signing
from django.utils import timezone
from events.models import Event
from events.signing_up import form_token
slug, count = sys.argv[1], int(sys.argv[2])
now = timezone.now()
event = Event.objects.create(
    title="A webinar", slug=slug, status="published", publish_at=now - timedelta(days=1),
    starts_at=now + timedelta(days=7), ends_at=now + timedelta(days=7, hours=1),
    join_url="https://video.example.org/1", capacity=5000,
)
# Forms that were opened a minute ago.
stamp = signing.b62_encode(int(now.timestamp()) - 60)
with mock.patch.object(signing.TimestampSigner, "timestamp", return_value=stamp):
    print(json.dumps([form_token.mint(event) for _ in range(count)]))
"""
COUNT = """
import sys
import django
django.setup()
from competencyworks.core.models import OutgoingMail
from events.models import Registration
rows = Registration.objects.filter(event__slug=sys.argv[1])
mails = OutgoingMail.objects.filter(to_email__endswith=f"@{sys.argv[1]}.example.org")
print(rows.count(), mails.count())
"""


class EventGround(Ground):
    """A production site without content."""

    def __init__(self, var: Path, port: int) -> None:
        super().__init__(var, 0, port)
        # Each sender's address is its own, as in life.
        self.environment["TRUSTED_PROXIES"] = HOST

    def make_ready(self, keep: bool = False) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        for folder in (self.folder, self.static):
            folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "static").symlink_to(self.static)
        self._start()
        self.run("manage.py", "migrate", "--verbosity=0")
        self.collect_static()
        environment = self.environment
        self.environment = {**environment, "MAKE_TABLE": "1"}
        self.run("-c", "import benchmarks.row_yardstick")
        self.environment = environment


def main() -> None:
    options = _options()
    ground = EventGround(options.var.resolve(), options.port)
    ground.make_ready()
    try:
        serving.pin(ground.database_pid())
        shares = {senders: [] for senders in SENDERS}
        rates = {senders: [] for senders in SENDERS}
        yardsticks = {senders: [] for senders in SENDERS}
        for number in range(options.rounds):
            for senders in SENDERS if number % 2 else reversed(SENDERS):
                bare, ours = _round(ground, options, senders, number)
                yardsticks[senders].append(bare)
                rates[senders].append(ours)
                shares[senders].append(bare / ours)
    finally:
        ground.stop()
    print(f"Machine: {described()}. Threads of the server: {options.threads}.\n")
    print("| Senders | Registrations a second | Yardstick a second | Share |")
    print("|-|-|-|-|")
    for senders in SENDERS:
        print(
            f"| {senders} | {statistics.median(rates[senders]):.0f} "
            f"| {statistics.median(yardsticks[senders]):.0f} "
            f"| 1/{statistics.median(shares[senders]):.1f} "
            f"({min(shares[senders]):.1f} to {max(shares[senders]):.1f}) |"
        )
    few, many = (statistics.median(rates[senders]) for senders in SENDERS)
    print(f"\n{SENDERS[1]} senders get {many / few:.2f} times the registrations of {SENDERS[0]}.")


def _round(ground: Ground, options, senders: int, number: int) -> tuple[float, float]:
    """What the yardstick and the site take a second, one after the other."""
    slug = f"event-{senders}-{number}"
    tokens = json.loads(ground.run("-c", PREPARE, slug, str(options.forms + FIRST)))
    bodies = [
        urlencode({"name": f"R {n}", "email": f"r{n}@{slug}.example.org", "token": token})
        for n, token in enumerate(tokens)
    ]
    ours, bare = "competencyworks.wsgi:application", "benchmarks.row_yardstick:application"
    bare = _rate(ground, options, bare, "/insert", bodies, senders)
    ours = _rate(ground, options, ours, f"/events/{slug}/register/", bodies, senders)
    stored, mails = map(int, ground.run("-c", COUNT, slug).split())
    if (stored, mails) != (len(bodies), len(bodies)):
        raise RuntimeError(f"{len(bodies)} forms, {stored} registrations, {mails} mails")
    return bare, ours


def _rate(ground, options, application, path, bodies, senders) -> float:
    """How many of `bodies` an application takes a second; the first few are not counted."""
    is_ours = application.startswith("competencyworks")
    port = options.port if is_ours else options.port + 1
    server = Granian(application, port, ground.environment)
    server.command = [
        f"--blocking-threads={options.threads}" if part.startswith("--blocking-threads") else part
        for part in server.command
    ]
    with server:
        server.first_answer("/healthz" if is_ours else "/")
        _send(ground, port, path, bodies[:FIRST], 1)
        found = _send(ground, port, path, bodies[FIRST:], senders)
    return found["taken"] / found["seconds"]


def _send(ground, port: int, path: str, bodies: list[str], senders: int) -> dict:
    file = ground.folder / "bodies"
    file.write_text("\n".join(bodies))
    command = ["taskset", "-c", str(LOADED_FROM), sys.executable, "-m", "benchmarks.senders"]
    command += [str(port), path, str(file), str(senders)]
    done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, cwd=BASE)
    found = json.loads(done.stdout)
    if found["refused"]:
        raise RuntimeError(f"{found['refused']} refused at {path}")
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.registering", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--forms", type=int, default=1000, help="that are sent in a round")
    parser.add_argument("--threads", type=int, default=1, help="of the server")
    parser.add_argument("--port", type=int, default=8311, help="and the one after it")
    parser.add_argument("--var", type=Path, default=BASE / "var", help="where the site is kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
