"""A sheet to draw flat, smooth shapes on, and the colors to draw them in.

Everything is drawn three times too large and then averaged down, which gives edges as smooth as a
vector renderer's without needing one. Coordinates are units of a thousandth of the height, so the
same composition fills any size.
"""

import copy
import hashlib
import math
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

SUPERSAMPLE = 3
HEIGHT = 1000

Color = tuple[int, int, int]
Point = tuple[float, float]


def seeded(key: str) -> Random:
    """A random generator that `key` decides, the same in every process and Python version."""
    seed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    return Random(seed)  # noqa: S311 - pictures, not secrets


def color(code: str) -> Color:
    """'0B5D57' -> (11, 93, 87)."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def mix(first: Color, second: Color, share: float) -> Color:
    """`first` with `share` (0 to 1) of it replaced by `second`."""
    return tuple(round(a + (b - a) * share) for a, b in zip(first, second, strict=True))


GROUND, PANEL, LINE = color("FBFAF6"), color("F1EEE6"), color("DAD5C9")
INK, NIGHT, SLATE = color("1C2224"), color("15191A"), color("343C3D")
SPRUCE, AQUA = color("0B5D57"), color("6FCFC2")
INDIGO, LAVENDER = color("34428F"), color("A9B4F2")
OCHRE, GOLD = color("8A5A00"), color("E8B95A")
BRICK, CORAL = color("9A3B26"), color("F0937C")
CREAM = color("FFE9A8")

NAMES = {
    GROUND: "white",
    PANEL: "white",
    LINE: "sand",
    INK: "black",
    NIGHT: "black",
    SPRUCE: "dark green",
    AQUA: "light green",
    INDIGO: "dark blue",
    LAVENDER: "lavender",
    OCHRE: "brown",
    GOLD: "gold",
    BRICK: "brick red",
    CORAL: "coral",
    CREAM: "pale yellow",
}


@dataclass(frozen=True)
class Scheme:
    """Colors by their part in a picture.

    `ground` is behind everything, `soft` barely stands out from it, `main`, `second` and `third`
    carry the forms, `accent` is for the one thing to look at, `light` and `dark` are for details
    that lie on the others.
    """

    ground: Color
    soft: Color
    main: Color
    second: Color
    third: Color
    accent: Color
    light: Color
    dark: Color

    @property
    def forms(self) -> list[Color]:
        return [self.main, self.second, self.third, self.accent]

    @property
    def line(self) -> Color:
        """For thin things that lie on the ground: the one of `light` and `dark` that shows."""
        return self.light if sum(self.ground) < 3 * 128 else self.dark


MIST = mix(AQUA, GROUND, 0.72)
LILAC = mix(LAVENDER, GROUND, 0.66)
BLUSH = mix(CORAL, GROUND, 0.74)
FOREST = mix(SPRUCE, NIGHT, 0.35)
MIDNIGHT = mix(INDIGO, NIGHT, 0.4)

SCHEMES = [
    Scheme(PANEL, LINE, SPRUCE, AQUA, GOLD, BRICK, GROUND, INK),
    Scheme(SPRUCE, mix(SPRUCE, AQUA, 0.18), AQUA, GOLD, CREAM, CORAL, GROUND, FOREST),
    Scheme(INDIGO, mix(INDIGO, LAVENDER, 0.2), LAVENDER, CORAL, CREAM, GOLD, GROUND, MIDNIGHT),
    Scheme(GOLD, mix(GOLD, CREAM, 0.45), SPRUCE, BRICK, GROUND, INDIGO, GROUND, INK),
    Scheme(CREAM, mix(CREAM, GOLD, 0.35), SPRUCE, CORAL, GOLD, BRICK, GROUND, INK),
    Scheme(
        NIGHT, mix(NIGHT, SLATE, 0.7), AQUA, LAVENDER, CORAL, GOLD, color("E9E6DF"), color("0D1011")
    ),
    Scheme(MIST, mix(MIST, AQUA, 0.3), SPRUCE, INDIGO, AQUA, BRICK, GROUND, INK),
    Scheme(LILAC, mix(LILAC, LAVENDER, 0.35), INDIGO, SPRUCE, LAVENDER, BRICK, GROUND, INK),
    Scheme(BLUSH, mix(BLUSH, CORAL, 0.25), BRICK, INDIGO, CORAL, SPRUCE, GROUND, INK),
    Scheme(LINE, mix(LINE, GROUND, 0.45), SPRUCE, OCHRE, GOLD, BRICK, GROUND, INK),
]


class Canvas:
    """Shapes in `scheme`'s colors on a sheet of `size` pixels; `finish()` gives the image."""

    def __init__(self, size: tuple[int, int], scheme: Scheme):
        self.scheme = scheme
        self.height = HEIGHT
        self.width = HEIGHT * size[0] / size[1]
        self._unit = size[1] * SUPERSAMPLE / HEIGHT
        self._origin: Point = (0, 0)
        large = (size[0] * SUPERSAMPLE, size[1] * SUPERSAMPLE)
        self._image = Image.new("RGB", large, scheme.ground)
        self._draw = ImageDraw.Draw(self._image)

    def finish(self) -> Image.Image:
        return self._image.reduce(SUPERSAMPLE)

    def view(self, x: float, y: float, scale: float) -> "Canvas":
        """The same sheet with (0, 0) at (x, y) and every length `scale` times as long."""
        other = copy.copy(self)
        other._origin = self._place(x, y)
        other._unit = self._unit * scale
        return other

    def _place(self, x: float, y: float) -> Point:
        return self._origin[0] + x * self._unit, self._origin[1] + y * self._unit

    def _box(self, x: float, y: float, across: float, down: float) -> tuple:
        return (*self._place(x - across, y - down), *self._place(x + across, y + down))

    def polygon(self, points: list[Point], fill: Color) -> None:
        self._draw.polygon([self._place(x, y) for x, y in points], fill)

    def rectangle(
        self, x: float, y: float, width: float, height: float, fill: Color, radius: float = 0
    ) -> None:
        left, top = self._place(x, y)
        right, bottom = self._place(x + width, y + height)
        if right - left < 1 or bottom - top < 1:
            return
        box = (left, top, right - 1, bottom - 1)
        if radius:
            self._draw.rounded_rectangle(box, radius * self._unit, fill)
        else:
            self._draw.rectangle(box, fill)

    def ellipse(self, x: float, y: float, across: float, down: float, fill: Color) -> None:
        """An ellipse around (x, y); `across` and `down` are its half axes."""
        self._draw.ellipse(self._box(x, y, across, down), fill)

    def disc(self, x: float, y: float, radius: float, fill: Color) -> None:
        self.ellipse(x, y, radius, radius, fill)

    def ring(self, x: float, y: float, radius: float, stroke: float, fill: Color) -> None:
        """A circle line whose outer edge is `radius` from (x, y)."""
        width = max(1, round(stroke * self._unit))
        self._draw.ellipse(self._box(x, y, radius, radius), None, fill, width)

    def slice(
        self, x: float, y: float, radius: float, start: float, end: float, fill: Color
    ) -> None:
        """A piece of pie from `start` to `end` degrees, clockwise from three o'clock."""
        self._draw.pieslice(self._box(x, y, radius, radius), start, end, fill)

    def arch(self, x: float, y: float, radius: float, stroke: float, fill: Color) -> None:
        """A half ring standing on the line `y`, its outer edge `radius` from (x, y)."""
        self.polygon(
            arc((x, y), radius, 180, 360) + arc((x, y), radius - stroke, 360, 180),
            fill,
        )

    def ribbon(self, points: list[Point], stroke: float, fill: Color) -> None:
        """A line of even width with round ends along gently bending `points`."""
        left, right = [], []
        for index, (x, y) in enumerate(points):
            before = points[max(index - 1, 0)]
            after = points[min(index + 1, len(points) - 1)]
            run, rise = after[0] - before[0], after[1] - before[1]
            length = math.hypot(run, rise) or 1
            shift = (-rise / length * stroke / 2, run / length * stroke / 2)
            left.append((x + shift[0], y + shift[1]))
            right.append((x - shift[0], y - shift[1]))
        self.polygon(left + right[::-1], fill)
        for x, y in (points[0], points[-1]):
            self.disc(x, y, stroke / 2, fill)

    def leaf(self, root: Point, angle: float, length: float, fill: Color, wide: float = 1) -> None:
        """A pointed leaf that grows from `root` towards `angle` degrees (0 is right, -90 up)."""
        turn = math.radians(angle)
        along, aside = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))
        steps = 24
        edge = [(t / steps, math.sin(math.pi * t / steps) * 0.22 * wide) for t in range(steps + 1)]
        both = edge + [(t, -bulge) for t, bulge in reversed(edge)]
        self.polygon(
            [
                (
                    root[0] + (along[0] * t + aside[0] * bulge) * length,
                    root[1] + (along[1] * t + aside[1] * bulge) * length,
                )
                for t, bulge in both
            ],
            fill,
        )


def arc(center: Point, radius: float, start: float, end: float, steps: int = 48) -> list[Point]:
    """Points along a circle from `start` to `end` degrees, clockwise from three o'clock."""
    turns = (math.radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return [
        (center[0] + radius * math.cos(turn), center[1] + radius * math.sin(turn)) for turn in turns
    ]


def smooth(start: Point, end: Point, steps: int = 40) -> list[Point]:
    """Points of an S-shaped line that leaves `start` and reaches `end` level."""
    points = []
    for step in range(steps + 1):
        share = step / steps
        eased = share * share * (3 - 2 * share)
        points.append(
            (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * eased)
        )
    return points
