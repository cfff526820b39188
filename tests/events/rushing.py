"""
A rush on a running site: 300 people register over 20 connections for 50 seats, 100 of them cancel
by the link in their mail, and the organizer changes the number of seats twice.

    python -m tests.events.rushing

tells what came of it. What it looks at is what the database committed, moment by moment.
"""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.core.mail.post_office import PostOffice

from .cleaning_up import last_words, own_folder, put_away, tell
from .crashing import (
    MAKE_EVENT,
    MINT,
    OWN_PAGE,
    PATIENCE,
    ROOT,
    TELL,
    Crowd,
    Place,
    drain,
    problems,
    wait_for,
)

PEOPLE, CONNECTIONS, CANCELLED = 300, 20, 100
SEATS, FEWER, MORE = 50, 40, 55
SET_SEATS = """
import sys
from events.models import Event
from events.registration import set_capacity
set_capacity(Event.objects.get().pk, int(sys.argv[1]))
"""
# Of each moment the seats there are and those taken, until the file is there.
WATCH = """
import django; django.setup()
import json, sys, time
from pathlib import Path
from django.db import connection
seen = set()
print("watching", flush=True)
while not Path(sys.argv[1]).exists():
    with connection.cursor() as cursor:
        cursor.execute('''SELECT e.capacity, (SELECT coalesce(sum(seats), 0) FROM
            events_registration r WHERE r.event_id = e.id AND r.status = 'confirmed')
            FROM events_event e''')
        seen.add(cursor.fetchone())
    time.sleep(0.005)
print(json.dumps(sorted(seen)))
"""
ORDER = """
import json
from django.db.models import F
from events.models import Registration
rows = Registration.objects.all()
print(json.dumps({
    "promoted": list(rows.filter(confirmed_at__gt=F("created_at")).values_list("pk", flat=True)),
    "waiting": list(rows.waiting().values_list("pk", flat=True)),
}))
"""


def rush(seed: int) -> dict:
    """What stands in the database afterwards, what was seen meanwhile, and what mail came."""
    post_office = PostOffice()
    post_office.start()
    seen = ""
    with own_folder("cw-rush-") as folder:
        place = Place(folder, post_office.port)
        try:
            place.manage("migrate", "--verbosity=0")
            place.run(MAKE_EVENT)
            place.run(SET_SEATS, str(SEATS))
            crowd = Crowd(place, post_office, json.loads(place.run(MINT, str(PEOPLE))))
            place.start("web")
            place.start("worker")
            stop = place.folder / "stop"
            watcher = subprocess.Popen(
                [sys.executable, "-c", WATCH, str(stop)],
                cwd=ROOT, env=place.environment, text=True, stdout=subprocess.PIPE,
            )  # fmt: skip
            try:
                watcher.stdout.readline()
                seconds = _all_at_once(place, crowd, random.Random(seed))
            finally:
                stop.touch()
                seen = last_words(watcher)
            drain(place)
            found = json.loads(place.run(TELL)) | json.loads(place.run(ORDER))
        finally:
            put_away(place.end, post_office.stop)
    received = Counter(mail["Message-ID"] for mail in post_office.received)
    return found | {
        # Nothing, if the watcher ended early: broken() says so.
        "seen": [tuple(pair) for pair in json.loads(seen or "[]")],
        "seconds": seconds,
        "received": received,
        "taken": crowd.taken,
        "cancelled": crowd.cancelled,
        "killed": Counter(),
    }


def _all_at_once(place: Place, crowd: Crowd, chance: random.Random) -> float:
    """Registrations, cancellations and changes of seats; returns how many seconds they took."""
    start, looked = time.monotonic(), 0
    with ThreadPoolExecutor(CONNECTIONS) as pool, ThreadPoolExecutor(1) as organizer:
        work = [pool.submit(crowd.register, number) for number in range(PEOPLE // 2)]
        changes = {CANCELLED // 4: FEWER, CANCELLED // 2: MORE}
        rest, links = list(range(PEOPLE // 2, PEOPLE)), []
        while len(links) < CANCELLED:
            wait_for(lambda seen=looked: len(crowd.post_office.received) > seen)
            for mail in crowd.post_office.received[looked:]:
                looked += 1
                link = OWN_PAGE.search(mail.get_body(("plain",)).get_content())
                address = mail["To"].rpartition("<")[2].rstrip(">")
                is_first = "registered" in mail["Subject"] or "waiting list" in mail["Subject"]
                if link and is_first and len(links) < CANCELLED and chance.random() < 0.6:
                    links.append(address)
                    work.append(pool.submit(crowd.cancel, address, link[0], len(links)))
                if rest:
                    work.append(pool.submit(crowd.register, rest.pop()))
                if seats := changes.pop(len(links), None):
                    work.append(organizer.submit(place.run, SET_SEATS, str(seats)))
        work += [pool.submit(crowd.register, number) for number in rest]
        for done in work:
            done.result(PATIENCE * 2)
    return time.monotonic() - start


def broken(found: dict) -> list[str]:
    """What of the promises was not kept; [] if all were."""
    wrong = problems(found)
    most = {FEWER: SEATS, SEATS: SEATS, MORE: MORE}  # fewer seats take nobody's
    wrong += [f"{taken} of {seats} seats taken" for seats, taken in found["seen"]
              if taken > most[seats]]  # fmt: skip
    if len({seats for seats, _ in found["seen"]}) != len(most):
        wrong.append(f"not all numbers of seats were seen: {found['seen']}")
    # All come alone, so the first who waits is the next who is seated.
    if found["waiting"] and found["promoted"] and min(found["waiting"]) < max(found["promoted"]):
        wrong.append("somebody was passed over")
    if len(found["registrations"]) != PEOPLE or len(found["cancelled"]) != CANCELLED:
        wrong.append(f"{len(found['registrations'])} came, {len(found['cancelled'])} cancelled")
    wrong += [f"{key} sent {count} times" for key, count in found["received"].items() if count > 1]
    return wrong


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(10_000)
    tell(f"Seed {seed}.")
    found = rush(seed)
    tell(
        f"{len(found['registrations'])} registrations and {len(found['cancelled'])} cancellations "
        f"in {found['seconds']:.1f} s; {len(found['promoted'])} promoted, {len(found['waiting'])} "
        f"wait, {len(found['received'])} mails; {len(found['seen'])} different moments seen."
    )
    wrong = broken(found)
    tell("\n".join(wrong) or "Nothing was lost.")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
