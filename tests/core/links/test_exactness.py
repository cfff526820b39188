"""
The graph against the HTML: after any acts, each page says what leads to it, and nothing else.

What is expected is read from the stored HTML of all items, link by link, as a reader would follow
it: to the public item at the address, or to where an old address leads, or by the title.
"""

import random
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st
from lxml.html import fragments_fromstring

from blog.models import Channel
from competencyworks.core import workflow
from competencyworks.core.addresses import OldAddress
from competencyworks.core.links import graph
from competencyworks.core.merging import merge_people
from competencyworks.core.models import Person
from competencyworks.core.privacy.acts import erase_person
from competencyworks.core.publishing import Publishable
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
        self.channels = list(Channel.objects.order_by("pk"))
        self.people = [self.person() for _ in range(4)]

    def person(self) -> Person:
        self.number += 1
        return factories.person(f"Person {self.number}", email=f"person-{self.number}@example.org")

    def title(self) -> str:
        """A new title, or now and then one that a page had."""
        if self.titles and self.random.random() < 0.3:
            title = self.titles.pop()
            if not factories.WikiPage.objects.filter(title_key=title.lower()).exists():
                return title
        self.number += 1
        return f"Item {self.number}"

    def act(self) -> None:
        if self.random.random() < 0.3:
            getattr(self, self.random.choice(ACTS_ON_PEOPLE))(self.random.randrange(4))
            return
        place = self.random.randrange(len(self.items))
        kind = type(self.items[place])
        item = self.items[place] = kind._base_manager.get(pk=self.items[place].pk)
        getattr(self, self.random.choice(ACTS_OF_STAFF))(item)

    def write(self, item) -> None:
        """Another text, with links of all sorts to some items."""
        item.body = self.text()
        item.save()

    def text(self) -> str:
        links = (f'<a href="{self.address()}">a link</a>' for _ in range(self.random.randrange(6)))
        return f"<p>{' and '.join(links)}</p>"

    def address(self) -> str:
        other = self.random.choice([*self.items, *self.people, *self.channels])
        other = type(other)._base_manager.get(pk=other.pk)
        ways = [self.path, self.whole, self.old, self.moved, self.moved]
        return self.random.choice(ways)(other.get_absolute_url())

    def write_titles(self, item) -> None:
        """A link by title: to a page as it is called now, was called once, or to none."""
        pages = [each for each in self.items if isinstance(each, factories.WikiPage)]
        if not pages:
            return
        page = factories.WikiPage._base_manager.get(pk=self.random.choice(pages).pk)
        said = [page.title, page.title.upper(), "Wanted", *self.titles]
        item.body = f"<p>See [[{self.random.choice(said)}|there]].</p>"
        item.save()

    def path(self, path: str) -> str:
        return path

    def whole(self, path: str) -> str:
        return f"{settings.SITE_URL}{path.rstrip('/')}?utm_source=x#part"

    def old(self, path: str) -> str:
        paths = OldAddress.objects.order_by("path").values_list("path", flat=True)
        return self.random.choice([*paths, "/nowhere/"])

    def moved(self, path: str) -> str:
        """An address that another item may take later."""
        return f"/{self.random.choice(['papers', 'people'])}/{self.random.choice(SHARED)}/"

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

    # --- people and channels, which are always public -------------------------------------------

    def write_biography(self, place: int) -> None:
        person = self.person_at(place)
        person.bio = self.text()
        if self.random.random() < 0.3:
            person.website = urljoin(settings.SITE_URL, self.address())
        person.save()

    def write_introduction(self, place: int) -> None:
        channel = Channel.objects.get(pk=self.random.choice(self.channels).pk)
        channel.introduction = self.text()
        channel.save()

    def rename_person(self, place: int) -> None:
        """To an address that another may have had, if it is free."""
        person, slug = self.person_at(place), self.random.choice(SHARED)
        if Person.objects.filter(slug=slug).exists():
            slug = f"person-{self.random.randrange(10**6)}"
        person.slug = slug
        person.save()

    def merge_people(self, place: int) -> None:
        merge_people(self.person_at(place - 1), self.person_at(place))
        self.people[place] = self.person()

    def erase_person(self, place: int) -> None:
        erase_person(self.person_at(place).email, profile=True)
        self.people[place] = self.person()

    def delete_person(self, place: int) -> None:
        self.person_at(place).delete()
        self.people[place] = self.person()

    def person_at(self, place: int) -> Person:
        return Person.objects.get(pk=self.people[place].pk)


