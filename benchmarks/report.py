"""The figures as a table, and whether each target is met."""

from .kinds import Kind
from .measuring import Measured, SiteMeasured

LIMITS = {  # bytes
    "home": 60_000,
    "post": 60_000,
    "stylesheets": 20_000,
    "scripts": 10_000,
}
MEMORY = 200  # MiB
START = 2.0  # seconds
HEAD = """\
# How fast the site is

Made by `make bench`; the figures are those of one machine, the ratios hold on others. One core
runs server and database, the load comes from another. 'Share' is what part of the requests a
second of a bare Django view the page reaches, when that view returns the same bytes under the
same server (granian, one process, one thread): the median of the rounds, and in brackets the
best and the worst. 'Processor' is the same ratio told by processor time. 'Growth' is what a page
costs with the most posts, as a multiple of what it costs with the fewest. Nothing is cached. A
target that is missed is in bold.
"""


def markdown(sites: list[SiteMeasured], machine: str, kinds: list[Kind]) -> str:
    """The whole report, of the smallest site first."""
    parts = [HEAD, f"Machine: {machine}.", pages(sites, kinds, "posts"), _rest(sites)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def pages(sites: list[SiteMeasured], kinds: list[Kind], unit: str) -> str:
    """A row for each kind of page that was measured; `unit` is what sites have many or few of."""
    heads = ["Page", "Target", "Queries"]
    for site in sites:
        heads += [f"{site.size:,} {unit}: a second", "share", "processor", "p99 ms"]
    if len(sites) > 1:
        heads.append("Growth")
    rows = []
    for kind in kinds:
        if any(kind.name in site.kinds for site in sites):
            rows.append(_row(kind, sites))
    return _table(heads, rows)


def _row(kind: Kind, sites: list[SiteMeasured]) -> list[str]:
    counts = {site.kinds[kind.name].queries for site in sites if kind.name in site.kinds}
    row = [kind.label, f"1/{kind.share}"]
    row.append(_judged(" or ".join(map(str, sorted(counts))), max(counts) <= kind.queries))
    for site in sites:
        if measured := site.kinds.get(kind.name):
            row += _cells(kind, measured)
        else:
            row += ["–"] * 4
    if len(sites) > 1:
        row.append(_growth(kind, sites[0], sites[-1]))
    return row


def _cells(kind: Kind, measured: Measured) -> list[str]:
    spread = f"1/{min(measured.shares):.0f} to 1/{max(measured.shares):.0f}"
    share = _judged(f"1/{measured.share:.0f}", round(measured.share) <= kind.share)
    return [
        f"{measured.rate:.0f}",
        f"{share} ({spread})",
        f"1/{measured.cost_share:.0f}",
        f"{measured.p99:.0f}",
    ]


def _growth(kind: Kind, small: SiteMeasured, large: SiteMeasured) -> str:
    if kind.name not in large.kinds or kind.base not in small.kinds:
        return "–"
    growth = large.kinds[kind.name].share / small.kinds[kind.base].share
    return _judged(f"{growth:.2f}", round(growth, 2) <= kind.growth)


def _rest(sites: list[SiteMeasured]) -> str:
    heads = ["", "Target", *(f"{site.size:,} posts" for site in sites)]
    rows = [
        ["Memory of server and database under load (PSS)", f"{MEMORY} MiB"]
        + [_judged(f"{site.memory:.0f} MiB", site.memory <= MEMORY) for site in sites],
        ["Start to the first answer", f"{START:.0f} s"]
        + [_judged(f"{site.start:.1f} s", site.start <= START) for site in sites],
    ]
    for name, limit in LIMITS.items():
        cells = [site.transferred.get(name) for site in sites]
        row = [f"Transferred: {name}", f"{limit / 1000:.0f} KB"]
        row += [
            "–" if size is None else _judged(f"{size / 1000:.1f} KB", size <= limit)
            for size in cells
        ]
        rows.append(row)
    return _table(heads, rows)


def _judged(text: str, good: bool) -> str:
    return text if good else f"**{text}**"


def _table(heads: list[str], rows: list[list[str]]) -> str:
    widths = [max(len(row[place]) for row in (heads, *rows)) for place in range(len(heads))]

    def line(cells: list[str]) -> str:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        return f"| {' | '.join(padded)} |"

    return "\n".join([line(heads), line(["-" * width for width in widths]), *map(line, rows)])
