"""
Draw the picture that social sites show for pages without one of their own: mark, name and motto.

Run it once, by hand, when the mark, the name or the colors change:

    python -m scripts.make_social_card competencyworks/static/competencyworks/social-card.png
"""

import argparse
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).resolve().parents[1] / "competencyworks" / "core" / "fonts"
# What social sites ask for: https://developers.facebook.com/docs/sharing/webmasters/images
WIDTH, HEIGHT = 1200, 630
SUPERSAMPLE = 3
GROUND, INK, QUIET, SPRUCE = "#fbfaf6", "#1c2224", "#566064", "#0b5d57"
# The mark on its grid of sixteen, as in templates/includes/mark.html.
MARK = [
    (0, 16), (0, 6), (3, 6), (3, 3), (6, 3), (6, 0), (16, 0), (16, 4), (8, 4), (8, 7), (5, 7),
    (5, 12), (16, 12), (16, 16),
]  # fmt: skip
NAME, MOTTO = "CompetencyWorks", "Learning is constant, time varies"


def draw() -> Image.Image:
    """The card, drawn larger and averaged down, so that its edges are smooth."""
    scale = SUPERSAMPLE
    card = Image.new("RGB", (WIDTH * scale, HEIGHT * scale), GROUND)
    pen = ImageDraw.Draw(card)

    def font(name: str, size: int) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(FONTS / f"works-serif-{name}.ttf", size * scale)

    unit = 9 * scale
    left, top = 96 * scale, 196 * scale
    pen.polygon([(left + x * unit, top + y * unit) for x, y in MARK], fill=SPRUCE)
    name_at = (left + 16 * unit + 44 * scale, top + 8 * unit)
    pen.text(name_at, NAME, INK, font("semibold", 90), anchor="lm")
    pen.text((left, 424 * scale), MOTTO, QUIET, font("italic", 50), anchor="ls")
    pen.rectangle((0, (HEIGHT - 18) * scale, WIDTH * scale, HEIGHT * scale), fill=SPRUCE)
    return card.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("target", type=Path)
    target = parser.parse_args().target
    # Few colors are enough, and weigh a third.
    draw().quantize(64, dither=Image.Dither.NONE).save(target, optimize=True)


if __name__ == "__main__":
    main()
