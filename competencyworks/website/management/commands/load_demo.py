"""The demo content, for a database that holds nothing else."""

from django.core.management.base import BaseCommand, CommandError

from competencyworks.website.demo.loading import OtherContent, load


class Command(BaseCommand):
    help = (
        "Load the demo content: posts, papers, people, pages, events, pictures, comments. "
        "Does nothing where it is loaded already; refuses a database with other content."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--password",
            default="",
            help="what the staff 'author', 'editor', 'moderator', 'events' and 'admin' sign in "
            "with; "
            "left out, they cannot sign in",
        )

    def handle(self, *, password: str, **options):
        try:
            made = load(password)
        except OtherContent as error:
            raise CommandError(str(error)) from error
        if made:
            self.stdout.write(
                "Demo loaded: " + ", ".join(f"{number} {kind}" for kind, number in made.items())
            )
        else:
            self.stdout.write("The demo is loaded already; nothing was changed.")
