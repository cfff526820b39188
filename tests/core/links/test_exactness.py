"""
The graph against the HTML: after any acts, each page says what leads to it, and nothing else.

What is expected is read from the stored HTML of all items, link by link, as a reader would follow
it: to the public item at the address, or to where an old address leads, or by the title.
"""

import random
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st
from lxml.html import fragments_fromstring

from competencyworks.core import workflow
from competencyworks.core.addresses import OldAddress
from competencyworks.core.links import graph
from competencyworks.core.links.mentions import publishable_kinds
from tests import factories
from tests.events import factories as events
from wiki.pages.renaming import rename

ACTS = 200
KINDS = [
    factories.post, factories.page, factories.paper, factories.series, factories.resource,
    factories.wiki_page, events.event, factories.digest, factories.paper,
]  # fmt: skip


class Site:
    """A site on which things happen by chance."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.number = 0
        self.items, self.titles = [], []
        for kind in KINDS:
            self.items += [kind(title=self.title()), kind(title=self.title(), public=False)]

    def title(self) -> str:
        """A new title, or now and then one that a page had."""
        if self.titles and self.random.random() < 0.3:
            title = self.titles.pop()
            if not factories.WikiPage.objects.filter(title_key=title.lower()).exists():
                return title
        self.number += 1
        return f"Item {self.number}"

    def act(self) -> None:
        place = self.random.randrange(len(self.items))
        kind = type(self.items[place])
        item = self.items[place] = kind._base_manager.get(pk=self.items[place].pk)
        getattr(self, self.random.choice(ACTS_OF_STAFF))(item)

    def write(self, item) -> None:
        """Another text, with links of all sorts to some items."""
        links = []
        for other in self.random.sample(self.items, self.random.randrange(6)):
            other = type(other)._base_manager.get(pk=other.pk)
            links.append(
                self.random.choice([self.path, self.whole, self.old, self.moved, self.moved])(other)
            )
        item.body = "<p>" + " and ".join(f'<a href="{href}">a link</a>' for href in links) + "</p>"
        item.save()

    def write_titles(self, item) -> None:
        """A link by title: to a page as it is called now, was called once, or to none."""
        pages = [each for each in self.items if isinstance(each, factories.WikiPage)]
        if not pages:
            return
        page = factories.WikiPage._base_manager.get(pk=self.random.choice(pages).pk)
        said = [page.title, page.title.upper(), "Wanted", *self.titles]
        item.body = f"<p>See [[{self.random.choice(said)}|there]].</p>"
        item.save()

    def path(self, other) -> str:
        return other.path

    def whole(self, other) -> str:
        return f"{settings.SITE_URL}{other.path.rstrip('/')}?utm_source=x#part"

    def old(self, other) -> str:
        found = OldAddress.objects.order_by("?").first()
        return found.path if found else "/nowhere/"

    def moved(self, other) -> str:
        """An address that another item may take later."""
        return f"/papers/{self.random.choice(SHARED)}/"

    def rename(self, item) -> None:
        if isinstance(item, factories.WikiPage):
            self.titles.append(item.title)
            rename(item, self.title())
        else:
            item.slug = f"item-{self.random.randrange(10**6)}"
            item.save()

    def take_slug(self, item) -> None:
        """A paper gets an address that another may have had, if it is free."""
        keys = [each.pk for each in self.items if isinstance(each, factories.Paper)]
        paper = factories.Paper.objects.filter(pk__in=keys).order_by("slug").first()
        slug = self.random.choice(SHARED)
        if paper and not factories.Paper.objects.filter(slug=slug).exists():
            paper.slug = slug
            paper.save()

    def publish(self, item) -> None:
        if not item.trashed_at:
            workflow.publish(item, at=factories.ago(days=self.random.randrange(1, 90)))

    def schedule(self, item) -> None:
        if not item.trashed_at:
            workflow.publish(item, at=factories.ahead(days=3))

    def withdraw(self, item) -> None:
        if item.status == item.Status.PUBLISHED:
            workflow.withdraw(item)

    def trash(self, item) -> None:
        workflow.trash(item)

    def restore(self, item) -> None:
        workflow.restore(item)

    def delete(self, item) -> None:
        """For good; another takes its place among those that things happen to."""
        place = [each.pk == item.pk and type(each) is type(item) for each in self.items].index(True)
        item.delete()
        self.items[place] = self.random.choice(KINDS)(title=self.title())


SHARED = ["first", "second", "third"]
ACTS_OF_STAFF = (
    ["write"] * 14 + ["write_titles"] * 4 + ["rename"] * 3 + ["take_slug"] * 5 + ["publish"] * 6
    + ["restore"] * 3 + ["schedule", "withdraw", "withdraw", "trash", "delete"]
)  # fmt: skip


def expected() -> dict[tuple, set[tuple]]:
    """For every public item that is mentioned the items that do, read from the HTML of all."""
    public, titled, found = {}, {}, {}
    everything = [item for kind in publishable_kinds() for item in kind._base_manager.all()]
    for item in everything:
        if item.is_public:
            public[item.path] = item
            if hasattr(item, "title_key"):
                titled[item.title_key] = item
    former = {
        row.key: row.page
        for row in factories.WikiPage.former_titles.rel.related_model.objects.all()
    }
    old = {row.path: row.item for row in OldAddress.objects.all()}
    for item in everything:
        if not item.is_public or "<a" not in item.html:
            continue
        for link in (a for part in fragments_fromstring(item.html) for a in part.iter("a")):
            if title := link.get("data-title"):
                key = title.lower()  # they are plain
                leads_to = titled.get(key) or former.get(key)
            else:
                url = urlsplit(urljoin(settings.SITE_URL + item.path, link.get("href")))
                if url.netloc != urlsplit(settings.SITE_URL).netloc:
                    continue
                path = unquote(url.path).rstrip("/")
                leads_to = public.get(path + "/") or old.get(path)
            if leads_to and leads_to.is_public and key_of(leads_to) != key_of(item):
                found.setdefault(key_of(leads_to), set()).add(key_of(item))
    return found


def key_of(item) -> tuple:
    return item._meta.concrete_model._meta.label_lower, item.pk


def recorded() -> dict[tuple, set[tuple]]:
    """The same as the graph has it; asked with and without the column that spares the question."""
    found = {}
    for kind in publishable_kinds():
        for item in kind.objects.published().with_links():
            mentions = graph.mentions(item)
            if mentions:
                assert item.is_linked
                found[key_of(item)] = {(mention.kind, mention.pk) for mention in mentions}
                moments = [mention.publish_at for mention in mentions]
                assert moments == sorted(moments, reverse=True)
    return found


@pytest.mark.django_db
@given(seed=st.integers(min_value=0, max_value=2**32))
@with_settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # two hundred acts do not shrink
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_graph_equals_what_a_reader_finds(seed):
    with transaction.atomic():
        site = Site(seed)
        mentioned = 0
        for number in range(1, ACTS + 1):
            site.act()
            if number % 20 == 0:
                now = expected()
                assert recorded() == now
                mentioned += len(now)
        assert mentioned  # else the acts made nothing to compare
        transaction.set_rollback(True)
