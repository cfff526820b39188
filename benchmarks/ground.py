"""The site at one size: its folder, its database, and the environment of its processes."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from competencyworks.core.embedded_postgres.server import NAME, ROLE, Server, database

BASE = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
# What decides the rows of a filled database.
SOURCES = ("benchmarks/language.py", "*/migrations/*.py")


class Ground:
    """A production site with `size` public posts, kept between runs under `var`."""

    unit = "posts"
    folder_name = "bench-{}"
    filling = "benchmarks.filling"
    pages = "benchmarks.pages"

    def __init__(self, var: Path, size: int, port: int) -> None:
        self.size = size
        self.folder = var / self.folder_name.format(size)
        self.static = var / "bench-static"
        entry = database(self.folder)
        self.server = Server(**entry["EMBEDDED"])
        self.url = f"http://{HOST}:{port}"
        self.environment = {
            **os.environ,
            "CW_MODE": "production",
            "CW_VAR": str(self.folder),
            "SITE_URL": self.url,
            "SECRET_KEY": "of no use outside of this measurement, and long enough",
            "EMAIL_URL": "smtp://localhost",
            "DATABASE_URL": f"postgresql://{ROLE}@{quote(entry['HOST'], safe='')}/{NAME}",
            "DJANGO_SETTINGS_MODULE": "competencyworks.settings",
            "PYTHONPATH": str(BASE),
        }

    def make_ready(self, keep: bool = False) -> None:
        """
        Start the database; fill it unless the present generator has done so before.

        `keep` takes the rows that are there, whatever version of the generator made them.
        """
        done, digest = self.folder / "filled", self._digest()
        if done.exists() and (keep or done.read_text() == digest):
            self._start()
            return
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        for folder in (self.folder, self.static):
            folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "static").symlink_to(self.static)
        self._start()
        print(f"Filling {self.folder.name} …", file=sys.stderr)
        self.run("manage.py", "migrate", "--verbosity=0")
        self.run("-m", self.filling, str(self.size))
        done.write_text(digest)

    def collect_static(self) -> None:
        """Collect the stylesheets and scripts of today, for the sites of all sizes."""
        self.run("manage.py", "collectstatic", "--noinput", "--verbosity=0")

    def run(self, *arguments: str) -> str:
        """What Python prints when it runs `arguments` with the site's environment."""
        return subprocess.run(
            [sys.executable, *arguments],
            env=self.environment,
            cwd=BASE,
            check=True,
            text=True,
            stdout=subprocess.PIPE,
        ).stdout

    def database_pid(self) -> int:
        return int((self.server.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def stop(self) -> None:
        """Stop the database, if it runs."""
        if self.folder.exists():
            self.server.keep()
            with self.server.starting():
                self.server.stop()

    def _start(self) -> None:
        self.server.keep()
        self.server.start()

    def _digest(self) -> str:
        sources = [*SOURCES, f"{self.filling.replace('.', '/')}.py"]
        files = sorted(file for pattern in sources for file in BASE.rglob(pattern))
        return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
