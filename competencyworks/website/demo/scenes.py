"""Compositions of things that one could stand before: steps, hills, bridges, houses, boats.

Each takes a canvas and a random generator, draws, and returns a sentence that says what is seen.
The sentence is made from the same numbers as the drawing, so it cannot claim what is not there.
"""

import math
from random import Random

from competencyworks.website.demo.canvas import NAMES, Canvas, arc, mix, smooth

NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
NUMBERS += ["eleven", "twelve"]


def count(number: int, thing: str, things: str = "") -> str:
    """'three boats': a number written out up to twelve, then `thing` or its plural."""
    word = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"{word} {thing}" if number == 1 else f"{word} {things or thing + 's'}"


def stairs(canvas: Canvas, rng: Random) -> str:
    scheme, steps = canvas.scheme, rng.randint(5, 8)
    mirrored = rng.random() < 0.4
    side = (lambda x, width: canvas.width - x - width) if mirrored else (lambda x, width: x)
    wide, rise = canvas.width / (steps + 0.6), rng.uniform(560, 660) / steps
    sun, radius = side(canvas.width * rng.uniform(0.2, 0.36), 0), rng.uniform(150, 230)
    canvas.disc(sun, rng.uniform(280, 340), radius, scheme.third)
    tops = []
    for step in range(steps):
        x, top = 0.6 * wide + step * wide, 900 - (step + 1) * rise
        shade = mix(scheme.ground, scheme.main, 0.2 + 0.8 * (step + 1) / steps)
        canvas.rectangle(side(x, canvas.width), top, canvas.width, 1000, shade)
        tops.append((side(x + wide / 2, 0), top))
    climbers = sorted(rng.sample(range(steps), rng.randint(3, min(5, steps - 1))))
    for place, step in enumerate(climbers):
        size = rng.uniform(32, 46)
        x, top = tops[step]
        canvas.disc(x, top - size, size, scheme.second if place else scheme.accent)
    return (
        f"{count(steps, 'step').capitalize()} rise to the {'left' if mirrored else 'right'}; "
        f"{count(len(climbers), 'ball')} rest on different steps, "
        f"and a large {NAMES.get(scheme.third, 'bright')} disc stands behind."
    )


