"""`make demo`: the whole site on this machine, with demo content."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

START_SECONDS = 60


class Command(BaseCommand):
    help = (
        "Migrate, load the demo content, and start a worker and the site. Ctrl-C stops everything."
    )

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port: int, **options):
        if settings.PRODUCTION:
            raise CommandError("This is for a demo. Set CW_MODE=demo.")
        self._refuse_taken(port)
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        password = self._password()
        call_command("load_demo", password=password, stdout=self.stdout)
        # SIGTERM shall take the children along, as Ctrl-C does.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        children = [self._start("worker"), self._serve(port)]
        try:
            self._wait(f"http://127.0.0.1:{port}/healthz", children)
            self.stdout.write(f"\nReady: http://127.0.0.1:{port}/\n")
            self.stdout.write(f"Staff: http://127.0.0.1:{port}/admin/ (password {password})")
            self.stdout.write("  author     writes drafts and submits them")
            self.stdout.write("  editor     publishes and manages all content")
            self.stdout.write("  moderator  decides on comments")
            self.stdout.write("  events     sets up events and manages registrations")
            self.stdout.write("  curator    maintains the wiki and decides on suggestions")
            self.stdout.write("  admin      can do everything\n")
            self.stdout.write("Email is saved as files under var/mail. Ctrl-C stops the site.")
            self.stdout.flush()
            self._watch(children)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        finally:
            self._stop(children)

    def _refuse_taken(self, port: int) -> None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise CommandError(f"Port {port} is in use. Choose another: make demo PORT=8001")

    def _password(self) -> str:
        """The staff's password: made once, kept beside the demo's database."""
        path = settings.VAR_DIR / "demo-password"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(9))
        return path.read_text()

    def _start(self, command: str) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, sys.argv[0], command], env=os.environ)  # noqa: S603

    def _serve(self, port: int) -> subprocess.Popen:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            [
                sys.executable, "-m", "granian", "--interface", "wsgi",
                "--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "4",
                "--log-level", "warning", "competencyworks.wsgi:application",
            ],
            env=os.environ,
        )  # fmt: skip

    def _wait(self, url: str, children: list[subprocess.Popen]) -> None:
        """Until the site answers; raises CommandError when it ends or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if any(child.poll() is not None for child in children):
                raise CommandError("A demo process stopped while starting; see above.")
            try:
                with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - http on loopback
                    return
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                time.sleep(0.1)
        raise CommandError(f"The site did not answer within {START_SECONDS} seconds.")

    def _watch(self, children: list[subprocess.Popen]) -> None:
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        raise CommandError("A demo process stopped; see above.")

    def _stop(self, children: list[subprocess.Popen]) -> None:
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
