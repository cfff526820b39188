"""The demo content, for a database that holds nothing else."""

from django.core.management.base import BaseCommand, CommandError

from competencyworks.website.demo.loading import OtherContent, load


class Command(BaseCommand):
    help = (
        "Load the demo content: posts, papers, people, pages, events, pictures, comments. "
        "Does nothing if it is already loaded; refuses a database with other content."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--password",
            default="",
            help="password for the staff accounts 'author', 'editor', 'moderator', 'events', and "
            "'admin'; without it, they cannot sign in",
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
            self.stdout.write("The demo is already loaded; nothing was changed.")
