from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from competencyworks.accounts.second_factors import remove_all


class Command(BaseCommand):
    help = (
        "Remove the second factors of a staff account whose owner lost them, and end its "
        "sessions. Use this for the last superuser. For anyone else, use Users in the admin."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username: str, **options):
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account named {username}.")
        self.stdout.write(f"{remove_all(user)} second factors removed.")
