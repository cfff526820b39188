"""Portraits of the demo's invented people: a geometric head and shoulders, drawn from a key.

A key such as 'bun+glasses/some-slug' asks for a hair style and for extras by name; what it leaves
open, its hash chooses. Skin and hair are mixtures of the site's palette.
"""

import math
from random import Random

from PIL import Image

from competencyworks.website.demo.canvas import (
    AQUA,
    BLUSH,
    BRICK,
    CORAL,
    CREAM,
    GOLD,
    GROUND,
    INDIGO,
    LAVENDER,
    LILAC,
    LINE,
    MIST,
    NIGHT,
    OCHRE,
    SCHEMES,
    SLATE,
    SPRUCE,
    Canvas,
    Color,
    Point,
    arc,
    mix,
    seeded,
)

SKINS = {
    "fair": mix(CREAM, CORAL, 0.38),
    "light": mix(mix(GOLD, CORAL, 0.5), CREAM, 0.42),
    "tan": mix(mix(GOLD, CORAL, 0.55), OCHRE, 0.22),
    "brown": mix(mix(OCHRE, CORAL, 0.4), BRICK, 0.25),
    "dark": mix(mix(OCHRE, BRICK, 0.5), NIGHT, 0.28),
    "deep": mix(mix(OCHRE, BRICK, 0.6), NIGHT, 0.48),
}
HAIRS = {
    "black": mix(NIGHT, OCHRE, 0.06),
    "umber": mix(NIGHT, OCHRE, 0.42),
    "chestnut": mix(BRICK, NIGHT, 0.35),
    "auburn": mix(BRICK, OCHRE, 0.4),
    "blond": mix(GOLD, OCHRE, 0.25),
    "gray": mix(SLATE, LINE, 0.55),
    "white": mix(LINE, GROUND, 0.6),
}
STYLES = ["short", "part", "bob", "long", "bun", "curls", "afro", "scarf", "bald", "locs"]
STYLES += ["braid", "waves"]
EARS_COVERED = {"bob", "long", "scarf", "braid", "waves"}
BACKDROPS = [
    (MIST, AQUA, INDIGO),
    (LILAC, LAVENDER, SPRUCE),
    (BLUSH, CORAL, INDIGO),
    (CREAM, GOLD, SPRUCE),
    (LINE, GROUND, BRICK),
    (SPRUCE, AQUA, CREAM),
    (INDIGO, LAVENDER, GOLD),
    (GOLD, CREAM, SPRUCE),
    (MIST, GROUND, BRICK),
]
HEAD: Point = (500, 425)
ACROSS, DOWN = 148, 184


def portrait(key: str, size: tuple[int, int] = (600, 600)) -> Image.Image:
    """The portrait for `key`, in RGB, `size` pixels wide and high."""
    rng = seeded(key)
    wishes = key.partition("/")[0].split("+") if "/" in key else []
    style = _wish(wishes, STYLES, rng)
    skin = SKINS[_wish(wishes, list(SKINS), rng)]
    hair = HAIRS[_wish(wishes, list(HAIRS), rng)]
    ground, disc, clothes = rng.choice(BACKDROPS)
    canvas = Canvas(size, SCHEMES[0])
    canvas.rectangle(0, 0, canvas.width + 1, 1001, ground)
    canvas.disc(500 + rng.uniform(-90, 90), 470 + rng.uniform(-40, 40), 400, disc)
    if style == "scarf":
        hair = clothes if rng.random() < 0.4 else mix(clothes, disc, 0.5)
    bust(canvas.view(-125, -70, 1.25), style, wishes, (skin, hair, clothes), rng)
    return canvas.finish()


def _wish(wishes: list[str], choices: list[str], rng: Random) -> str:
    by_hash = rng.choice(choices)
    return next((wish for wish in wishes if wish in choices), by_hash)


def bust(canvas: Canvas, style: str, extras: list[str], tones: tuple, rng: Random) -> None:
    """Head and shoulders in `tones` (skin, hair, clothes), in the middle of the canvas."""
    skin, hair, clothes = tones
    shade = mix(skin, NIGHT, 0.16)
    BEHIND.get(style, _nothing)(canvas, hair)
    canvas.ellipse(500, 1030, 345, 320, clothes)
    canvas.rectangle(155, 1030, 690, 400, clothes)
    if style != "scarf":
        _collar(canvas, clothes, skin, rng)
    canvas.rectangle(438, 540, 124, 175, shade)
    canvas.ellipse(500, 712, 62, 40, shade)
    if style not in EARS_COVERED:
        for side in (-1, 1):
            canvas.ellipse(HEAD[0] + side * (ACROSS - 2), HEAD[1] + 14, 26, 38, shade)
    canvas.ellipse(*HEAD, ACROSS, DOWN, skin)
    if "beard" in extras:
        _beard(canvas, hair, skin)
    _face(canvas, skin)
    FRONT.get(style, _nothing)(canvas, hair)
    if "earrings" in extras:
        for side in (-1, 1):
            canvas.disc(HEAD[0] + side * (ACROSS + 4), HEAD[1] + 68, 15, GOLD)
    if "glasses" in extras:
        _glasses(canvas, mix(NIGHT, clothes, 0.25))


