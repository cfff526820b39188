"""The wiki of the showcase: pages with everything in them, and pages that nobody may see."""

from competencyworks.core import revisions
from competencyworks.core.models import Image, Person
from tests import factories

from . import showing_catalogue

# The kinds of pages of which `build` gives an address.
KINDS = (
    "wiki", "wiki page", "long wiki page", "wanted wiki pages", "recent changes",
    "recent changes of resources", "history of a wiki page", *showing_catalogue.KINDS,
)  # fmt: skip


def build(body: str, image: Image, person: Person, hidden: str, long_word: str, **terms) -> dict:
    """Makes the pages out of a `body` with every element; returns an address for each kind."""
    reports = [
        factories.resource(
            title=f"A report on competency, {number}",
            body="<p>What it says of competency. See [[Grading for learning]].</p>",
            why=f"Short, and with {number + 3} numbers.",
            publisher="Alderbrook Institute",
            year=2020 + number,
            **terms,
        )
        for number in range(3)
    ]
    top = factories.wiki_page("Assessment", body="<p>How we know.</p>")
    full = factories.wiki_page(
        "Grading for learning",
        parent=top,
        body=f"<p>See [[Scales|the scales of competency]], [[Nobody wrote this]].</p>{body}",
        picture=image,
        **terms,
    )
    full.page_resources.create(resource=reports[2], note="Begin here.")
    factories.wiki_page(
        "Scales", parent=full, body="<p>Levels.[fn]See [[Grading for learning]].[/fn]</p>"
    )
    long = factories.wiki_page(
        f"{long_word} and other very long titles of topic pages",
        parent=full,
        body=f"<p>[[{long_word}]] {long_word} [[{long_word} and more|{long_word}]]</p>",
    )
    for item in (top, full, long, *reports):
        revisions.record(item, None, f"First words {long_word}", credit=person.name)
    full.body += "<p>Changed.</p>"
    full.save()
    revisions.record(full, None, "Said more")
    _hide(hidden, full, reports[0], **terms)
    return {
        "wiki": "/wiki/",
        "wiki page": full.path,
        "long wiki page": long.path,
        "wanted wiki pages": "/wiki/wanted/",
        "recent changes": "/wiki/recent/",
        "recent changes of resources": "/wiki/recent/?kind=resources",
        "history of a wiki page": f"{full.path}history/",
        **showing_catalogue.build(image, long_word, **terms),
    }


def _hide(hidden: str, parent, report, **terms) -> None:
    states = [
        {"public": False},
        {"public": False, "status": "review"},
        {"publish_at": factories.ahead(days=1)},
        {"unpublish_at": factories.ago(minutes=1)},
        {"status": "withdrawn"},
        {"trashed_at": factories.ago(days=1)},
    ]
    for number, state in enumerate(states):
        body = f"<p>{hidden} competency [[{hidden} wanted]]</p>"
        title = f"{hidden} title {number}"
        page = factories.wiki_page(title, parent=parent, body=body, **terms, **state)
        page.page_resources.create(resource=report, note=hidden)
        resource = factories.resource(title=title, body=body, why=hidden, **terms, **state)
        parent.page_resources.create(resource=resource, note=hidden)
        for item in (page, resource):
            revisions.record(item, None, hidden)
