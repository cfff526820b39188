"""
Invented articles whose words are spread as in real ones.

Words of real texts follow Zipf's law (https://en.wikipedia.org/wiki/Zipf%27s_law): a few stand
in every text, most in hardly any. A search must be measured on both, so the words are drawn by
that law from function words, words of this subject, and a long tail of made-up ones.
"""

import random
from itertools import accumulate
from typing import NamedTuple

FUNCTION_WORDS = (
    "the of and to a in that is for it as with on are be this by from or an at their they we was "
    "have not which but will can has what when more who one all there if its our other so these "
    "do how about than into out up them then some no also each would many most may such only your "
    "between both over through very just because while where much after before being under those "
    "should could own same too any were had been us here during again once until however often "
    "without within toward among rather even still yet"
).split()

SUBJECT_WORDS = (
    "student learning school teacher competency education assessment district time mastery "
    "standard community system state growth evidence work model support leader classroom policy "
    "grade practice college level skill progress course credit program pathway project goal team "
    "experience knowledge rubric feedback instruction curriculum culture agency equity family "
    "high build design change year day plan process question idea group data report test score "
    "transcript diploma graduation proficiency performance task portfolio exhibition advisory "
    "mentor coach principal superintendent board legislature statute pilot waiver funding grant "
    "partner network university faculty degree employer career workforce internship apprentice "
    "online blended platform tool technology pace flexible transparent habit mindset strategy "
    "lesson unit module seminar workshop conference webinar resource guide study research result "
    "outcome gap access rural urban charter elementary middle secondary kindergarten adult "
    "literacy reading writing mathematics science history language art music civic reasoning "
    "argument collaboration communication creativity persistence reflection revision deeper "
    "transfer apply demonstrate measure calibrate moderate validate reliable aligned explicit "
    "learner educator staff parent volunteer neighbor meeting schedule calendar room building "
    "semester quarter summer morning example story lesson mistake challenge barrier shift "
    "implementation transition vision mission value principle definition framework taxonomy "
    "element indicator benchmark target threshold review audit accreditation regulation "
    "accountability governance budget cost scale quality capacity training professional "
    "development certificate badge record software interview survey observation conversation "
    "trust ownership purpose relationship belonging wellbeing discipline attendance retention "
    "remediation intervention tutoring extension enrichment acceleration placement readiness"
).split()

ONSETS = "b bl br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sc sh sl st t tr v w"
VOWELS = "a ai e ea ee i o oa oo ou u"
CODAS = "b ck d ft g l ld m n nd ng nt p r rd rk rn s sh st t th x"
ENDINGS = "", "", "", "", "er", "ing", "ed", "ment", "ness", "al", "ity", "ive", "ous", "ship"
TAIL = 40_000  # made-up words
EXPONENT = 1.15


class Article(NamedTuple):
    """What a post is made of; `body` is HTML."""

    title: str
    body: str
    excerpt: str


