"""Processes under measurement: started on one core, asked for their memory and time."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from .ground import BASE, HOST

SERVED_ON, LOADED_FROM = 0, 1  # cores
TICKS = os.sysconf("SC_CLK_TCK")
# As the site is run on a small machine: one process, one thread that runs Python.
OPTIONS = ("--interface=wsgi", "--workers=1", "--blocking-threads=1", f"--host={HOST}", "--no-ws")


class Granian:
    """A granian that serves `application` on the measured core, from `with` until its end."""

    def __init__(self, application: str, port: int, environment: dict[str, str]) -> None:
        self.command = ["taskset", "-c", str(SERVED_ON), sys.executable, "-m", "granian"]
        self.command += [*OPTIONS, f"--port={port}", application]
        self.environment = environment
        self.url = f"http://{HOST}:{port}"

    def __enter__(self) -> "Granian":
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            cwd=BASE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # the log of requests, which is written all the same
        )
        return self

    def __exit__(self, *error) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)

    def first_answer(self, path: str) -> float:
        """Seconds from now until `path` is answered with 200; raises TimeoutError after 30."""
        started = time.perf_counter()
        while (passed := time.perf_counter() - started) < 30:
            try:
                with urllib.request.urlopen(self.url + path):
                    return passed
            except (ConnectionError, urllib.error.URLError) as error:
                if isinstance(error, urllib.error.HTTPError):
                    raise
            time.sleep(0.01)
        raise TimeoutError(f"{self.url} does not answer")


def pin(pid: int) -> None:
    """Keep the process, its children, and those that it will have, on the measured core."""
    for each in family(pid):
        os.sched_setaffinity(each, {SERVED_ON})


def family(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for each in found:
        for children in Path(f"/proc/{each}/task").glob("*/children"):
            found += map(int, children.read_text().split())
    return found


def memory(*pids: int) -> float:
    """MiB that the processes and those below them take, shared pages shared out (PSS)."""
    total = 0
    for pid in pids:
        for each in family(pid):
            for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


def processor_time(*pids: int) -> float:
    """Seconds of processor time that the processes and those below them have taken so far."""
    total = 0
    for pid in pids:
        for each in family(pid):
            try:
                # The name in field 2 may hold anything, so fields are counted from behind it.
                fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            except FileNotFoundError:  # it ended meanwhile, as the database's cleaners do
                continue
            total += int(fields[11]) + int(fields[12])
    return total / TICKS