def hills(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    summit = (width * rng.uniform(0.42, 0.62), rng.uniform(190, 240))
    canvas.disc(width * rng.choice([0.16, 0.84]), rng.uniform(230, 330), 110, scheme.third)
    for shift, share in ((-0.36, 0.28), (0.38, 0.42)):
        peak = summit[0] + shift * width
        base = rng.uniform(560, 660)
        canvas.polygon(
            [(peak, summit[1] + rng.uniform(150, 230)), (peak - base, 1000), (peak + base, 1000)],
            mix(scheme.soft, scheme.main, share),
        )
    foot = 760
    canvas.polygon([summit, (summit[0] - foot, 1000), (summit[0] + foot, 1000)], scheme.main)
    cap = 120
    canvas.polygon(
        [
            summit,
            (summit[0] - cap * foot / 790, summit[1] + cap),
            (summit[0] - cap * 0.3, summit[1] + cap * 0.72),
            (summit[0] + cap * 0.15, summit[1] + cap * 1.2),
            (summit[0] + cap * 0.5, summit[1] + cap * 0.75),
            (summit[0] + cap * foot / 790, summit[1] + cap),
        ],
        scheme.light,
    )
    trails = rng.randint(2, 3)
    for trail, tone in zip(
        range(trails), (scheme.third, scheme.light, scheme.accent), strict=False
    ):
        _trail(canvas, summit, (trail + 1) / (trails + 1), rng.uniform(1.5, 4.5), tone)
    return (
        f"A mountain between two lower ones; {count(trails, 'winding trail')} lead up its face "
        "to the same summit."
    )


def _trail(canvas: Canvas, summit: tuple, place: float, bends: float, tone: tuple) -> None:
    """A trail up the mountain, `place` (0 to 1) from its left foot, almost to its top."""
    points = []
    for step in range(121):
        share = step / 120
        y = 1030 - (1030 - summit[1] - 150) * share
        reach = (y - summit[1]) * 0.9
        sway = math.sin(share * bends * 2 * math.pi) * reach * 0.11
        points.append((summit[0] + (place - 0.5) * 2 * reach * 0.95 + sway, y))
    canvas.ribbon(points, 15, tone)


def bridge(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    arches, deck, water = rng.randint(3, 5), rng.uniform(400, 460), 800
    canvas.disc(width * rng.uniform(0.2, 0.8), deck - rng.uniform(20, 90), 170, scheme.third)
    canvas.rectangle(0, deck, width, water - deck, scheme.main)
    span = width / arches
    radius = min(span * 0.41, water - deck - 60)
    for index in range(arches):
        center = (index + 0.5) * span
        canvas.polygon(
            [
                *arc((center, deck + 60 + radius), radius, 180, 360),
                (center + radius, water),
                (center - radius, water),
            ],
            scheme.ground,
        )
    canvas.rectangle(0, deck - 16, width, 34, scheme.dark)
    canvas.rectangle(0, water, width, 200, mix(scheme.soft, scheme.second, 0.35))
    for _ in range(9):
        x, long = rng.uniform(0, width), rng.uniform(80, 260)
        y = rng.uniform(water + 28, 975)
        canvas.ribbon([(x, y), (x + long, y)], 9, scheme.light)
    walkers = rng.randint(3, 6)
    for place in sorted(rng.sample(range(1, 14), walkers)):
        size = rng.uniform(24, 36)
        # Not in the sun's color, before which a walker would vanish.
        tone = rng.choice([scheme.second, scheme.accent])
        canvas.disc(place / 14 * width, deck - 16 - size, size, tone)
    return (
        f"A bridge of {count(arches, 'arch', 'arches')} over quiet water, "
        f"with {count(walkers, 'ball')} on their way across."
    )


def boats(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    horizon = rng.uniform(400, 470)
    sun = width * rng.uniform(0.25, 0.75)
    canvas.slice(sun, horizon, 210, 180, 360, scheme.third)
    bands = 6
    for band in range(bands):
        top = horizon + (1000 - horizon) * (band / bands) ** 1.5
        shade = mix(scheme.ground, scheme.main, 0.18 + 0.82 * band / (bands - 1))
        canvas.rectangle(0, top, width, 1000, shade)
    fleet = rng.randint(4, 6)
    places = [(index + rng.uniform(0.3, 0.7)) / fleet for index in range(fleet)]
    depths = [rng.uniform(0.06, 0.8) for _ in range(fleet)]
    for depth, place in sorted(zip(depths, places, strict=True)):
        y = horizon + (960 - horizon) * depth
        _boat(canvas, (place * width, y), 0.32 + depth * 1.05, rng)
    return (
        f"{count(fleet, 'sailboat').capitalize()}, some near and some far, under a half-risen sun."
    )


def _boat(canvas: Canvas, place: tuple, size: float, rng: Random) -> None:
    scheme, (x, y) = canvas.scheme, place
    tall = 250 * size
    deck = y - 34 * size
    tone = rng.choice([scheme.second, scheme.accent, scheme.third])
    canvas.polygon([(x, deck - tall), (x, deck - 8), (x - 120 * size, deck - 8)], scheme.light)
    canvas.polygon(
        [(x + 12 * size, deck - tall * 0.86), (x + 12 * size, deck - 8), (x + 96 * size, deck - 8)],
        tone,
    )
    canvas.polygon(
        [
            (x - 128 * size, deck),
            (x + 128 * size, deck),
            (x + 92 * size, y + 18 * size),
            (x - 92 * size, y + 18 * size),
        ],
        scheme.dark,
    )


def schoolhouse(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    lawn = 860
    middle = width * rng.uniform(0.44, 0.56)
    canvas.disc(width * rng.choice([0.12, 0.87]), 220, 90, scheme.third)
    _trees(canvas, rng, lawn)
    half, roof = 480, 420
    canvas.rectangle(middle - half, roof, 2 * half, lawn - roof, scheme.main)
    canvas.rectangle(middle - half - 24, roof - 26, 2 * half + 48, 34, scheme.dark)
    canvas.rectangle(middle - 150, 300, 300, lawn - 300, scheme.main)
    canvas.polygon([(middle - 195, 300), (middle, 140), (middle + 195, 300)], scheme.accent)
    canvas.disc(middle, 390, 58, scheme.light)
    for hour, long in ((rng.uniform(0, 360), 36), (rng.uniform(0, 360), 26)):
        turn = math.radians(hour)
        hand = [(middle, 390), (middle + long * math.cos(turn), 390 + long * math.sin(turn))]
        canvas.ribbon(hand, 8, scheme.dark)
    lit = 0
    dim = mix(scheme.main, scheme.dark, 0.35)
    for row in range(2):
        for column in (-4, -3, -2, 2, 3, 4):
            bright = rng.random() < 0.55
            lit += bright
            x, y = middle + column * 103 - 34, 490 + row * 180
            canvas.rectangle(x, y, 68, 112, scheme.third if bright else dim)
            canvas.rectangle(x + 31, y, 6, 112, scheme.main)
            canvas.rectangle(x, y + 52, 68, 6, scheme.main)
    canvas.polygon(
        [*arc((middle, 640), 80, 180, 360), (middle + 80, lawn), (middle - 80, lawn)], scheme.dark
    )
    canvas.polygon(
        [*arc((middle, 640), 62, 180, 270), (middle, lawn), (middle - 62, lawn)], scheme.second
    )
    canvas.rectangle(0, lawn, width, 200, mix(scheme.soft, scheme.main, 0.45))
    canvas.polygon(
        [(middle - 80, lawn), (middle + 80, lawn), (middle + 210, 1000), (middle - 210, 1000)],
        scheme.light,
    )
    return (
        f"A schoolhouse with a clock in its gable, a door half open and {lit} of its twelve "
        "windows lit."
    )


def _trees(canvas: Canvas, rng: Random, lawn: float) -> None:
    scheme = canvas.scheme
    for x in (0.05, 0.14, 0.88, 0.97):
        tall, size = rng.uniform(190, 330), rng.uniform(80, 125)
        middle = x * canvas.width
        canvas.rectangle(middle - 8, lawn - tall, 16, tall, scheme.dark)
        crown = mix(scheme.soft, scheme.second, rng.uniform(0.55, 1))
        canvas.ellipse(middle, lawn - tall, size, size * 1.15, crown)


def bookshelf(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    books, between = 0, []
    for floor in (478, 948):
        x, gap = rng.uniform(-40, 20), rng.uniform(0.2, 0.6) * width
        while x < width:
            if gap and x > gap:
                between.append(_on_the_shelf(canvas, rng, x, floor))
                x, gap = x + 212, 0
                continue
            wide, tall = rng.uniform(46, 98), rng.uniform(270, 385)
            tones = [scheme.main, scheme.main, scheme.second, scheme.third, scheme.accent]
            _book(canvas, (x, floor - tall, wide, tall), rng.choice(tones), rng)
            books += 1
            x += wide + rng.choice([5, 5, 5, 9])
        canvas.rectangle(0, floor, width, 26, scheme.dark)
    things = f" and {between[0]} on each" if len(set(between)) == 1 else ", a bowl and a plant"
    return f"Two shelves with {books} books of different heights{things}."


def _book(canvas: Canvas, box: tuple, tone: tuple, rng: Random) -> None:
    x, y, wide, tall = box
    label = canvas.scheme.light if tone != canvas.scheme.light else canvas.scheme.dark
    canvas.rectangle(x, y, wide, tall, tone)
    kind = rng.randrange(4)
    if kind == 0:
        canvas.rectangle(x, y + 36, wide, 12, label)
        canvas.rectangle(x, y + tall - 60, wide, 12, label)
    elif kind == 1:
        canvas.rectangle(x + wide * 0.3, y + 56, wide * 0.4, tall * 0.42, label)
    elif kind == 2:
        canvas.disc(x + wide / 2, y + tall - 62, wide * 0.22, label)
    else:
        canvas.rectangle(x, y + tall * 0.7, wide, tall * 0.3, mix(tone, canvas.scheme.dark, 0.3))


def _on_the_shelf(canvas: Canvas, rng: Random, x: float, floor: float) -> str:
    """Draws something that is no book, from `x` to the right; returns what it is."""
    scheme = canvas.scheme
    if rng.random() < 0.5:
        canvas.slice(x + 105, floor - 92, 92, 0, 180, scheme.accent)
        canvas.rectangle(x + 65, floor - 12, 80, 12, scheme.accent)
        return "a bowl"
    canvas.polygon(
        [(x + 40, floor - 110), (x + 160, floor - 110), (x + 142, floor), (x + 58, floor)],
        scheme.accent,
    )
    for angle in (-150, -122, -90, -58, -30):
        canvas.leaf((x + 100, floor - 104), angle, rng.uniform(150, 215), scheme.second, 0.9)
    return "a plant"


def doors(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    number, floor = rng.randint(4, 6), 800
    opened = rng.randrange(1, number - 1)
    canvas.rectangle(0, floor, width, 200, scheme.soft)
    pitch = width / (number + 0.5)
    wide, top = pitch * 0.68, rng.uniform(210, 260)
    tones = [scheme.main, scheme.second, scheme.accent]
    for index in range(number):
        x = pitch * (index + 0.75) - wide / 2
        canvas.rectangle(x - 16, top - 16, wide + 32, floor - top + 16, scheme.dark)
        if index == opened:
            canvas.rectangle(x, top, wide, floor - top, scheme.third)
            canvas.polygon(
                [(x, floor), (x + wide, floor), (x + wide * 1.9, 1000), (x - wide * 0.5, 1000)],
                scheme.third,
            )
            leaf = wide * 0.3
            canvas.polygon(
                [(x, top), (x - leaf, top + 46), (x - leaf, floor + 46), (x, floor)], scheme.main
            )
            continue
        tone = tones[index % len(tones)]
        canvas.rectangle(x, top, wide, floor - top, tone)
        inset = mix(tone, scheme.dark, 0.2)
        canvas.rectangle(x + wide * 0.18, top + 50, wide * 0.64, 170, inset)
        canvas.rectangle(x + wide * 0.18, top + 270, wide * 0.64, floor - top - 320, inset)
        canvas.disc(x + wide * 0.86, (top + floor) / 2 + 20, 13, scheme.light)
    return (
        f"A row of {count(number, 'tall door')}; one stands open and lets light fall on the floor."
    )


def growing(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    soil = 870
    canvas.disc(width * rng.uniform(0.3, 0.7), 430, rng.uniform(250, 320), scheme.soft)
    canvas.rectangle(0, soil, width, 130, scheme.dark)
    plants = rng.randint(4, 6)
    for index in range(plants):
        x = width * (index + 0.75) / (plants + 0.5)
        tall = 130 + 560 * (index + rng.uniform(0, 0.6)) / plants
        sway = rng.uniform(-50, 50)
        stem = [
            (soil - part / 20 * tall, sway * math.sin(part / 20 * math.pi)) for part in range(21)
        ]
        canvas.ribbon([(x + shift, y) for y, shift in stem], 11, scheme.main)
        pairs = max(1, round(tall / 125))
        for pair in range(pairs):
            y, shift = stem[round(20 * (pair + 1) / (pairs + 0.6))]
            long = 100 + 45 * (1 - pair / pairs) + rng.uniform(0, 20)
            tone = rng.choice([scheme.main, scheme.second, scheme.second])
            canvas.leaf((x + shift, y), -28, long, tone, 1.1)
            canvas.leaf((x + shift, y), -152, long, tone, 1.1)
        top = stem[-1]
        if tall > 430:
            canvas.disc(x + top[1], top[0], rng.uniform(36, 50), scheme.accent)
            canvas.disc(x + top[1], top[0], 18, scheme.third)
        else:
            canvas.leaf((x + top[1], top[0] + 12), -90, 92, scheme.second, 1.1)
    return f"{count(plants, 'plant').capitalize()} in a row, from a seedling to one in flower."


def paths(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    lines = rng.randint(4, 5)
    goal = (width * 0.86, rng.uniform(300, 560))
    canvas.disc(*goal, 190, scheme.soft)
    order = [
        scheme.main,
        scheme.second,
        scheme.third,
        scheme.accent,
        mix(scheme.ground, scheme.line, 0.6),
    ]
    for line in range(lines):
        start = (-40, 120 + 780 * line / (lines - 1))
        bend = width * rng.uniform(0.28, 0.5)
        halfway = (bend, rng.uniform(180, 860))
        points = smooth(start, halfway)[:-1] + smooth(halfway, goal)
        canvas.ribbon(points, 34, order[line])
        x, y = points[rng.randrange(22, 66)]
        canvas.disc(x, y, 33, order[line])
        canvas.disc(x, y, 16, scheme.ground)
    canvas.disc(*goal, 84, scheme.main)
    canvas.disc(*goal, 44, scheme.light)
    return f"{count(lines, 'colored path').capitalize()} bend and cross and arrive at one circle."
