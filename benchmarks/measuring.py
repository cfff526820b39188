"""One site measured: each kind of page in turn with the yardstick, again and again."""

import json
import re
import statistics
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import load, serving
from .ground import Ground
from .kinds import Kind

STARTS = 3
FILES = {
    "stylesheets": re.compile(r'<link rel="stylesheet" href="([^"]+)"'),
    "scripts": re.compile(r'<script[^>]* src="([^"]+)"'),
}
LOOKED_AT = 30  # pages of a kind whose bytes are read to find one of middling size


@dataclass
class Measured:
    """One kind of page at one size."""

    queries: int
    shares: list[float] = field(default_factory=list)  # yardstick's rate / the page's, each round
    rates: list[float] = field(default_factory=list)  # requests a second
    costs: list[float] = field(default_factory=list)  # milliseconds of processor a request
    yardstick_costs: list[float] = field(default_factory=list)
    p99: float = 0.0  # milliseconds

    @property
    def share(self) -> float:
        return statistics.median(self.shares)

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    @property
    def cost(self) -> float:
        return statistics.median(self.costs)

    @property
    def cost_share(self) -> float:
        """What a page costs in yardsticks by processor time, which others' work disturbs less."""
        return self.cost / statistics.median(self.yardstick_costs)


@dataclass
class SiteMeasured:
    """One site: its pages, and what is told of the whole."""

    size: int
    kinds: dict[str, Measured] = field(default_factory=dict)
    memory: float = 0.0  # MiB, the most that was seen under load
    start: float = 0.0  # seconds to the first answer
    transferred: dict[str, int] = field(default_factory=dict)  # bytes, as a browser asks


def measure(ground: Ground, yardstick_port: int, wanted: list[Kind], seconds: float, rounds: int):
    """
    The site on `ground` measured: the kinds in `wanted`, each `rounds` times for `seconds`.

    Returns a SiteMeasured. The database must be ready.
    """
    paths = {
        kind: found
        for kind, found in json.loads(ground.run("-m", ground.pages)).items()
        if kind in {each.name for each in wanted}
    }
    site = SiteMeasured(ground.size)
    counted = ground.run("-m", "benchmarks.queries", *(found[-1] for found in paths.values()))
    queries = json.loads(counted)
    site.start = statistics.median(_start(ground) for _ in range(STARTS))
    with _granian(ground) as page_server:
        page_server.first_answer("/")
        site.transferred = _transferred(ground, paths)
        bodies = _bodies(ground, paths)
        environment = {**ground.environment, "YARDSTICK": str(bodies)}
        with serving.Granian(
            "benchmarks.yardstick:application", yardstick_port, environment
        ) as yardstick:
            yardstick.first_answer(f"/{next(iter(paths))}")
            for kind in wanted:
                if kind.name in paths:
                    found = paths[kind.name]
                    measured = Measured(queries=queries[found[-1]])
                    site.kinds[kind.name] = measured
                    pair = _Pair(ground, page_server, yardstick, kind.name, found)
                    pair.run(measured, site, seconds, rounds)
    return site


def _granian(ground: Ground) -> serving.Granian:
    serving.pin(ground.database_pid())
    port = int(ground.url.rpartition(":")[2])
    return serving.Granian("competencyworks.wsgi:application", port, ground.environment)


def _start(ground: Ground) -> float:
    with _granian(ground) as server:
        return server.first_answer("/")


class _Pair:
    """The page's server and the yardstick's, for one kind of page."""

    def __init__(self, ground: Ground, page, yardstick, kind: str, paths: list[str]) -> None:
        self.page, self.yardstick, self.kind = page, yardstick, kind
        self.measured_pids = [page.process.pid, ground.database_pid()]
        self.list = _write_paths(ground, kind, paths)
        self.yardstick_list = _write_paths(ground, f"yardstick-{kind}", [f"/{kind}"])
        self.asked = 0

    def run(self, measured: Measured, site: SiteMeasured, seconds: float, rounds: int) -> None:
        self._put(self.page, 1)  # warms caches of both; not counted
        self._put(self.yardstick, 1)
        for _ in range(rounds):
            bare, bare_cost = self._put(self.yardstick, seconds / 2)
            with _watching(self.measured_pids, seconds) as seen:
                page, cost = self._put(self.page, seconds)
            site.memory = max(site.memory, *seen)
            measured.shares.append(bare.rate / page.rate)
            measured.rates.append(page.rate)
            measured.costs.append(cost)
            measured.yardstick_costs.append(bare_cost)
            measured.p99 = max(measured.p99, page.p99)

    def _put(self, server: serving.Granian, seconds: float) -> tuple[load.Load, float]:
        """The load, and the milliseconds of processor time that a request took."""
        is_page = server is self.page
        pids = self.measured_pids if is_page else [server.process.pid]
        before = serving.processor_time(*pids)
        done = load.put(
            server.url, self.list if is_page else self.yardstick_list, seconds, self.asked
        )
        if is_page:
            self.asked += done.requests  # goes on where it was: each search is asked once
        taken = serving.processor_time(*pids) - before
        return done, taken / done.requests * 1000


@contextmanager
def _watching(pids: list[int], seconds: float) -> Iterator[list[float]]:
    """Collects the memory of `pids`, measured in the middle of the load and after it."""
    seen: list[float] = []
    middle = threading.Timer(seconds / 2, lambda: seen.append(serving.memory(*pids)))
    middle.start()
    yield seen
    middle.join()
    seen.append(serving.memory(*pids))


def _write_paths(ground: Ground, name: str, paths: list[str]) -> Path:
    folder = ground.folder / "paths"
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.txt"
    file.write_text("".join(f"{path}\n" for path in paths))
    return file


def _bodies(ground: Ground, paths: dict[str, list[str]]) -> Path:
    """A folder with one page of each kind, of middling length, for the yardstick to return."""
    folder = ground.folder / "bodies"
    folder.mkdir(exist_ok=True)
    for kind, found in paths.items():
        answers = sorted((_get(ground.url + path)[0] for path in found[:LOOKED_AT]), key=len)
        (folder / kind).write_bytes(answers[len(answers) // 2])
    return folder


def _get(url: str, encoding: str = "identity") -> tuple[bytes, str]:
    """The body as it came over the wire, and its Content-Encoding."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": encoding})
    with urllib.request.urlopen(request) as answer:
        return answer.read(), answer.headers.get("Content-Encoding", "")


def _transferred(ground: Ground, paths: dict[str, list[str]]) -> dict[str, int]:
    """Bytes over the wire, as a browser asks: pages, all stylesheets, all scripts of a post."""
    sizes = {}
    for name, found in paths.items():
        if name in ("home", "post"):
            answers = [_get(ground.url + path, "gzip, br") for path in found[:LOOKED_AT]]
            sizes[name] = max(len(body) for body, _ in answers)
    html = _get(ground.url + paths.get("post", ["/"])[0])[0].decode()
    for name, pattern in FILES.items():
        files = set(pattern.findall(html))
        sizes[name] = sum(len(_get(ground.url + file, "gzip, br")[0]) for file in files)
    return sizes
