"""What the site holds of a person, as JSON."""

import json

from django.core.management.base import BaseCommand, CommandError

from competencyworks.core.privacy import CannotErase, export_person


class Command(BaseCommand):
    help = "Print everything stored about the person with this email address, as JSON."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, *, email: str, **options) -> None:
        try:
            held = export_person(email)
        except CannotErase as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(held, indent=2, ensure_ascii=False))
