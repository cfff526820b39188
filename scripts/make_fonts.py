"""Make the two web fonts of the public pages, and three for PDF files, from Adobe's
Source Serif 4.

Run it once, by hand, when a new version of the source font is wanted. It needs fonttools and
brotli, which the site itself does not need:

    npm pack source-serif@4.5.1 && tar xzf source-serif-4.5.1.tgz
    pip install fonttools brotli
    python scripts/make_fonts.py package competencyworks/static/competencyworks/fonts \
        competencyworks/core/fonts

What is cut, and why: the whole family weighs 770 KB as woff2; the pages may carry 90 KB.
Roman keeps weights 400 to 700, optical sizes 20 to 60 (headings get the finer display cut) and
real small caps for the letters that occur in names. Italic is used for short runs of text, so it
keeps one weight and one optical size. Both keep old-style and lining, proportional and tabular
figures. Hinting goes: no current browser uses it at these sizes on screens made since 2012.

PDF files are certificates and the demo's papers. Their maker reads TrueType alone and uses no
feature but the letters themselves, and names of people are written in all letters of Latin, Greek
and Cyrillic that the source has. A file carries only the letters that it uses.

The source's copyright reserves the name 'Source', and a subset is a modified version (OFL 1.1,
condition 3), so the results are called 'Works Serif'.
"""

import argparse
import string
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FAMILY = "Works Serif"
FEATURES = ["kern", "ccmp", "locl", "liga", "onum", "pnum", "lnum", "tnum"]
SMALL_CAPS = string.ascii_lowercase + "áàâäãåçéèêëíïñóôöõøúüžšœæ"

# Latin-1 without its signs that nobody types, the letters Windows-1252 adds, and the
# punctuation, arrows and relations that occur in editorial text.
LATIN_1 = set(range(0x20, 0x7F)) | set(range(0xA0, 0x100))
NOT_TYPED = {0xA4, 0xA6, 0xAA, 0xAC, 0xAD, 0xAF, 0xB2, 0xB3, 0xB8, 0xB9, 0xBA}
EXTRA = {ord(c) for c in "ıŒœŠšŸŽž‐‑‒–—‘’‚“”„†‡•…′″‹›⁄€™←→−≠≤≥"}
CHARACTERS = (LATIN_1 - NOT_TYPED) | EXTRA
# Latin with all its accents, spacing modifiers (the okina), Greek, Cyrillic; what the source has.
IN_FILES = CHARACTERS.union(
    range(0x100, 0x250),
    range(0x2B0, 0x300),
    range(0x370, 0x530),
    range(0x1E00, 0x2000),
)

NAME_COPYRIGHT, NAME_FAMILY, NAME_STYLE, NAME_UNIQUE, NAME_FULL = 0, 1, 2, 3, 4
NAME_VERSION, NAME_POSTSCRIPT, NAME_LICENSE, NAME_LICENSE_URL = 5, 6, 13, 14
KEPT_NAMES = [
    NAME_COPYRIGHT,
    NAME_FAMILY,
    NAME_STYLE,
    NAME_UNIQUE,
    NAME_FULL,
    NAME_VERSION,
    NAME_POSTSCRIPT,
    NAME_LICENSE,
    NAME_LICENSE_URL,
]
DROPPED_TABLES = ["DSIG", "STAT", "meta", "BASE", "gasp", "prep", "fpgm", "cvt "]


def keep_small_caps_of(font: TTFont, letters: str) -> None:
    """Remove from the feature smcp every substitution but those of `letters`.

    Their kerning pairs are what makes small caps heavy (10 KB of 77); those of figures,
    punctuation and rare accents are never used.
    """
    cmap = font.getBestCmap()
    kept = {cmap[ord(letter)] for letter in letters if ord(letter) in cmap}
    gsub = font["GSUB"].table
    lookups = {
        index
        for record in gsub.FeatureList.FeatureRecord
        if record.FeatureTag == "smcp"
        for index in record.Feature.LookupListIndex
    }
    for index in lookups:
        for table in gsub.LookupList.Lookup[index].SubTable:
            table = getattr(table, "ExtSubTable", table)
            table.mapping = {a: b for a, b in table.mapping.items() if a in kept}


def cut(font: TTFont, features: list[str], characters: set[int] = CHARACTERS) -> TTFont:
    """Return `font` with only `characters`, the named OpenType features, and kept names."""
    options = subset.Options()
    options.layout_features = features
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = KEPT_NAMES
    options.drop_tables += DROPPED_TABLES
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    return font


def rename(font: TTFont, style: str) -> None:
    """Give the font our family name; copyright, version and licence stay as they are.

    The named instances ('Source Serif Display Bold') go too: browsers read only the axes.
    """
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    names = {
        NAME_FAMILY: FAMILY,
        NAME_STYLE: style,
        NAME_UNIQUE: postscript,
        NAME_FULL: f"{FAMILY} {style}",
        NAME_POSTSCRIPT: postscript,
    }
    if "fvar" in font:
        font["fvar"].instances = []
    font["name"].removeUnusedNames(font)
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]


def save(font: TTFont, path: Path, flavor: str | None = "woff2") -> None:
    """Write `font`, as woff2 or as it is, and print what it weighs."""
    font.flavor = flavor
    font.save(path)
    sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")


def main() -> None:
    """Read the fonts of the package, write ours."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="folder of the npm package source-serif")
    parser.add_argument("target", type=Path, help="folder that gets the two woff2 files")
    parser.add_argument("files", type=Path, help="folder that gets the three of PDF files")
    arguments = parser.parse_args()

    variable = arguments.source / "VAR"
    roman = TTFont(variable / "SourceSerif4Variable-Roman.ttf")
    keep_small_caps_of(roman, SMALL_CAPS)
    roman = instancer.instantiateVariableFont(
        cut(roman, [*FEATURES, "smcp"]), {"wght": (400, 700), "opsz": (20, 60)}
    )
    rename(roman, "Roman")
    save(roman, arguments.target / "works-serif.woff2")

    italic = TTFont(variable / "SourceSerif4Variable-Italic.ttf")
    italic = instancer.instantiateVariableFont(cut(italic, FEATURES), {"wght": 400, "opsz": 20})
    rename(italic, "Italic")
    save(italic, arguments.target / "works-serif-italic.woff2")

    for source, style in (("Regular", "Regular"), ("It", "Italic"), ("Semibold", "Semibold")):
        font = TTFont(arguments.source / "TTF" / f"SourceSerif4-{source}.ttf")
        font = cut(font, [], IN_FILES)
        rename(font, style)
        save(font, arguments.files / f"works-serif-{style.lower()}.ttf", flavor=None)


if __name__ == "__main__":
    main()