def _nothing(canvas: Canvas, hair: Color) -> None:
    """A style that has no part on this side of the head."""


def _collar(canvas: Canvas, clothes: Color, skin: Color, rng: Random) -> None:
    kind = rng.choice(["crew", "shirt", "vee", "shawl"])
    shade = mix(skin, NIGHT, 0.16)
    trim = mix(clothes, GROUND, 0.8) if kind == "shirt" else mix(clothes, NIGHT, 0.25)
    if kind == "crew":
        canvas.ellipse(500, 722, 108, 62, trim)
        canvas.ellipse(500, 708, 84, 48, shade)
    elif kind == "shirt":
        canvas.polygon([(420, 690), (580, 690), (500, 830)], shade)
        canvas.polygon([(436, 650), (500, 800), (432, 860), (372, 716)], trim)
        canvas.polygon([(564, 650), (500, 800), (568, 860), (628, 716)], trim)
    elif kind == "vee":
        canvas.polygon([(404, 690), (596, 690), (500, 872)], trim)
        canvas.polygon([(424, 690), (576, 690), (500, 842)], shade)
    else:
        canvas.polygon([(400, 700), (600, 700), (556, 1010), (444, 1010)], GROUND)
        canvas.ellipse(500, 706, 82, 46, shade)
        canvas.polygon([(416, 676), (448, 1010), (340, 1010), (360, 722)], trim)
        canvas.polygon([(584, 676), (552, 1010), (660, 1010), (640, 722)], trim)


def _face(canvas: Canvas, skin: Color) -> None:
    line = mix(skin, NIGHT, 0.8)
    for side in (-1, 1):
        canvas.disc(HEAD[0] + side * 54, HEAD[1] + 10, 11, line)
        brow = arc((HEAD[0] + side * 54, HEAD[1] + 22), 50, 238, 302, 12)
        canvas.ribbon(brow, 8, mix(skin, NIGHT, 0.45))
    canvas.ribbon([(500, 432), (494, 470), (506, 474)], 8, mix(skin, NIGHT, 0.22))
    canvas.ribbon(arc((500, 478), 56, 36, 144, 20), 10, line)


def _glasses(canvas: Canvas, tone: Color) -> None:
    for side in (-1, 1):
        canvas.ring(HEAD[0] + side * 58, HEAD[1] + 12, 50, 10, tone)
        canvas.ribbon([(HEAD[0] + side * 106, 430), (HEAD[0] + side * 146, 422)], 9, tone)
    canvas.ribbon([(490, 428), (510, 428)], 9, tone)


def _beard(canvas: Canvas, hair: Color, skin: Color) -> None:
    jaw = [
        (HEAD[0] + ACROSS * 1.03 * math.cos(t), HEAD[1] + DOWN * 1.06 * math.sin(t))
        for t in (math.radians(step * 4 + 4) for step in range(44))
    ]
    canvas.polygon([(HEAD[0] + 118, 470), *jaw, (HEAD[0] - 118, 470), (430, 522), (570, 522)], hair)
    canvas.ellipse(500, 530, 60, 25, skin)


def _cap(canvas: Canvas, hair: Color, low: float = 0, tilt: float = 0) -> None:
    """Hair over the top of the head, down to `low` below the brow line."""
    top = [
        (HEAD[0] + (ACROSS + 14) * math.cos(t), HEAD[1] - 4 + (DOWN + 18) * math.sin(t))
        for t in (math.radians(180 + step * 5) for step in range(37))
    ]
    brow = HEAD[1] - 78 + low
    canvas.polygon(
        [
            *top,
            (HEAD[0] + ACROSS - 6, brow + 30),
            (HEAD[0] + 96, brow - 12 + tilt),
            (HEAD[0] - 96, brow - 12 - tilt),
            (HEAD[0] - ACROSS + 6, brow + 30),
        ],
        hair,
    )


def _short(canvas: Canvas, hair: Color) -> None:
    _cap(canvas, hair, low=-8)


def _part(canvas: Canvas, hair: Color) -> None:
    _cap(canvas, hair, low=-4, tilt=34)
    canvas.ellipse(HEAD[0] - 30, HEAD[1] - 172, 118, 52, hair)


def _fringe(canvas: Canvas, hair: Color) -> None:
    _cap(canvas, hair, low=14)


