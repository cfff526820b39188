"""Compositions of people and of patterns: a round table, a conversation, stones, a quilt.

As in scenes, each draws and returns a sentence that says what is seen.
"""

import math
from random import Random

from competencyworks.website.demo.canvas import Canvas, Color, Point, arc, mix
from competencyworks.website.demo.portraits import HAIRS, SKINS, STYLES, bust
from competencyworks.website.demo.scenes import NUMBERS, count


def round_table(canvas: Canvas, rng: Random) -> str:
    scheme = canvas.scheme
    center = (canvas.width / 2 + rng.uniform(-80, 80), 500 + rng.uniform(-40, 40))
    people, free = rng.randint(7, 9), rng.random() < 0.6
    start = rng.uniform(0, 360)
    hairs = [scheme.dark, *(HAIRS[name] for name in ("black", "chestnut", "gray", "umber"))]
    for seat in range(people):
        angle = start + 360 * seat / people
        if free and seat == 0:
            canvas.ring(*_around(center, angle, 425), 78, 14, scheme.accent)
            continue
        tone = [scheme.main, scheme.second, scheme.third][seat % 3]
        _from_above(canvas, center, angle, tone, rng.choice(hairs))
    canvas.disc(*center, 318, scheme.soft)
    canvas.disc(*center, 300, scheme.light)
    paper = mix(scheme.light, scheme.main, 0.24)
    for seat in range(people):
        angle = start + 360 * seat / people
        _paper(canvas, _around(center, angle + rng.uniform(-5, 5), 225), angle, paper)
        if rng.random() < 0.5:
            canvas.disc(*_around(center, angle + 17, 210), 19, scheme.accent)
    canvas.disc(*center, 84, scheme.second)
    for step in range(6):
        canvas.leaf(center, step * 60 + start, 120, scheme.main, 1.1)
    seat = ", with one seat still free" if free else ""
    sitting = NUMBERS[people - free].capitalize()
    return f"{sitting} people seen from above around a table{seat}."


def _around(center: Point, angle: float, radius: float) -> Point:
    turn = math.radians(angle)
    return center[0] + radius * math.cos(turn), center[1] + radius * math.sin(turn)


def _from_above(canvas: Canvas, center: Point, angle: float, body: Color, head: Color) -> None:
    middle, turn = _around(center, angle, 432), math.radians(angle)
    across, along = (-math.sin(turn), math.cos(turn)), (math.cos(turn), math.sin(turn))
    outline = [
        (
            middle[0] + across[0] * 122 * math.cos(t) + along[0] * 66 * math.sin(t),
            middle[1] + across[1] * 122 * math.cos(t) + along[1] * 66 * math.sin(t),
        )
        for t in (math.radians(step * 6) for step in range(60))
    ]
    canvas.polygon(outline, body)
    canvas.disc(*_around(center, angle, 412), 60, head)


def _paper(canvas: Canvas, place: Point, angle: float, tone: Color) -> None:
    turn = math.radians(angle)
    along, across = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))
    corners = [(-44, -34), (44, -34), (44, 34), (-44, 34)]
    canvas.polygon(
        [
            (place[0] + along[0] * a + across[0] * b, place[1] + along[1] * a + across[1] * b)
            for a, b in corners
        ],
        tone,
    )


def conversation(canvas: Canvas, rng: Random) -> str:
    scheme, middle = canvas.scheme, canvas.width / 2
    lift = rng.uniform(-40, 40)
    left, right = (middle - 215, 420 + lift), (middle + 215, 500 - lift)
    radius = 320
    canvas.polygon(
        [
            (left[0] - 230, left[1] + 130),
            (left[0] - 300, left[1] + 440),
            (left[0] + 40, left[1] + 290),
        ],
        scheme.main,
    )
    canvas.polygon(
        [
            (right[0] + 230, right[1] + 130),
            (right[0] + 310, right[1] + 430),
            (right[0] - 40, right[1] + 290),
        ],
        scheme.second,
    )
    canvas.disc(*left, radius, scheme.main)
    canvas.disc(*right, radius, scheme.second)
    canvas.polygon(_lens(left, right, radius), scheme.accent)
    for row in range(3):
        y = left[1] - 70 + row * 70
        long = rng.uniform(110, 210)
        canvas.ribbon([(left[0] - 210, y), (left[0] - 210 + long, y)], 20, scheme.light)
    for dot in range(3):
        canvas.disc(right[0] + 90 + dot * 72, right[1], 22, scheme.light)
    return "Two large speech bubbles that overlap; where they do, a third color appears."