SHARED = ["first", "second", "third"]
ACTS_OF_STAFF = (
    ["write"] * 14 + ["write_titles"] * 4 + ["rename"] * 3 + ["take_slug"] * 5 + ["publish"] * 6
    + ["restore"] * 3 + ["schedule", "withdraw", "withdraw", "trash", "delete"]
)  # fmt: skip
ACTS_ON_PEOPLE = (
    ["write_biography"] * 8 + ["rename_person"] * 4 + ["write_introduction"] * 2
    + ["merge_people", "delete_person", "erase_person"]
)  # fmt: skip


def everything() -> list:
    """All items of every kind that has a page of its own and a text on it."""
    kinds = [
        model for model in apps.get_models()
        if issubclass(model, Publishable) and not model._meta.proxy
    ]  # fmt: skip
    return [item for kind in [*kinds, Person, Channel] for item in kind._base_manager.all()]


def is_public(item) -> bool:
    return isinstance(item, (Person, Channel)) or item.is_public


def html_of(item) -> str:
    """What the page of `item` shows of its own text and address."""
    match item:
        case Person():
            website = f'<a href="{item.website}">{item.website}</a>' if item.website else ""
            return item.bio + website
        case Channel():
            return item.introduction
    return item.html


def expected() -> dict[tuple, set[tuple]]:
    """For every public item that is mentioned the items that do, read from the HTML of all."""
    public, titled, found = {}, {}, {}
    items = everything()
    for item in items:
        if is_public(item):
            public[item.get_absolute_url()] = item
            if hasattr(item, "title_key"):
                titled[item.title_key] = item
    former = {
        row.key: row.page
        for row in factories.WikiPage.former_titles.rel.related_model.objects.all()
    }
    old = {row.path: row.item for row in OldAddress.objects.all()}
    for item in items:
        html = html_of(item)
        if not is_public(item) or "<a" not in html:
            continue
        for link in (a for part in fragments_fromstring(html) for a in part.iter("a")):
            if title := link.get("data-title"):
                key = title.lower()  # they are plain
                leads_to = titled.get(key) or former.get(key)
            else:
                url = urlsplit(
                    urljoin(settings.SITE_URL + item.get_absolute_url(), link.get("href"))
                )
                if url.netloc != urlsplit(settings.SITE_URL).netloc:
                    continue
                path = unquote(url.path).rstrip("/")
                leads_to = public.get(path + "/") or old.get(path)
            if leads_to and is_public(leads_to) and key_of(leads_to) != key_of(item):
                found.setdefault(key_of(leads_to), set()).add(key_of(item))
    return found


def key_of(item) -> tuple:
    return item._meta.concrete_model._meta.label_lower, item.pk


def recorded() -> dict[tuple, set[tuple]]:
    """The same as the graph has it; asked with and without the column that spares the question."""
    found = {}
    for kind in {type(item) for item in everything()}:
        for item in kind.objects.published().with_links():
            mentions = graph.mentions(item)
            if mentions:
                assert item.is_linked
                found[key_of(item)] = {(mention.kind, mention.pk) for mention in mentions}
                moments = [mention.publish_at for mention in mentions]
                dated = [moment for moment in moments if moment]
                assert dated == sorted(dated, reverse=True)
                assert moments == dated + [None] * (len(moments) - len(dated))
    return found


def compare(seed: int) -> int:
    """Let things happen by chance; returns how many links were found and compared meanwhile."""
    with transaction.atomic():
        site = Site(seed)
        found = 0
        for number in range(1, ACTS + 1):
            site.act()
            if number % 20 == 0:
                now = expected()
                assert recorded() == now
                found += sum(map(len, now.values()))
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_the_graph_equals_what_a_reader_finds_on_a_site_with_much_to_find():
    assert compare(seed=12) > 30


@pytest.mark.django_db
@given(seed=st.integers(min_value=0, max_value=2**32))
@with_settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # two hundred acts do not shrink
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_graph_equals_what_a_reader_finds(seed):
    assert compare(seed)  # else the acts made nothing to compare
