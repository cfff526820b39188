"""
`python -m benchmarks.wiki`: the pages of the wiki, measured as `python -m benchmarks` measures
those of the blog, with few and with many resources, pages and revisions.
"""

import argparse
import sys
from pathlib import Path

from . import load
from .ground import BASE, Ground
from .kinds import Kind
from .machine import described
from .measuring import measure
from .report import pages

SIZES = [200, 20_000]  # resources; a quarter as many pages, each with fifty revisions
KINDS = [
    Kind("home", "The wiki's front page", queries=8),
    Kind("page", "Wiki page", queries=8),
    Kind("resource", "Resource", queries=8),
    Kind("list", "Resources, page 1", queries=8),
    Kind("filtered", "Resources with three filters", queries=8),
    Kind("providers", "Providers", queries=8),
    Kind("offering", "Providers by state and words", queries=8),
    Kind("map", "Map of the states", queries=8),
    Kind("mapthen", "Map as of a past day", queries=8),
    Kind("history", "History of a page", queries=8),
    Kind("compare", "Comparison of two revisions", queries=8),
    Kind("recent", "Recent changes", queries=8),
]
HEAD = """\
# How fast the wiki is

Made by `python -m benchmarks.wiki`, as docs/benchmarks.md is made by `make bench` and read in the
same way. There are a quarter as many pages as resources, each with fifty revisions.
"""


class WikiGround(Ground):
    """A production site with a wiki of `size` resources."""

    unit = "resources"
    folder_name = "bench-wiki-{}"
    filling = "benchmarks.wiki_filling"
    pages = "benchmarks.wiki_pages"


def main() -> None:
    options = _options()
    load.check()
    wanted = [kind for kind in KINDS if kind.name in options.pages]
    sites = []
    for size in sorted(options.sizes):
        ground = WikiGround(options.var.resolve(), size, options.port)
        ground.make_ready(options.keep)
        if not sites:
            ground.collect_static()
        try:
            sites.append(measure(ground, options.port + 1, wanted, options.seconds, options.rounds))
        finally:
            ground.stop()
    table = pages(sites, KINDS, WikiGround.unit)
    report = f"{HEAD}\nMachine: {described()}.\n\n{table}\n"
    print(report)
    if options.write:
        options.write.write_text(report)
        print(f"Written to {options.write}.", file=sys.stderr)


def _options() -> argparse.Namespace:
    names = [kind.name for kind in KINDS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.wiki", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="of resources")
    parser.add_argument(
        "--pages", nargs="+", choices=names, default=names, metavar="PAGE", help=", ".join(names)
    )
    parser.add_argument("--seconds", type=float, default=3, help="of load on a page in a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, default=8311, help="and the one after it")
    parser.add_argument("--var", type=Path, default=BASE / "var", help="where the sites are kept")
    parser.add_argument("--keep", action="store_true", help="fill nothing anew")
    parser.add_argument("--write", type=Path, help="a file for the report")
    return parser.parse_args()


if __name__ == "__main__":
    main()
