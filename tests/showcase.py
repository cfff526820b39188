"""
One site with everything in it that a page may have to bear: each kind of page, long words,
wide tables, deep threads, second pages, right-to-left text, and items that nobody may see.
"""

from blog.models import Post
from competencyworks.core.models import Image
from competencyworks.core.pictures.renditions import make_next
from competencyworks.website.models import SiteSettings
from events.registration import Party, register

from . import factories
from .events.factories import event
from .wiki import showing as wiki

# Stands in everything that is not public, and in nothing that is.
HIDDEN = "unseenword"
# Of the way into an event, which registrants alone may know.
PASS_CODE = "quokka77"
LONG_WORD = "Kompetenzorientierungsmaßnahmenkatalog" * 3
# The kinds of pages of which `build` gives an address.
KINDS = (
    "home", "blog", "channel", "second page", "post", "long post", "series index", "series",
    "series without parts", "topics", "topic", "tag", "state", "person", "long person", "year",
    "month", "digest", "digests", "papers", "papers of a year", "papers on a topic", "paper",
    "paper without file", "search", "search without results", "search without words", "page",
    "page below", "not found", "subscribe", "events", "past events", "filtered events", "no events",
    "month of events", "empty month", "event", "past event", "long event", "deadline",
    *wiki.KINDS,
)  # fmt: skip
PARTS = 3
STREAM = 24  # more than a page of any list holds

WIDE_TABLE = (
    "<table><caption>Credits by school</caption><thead><tr>"
    + "".join(f'<th scope="col">Measure number {n}</th>' for n in range(1, 13))
    + "</tr></thead><tbody><tr>"
    + "".join(f"<td>{n * 12345678}</td>" for n in range(1, 13))
    + "</tr></tbody></table>"
)


def _text(image: Image, name: str) -> str:
    """A body with every element that the editor offers; `name` makes it differ from others."""
    picture = f'<img src="{image.file.url}" data-image="{image.pk}" alt="Three steps, rising">'
    return f"""
<p>Where learning is constant, time varies.[fn]Said by <a href="https://example.org/">many</a>
before us.[/fn] This is what <abbr title="Northern High School">NHS</abbr> found: {name}.</p>
<!--more-->
<h2>What changed</h2>
<p>A <a href="/series/">link</a>, <strong>strong</strong> and <em>emphasis</em>, <code>code</code>,
H<sub>2</sub>O, the 3<sup>rd</sup> <mark>mark</mark>, <s>gone</s>.[fn]A second note.[/fn]</p>
<figure class="image">{picture}<figcaption>Steps <small>Drawing: Ana Ruiz</small></figcaption>
</figure>
<p>{picture.replace("<img", '<img class="align-right"')} Text beside a picture.</p>
<div class="gallery columns-2"><figure>{picture}</figure><figure>{picture}</figure></div>
<h3>In numbers</h3>
{WIDE_TABLE}
<h2>What we learned</h2>
<ul><li>One<ul><li>Below one<ol><li>Deeper</li></ol></li></ul></li><li>Two</li></ul>
<ol start="3"><li>Three</li><li>Four</li></ol>
<dl><dt>Competency</dt><dd>What somebody can do.</dd></dl>
<blockquote><p>It took us four years.</p><p><cite>A principal</cite></p></blockquote>
<blockquote class="pullquote"><p>Time varies.</p></blockquote>
<pre><code>{"a_line_of_code_that_does_not_end = " * 6}</code></pre>
<details><summary>More of it</summary><p>Hidden until asked for.</p></details>
<hr>
<h2>In other words</h2>
<p dir="rtl" lang="ar">التعلم ثابت والوقت متغير</p>
<p>{LONG_WORD} and https://example.org/{"a-very-long-address-without-a-break" * 4}</p>
<p class="align-center">In the middle.</p>
"""


def _readers(post: Post) -> None:
    """A thread that goes down further than a phone is wide."""
    above = None
    for depth in range(1, 9):
        above = factories.comment(
            post,
            parent=above,
            website="https://reader.example.net/" if depth == 2 else "",
            body=f"<p>At depth {depth}. {LONG_WORD if depth == 8 else ''}</p>",
        )
    factories.comment(post, body=f"<p>{HIDDEN}</p>", status="waiting")


