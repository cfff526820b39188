"""
The demo's texts as they lie in files.

A post, page or paper is one file: between two lines of `+++` a head in TOML, then its HTML. In it
`href="post:SLUG"` is a link to another post, whose address depends on the day of loading, and
`<img data-demo="KEY" alt="">` a picture that is drawn when the demo is loaded. A digest is a file
in TOML: its head, and its sections with their links. Lists of people, topics, series and readers
are TOML files. So is the conversation under an item; its file has the slug of the item as name.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from competencyworks.website.demo.canvas import seeded

FOLDER = Path(__file__).resolve().parent
POST_LINK = re.compile(r'href="post:([\w-]+)"')
DRAWN_PICTURE = re.compile(r'<img data-demo="([^"]+)" alt="([^"]*)">')


@dataclass(frozen=True)
class Article:
    """A post, a page or a paper: its slug is its file's name."""

    slug: str
    head: dict[str, Any]
    body: str

    @property
    def picture_key(self) -> str | None:
        """The key of its picture; None where it has none."""
        picture = self.head.get("picture")
        return f"{picture['composition']}/{picture.get('variant', self.slug)}" if picture else None


def articles(folder: str) -> list[Article]:
    """The articles of a folder ('posts', …), oldest first. Raises ValueError, see `parse`."""
    found = [parse(path) for path in sorted((FOLDER / folder).glob("*.html"))]
    return sorted(found, key=lambda article: -article.head.get("days_ago", 0))


def digests() -> list[Article]:
    """The digests, oldest first; the sections of each lie in its head under 'section'."""
    found = []
    for path in sorted((FOLDER / "digests").glob("*.toml")):
        head = tomllib.loads(path.read_text(encoding="utf-8"))
        found.append(Article(path.stem, head, head.get("body", "").strip()))
    return sorted(found, key=lambda digest: -digest.head["days_ago"])


def conversations() -> dict[str, list[dict[str, Any]]]:
    """What readers said under items, by the items' slugs."""
    files = sorted((FOLDER / "conversations").glob("*.toml"))
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["comment"] for path in files}


def parse(path: Path) -> Article:
    """Read one file. Raises ValueError, naming the file, where its head is missing or broken."""
    before, *parts = path.read_text(encoding="utf-8").split("+++\n", 2)
    if before or len(parts) != 2:
        raise ValueError(f"{path.name}: a head between two lines of +++ must come first.")
    try:
        return Article(path.stem, tomllib.loads(parts[0]), parts[1].strip())
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name}: {error}") from error


def table(name: str) -> dict[str, Any]:
    """What the TOML file `name` holds."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def moment(days_ago: float, key: str) -> datetime:
    """
    The time `days_ago` days before today (after it, if negative), at an hour between 7 and
    17 in the site's zone that `key` decides: whole days, for a calendar that looks lived in.
    """
    rng = seeded(f"hour of {key}")
    day = timezone.localdate() - timedelta(days=days_ago)
    at = time(rng.randint(7, 16), rng.randrange(0, 60, 5))
    return datetime.combine(day, at, tzinfo=timezone.get_current_timezone())
