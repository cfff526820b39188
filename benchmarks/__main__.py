"""
`python -m benchmarks`: fills, measures, prints the table, writes docs/benchmarks.md.

For each size a production site of its own is filled once and kept under var/. Then each kind
of page is asked for under full load for some seconds, in turn with a bare Django view that
returns the same bytes, so that neither the machine nor what else it does enters the ratio. Needs
Linux with two cores, and wrk.
"""

import argparse
import sys
from pathlib import Path

from . import load
from .ground import BASE, Ground
from .kinds import KINDS
from .machine import described
from .measuring import measure
from .report import markdown

SIZES = [1_000, 100_000]


def main() -> None:
    options = _options()
    if options.explain:
        _explain(options)
        return
    load.check()
    wanted = [kind for kind in KINDS if kind.name in options.pages]
    sites = []
    for posts in sorted(options.sizes):
        ground = _ground(options, posts)
        ground.make_ready(options.keep)
        if not sites:
            ground.collect_static()
        try:
            sites.append(measure(ground, options.port + 1, wanted, options.seconds, options.rounds))
        finally:
            ground.stop()
    report = markdown(sites, described(), KINDS)
    print(report)
    if options.write:
        options.write.write_text(report)
        print(f"Written to {options.write}.", file=sys.stderr)


def _ground(options: argparse.Namespace, posts: int) -> Ground:
    return Ground(options.var.resolve(), posts, options.port)


def _explain(options: argparse.Namespace) -> None:
    for posts in options.sizes:
        ground = _ground(options, posts)
        ground.make_ready(options.keep)
        print(ground.run("-m", "benchmarks.queries", "--explain", *options.explain))


def _options() -> argparse.Namespace:
    names = [kind.name for kind in KINDS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of posts")
    parser.add_argument(
        "--pages", nargs="+", choices=names, default=names, metavar="PAGE", help=", ".join(names)
    )
    parser.add_argument("--seconds", type=float, default=4, help="of load on a page in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--port", type=int, default=8301, help="and the one after it")
    parser.add_argument("--var", type=Path, default=BASE / "var", help="where the sites are kept")
    parser.add_argument("--keep", action="store_true", help="fill nothing anew")
    parser.add_argument("--write", type=Path, help="a file for the report")
    parser.add_argument(
        "--explain", nargs="+", metavar="PATH", help="print the plans of these paths instead"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
