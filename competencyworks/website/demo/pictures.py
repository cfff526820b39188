"""Pictures for the demo, drawn from a key: the same key always gives the same picture.

A key is any text, usually a post's slug. 'bridge/some-slug' asks for a composition by its name;
without one of the names of `COMPOSITIONS` before a slash, the key's hash chooses.
"""

from PIL import Image

from competencyworks.website.demo import diagrams, figures, scenes
from competencyworks.website.demo.canvas import SCHEMES, Canvas, seeded

COMPOSITIONS = {
    "arcs": diagrams.arc_diagram,
    "bars": diagrams.growth_bars,
    "beakers": figures.beakers,
    "boats": scenes.boats,
    "bookshelf": scenes.bookshelf,
    "bridge": scenes.bridge,
    "cairns": figures.cairns,
    "clock": diagrams.clock_and_steps,
    "conversation": figures.conversation,
    "curves": diagrams.learning_curves,
    "doors": scenes.doors,
    "dots": diagrams.dot_field,
    "gathering": figures.gathering,
    "growing": scenes.growing,
    "hills": scenes.hills,
    "lanes": diagrams.lanes,
    "map": diagrams.tile_map,
    "paths": scenes.paths,
    "phases": figures.phases,
    "quilt": figures.quilt,
    "rubric": diagrams.rubric,
    "schoolhouse": scenes.schoolhouse,
    "stairs": scenes.stairs,
    "table": figures.round_table,
    "timeline": diagrams.timeline,
    "weave": figures.weave,
}


def composition_of(key: str) -> str:
    """The name of the composition that `draw(key)` uses."""
    name = key.partition("/")[0]
    return name if name in COMPOSITIONS else seeded(f"composition {key}").choice(list(COMPOSITIONS))


def _compose(key: str, size: tuple[int, int]) -> tuple[Canvas, str]:
    rng = seeded(key)
    canvas = Canvas(size, rng.choice(SCHEMES))
    return canvas, COMPOSITIONS[composition_of(key)](canvas, rng)


def draw(key: str, *, size: tuple[int, int] = (1600, 1067)) -> Image.Image:
    """The picture for `key`, in RGB, `size` pixels wide and high."""
    return _compose(key, size)[0].finish()


def describe(key: str) -> str:
    """A sentence that says what `draw(key)` shows, fit for an alt text."""
    return _compose(key, (3, 2))[1]
