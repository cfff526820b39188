"""Read links and the steps of the map can be told apart, and read, in light and dark."""

from itertools import pairwise

import pytest

from .test_look import STYLESHEET, contrast, palette


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "panel"])
def test_links_that_were_followed_are_readable_and_look_so(ground, dark):
    colors = palette(dark)
    for links in ("a", ":is(.entry-title, .titles, .event-lines, .resource-lines > li) a"):
        assert f"\n  {links}:visited {{ color: var(--visited); }}" in STYLESHEET
    assert contrast(colors["visited"], colors[ground]) >= 4.5
    assert colors["visited"] not in (colors["spruce"], colors["ink"], colors["quiet"])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_steps_of_the_map_differ_and_carry_their_words(dark):
    colors = palette(dark)
    steps = [colors[name] for name in ("panel", "tile1", "tile2", "tile3", "spruce")]
    assert all(contrast(one, other) >= 1.2 for one, other in pairwise(steps))
    # Beyond the first, which may be close to nothing, each is clearly stronger than the last.
    assert all(contrast(*pair) >= 1.4 for pair in pairwise(steps[1:]))
    words = [colors[name] for name in ("ink", "ink", "ink", "ontile3", "ground")]
    assert all(contrast(*pair) >= 4.5 for pair in zip(words, steps, strict=True))
