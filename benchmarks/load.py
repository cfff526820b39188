"""The load: wrk (https://github.com/wg/wrk), on a core of its own."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .serving import LOADED_FROM

SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = 4


@dataclass(frozen=True)
class Load:
    """What one stretch of load gave."""

    requests: int
    seconds: float
    errors: int
    p99: float  # milliseconds within which 99 of 100 were answered

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def check() -> None:
    """Ends the program, saying what to do, where the load cannot be made."""
    for program in ("wrk", "taskset"):
        if not shutil.which(program):
            raise SystemExit(
                f"The benchmark needs {program}. On Debian and Ubuntu: apt install wrk util-linux"
            )


def put(url: str, paths: Path, seconds: float, first: int = 0) -> Load:
    """
    Ask `url` for the paths in the file `paths`, in turn from number `first`, for `seconds`.

    Raises RuntimeError where an answer is an error: such figures mean nothing.
    """
    command = ["taskset", "-c", str(LOADED_FROM), "wrk", "-t1", f"-c{CONNECTIONS}"]
    command += [f"-d{seconds:.0f}s", "--timeout=20s", f"-s{SCRIPT}", url]
    command += ["--", str(paths), str(first)]
    done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE)
    load = Load(**json.loads(done.stdout.splitlines()[-1]))
    if load.errors or not load.requests:
        raise RuntimeError(f"{load.errors} errors in {load.requests} requests of {paths.name}")
    return load