def _sides(canvas: Canvas, hair: Color) -> None:
    """Hair parted in the middle, falling past the temples."""
    for side in (-1, 1):
        outer = [
            (HEAD[0] + side * (ACROSS + 22) * math.cos(t), HEAD[1] + (DOWN + 20) * math.sin(t))
            for t in (math.radians(-90 + step * 6) for step in range(19))
        ]
        inner = [(HEAD[0] + side * 128, 470), (HEAD[0] + side * 112, 360), (500, 262)]
        canvas.polygon([(500, 226), *outer, *inner], hair)


def _bob(canvas: Canvas, hair: Color) -> None:
    canvas.rectangle(312, 226, 376, 420, hair, radius=170)
    canvas.rectangle(312, 430, 376, 216, hair, radius=46)


def _long(canvas: Canvas, hair: Color) -> None:
    canvas.rectangle(310, 226, 380, 500, hair, radius=180)
    canvas.polygon([(310, 420), (690, 420), (722, 860), (278, 860)], hair)


def _bun_behind(canvas: Canvas, hair: Color) -> None:
    canvas.disc(500, 206, 82, hair)


def _bun(canvas: Canvas, hair: Color) -> None:
    _cap(canvas, hair, low=-12)
    canvas.ribbon(arc((500, 252), 60, 205, 335, 16), 9, mix(hair, GROUND, 0.25))


def _curls_behind(canvas: Canvas, hair: Color) -> None:
    for step in range(13):
        turn = math.radians(150 + step * 20)
        canvas.disc(500 + 160 * math.cos(turn), 395 + 168 * math.sin(turn), 66, hair)


def _curls(canvas: Canvas, hair: Color) -> None:
    for step, x in enumerate((392, 452, 520, 588)):
        canvas.disc(x, 284 - 14 * (step % 2), 56, hair)


def _afro(canvas: Canvas, hair: Color) -> None:
    canvas.ellipse(500, 372, 252, 236, hair)


def _locs_behind(canvas: Canvas, hair: Color) -> None:
    for index in range(-4, 5):
        x = 500 + index * 44
        low = 800 - abs(index) * 8 if abs(index) > 1 else 640
        canvas.ribbon([(500 + index * 34, 320), (x, 500), (x + index * 6, low)], 40, hair)


def _braid_behind(canvas: Canvas, hair: Color) -> None:
    canvas.rectangle(318, 228, 364, 350, hair, radius=170)
    canvas.ellipse(640, 520, 62, 80, hair)


def _braid(canvas: Canvas, hair: Color) -> None:
    _sides(canvas, hair)
    for knot in range(7):
        y = 560 + knot * 46
        canvas.ellipse(658, y, 46 - knot * 2.5, 34, hair)
        canvas.ribbon([(630, y - 30), (658, y - 14), (686, y - 30)], 5, mix(hair, GROUND, 0.22))


def _waves_behind(canvas: Canvas, hair: Color) -> None:
    canvas.rectangle(308, 228, 384, 420, hair, radius=180)
    for side in (-1, 1):
        for step, y in enumerate((430, 520, 610, 690)):
            canvas.disc(500 + side * (162 + 16 * (step % 2)), y, 62, hair)


def _scarf_behind(canvas: Canvas, hair: Color) -> None:
    canvas.ellipse(500, 440, 206, 248, hair)


def _scarf(canvas: Canvas, hair: Color) -> None:
    """A head scarf: an oval frame around the face, and folds over neck and shoulders."""
    outer = [
        (500 + 206 * math.cos(t), 440 + 248 * math.sin(t))
        for t in (math.radians(step * 5) for step in range(73))
    ]
    inner = [
        (500 + 124 * math.cos(t), 440 + 160 * math.sin(t))
        for t in (math.radians(360 - step * 5) for step in range(73))
    ]
    canvas.polygon(outer + inner, hair)
    canvas.ellipse(500, 770, 262, 150, hair)
    fold = mix(hair, NIGHT, 0.18)
    canvas.ribbon(arc((420, 560), 250, 20, 84, 20), 9, fold)
    canvas.ribbon(arc((380, 540), 330, 24, 78, 20), 9, fold)


BEHIND = {
    "bob": _bob,
    "long": _long,
    "bun": _bun_behind,
    "curls": _curls_behind,
    "afro": _afro,
    "scarf": _scarf_behind,
    "locs": _locs_behind,
    "braid": _braid_behind,
    "waves": _waves_behind,
}
FRONT = {
    "short": _short,
    "part": _part,
    "bob": _fringe,
    "long": _sides,
    "bun": _bun,
    "curls": _curls,
    "afro": _short,
    "scarf": _scarf,
    "locs": _short,
    "braid": _braid,
    "waves": _sides,
}