def _hidden(**terms) -> None:
    """Items that are not public, each in its own way."""
    words = {"title": f"{HIDDEN} title", "body": f"<p>{HIDDEN} competency</p>", **terms}
    states = [
        {"public": False},
        {"public": False, "status": "review"},
        {"publish_at": factories.ahead(days=1)},
        {"unpublish_at": factories.ago(minutes=1)},
        {"status": "withdrawn"},
        {"trashed_at": factories.ago(days=1)},
    ]
    for state in states:
        factories.post(**words, **state)
        factories.digest(factories.link(HIDDEN, source=HIDDEN, note=HIDDEN), **words, **state)
        factories.page(title=words["title"], body=words["body"], in_menu=True, **state)
        factories.series(title=words["title"], body=words["body"], **state)
        event(title=words["title"], body=words["body"], **{"public": True, **state})
        factories.paper(**{k: v for k, v in words.items() if k != "series"}, year=1999, **state)


def _events(image: Image, person, other, **terms) -> dict[str, str]:
    """Events of every kind and state; returns an address of each kind of page."""

    def classified(**more):
        item = event(**more)
        item.topics.set(terms["topics"])
        item.states.set(terms["states"])
        item.tags.set(terms["tags"])
        item.event_people.create(person=person, role="Guest")
        return item

    way_in = {
        "join_url": "https://video.example.org/w/1?pwd=a&name=Ann%20Lee",
        "video_meeting": "86011223344",
        "join_note": f"<p>Pass code {PASS_CODE}.</p>",
        "venue_note": f"<p>Ring for {PASS_CODE}.</p>",
    }
    there = {"attendance": "both", "venue": "Old Mill", "venue_address": "1 Mill Road, Keene, NH"}
    talk = {"body": "<p>Where competency begins, and who says so.</p>", "picture": image}
    for days in range(STREAM):
        classified(title=f"Talk on competency, {days}", days=-days - 2, **talk)
    full = classified(
        title="Grading for learning, with everything that a page of an event can hold",
        body=_text(image, "event"), picture=image, capacity=1, largest_party=2,
        hosts="Alderbrook Institute", price_note="20 dollars", **there, **way_in,
    )  # fmt: skip
    full.event_people.create(person=other)
    full.event_people.create(person=other, part="host")
    seated = register(full.pk, Party("Ana", "ana@example.org"))
    seated.video_places.create(
        kind="meeting", meeting=full.video_meeting, registrant="reg-1",
        join_url="https://zoom.example/w/86011223344?tk=personal&x=1",
    )  # fmt: skip
    past = classified(
        title="What was said on competency", days=-1, slides_url="https://slides.example.org/1",
        recording_url="https://video.example.org/1", **way_in,
    )  # fmt: skip
    long = classified(
        title=f"{LONG_WORD} and other very long titles of events", hours=30, zone="Asia/Kolkata",
        kind="conference", hosts=LONG_WORD * 2, venue=LONG_WORD, venue_address=LONG_WORD,
        attendance="in_person", price_note=LONG_WORD,
        body=f"<p>{'The words of this page are mostly long, but it is in English. ' * 9}</p>",
    )  # fmt: skip
    due = classified(title="Proposals are due", kind="deadline", hours=0, sign_up="none")
    classified(title="Called off", days=9, cancelled_at=factories.ago(days=1))
    month = full.starts_at.astimezone(full.tz)
    return {
        "events": "/events/",
        "past events": "/events/past/",
        "filtered events": "/events/?kind=webinar",
        "no events": "/events/?kind=meeting&state=nh",
        "month of events": f"/events/calendar/{month:%Y/%m}/",
        "empty month": "/events/calendar/2035/05/",
        "event": full.path,
        "past event": past.path,
        "long event": long.path,
        "deadline": due.path,
    }