class Writer:
    """Writes texts that differ, and are the same again for the same `seed`."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        words = [*FUNCTION_WORDS, *dict.fromkeys(SUBJECT_WORDS)]
        self.tail = self._made_up(set(words))
        self.words = [*words, *self.tail]
        ranks = range(1, len(self.words) + 1)
        self.weights = list(accumulate((rank + 2.7) ** -EXPONENT for rank in ranks))

    def _made_up(self, taken: set[str]) -> list[str]:
        # The same language for every seed: two runs of the generator share their readers' words.
        chance = random.Random("language")
        onsets, vowels, codas = ONSETS.split(), VOWELS.split(), CODAS.split()
        made: dict[str, None] = {}
        while len(made) < TAIL:
            syllables = chance.choices((1, 2, 3), (5, 5, 1))[0]
            word = "".join(chance.choice(onsets) + chance.choice(vowels) for _ in range(syllables))
            word += chance.choice(codas) + chance.choice(ENDINGS)
            if word not in taken:
                made[word] = None
        return list(made)

    def draw(self, count: int) -> list[str]:
        """`count` words as they come in running text."""
        return self.random.choices(self.words, cum_weights=self.weights, k=count)

    def name(self) -> str:
        """A name of which there are millions, so that some words stand in one text alone."""
        return (self.random.choice(self.tail) + self.random.choice(self.tail)).capitalize()

    def phrase(self, least: int, most: int) -> str:
        """A few words of the subject and beyond, without function words, as a heading has them."""
        count = self.random.randint(least, most)
        words = self.draw(count * 3)
        kept = [word for word in words if word not in _COMMON][:count]
        kept += self.random.choices(SUBJECT_WORDS, k=count - len(kept))
        return " ".join(kept).capitalize()

    def sentence(self) -> str:
        words = self.draw(self.random.randint(9, 27))
        if len(words) > 15:
            words[self.random.randint(5, 10)] += ","
        return f"{' '.join(words).capitalize()}."

    def paragraph(self, least: int = 2, most: int = 4) -> str:
        """A paragraph as HTML; every third has a link, every fourth an emphasis."""
        sentences = [self.sentence() for _ in range(self.random.randint(least, most))]
        if self.random.random() < 0.33:
            target = "-".join(self.draw(2))
            link = f'<a href="https://example.org/{target}">{" ".join(self.draw(3))}</a>'
            sentences.append(f"{self.name()} has {link} for us.")
        if self.random.random() < 0.25:
            sentences[0] += f" This is <em>{' '.join(self.draw(2))}</em>."
        return f"<p>{' '.join(sentences)}</p>"

    def article(self, picture: int | None = None) -> Article:
        """An article of 400 to 900 words; `picture` is the key of an image that it shows."""
        parts = [self.paragraph(2, 4)]
        if self.random.random() < 0.3:
            parts.append("<!--more-->")
        parts.append(self.paragraph())
        if picture:
            caption = self.phrase(4, 8)
            parts.append(
                f'<figure><img src="/media/{picture}" data-image="{picture}" alt="{caption}">'
                f"<figcaption>{caption}</figcaption></figure>"
            )
        for _ in range(self.random.randint(2, 5)):
            parts.append(f"<h2>{self.phrase(2, 6)}</h2>")
            parts += [self.paragraph() for _ in range(self.random.randint(2, 3))]
            if self.random.random() < 0.4:
                parts.append(self._extra())
        excerpt = self.sentence() if self.random.random() < 0.4 else ""
        title = f"{self.phrase(3, 8)}: {self.name()}"
        return Article(title, "\n".join(parts), excerpt)

    def _extra(self) -> str:
        kind = self.random.choice(("list", "list", "quotation", "table", "note"))
        if kind == "list":
            items = "".join(f"<li>{self.phrase(4, 9)}</li>" for _ in range(5))
            return f"<ul>{items}</ul>"
        if kind == "quotation":
            return f"<blockquote>{self.paragraph(1, 2)}</blockquote>"
        if kind == "note":
            return f"<p>{self.sentence()}[fn]{self.sentence()}[/fn]</p>"
        rows = "".join(
            f"<tr><td>{self.phrase(1, 2)}</td><td>{self.random.randint(1, 99)}</td></tr>"
            for _ in range(4)
        )
        return f"<table><thead><tr><th>What</th><th>Count</th></tr></thead>{rows}</table>"

    def comment(self) -> str:
        """A comment's HTML: one or two paragraphs."""
        return "".join(
            f"<p>{' '.join(self.sentence() for _ in range(self.random.randint(1, 3)))}</p>"
            for _ in range(self.random.randint(1, 2))
        )

    def search(self) -> str:
        """What a reader types into the search: one to three words, quoted now and then."""
        words = self.draw(60)
        wanted = [word for word in words if word not in _COMMON]
        wanted = wanted[: self.random.choices((1, 2, 3), (4, 4, 2))[0]]
        # Readers look for the subject's words more often than a text has them.
        if self.random.random() < 0.5:
            wanted[0] = self.random.choice(SUBJECT_WORDS)
        text = " ".join(wanted)
        chance = self.random.random()
        if chance < 0.1:
            return f'"{text}"'
        if chance < 0.15:
            return f"{text} -{self.random.choice(SUBJECT_WORDS)}"
        return text


_COMMON = frozenset(FUNCTION_WORDS)
