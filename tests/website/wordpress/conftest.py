from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from competencyworks.website.wordpress.pictures import Library, key_of

from .archive import ARCHIVE, EDITS
from .bodies import FILES


@pytest.fixture
def import_archive(capsys) -> Callable[..., str]:
    """Runs the command, without network; returns what it tells."""

    def run_command(export: Path = ARCHIVE, **options) -> str:
        call_command("import_wordpress", str(export), **{"no_fetch": True, **options})
        return capsys.readouterr().out

    return run_command


@pytest.fixture
def newer_archive(tmp_path) -> Callable[..., Path]:
    """Makes a copy of the archive in which texts, named in EDITS, are replaced."""

    def edit(**replacements: str) -> Path:
        text = ARCHIVE.read_text()
        for name, new in replacements.items():
            assert EDITS[name] in text
            text = text.replace(EDITS[name], new)
        path = tmp_path / "newer.xml"
        path.write_text(text)
        return path

    return edit


@pytest.fixture
def library() -> Library:
    return Library(
        by_key={key_of(file.address): file for file in FILES},
        by_number={file.number: file for file in FILES},
        by_parent={5: FILES},
    )
