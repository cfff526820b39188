"""Compositions that look like something drawn to explain: maps, curves, clocks, grids.

As in scenes, each draws and returns a sentence that says what is seen.
"""

import math
from random import Random

from competencyworks.website.demo.canvas import Canvas, arc, mix, smooth
from competencyworks.website.demo.scenes import NUMBERS, count

# Where each state stands in a map of equal tiles, 12 columns by 8 rows.
TILES = """
AK . . . . . . . . . . ME
. . . . . . . . . . VT NH
. WA ID MT ND MN WI MI . NY MA RI
. OR NV WY SD IA IL IN OH PA NJ CT
. CA UT CO NE MO KY WV VA MD DE .
. . AZ NM KS AR TN NC SC DC . .
. . . . OK LA MS AL GA . . .
HI . . . TX . . . . FL . .
"""


def tile_map(canvas: Canvas, rng: Random) -> str:
    scheme = canvas.scheme
    rows = [line.split() for line in TILES.split("\n") if line]
    states = [(r, c) for r, row in enumerate(rows) for c, name in enumerate(row) if name != "."]
    marked = set(rng.sample(states, rng.randint(11, 19)))
    first = rng.choice(sorted(marked))
    pitch = 104
    left, top = (canvas.width - 12 * pitch) / 2 + 5, (1000 - 8 * pitch) / 2 + 5
    for row, column in states:
        x, y = left + column * pitch, top + row * pitch
        tone = scheme.soft
        if (row, column) == first:
            tone = scheme.accent
        elif (row, column) in marked:
            tone = rng.choice([scheme.main, scheme.main, scheme.second])
        canvas.rectangle(x, y, pitch - 10, pitch - 10, tone, radius=14)
    return (
        "A map of the United States in which each state is one square of the same size; "
        f"{len(marked)} squares are colored."
    )


