"""
The end of a long run: what fails while things are put away is told, and the run keeps its result.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def put_away(*steps: Callable[[], object]) -> None:
    """Take all `steps`, each whatever became of those before it."""
    for step in steps:
        try:
            step()
        except Exception as error:
            tell(f"Cleaning up failed in {getattr(step, '__qualname__', step)}: {error!r}")


@contextmanager
def own_folder(prefix: str, patience: float = 10) -> Iterator[Path]:
    """
    A new folder, which is removed at the end as far as that can be done: a database server that is
    just ending may still write in it.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o711)  # the database's own user has to get in
    try:
        yield folder
    finally:
        end = time.monotonic() + patience
        while folder.exists() and time.monotonic() < end:
            shutil.rmtree(folder, ignore_errors=True)
            time.sleep(0.1)
        if folder.exists():
            tell(f"{folder} could not be removed. Remove it by hand.")


def last_words(process: subprocess.Popen, patience: float = 60) -> str:
    """What `process` writes until it ends; it is killed if that takes too long."""
    try:
        written, _ = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        written, _ = process.communicate()
        tell(f"A process did not end within {patience:.0f} s and was killed.")
    return written
