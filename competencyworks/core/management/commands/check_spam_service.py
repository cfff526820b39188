"""Ask the spam service whether it takes our key."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from competencyworks.core.discussion import akismet


class Command(BaseCommand):
    help = "Check whether the spam service accepts the key in AKISMET_KEY."

    def handle(self, *args, **options):
        if not settings.AKISMET_KEY:
            raise CommandError("AKISMET_KEY is not set, so no spam service is used.")
        try:
            is_valid = akismet.verify_key()
        except akismet.ServiceError as error:
            raise CommandError(str(error)) from error
        if not is_valid:
            raise CommandError("The spam service does not accept the key in AKISMET_KEY.")
        self.stdout.write("The spam service accepts the key.")
