"""Erase what the site holds of a person."""

from django.core.management.base import BaseCommand, CommandError

from competencyworks.core.privacy import CannotErase, erase_person


class Command(BaseCommand):
    help = "Erase everything stored about the person with this email address. It cannot be undone."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--words", action="store_true", help="Also erase the text of comments.")
        parser.add_argument(
            "--profile",
            action="store_true",
            help="Also erase the profile, and the name on articles.",
        )
        parser.add_argument(
            "--account", action="store_true", help="Also deactivate the account of staff."
        )
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(
        self, *, email: str, words: bool, profile: bool, account: bool, yes: bool, **options
    ) -> None:
        if not yes and input(f"Erase what is held of {email} permanently? [y/N] ").lower() != "y":
            raise CommandError("Nothing was erased.")
        try:
            erased = erase_person(email, words=words, profile=profile, account=account)
        except CannotErase as error:
            raise CommandError(str(error)) from error
        for kind, count in erased.counts.items():
            self.stdout.write(f"{kind}: {count}")
        for trace in erased.left:
            self.stdout.write(f"Still in {trace.table}.{trace.column}: {trace.rows} rows")
