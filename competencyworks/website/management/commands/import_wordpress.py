"""Brings an archive over from WordPress; docs/import.md tells how."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from blog.models import Channel
from competencyworks.website.wordpress.run import AlreadyRunning, Import
from competencyworks.website.wordpress.wxr import NotAnExport


class Command(BaseCommand):
    help = (
        "Import a WordPress export (Tools → Export → All content). You can stop it and run it "
        "again: it continues where it left off, and does not change anything already imported."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("export", type=Path, help="the XML file exported by WordPress")
        parser.add_argument(
            "--media", type=Path, help="folder with the old site's wp-content/uploads"
        )
        parser.add_argument(
            "--no-fetch", action="store_true", help="fetch no files from the old site"
        )
        parser.add_argument(
            "--channel", default="k-12", help="slug of the blog to import posts into (k-12)"
        )
        parser.add_argument(
            "--series-taxonomy", default="", help="taxonomy of WordPress that names series"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help=("report what would happen, but store nothing")
        )

    def handle(self, *args, **options) -> None:
        channel = Channel.objects.filter(slug=options["channel"]).first()
        if channel is None:
            slugs = ", ".join(Channel.objects.values_list("slug", flat=True))
            raise CommandError(f"There is no blog “{options['channel']}.” Choose one of: {slugs}.")
        media = options["media"]
        if media is not None and not media.is_dir():
            raise CommandError(f"{media} is not a folder.")
        job = Import(
            options["export"],
            channel,
            series_taxonomy=options["series_taxonomy"],
            media=media,
            fetch=not options["no_fetch"],
            dry_run=options["dry_run"],
            progress=_bar,
        )
        try:
            report = job.run()
        except (NotAnExport, AlreadyRunning, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(report.text())
        if job.relinked:
            self.stdout.write(f"\n{job.relinked} texts now link to items that came after them.")
        if options["dry_run"]:
            self.stdout.write("\nThis was a dry run: nothing was stored.")


def _bar(**words) -> tqdm:
    # disable=None: no bar where standard error is no terminal.
    return tqdm(**words, file=sys.stderr, disable=None, leave=False)
