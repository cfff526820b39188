"""
Fills an empty database with a wiki: `python -m benchmarks.wiki_filling RESOURCES`.

The rows pass `derive()` as each save does; revisions differ from each other by a paragraph, as an
edit leaves them.
"""

import os
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "competencyworks.settings")
    django.setup()

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils.text import slugify
from tqdm import tqdm

from competencyworks.core import revisions
from competencyworks.core.links import graph
from competencyworks.core.links.addresses import outside_key
from competencyworks.core.models import OutsideAddress, Revision, State, Topic
from competencyworks.website.models import SiteSettings
from wiki.models import PageResource, PolicySpan, Resource, WikiPage

from .language import Writer

START = datetime(2020, 1, 6, 14, tzinfo=UTC)
DAYS = 2000  # from the first resource to the last
REVISIONS = 50  # of each page
PAGES = 4  # resources to a page
TOPICS = 40
CHUNK = 250


class Filling:
    """Makes `resources` public resources, and a wiki around them."""

    def __init__(self, resources: int) -> None:
        self.size = resources
        self.writer = Writer(seed=resources)
        self.random = random.Random(resources)
        self.resource_type = ContentType.objects.get_for_model(Resource)
        self.page_type = ContentType.objects.get_for_model(WikiPage)

    def run(self) -> None:
        self._fill_terms()
        pages = self.size // PAGES
        with tqdm(total=self.size + pages, unit=" items", delay=1) as progress:
            for numbers in _chunks(self.size):
                with transaction.atomic():
                    self._fill_resources(numbers)
                progress.update(len(numbers))
            self.resources = list(Resource.objects.order_by("pk").only("pk"))
            for numbers in _chunks(pages):
                with transaction.atomic():
                    self._fill_pages(numbers, pages)
                progress.update(len(numbers))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")

    def _fill_terms(self) -> None:
        SiteSettings(purpose=self.writer.sentence(), description=self.writer.sentence()).save()
        self.users = [
            User.objects.create(username=f"staff-{n}", first_name=self.writer.name(), is_staff=True)
            for n in range(12)
        ]
        names = {self.writer.phrase(1, 3) for _ in range(TOPICS)}
        self.topics = Topic.objects.bulk_create(
            Topic(name=name, slug=f"{slugify(name)}-{number}")
            for number, name in enumerate(sorted(names))
        )
        self.states = list(State.objects.all())

    def _moment(self, number: int, of: int) -> datetime:
        return START + timedelta(days=DAYS * number / of)

    # --- Resources ------------------------------------------------------------------------

    def _fill_resources(self, numbers: tuple[int, ...]) -> None:
        items = [self._resource(number) for number in numbers]
        outside = OutsideAddress.objects.bulk_create(
            OutsideAddress(key=outside_key(item.url), url=item.url, host="example.org")
            for item in items
        )
        for item, address in zip(items, outside, strict=True):
            item.outside = address
            item.derive()
        Resource.objects.bulk_create(items)
        topics, states, spans = [], [], []
        for item in items:
            for topic in self.random.sample(self.topics, 2):
                topics.append(Resource.topics.through(resource=item, topic=topic))
            if item.kind == "policy" or self.random.random() < 0.4:  # a law is some state's
                state = self.random.choice(self.states)
                states.append(Resource.states.through(resource=item, state=state))
                if item.kind == "policy":
                    spans.append(
                        PolicySpan(
                            resource=item,
                            state=state,
                            form=item.policy_form,
                            stage=item.policy_stage,
                            since=item.publish_at,
                        )
                    )
        Resource.topics.through.objects.bulk_create(topics)
        Resource.states.through.objects.bulk_create(states)
        PolicySpan.objects.bulk_create(spans)
        self._first_revisions(items)
        graph.record_all(items)

    def _resource(self, number: int) -> Resource:
        kind = self.random.choice(Resource.Kind.values)
        title, _, excerpt = self.writer.article()
        moment = self._moment(number, self.size)
        item = Resource(
            kind=kind,
            title=title,
            slug=f"{slugify(title)[:120]}-{number}",
            url=f"https://host-{number % 900}.example.org/{number}/",
            body=f"<p>{excerpt}</p>",
            why=self.writer.sentence(),
            publisher=self.writer.phrase(2, 3),
            authors=self.writer.name(),
            year=self.random.randint(2005, 2026),
            grades=self.random.sample(Resource.Grades.values, 2),
            audience=self.random.sample(Resource.Audience.values, 2),
            status="published",
            publish_at=moment,
            created_at=moment,
            updated_at=moment,
        )
        if kind == "policy":
            item.policy_form = self.random.choice(Resource.PolicyForm.values)
            item.policy_stage = self.random.choice(Resource.PolicyStage.values)
        return item

    def _first_revisions(self, items: list[Resource]) -> None:
        Revision.objects.bulk_create(
            Revision(
                content_type=self.resource_type,
                object_id=item.pk,
                number=1,
                author=self.random.choice(self.users),
                content={"title": item.title, "body": item.body, "status": "published"},
                created_at=item.publish_at,
                visible_from=item.publish_at,
            )
            for item in items
        )

    # --- Pages ----------------------------------------------------------------------------

    def _fill_pages(self, numbers: tuple[int, ...], of: int) -> None:
        bodies = {number: self._versions(number, of) for number in numbers}
        items = [self._page(number, of, bodies[number][-1]) for number in numbers]
        for item in items:
            item.derive()
        WikiPage.objects.bulk_create(items)
        topics = [
            WikiPage.topics.through(wikipage=item, topic=self.random.choice(self.topics))
            for item in items
        ]
        WikiPage.topics.through.objects.bulk_create(topics)
        PageResource.objects.bulk_create(
            PageResource(page=item, resource=resource, position=place)
            for item in items
            for place, resource in enumerate(self.random.sample(self.resources, 4))
        )
        for number, item in zip(numbers, items, strict=True):
            self._history(item, bodies[number])
        graph.record_all(items)

    def _versions(self, number: int, of: int) -> list[str]:
        """REVISIONS texts of one page; in each, one paragraph is another than before."""
        parts = [f"<p>{self.writer.paragraph(2, 3)}</p>" for _ in range(5)]
        links = [self.random.randrange(of) for _ in range(3)]
        parts.append(f"<p>See {', '.join(f'[[Page {link}]]' for link in links)}.</p>")
        texts = []
        for _ in range(REVISIONS):
            parts[self.random.randrange(5)] = f"<p>{self.writer.paragraph(2, 3)}</p>"
            texts.append("".join(parts))
        return texts

    def _page(self, number: int, of: int, body: str) -> WikiPage:
        moment = self._moment(number, of)
        return WikiPage(
            title=f"Page {number}",
            slug=f"page-{number}",
            body=body,
            status="published",
            publish_at=moment,
            created_at=moment,
            updated_at=moment + timedelta(days=REVISIONS),
        )

    def _history(self, item: WikiPage, bodies: list[str]) -> None:
        content = revisions.content_of(item)
        Revision.objects.bulk_create(
            Revision(
                content_type=self.page_type,
                object_id=item.pk,
                number=number,
                author=self.random.choice(self.users),
                reason=self.writer.phrase(2, 5),
                content=content | {"body": body},
                created_at=item.publish_at + timedelta(days=number - 1),
                visible_from=item.publish_at,
            )
            for number, body in enumerate(bodies, start=1)
        )


def _chunks(count: int) -> Iterator[tuple[int, ...]]:
    numbers = iter(range(count))
    while chunk := tuple(islice(numbers, CHUNK)):
        yield chunk


if __name__ == "__main__":
    Filling(resources=int(sys.argv[1])).run()
