"""Every public page is valid HTML."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKER = Path(__file__).resolve().parents[2] / "node_modules/vnu-jar/build/dist/vnu.jar"
pytestmark = [pytest.mark.nu, pytest.mark.django_db]


@pytest.fixture(scope="session")
def checker() -> list[str]:
    """The command that starts the Nu checker (https://validator.github.io/validator/)."""
    java = shutil.which("java")
    if not java:
        pytest.skip("no Java found (Debian: apt install default-jre-headless)")
    if not CHECKER.exists():
        pytest.skip("no Nu checker found (run: npm ci)")
    return [java, "-jar", os.fspath(CHECKER)]


def check(checker: list[str], folder: Path) -> list[str]:
    """What the checker says of the HTML files in `folder`, hints at better style aside."""
    run = subprocess.run(
        [*checker, "--format", "json", "--stdout", "--exit-zero-always", os.fspath(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        f"{found['url'].rpartition('/')[2]}: {found['message']} {found.get('extract', '')!r}"
        for found in json.loads(run.stdout)["messages"]
        if found.get("subType") == "warning" or found["type"] != "info"
    ]


def test_the_checker_finds_what_is_wrong(checker, tmp_path):
    (tmp_path / "wrong.html").write_text("<!doctype html><title>x</title><p><div></p></div>")
    assert check(checker, tmp_path)


def test_every_public_page_is_valid(checker, walk, tmp_path):
    # An answer that leads elsewhere has no body.
    pages = [each for each in walk.answers.values() if each.kind == "text/html" and each.body]
    assert len(pages) > 100
    for number, page in enumerate(pages):
        (tmp_path / f"{number:04}.html").write_bytes(page.body)
    addresses = {f"{number:04}.html": page.address for number, page in enumerate(pages)}
    found = check(checker, tmp_path)
    assert not [f"{addresses[line[:9]]} {line[9:]}" for line in found]
