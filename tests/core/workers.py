"""Worker processes beside a test."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from tests.core.background_work import told

ROOT = Path(__file__).resolve().parents[2]


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


class Workers:
    """Starts workers, and knows what they tell and log."""

    def __init__(self, folder: Path):
        self.work = folder / "work"
        self.log = folder / "log"
        self.running: list[subprocess.Popen] = []

    def start(self, *options: str, sweeps: str = "", **environment: str) -> subprocess.Popen:
        environment |= {
            "TEST_DATABASE": connection.settings_dict["NAME"],
            "TEST_SWEEPS": sweeps,
            "WORK_LOG": str(self.work),
        }
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.core.worker_process", *options],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
            stderr=self.log.open("a"),
        )
        self.running.append(worker)
        return worker

    def once(self, **more) -> None:
        assert self.start("--once", **more).wait(30) == 0, self.logged()

    def whats(self) -> list[str]:
        return [what for what, pid in told(self.work)]

    def logged(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def end(self) -> None:
        for worker in self.running:
            worker.kill()
            worker.wait()