def _lens(left: Point, right: Point, radius: float) -> list[Point]:
    """What two circles of one radius have in common."""
    run, rise = right[0] - left[0], right[1] - left[1]
    direction = math.degrees(math.atan2(rise, run))
    half = math.degrees(math.acos(math.hypot(run, rise) / 2 / radius))
    return arc(left, radius, direction - half, direction + half) + arc(
        right, radius, direction + 180 - half, direction + 180 + half
    )


def cairns(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    ground, top = 840, rng.uniform(240, 300)
    canvas.disc(width * rng.choice([0.3, 0.5, 0.7]), top + 170, 300, scheme.soft)
    canvas.rectangle(0, ground, width, 160, mix(scheme.soft, scheme.main, 0.35))
    piles = 3
    for x in range(60, round(width - 40), 44):
        canvas.rectangle(x, top - 3, 22, 6, scheme.line)
    for pile in range(piles):
        x = width * (pile + 0.75) / (piles + 0.5)
        stones = rng.randint(4, 6)
        shares = [rng.uniform(0.75, 1.25) for _ in range(stones)]
        y = ground
        tones = [
            scheme.main,
            scheme.second,
            scheme.third,
            scheme.main,
            scheme.accent,
            scheme.second,
        ]
        shift = rng.randrange(len(tones))
        for stone, share in enumerate(shares):
            tall = (ground - top) * share / sum(shares)
            wide = max(tall * 0.62, 170 - 90 * stone / (stones - 1) + rng.uniform(-12, 12))
            center = x + rng.uniform(-14, 14)
            canvas.rectangle(
                center - wide, y - tall, 2 * wide, tall, tones[(shift + stone) % 6], radius=tall / 2
            )
            y -= tall
    return "Three piles of balanced stones, none like the next, all as high as one dashed line."


def quilt(canvas: Canvas, rng: Random) -> str:
    scheme = canvas.scheme
    rows = rng.choice([4, 5])
    pitch = 1000 / rows
    columns = math.ceil(canvas.width / pitch)
    tones = [scheme.main, scheme.second, scheme.third, scheme.accent, scheme.light, scheme.soft]
    weights = [5, 4, 3, 2, 3, 3]
    for row in range(rows):
        for column in range(columns):
            x, y = column * pitch, row * pitch
            back, front = rng.choices(tones, weights)[0], rng.choices(tones, weights)[0]
            while front == back:
                front = rng.choices(tones, weights)[0]
            canvas.rectangle(x, y, pitch + 1, pitch + 1, back)
            _patch(canvas, rng, (x, y, pitch), front, back)
    return f"A quilt of {rows * columns} square patches cut into quarter circles, leaves and rings."


def _patch(canvas: Canvas, rng: Random, box: tuple, tone: Color, back: Color) -> None:
    x, y, size = box
    corners = [(x, y, 0), (x + size, y, 90), (x + size, y + size, 180), (x, y + size, 270)]
    kind = rng.choice(["quarter", "quarter", "leaf", "leaf", "half", "ring", "plain", "triangle"])
    if kind == "quarter":
        cx, cy, start = rng.choice(corners)
        canvas.polygon([(cx, cy), *arc((cx, cy), size, start, start + 90)], tone)
    elif kind == "leaf":
        first = rng.randrange(2)
        edge = []
        for cx, cy, start in (corners[first], corners[first + 2]):
            edge += arc((cx, cy), size, start, start + 90)
        canvas.polygon(edge, tone)
    elif kind == "half":
        middle, start = rng.choice(
            [((x + size / 2, y), 0), ((x + size / 2, y + size), 180), ((x, y + size / 2), 270)]
        )
        canvas.polygon(arc(middle, size / 2, start, start + 180), tone)
    elif kind == "ring":
        canvas.disc(x + size / 2, y + size / 2, size * 0.4, tone)
        canvas.disc(x + size / 2, y + size / 2, size * 0.18, back)
    elif kind == "triangle":
        cut = rng.randrange(4)
        points = [(cx, cy) for cx, cy, _ in corners]
        canvas.polygon([points[(cut + turn) % 4] for turn in range(3)], tone)


def weave(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    down, across = rng.randint(7, 9), rng.randint(5, 6)
    pitch_x, pitch_y = width / down, 1000 / across
    columns = [scheme.main, scheme.second, scheme.main, scheme.third]
    shift = rng.randrange(3)
    rows = [scheme.accent, scheme.light, scheme.third, scheme.second]
    gap = 9
    for row in range(across):
        y = (row + 0.16) * pitch_y
        canvas.rectangle(0, y, width, pitch_y * 0.68, rows[(row + shift) % 4])
    for column in range(down):
        x, wide, tone = (column + 0.16) * pitch_x, pitch_x * 0.68, columns[column % 4]
        canvas.rectangle(x - gap, 0, wide + 2 * gap, 1000, scheme.ground)
        canvas.rectangle(x, 0, wide, 1000, tone)
        for row in range(column % 2, across, 2):
            y, tall = (row + 0.16) * pitch_y, pitch_y * 0.68
            canvas.rectangle(x - gap, y - gap, wide + 2 * gap, tall + 2 * gap, scheme.ground)
            canvas.rectangle(x - gap, y, wide + 2 * gap, tall, rows[(row + shift) % 4])
    return f"{count(down, 'upright band').capitalize()} woven through {count(across, 'level one')}."


def beakers(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    bench, number = 830, rng.randint(3, 5)
    canvas.disc(width * rng.uniform(0.3, 0.7), 430, 330, scheme.soft)
    canvas.rectangle(0, bench, width, 170, scheme.main)
    glass = mix(scheme.ground, scheme.light, 0.75)
    liquids = [scheme.second, scheme.accent, scheme.third, scheme.main, scheme.second]
    for index in range(number):
        x = width * (index + 0.75) / (number + 0.5)
        tall, foot = rng.uniform(400, 540), rng.uniform(115, 140)
        neck, shoulder = foot * 0.3, bench - tall * 0.62
        flask = [
            (x - neck, bench - tall),
            (x + neck, bench - tall),
            (x + neck, shoulder),
            (x + foot, bench),
            (x - foot, bench),
            (x - neck, shoulder),
        ]
        canvas.polygon(flask, glass)
        level = rng.uniform(0.35, 0.85)
        y = bench - (bench - shoulder) * level
        half = neck + (foot - neck) * (1 - level)
        canvas.polygon(
            [(x - half, y), (x + half, y), (x + foot, bench), (x - foot, bench)], liquids[index]
        )
        canvas.rectangle(
            x - neck - 14, bench - tall - 16, 2 * neck + 28, 26, scheme.dark, radius=12
        )
        for bubble in range(rng.randint(1, 3)):
            rise = y + (bench - y) * (0.3 + 0.25 * bubble)
            canvas.disc(x + rng.uniform(-half, half) * 0.5, rise, rng.uniform(9, 17), glass)
    return f"{count(number, 'flask').capitalize()} on a bench, filled to different heights."


def gathering(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    canvas.disc(width * rng.uniform(0.35, 0.65), 400, 360, scheme.soft)
    clothes = [scheme.main, scheme.second, scheme.accent, scheme.third]
    styles = [*rng.sample([style for style in STYLES if style != "scarf"], 8), "scarf"]
    rng.shuffle(styles)
    skins, hairs = list(SKINS.values()), list(HAIRS.values())
    total = 0
    for row, (number, top, scale) in enumerate(((5, 240, 0.62), (4, 330, 0.8))):
        for place in range(number):
            x = width * (place + 0.5 + rng.uniform(-0.07, 0.07)) / number
            view = canvas.view(x - 500 * scale, top + rng.uniform(-25, 25), scale)
            tone = clothes[(place + row * 2) % 4]
            extras = ["glasses"] if rng.random() < 0.3 else []
            style = styles[total]
            hair = scheme.light if style == "scarf" else rng.choice(hairs)
            bust(view, style, extras, (skins[(total * 5 + row) % 6], hair, tone), rng)
            total += 1
    return (
        f"{NUMBERS[total].capitalize()} people of different looks in two rows, seen from the front."
    )


def phases(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    rows, columns = 3, rng.randint(6, 7)
    pitch_x, pitch_y = width / (columns + 0.5), 300
    radius = min(pitch_x * 0.4, 118)
    for row in range(rows):
        full = columns - 1 - rng.choice([0, 1, 2, 3]) if row else columns - 1
        for column in range(columns):
            center = ((column + 0.75) * pitch_x, 200 + row * pitch_y)
            share = min(1, (column + 0.4) / (full + 0.4))
            tone = scheme.main if share < 1 else [scheme.accent, scheme.second, scheme.third][row]
            canvas.disc(*center, radius, scheme.soft)
            _moon(canvas, center, radius, share, tone)
    return (
        f"Three rows of {count(columns, 'moon')} that wax from left to right; "
        "each row becomes full in its own time."
    )


def _moon(canvas: Canvas, center: Point, radius: float, share: float, tone: Color) -> None:
    """A moon of which `share` (0 to 1) of the width is lit, from the right."""
    bulge = 2 * share - 1
    edge = [
        (center[0] - radius * bulge * math.cos(t), center[1] + radius * math.sin(t))
        for t in (math.radians(90 - step * 4) for step in range(46))
    ]
    canvas.polygon(arc(center, radius, -90, 90) + edge, tone)
