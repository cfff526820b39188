"""
`python -m benchmarks.commenting`: accepted comments a second, told against a bare insert.

Eight senders post at once, each comment with a form of its own, from an address of its own, by a
writer of its own; checks, decision and mails to a host and a moderator are part of it. In turn the
same senders post the same bytes to a bare Django view that inserts one row in one transaction.
Server and database share one core, the senders have the other. Needs Linux with two cores.
"""

import argparse
import json
import statistics
from pathlib import Path

from . import serving
from .ground import BASE, HOST, Ground
from .machine import described

SENDERS = 8
POSTS = 1_000
TARGET = 6  # a comment may cost as many bare inserts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="of load in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--port", type=int, default=8311, help="and the one after it")
    parser.add_argument("--var", type=Path, default=BASE / "var" / "commenting")
    options = parser.parse_args()
    ground = Ground(options.var.resolve(), POSTS, options.port)
    # Each sender has an address of its own, as readers have; the site believes the header.
    ground.environment["TRUSTED_PROXIES"] = HOST
    ground.make_ready()
    ground.collect_static()
    try:
        serving.pin(ground.database_pid())
        environment = ground.environment
        with (
            serving.Granian("competencyworks.wsgi:application", options.port, environment) as site,
            serving.Granian(
                "benchmarks.inserting:application", options.port + 1, environment
            ) as bare,
        ):
            site.first_answer("/healthz")
            _report(ground, site, bare, options)
    finally:
        ground.stop()


def _report(ground: Ground, site, bare, options: argparse.Namespace) -> None:
    rows = {"comment": [], "bare insert": []}
    for number in range(options.rounds + 1):
        for name, server in (("comment", site), ("bare insert", bare)):
            pids = (server.process.pid, ground.database_pid())
            before = serving.processor_time(*pids)
            sent = json.loads(
                ground.run(
                    "-m", "benchmarks.sending", server.url, str(options.seconds), str(number)
                )
            )
            spent = serving.processor_time(*pids) - before
            if number:  # the first round warms up
                rows[name].append((sent["accepted"] / sent["seconds"], spent / sent["accepted"]))
    rate = {name: statistics.median(each[0] for each in found) for name, found in rows.items()}
    cost = {name: statistics.median(each[1] for each in found) for name, found in rows.items()}
    print(described())
    print("| | a second | processor, ms |")
    print("|-|-|-|")
    for name in rows:
        print(f"| {name} | {rate[name]:.0f} | {cost[name] * 1000:.2f} |")
    by_rate = rate["bare insert"] / rate["comment"]
    print(
        f"A comment costs {by_rate:.1f} bare inserts by the clock (target: {TARGET} at most), "
        f"{cost['comment'] / cost['bare insert']:.1f} by processor time."
    )


if __name__ == "__main__":
    main()
