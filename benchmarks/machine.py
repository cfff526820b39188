"""The machine in general words, and the versions that matter."""

import os
import platform
from importlib.metadata import version
from pathlib import Path


def described() -> str:
    """As '2 cores of an Intel Xeon, 24 GiB of memory; Linux, Python 3.11, Django 5.2, …'."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [f"Python {_short(platform.python_version())}"]
    parts += [f"{name} {_short(version(name))}" for name in ("Django", "granian")]
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB of memory; "
        f"{platform.system()}, {', '.join(parts)}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _short(number: str) -> str:
    return ".".join(number.split(".")[:2])
