"""Things that readers suggested."""

import pytest

from competencyworks.core import revisions
from wiki.models import Suggestion

from .sending import send, send_resource


@pytest.fixture
def page(make):
    item = make.wiki_page("Pacing", body="<p>Move on when ready.</p><p>The end.</p>")
    revisions.record(item)
    return item


@pytest.fixture
def edit(page) -> Suggestion:
    """An edit of `page` that waits."""
    text = "Move on when *sure*.\n\nThe end."
    assert send(f"{page.path}suggest/", text=text, note="I teach.").status_code == 303
    return Suggestion.objects.get(revision__isnull=False)


@pytest.fixture
def proposed(db) -> Suggestion:
    """A resource that waits."""
    send_resource()
    return Suggestion.objects.get(revision=None)
