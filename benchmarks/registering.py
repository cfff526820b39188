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
from pathlib import Path
from urllib.parse import urlencode

from . import load, serving
from .ground import BASE, HOST, Ground
from .load import Load
from .machine import described
from .serving import LOADED_FROM, Granian

SENDERS = (8, 64)
SCRIPT = Path(__file__).with_name("post.lua")
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
print(Registration.objects.filter(event__slug=sys.argv[1]).count(), OutgoingMail.objects.count())
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
    load.check()
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
                yardsticks[senders].append(bare.rate)
                rates[senders].append(ours.rate)
                shares[senders].append(bare.rate / ours.rate)
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


def _round(ground: Ground, options, senders: int, number: int) -> tuple[Load, Load]:
    """The yardstick's load and ours, one after the other."""
    slug = f"event-{senders}-{number}"
    tokens = json.loads(ground.run("-c", PREPARE, slug, str(options.forms)))
    bodies = ground.folder / "bodies"
    bodies.write_text(
        "\n".join(
            urlencode({"name": f"R {n}", "email": f"r{n}@{slug}.example.org", "token": token})
            for n, token in enumerate(tokens)
        )
    )
    ours, bare = "competencyworks.wsgi:application", "benchmarks.row_yardstick:application"
    bare = _measured(ground, options, bare, "/insert", bodies, senders)
    ours = _measured(ground, options, ours, f"/events/{slug}/register/", bodies, senders)
    stored, mails = map(int, ground.run("-c", COUNT, slug).split())
    if stored < ours.requests or mails < stored:
        raise RuntimeError(f"{ours.requests} answers, {stored} registrations, {mails} mails")
    return bare, ours


def _measured(ground, options, application, path, bodies, senders) -> Load:
    is_ours = application.startswith("competencyworks")
    port = options.port if is_ours else options.port + 1
    server = Granian(application, port, ground.environment)
    server.command = [
        f"--blocking-threads={options.threads}" if part.startswith("--blocking-threads") else part
        for part in server.command
    ]
    with server:
        server.first_answer("/healthz" if is_ours else "/")
        _put(server.url + path, bodies, 1, senders, first=0)  # warm
        return _put(server.url + path, bodies, options.seconds, senders, first=options.forms // 4)


def _put(url: str, bodies: Path, seconds: int, senders: int, first: int) -> Load:
    command = ["taskset", "-c", str(LOADED_FROM), "wrk", "-t1", f"-c{senders}", f"-d{seconds}s"]
    command += ["--timeout=30s", f"-s{SCRIPT}", url, "--", str(bodies), str(first)]
    done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE)
    found = Load(**json.loads(done.stdout.splitlines()[-1]))
    if found.errors or not found.requests:
        raise RuntimeError(f"{found.errors} errors in {found.requests} requests of {url}")
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.registering", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="of load in a round")
    parser.add_argument("--forms", type=int, default=12_000, help="more than are sent in a round")
    parser.add_argument("--threads", type=int, default=1, help="of the server")
    parser.add_argument("--port", type=int, default=8311, help="and the one after it")
    parser.add_argument("--var", type=Path, default=BASE / "var", help="where the site is kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