def learning_curves(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    level, floor = rng.uniform(230, 290), 850
    for row in range(1, 5):
        canvas.rectangle(110, level + (floor - level) * row / 4 - 2, width - 220, 4, scheme.soft)
    number = rng.randint(4, 5)
    ends = [
        width * (0.3 + 0.58 * (k + rng.uniform(-0.15, 0.15)) / (number - 1)) for k in range(number)
    ]
    tones = [scheme.main, scheme.second, scheme.accent, scheme.third, scheme.main]
    for x in range(110, round(width - 110), 46):
        canvas.disc(x + 10, level, 7, scheme.line)
    for end, tone in zip(ends, tones, strict=False):
        start = (110 + rng.uniform(0, 60), floor - rng.uniform(0, 120))
        canvas.ribbon(smooth(start, (end, level), 60), 24, tone)
    for end, tone in zip(ends, tones, strict=False):
        canvas.disc(end, level, 44, tone)
        canvas.disc(end, level, 20, scheme.ground)
    return (
        f"A chart of {count(number, 'curve')} that all reach the same dotted line, "
        "each at a different time."
    )


def arc_diagram(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    dots, line = rng.randint(7, 9), 720
    pitch = width / (dots + 0.4)
    place = [pitch * (index + 0.7) for index in range(dots)]
    far = rng.randrange(2)
    pairs = {(far, far + 6), (2, 4), (dots - 4, dots - 2)}
    while len(pairs) < dots - 1:
        first = rng.randrange(dots - 1)
        pairs.add((first, min(dots - 1, first + rng.choice([1, 2, 3, 3, 4, 5]))))
    for turn, (first, last) in enumerate(sorted(pairs, key=lambda pair: (pair[0] - pair[1], pair))):
        middle, radius = (place[first] + place[last]) / 2, (place[last] - place[first]) / 2
        canvas.arch(middle, line, radius + 15, 30, scheme.forms[turn % 4])
    below = mix(scheme.ground, scheme.main, 0.28)
    for first in range(rng.randrange(2), dots - 1, 2):
        center = ((place[first] + place[first + 1]) / 2, line)
        canvas.polygon(
            arc(center, pitch / 2 + 15, 0, 180) + arc(center, pitch / 2 - 15, 180, 0), below
        )
    for index, x in enumerate(place):
        canvas.disc(x, line, 46, scheme.line)
        canvas.disc(x, line, 22, scheme.third if index % 3 == 0 else scheme.ground)
    return f"{count(dots, 'dot').capitalize()} on a line, joined above it by arcs near and far."


def lanes(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    corner = (width * rng.uniform(-0.02, 0.08), 1040)
    mirrored = rng.random() < 0.5
    if mirrored:
        corner = (width - corner[0], corner[1])
    number = rng.randint(5, 7)
    wide = 940 / number
    tones = [mix(scheme.main, scheme.ground, share) for share in (0, 0.2, 0.36)]
    if sum(scheme.ground) > sum(scheme.main):
        tones = [mix(scheme.main, scheme.light, share) for share in (0, 0.2, 0.4)]
    for lane in reversed(range(number)):
        canvas.disc(*corner, 300 + (lane + 1) * wide, tones[lane % 3])
        canvas.ring(*corner, 300 + (lane + 1) * wide, 6, scheme.light)
    canvas.disc(*corner, 300, scheme.ground)
    canvas.ring(*corner, 303, 6, scheme.light)
    for lane in range(number):
        angle = math.radians(-rng.uniform(14, 76))
        radius = 300 + (lane + 0.5) * wide
        x = corner[0] + radius * math.cos(angle) * (-1 if mirrored else 1)
        y = corner[1] + radius * math.sin(angle)
        canvas.disc(x, y, wide * 0.3, [scheme.third, scheme.second, scheme.accent][lane % 3])
    return (
        f"{count(number, 'lane').capitalize()} of a running track around a corner, "
        "with one ball in each, all at different places."
    )


def rubric(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    rows, columns = rng.randint(4, 5), 4
    wide, tall = 1080, 830
    left, top = (width - wide) / 2, 85
    canvas.rectangle(left + 34, top + 34, wide, tall, scheme.main)
    canvas.rectangle(left, top, wide, tall, scheme.light)
    head, side = 96, 250
    canvas.rectangle(left, top, wide, head, scheme.third)
    for column in range(columns):
        x = left + side + (wide - side) * (column + 0.5) / columns
        canvas.rectangle(x - 50, top + head / 2 - 9, 100, 18, scheme.dark)
    for row in range(rows):
        height = (tall - head) / rows
        y = top + head + height * (row + 0.5)
        if row:
            canvas.rectangle(left + 40, y - height / 2 - 2, wide - 80, 4, LINE_ON_PAPER)
        canvas.rectangle(left + 50, y - 16, rng.uniform(110, 160), 12, SLATE_ON_PAPER)
        canvas.rectangle(left + 50, y + 8, rng.uniform(60, 120), 12, LINE_ON_PAPER)
        reached = rng.randint(1, columns)
        for column in range(columns):
            x = left + side + (wide - side) * (column + 0.5) / columns
            done = column < reached
            tone = (scheme.accent if column == reached - 1 else scheme.main) if done else None
            _harvey(canvas, (x, y), (column + 1) / columns, tone)
    return (
        f"A rubric on a sheet of paper: {count(rows, 'row')} and four columns of circles "
        "that fill a quarter more with each step."
    )


LINE_ON_PAPER = (218, 213, 201)
SLATE_ON_PAPER = (86, 96, 100)


def _harvey(canvas: Canvas, center: tuple, share: float, tone: tuple | None) -> None:
    """A circle filled by `share`; an empty one where `tone` is None."""
    if tone is None:
        canvas.ring(*center, 46, 7, LINE_ON_PAPER)
        return
    canvas.ring(*center, 46, 7, tone)
    if share >= 1:
        canvas.disc(*center, 46, tone)
    else:
        canvas.slice(*center, 45, -90, -90 + 360 * share, tone)


def clock_and_steps(canvas: Canvas, rng: Random) -> str:
    scheme = canvas.scheme
    center, radius = (canvas.width / 2, 500), 400
    steps = rng.randint(5, 7)
    canvas.slice(*center, radius, 90, 270, scheme.main)
    for hour in range(6, 13):
        turn = math.radians(hour * 30 - 90)
        for_hours = 34 if hour % 3 == 0 else 20
        outer = (center[0] + 360 * math.cos(turn), center[1] + 360 * math.sin(turn))
        if hour in (6, 12):
            outer = (outer[0] - 16, outer[1])
        canvas.disc(*outer, for_hours / 2, scheme.light)
    for angle, long, stroke in ((rng.uniform(100, 160), 290, 20), (rng.uniform(190, 250), 200, 26)):
        turn = math.radians(angle)
        tip = (center[0] + long * math.cos(turn), center[1] + long * math.sin(turn))
        canvas.ribbon([center, tip], stroke, scheme.light)
    rise = 2 * radius / steps
    for step in range(steps):
        y = center[1] + radius - (step + 1) * rise
        long = (steps - step) * (radius * 1.25) / steps
        shade = mix(scheme.ground, scheme.second, 0.35 + 0.65 * (steps - step) / steps)
        canvas.rectangle(center[0] + 14, y, long, rise + 1, shade)
    climber = rng.randrange(steps - 1)
    x = center[0] + 14 + (steps - climber - 0.5) * (radius * 1.25) / steps
    canvas.disc(x, center[1] + radius - (climber + 1) * rise - 36, 36, scheme.accent)
    canvas.disc(*center, 34, scheme.accent)
    return (
        f"Half of a clock face; where the other half would be, {count(steps, 'step')} climb "
        "to its center line."
    )


def dot_field(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    columns, rows = rng.randint(14, 17), 10
    pitch_x, pitch_y = width / (columns + 1), 1000 / (rows + 1)
    slope, start = rng.uniform(0.28, 0.42), rng.uniform(6.2, 7.4)
    path = 0
    for column in range(columns):
        on_path = round(start - column * slope + 0.7 * math.sin(column * 0.9))
        for row in range(rows):
            center = ((column + 1) * pitch_x, (row + 1) * pitch_y)
            growth = 9 + 25 * (column / columns) * (1 - abs(row - on_path) / (rows * 1.25))
            if row == on_path:
                canvas.disc(*center, growth + 6, scheme.accent)
                path += 1
            else:
                near = 1 / (1 + abs(row - on_path))
                canvas.disc(*center, growth, mix(scheme.soft, scheme.main, 0.2 + near))
    return f"A field of dots that grow from left to right; {path} colored ones climb through it."


def timeline(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    rows = rng.randint(5, 7)
    tall = 860 / rows
    left, finish = width * 0.07, width * 0.93
    for column in range(1, 8):
        canvas.rectangle(left + (finish - left) * column / 8 - 2, 50, 4, 900, scheme.soft)
    finished = 0
    for row in range(rows):
        y = 70 + tall * (row + 0.5)
        begin = left + (finish - left) * rng.uniform(0, 0.32)
        end = begin + (finish - begin) * rng.uniform(0.4, 0.95)
        tone = [scheme.main, scheme.second, scheme.third][row % 3]
        canvas.ribbon([(begin, y), (end, y)], tall * 0.6, tone)
        for stop in range(rng.randint(1, 3)):
            canvas.disc(begin + stop * tall * 0.5, y, tall * 0.1, scheme.ground)
        if row % 3 == rows % 3:
            canvas.disc(end, y, tall * 0.3, scheme.accent)
            finished += 1
    return (
        f"{count(rows, 'bar').capitalize()} of a plan, each with its own beginning and end; "
        f"{NUMBERS[finished]} end in a marked circle."
    )


def growth_bars(canvas: Canvas, rng: Random) -> str:
    scheme, width = canvas.scheme, canvas.width
    groups, floor = rng.randint(5, 7), 860
    pitch = (width - 200) / groups
    lowest = 120
    for group in range(groups):
        x = 100 + pitch * group
        before = rng.uniform(lowest, 360)
        after = before + rng.uniform(100, 330)
        wide = pitch * 0.34
        canvas.rectangle(
            x + pitch * 0.1, floor - before, wide, before, scheme.second, radius=wide / 2
        )
        canvas.rectangle(x + pitch * 0.1, floor - wide, wide, wide, scheme.second)
        tone = scheme.accent if group == groups // 2 else scheme.main
        right = x + pitch * 0.52
        canvas.rectangle(right, floor - after, wide, after, tone, radius=wide / 2)
        canvas.rectangle(right, floor - wide, wide, wide, tone)
        canvas.disc(right + wide / 2, floor - after + wide / 2, wide * 0.22, scheme.ground)
    canvas.rectangle(60, floor, width - 120, 12, scheme.line)
    return (
        f"A bar chart of {count(groups, 'pair')}, before and after; in each pair the second bar "
        "is taller, by different amounts."
    )
