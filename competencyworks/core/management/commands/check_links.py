"""Asks the addresses outside that texts cite whether they answer."""

import sys

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from competencyworks.core.links.checking import cited
from competencyworks.core.links.run import Report, count_due, make_all_due, of_host, run

STOPPED = 130  # as shells say of what Ctrl-C ended


class Command(BaseCommand):
    help = (
        "Check the external links in texts, one request at a time to each host. You can stop it "
        "with Ctrl-C and run it again: it continues where it left off. Exit codes: 0 all "
        "requested checks are done, whatever they found; 1 it could not start; 130 it was stopped."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--limit", type=int, help="check at most this many links")
        parser.add_argument("--host", default="", help="check only links to this host")
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--due", action="store_true", help=("check links that are due (the default)")
        )
        which.add_argument(
            "--all",
            action="store_true",
            help="check all links, including those checked recently or ignored",
        )

    def handle(self, *, limit: int | None, host: str, **options) -> None:
        if limit is not None and limit < 1:
            raise CommandError("--limit must be 1 or more.")
        if host and not of_host(cited(), host).exists():
            raise CommandError(f"Nothing links to {host}.")
        if options["all"]:
            make_all_due(host)
        report, total = Report(), count_due(host)
        stopped = False
        # disable=None: no bar where standard error is no terminal.
        bar = tqdm(
            total=min(total, limit or total),
            desc="links",
            file=sys.stderr,
            disable=None,
            leave=False,
        )
        try:
            with bar:
                run(report, host=host, limit=limit, step=bar.update)
        except KeyboardInterrupt:
            stopped = True
        self.stdout.write(report.text())
        if stopped:
            self.stderr.write("Stopped. Run it again to continue.")
            sys.exit(STOPPED)
