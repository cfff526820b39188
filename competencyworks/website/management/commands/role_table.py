"""`manage.py role_table`: write the table of roles, made from the policy, into docs/operate.md."""

from django.conf import settings
from django.core.management.base import BaseCommand

from competencyworks.core.roles import table

START, END = "<!-- roles: written by manage.py role_table -->", "<!-- end of roles -->"


class Command(BaseCommand):
    help = "Write the table of roles, made from the policy, into docs/operate.md."

    def handle(self, *args, **options):
        path = settings.BASE_DIR / "docs" / "operate.md"
        text = path.read_text()
        before, _, rest = text.partition(START)
        _, end, after = rest.partition(END)
        if not end:
            self.stderr.write(f"docs/operate.md lacks the lines “{START}” and “{END}”.")
            raise SystemExit(1)
        path.write_text(f"{before}{START}\n{table()}\n{END}{after}")
        self.stdout.write("Written.")
