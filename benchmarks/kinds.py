"""The kinds of page that are measured, and what is asked of each (DESIGN, 'How fast')."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """
    One kind of page and its targets.

    `share` is the least part of the yardstick's requests a second, as 60 for 1/60; `queries` the
    most queries; `growth` the most that it may cost with the most posts, as a multiple of what
    `against` (a kind; itself if left out) costs with the fewest.
    """

    name: str
    label: str
    share: int = 60
    queries: int = 6
    growth: float = 1.3
    against: str = ""

    @property
    def base(self) -> str:
        return self.against or self.name


KINDS = [
    Kind("home", "Home", queries=8),
    Kind("post", "Post", queries=8),
    Kind("blog", "All posts, page 1"),
    Kind("channel", "Channel, page 1"),
    Kind("channel50", "Channel, page 50 (the last with few posts)"),
    Kind("blog50", "All posts, page 50"),
    Kind("blog5000", "All posts, page 5,000", growth=2.5, against="blog50"),
    Kind("series", "Series"),
    Kind("tag", "Tag that many posts bear"),
    Kind("seldom", "Tag that few posts bear"),
    Kind("topic", "Topic"),
    Kind("person", "Person"),
    # A month holds eight posts where there are a thousand, so a full list is the fair measure.
    Kind("month", "Month", against="blog"),
    Kind("search", "Search, every query different", share=150, queries=5),
    Kind("feed", "Feed of the site", queries=4),
    Kind("tagfeed", "Feed of a tag", queries=4),
]
