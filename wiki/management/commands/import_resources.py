"""Takes resources over from a table; docs/import.md tells how."""

import sys
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from wiki.catalogue.csv_reading import NotATable
from wiki.catalogue.importing import AlreadyRunning, import_resources


class Command(BaseCommand):
    help = (
        "Import resources from a CSV file. You can stop it and run it again: existing resources "
        "are kept, and updated where the file differs."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file; its first row names the columns")
        parser.add_argument(
            "--publish", action="store_true", help=("publish new resources right away")
        )
        parser.add_argument("--by", default="", help="username to record in the histories")
        parser.add_argument(
            "--dry-run", action="store_true", help=("report what would happen, but store nothing")
        )

    def handle(self, *args, **options) -> None:
        by = None
        if options["by"]:
            by = get_user_model().objects.filter(username=options["by"]).first()
            if by is None:
                raise CommandError(f"There is no user “{options['by']}”.")
        try:
            report = self._run(options["file"], by, options)
        except (NotATable, AlreadyRunning, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(report.text)
        if options["dry_run"]:
            self.stdout.write("This was a dry run: nothing was stored.")

    def _run(self, path: Path, by, options):
        with path.open("rb") as file:
            lines = sum(1 for _ in file)
            file.seek(0)
            # disable=None: no bar where standard error is no terminal.
            with tqdm(total=lines, unit=" rows", file=sys.stderr, disable=None, leave=False) as bar:
                return import_resources(
                    file,
                    by=by,
                    publish=options["publish"],
                    dry_run=options["dry_run"],
                    progress=bar.update,
                )
