"""
Tasks and sweeps that tests of the worker run, in processes of their own.

They tell what they do in the file that WORK_LOG names: one line each, 'what pid'.
"""

import os
import signal
import time
from pathlib import Path

from django_tasks import task

from competencyworks.core.background.sweeps import sweep


def tell(what: str) -> None:
    with Path(os.environ["WORK_LOG"]).open("a") as log:
        log.write(f"{what} {os.getpid()}\n")


def told(path: Path) -> list[tuple[str, int]]:
    if not path.exists():
        return []
    return [(what, int(pid)) for what, pid in map(str.split, path.read_text().splitlines())]


@task()
def short(name: str) -> None:
    tell(name)


@task()
def set_off_another() -> None:
    tell("first")
    short.enqueue("second")


@task()
def long(seconds: float) -> None:
    tell("long-starts")
    time.sleep(seconds)
    tell("long-ends")


@task()
def fails() -> None:
    raise LookupError("as asked")


def register(*names: str) -> None:
    """Register the sweeps of these names, in a process that is to run them."""
    for name in names:
        globals()[f"_{name}"]()


def _exclusive() -> None:
    @sweep(every=0.01)
    def exclusive():
        tell("sweep-starts")
        time.sleep(0.05)
        tell("sweep-ends")


def _sliced() -> None:
    @sweep(every=3600)
    def sliced():
        tell("slice")
        time.sleep(0.1)
        return True


def _stuck() -> None:
    @sweep(every=0.01)
    def stuck():
        tell("stuck")
        time.sleep(0.1 if os.environ.get("UNSTUCK") else 60)


def _signals() -> None:
    @sweep(every=3600)
    def signals():
        tell("signals")
        os.kill(os.getpid(), signal.SIGTERM)


def _zealous() -> None:
    @sweep(every=3600)
    def zealous():
        tell("zealous")
