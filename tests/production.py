"""A production's settings, read in this process or by `manage.py`."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
FULL = {
    "SECRET_KEY": "0123456789abcdefghij" * 3,
    "SITE_URL": "https://www.example.org",
    "DATABASE_URL": "postgresql://u:p@localhost/x",
    "EMAIL_URL": "smtp://localhost",
}


def environment(folder, **given) -> dict[str, str]:
    """All that a production process of these tests has; a variable given as None is left out."""
    plain = {"PATH": os.environ["PATH"], "CW_MODE": "production", "CW_VAR": str(folder)}
    return {k: v for k, v in {**plain, **FULL, **given}.items() if v is not None}


def settings(folder, **given) -> dict:
    """The settings that a production makes of these variables, read anew in this process."""
    with mock.patch.dict(os.environ, environment(folder, **given), clear=True):
        return runpy.run_path(str(ROOT / "competencyworks" / "settings.py"))


def manage(folder, *arguments, **given) -> subprocess.CompletedProcess:
    """`manage.py` in a process that has these variables alone."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(folder, **given),
        capture_output=True,
        text=True,
    )
