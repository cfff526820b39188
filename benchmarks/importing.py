"""
`python -m benchmarks.importing [POSTS …]`: how long an import takes, and how much memory.

Each size is imported by the command itself into an empty database of its own, then once more,
which must make nothing. The CPU time is the command's own, without the database's. Memory is
the peak of the command's process (resident set); that of the database is bounded by its
settings. Files are not fetched.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from . import wxr
from .ground import BASE, Ground
from .machine import described

SIZES = [10_000, 20_000]


class Run(NamedTuple):
    """One run of the command."""

    seconds: float
    cpu: float
    mebibytes: float
    made: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--var", type=Path, default=BASE / "var")
    options = parser.parse_args()
    print(described())
    print("| posts | file, MB | import, s | its CPU, s | posts/s | peak, MiB | second run, s |")
    print("|-|-|-|-|-|-|-|")
    for posts in options.sizes:
        print(_row(options.var.resolve(), posts), flush=True)


def _row(var: Path, posts: int) -> str:
    ground = Ground(var / "importing", posts, 8000)
    ground.stop()
    shutil.rmtree(ground.folder, ignore_errors=True)
    ground.folder.mkdir(parents=True)
    export = ground.folder / "export.xml"
    wxr.write(posts, export)
    ground.server.keep()
    ground.server.start()
    try:
        ground.run("manage.py", "migrate", "--verbosity=0")
        first, second = _import(ground, export), _import(ground, export)
    finally:
        ground.stop()
    if not first.made or second.made:
        sys.exit("The first run must make rows, and the second none.")
    cells = (
        f"{posts:,}",
        f"{export.stat().st_size / 1e6:.0f}",
        f"{first.seconds:.0f}",
        f"{first.cpu:.0f}",
        f"{posts / first.seconds:.0f}",
        f"{first.mebibytes:.0f}",
        f"{second.seconds:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def _import(ground: Ground, export: Path) -> Run:
    command = [sys.executable, "manage.py", "import_wordpress", str(export), "--no-fetch"]
    start = time.monotonic()
    with (ground.folder / "report.txt").open("w") as report:
        process = subprocess.Popen(command, env=ground.environment, cwd=BASE, stdout=report)
        _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"The import ended with {os.waitstatus_to_exitcode(status)}.")
    seconds = time.monotonic() - start
    lines = (ground.folder / "report.txt").read_text().splitlines()
    made = next(int(line.split()[2]) for line in lines if line.startswith("posts"))
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, made > 0)


if __name__ == "__main__":
    main()