def build() -> dict[str, str]:
    """Fill the site; returns an address for each kind of page, by the kind's name."""
    image = factories.image(size=(1600, 1000), caption="Steps", credit="Drawing: Ana Ruiz")
    make_next()
    image.refresh_from_db()
    waiting = factories.image("portrait.png", alt="Portrait of Ana Ruiz", size=(500, 640))
    mentioned = factories.paper(title="A paper that Ana’s page leads to")
    person = factories.person(
        "Ana Ruiz",
        role="Director of Learning",
        organization="Northern High School",
        bio=f'<p>Ana taught <em>physics</em>, <a href="{mentioned.path}">and tells of it</a>.</p>',
        portrait=waiting,
        website="https://ana.example.net/",
    )
    other = factories.person(f"Wolfgang {LONG_WORD}")
    above = factories.topic("Practice", description="What schools do.")
    topic = factories.topic("Assessment and evidence", parent=above)
    state = factories.state("NH")
    terms = {"topics": [topic], "states": [state], "tags": ["rubrics", LONG_WORD.lower()[:90]]}
    series = factories.series(
        title="Four years in a small school", body=_text(image, "series"), picture=image, **terms
    )
    empty = factories.series(title=f"A series without parts yet {LONG_WORD}")
    for number in range(STREAM):
        factories.post(
            title=f"Notes on competency, {number}",
            body=f"<p>Number {number} says what competency asks of a timetable.</p>",
            authors=[person],
            publish_at=factories.ago(days=2 + number),
            picture=image if number % 3 else None,
            **terms,
        )
    parts = [
        factories.post(
            title=f"Part {number} of the work on competency",
            authors=[person, other],
            series=series,
            series_position=number,
            publish_at=factories.ago(days=1, hours=PARTS - number),
            body=_text(image, f"part {number}"),
            picture=image,
            **terms,
        )
        for number in range(1, PARTS + 1)
    ]
    post = parts[1]
    _readers(post)
    long = factories.post(
        title=f"{LONG_WORD} and other very long titles that a list must bear, with more words",
        authors=[other, person],
        channel="higher-ed",
        body=f"<p>{LONG_WORD}</p>{WIDE_TABLE}",
        canonical_url="https://elsewhere.example.org/first/",
    )
    digest = factories.digest(
        factories.link("Before all sections"),
        factories.heading("Policy", note="What legislatures did."),
        factories.link(
            f"{LONG_WORD} and a long title of a link that takes more than one line to read",
            url=f"https://example.org/{'a-very-long-address-without-a-break' * 4}",
            source="Capitol Watch",
            note="Reads like a waiver, but is not one.\n\nA second paragraph.",
        ),
        factories.link("Without a source or a note"),
        factories.heading("Practice"),
        factories.heading("A section without links", note=LONG_WORD),
        title="What’s new in competency education",
        body="<p>Links on competency, with a note on each.[fn]A footnote.[/fn]</p>",
        authors=[person],
        picture=image,
        publish_at=factories.ago(days=2),
        **terms,
    )
    paper = factories.paper(
        title="What evidence of competency can bear",
        body=_text(image, "paper"),
        authors=[person, other],
        year=2021,
        publisher="Alderbrook Institute",
        number="12",
        doi="10.1234/what_(evidence)<1>",
        picture=image,
        file=factories.pdf("One page", "and another"),
        **terms,
    )
    _readers(paper)
    bare = factories.paper(title=f"A paper without a file {LONG_WORD}", publisher=LONG_WORD)
    _hidden(topics=[topic], states=[state], tags=["rubrics"], series=None)
    factories.post(title=f"{HIDDEN} part", series=series, series_position=2, public=False)
    guide = factories.page(title="Guide", slug="guide", body=_text(image, "guide"), in_menu=True)
    below = factories.page(title="Below the guide", parent=guide, body="<p>Write to us.</p>")
    if not SiteSettings.objects.exists():
        SiteSettings.objects.create(
            purpose="For everyone who builds schools in which time varies.",
            description="Practice, policy, and research in competency education.",
            project_of="Alderbrook Institute",
            project_url="https://alderbrook.example.org/",
            owner_mark=image,
            licence="Share with attribution.",
            licence_url="https://license.example.org/",
            contact_email="editors@example.org",
        )
    year_month = post.path.split("/")[2:4]
    shown = _events(image, person, other, **terms)
    shown |= wiki.build(_text(image, "wiki"), image, person, HIDDEN, LONG_WORD, **terms)
    return shown | {
        "home": "/",
        "blog": "/blog/",
        "channel": "/blog/k-12/",
        "second page": "/blog/k-12/?page=2",
        "post": post.path,
        "long post": long.path,
        "series index": "/series/",
        "series": series.path,
        "series without parts": empty.path,
        "topics": "/topics/",
        "topic": topic.get_absolute_url(),
        "tag": "/tags/rubrics/",
        "state": state.get_absolute_url(),
        "person": person.get_absolute_url(),
        "long person": other.get_absolute_url(),
        "year": f"/blog/{year_month[0]}/",
        "month": f"/blog/{'/'.join(year_month)}/",
        "digest": digest.path,
        "digests": "/blog/whats-new/",
        "papers": "/papers/",
        "papers of a year": "/papers/?year=2021",
        "papers on a topic": f"/papers/?topic={topic.slug}",
        "paper": paper.path,
        "paper without file": bare.path,
        "search": "/search/?q=competency",
        "search without results": f"/search/?q={HIDDEN}+{LONG_WORD}",
        "search without words": "/search/",
        "page": guide.path,
        "page below": below.path,
        "not found": "/nothing-is-here/",
        "subscribe": "/subscribe/",
    }
