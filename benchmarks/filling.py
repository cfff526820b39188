"""
Fills an empty database: `python -m benchmarks.filling POSTS`, with the site's own settings.

The rows are those of a blog of ten years, in its proportions; the texts pass `derive()` as each
save does. Ends with VACUUM ANALYZE, which the database's autovacuum does on a live site.
"""

import io
import os
import random
import sys
from datetime import UTC, datetime, timedelta
from itertools import islice

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "competencyworks.settings")
    django.setup()

from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.text import slugify
from PIL import Image as Pixels
from taggit.models import Tag, TaggedItem
from tqdm import tqdm

from blog.models import Channel, Post, PostAuthor, Series
from competencyworks.core.links import graph
from competencyworks.core.models import Comment, Image, Person, State, Topic
from competencyworks.core.pictures.responsive import rendition_key
from competencyworks.core.prose.cleaning import clean_html
from competencyworks.website.models import Page, SiteSettings

from .language import Writer

START = datetime(2014, 1, 6, 14, tzinfo=UTC)
YEARS = 10
PEOPLE, TOPICS, TAGS, IMAGES, PAGES = 60, 60, 400, 500, 12
COMMENTS = 7  # public ones to a post, on average
IN_SERIES = 10  # every so many posts, one is a part of a series
HIDDEN = 50  # every so many posts, one more that the public does not see
CHUNK = 500


class Filling:
    """Makes `posts` public posts and all that belongs to a site of this size."""

    def __init__(self, posts: int) -> None:
        self.posts = posts
        self.writer = Writer(seed=posts)
        self.random = random.Random(posts)
        self.post_type = ContentType.objects.get_for_model(Post)
        self.comments = [clean_html(self.writer.comment()) for _ in range(2000)]

    def run(self) -> None:
        with transaction.atomic():
            self._fill_terms()
            self._fill_site()
            _alter("remove_index")
        numbers = iter(range(self.posts + self.posts // HIDDEN))
        with tqdm(total=self.posts + self.posts // HIDDEN, unit=" posts", delay=1) as progress:
            while chunk := list(islice(numbers, CHUNK)):
                with transaction.atomic():
                    self._fill_posts(chunk)
                progress.update(len(chunk))
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'")
            _alter("add_index")
            cursor.execute("VACUUM (ANALYZE)")

    # --- What posts refer to --------------------------------------------------------------

    def _fill_terms(self) -> None:
        self.channels = list(Channel.objects.all())
        self.states = list(State.objects.all())
        self.images = self._make_images()
        self.people = Person.objects.bulk_create(self._person(key) for key in range(PEOPLE))
        names = _names(self.writer, TOPICS)
        roots = Topic.objects.bulk_create(
            Topic(name=name, slug=slugify(name), description=self.writer.sentence())
            for name in names[:12]
        )
        self.topics = roots + Topic.objects.bulk_create(
            Topic(name=name, slug=slugify(name), parent=self.random.choice(roots))
            for name in names[12:]
        )
        tags = [Tag(name=name.lower(), slug=slugify(name)) for name in _names(self.writer, TAGS)]
        self.tags = Tag.objects.bulk_create(tags)
        # A long tail: few tags that many posts bear, many that few do.
        self.tag_weights = [1 / (rank + 2) for rank in range(TAGS)]

    def _make_images(self) -> list[Image]:
        """Rows of the library that share one file, as if their renditions were made."""
        file = io.BytesIO()
        Pixels.new("RGB", (1600, 1067), "#0B5D57").save(file, "JPEG")
        default_storage.delete("images/shared.jpg")
        default_storage.save("images/shared.jpg", file)
        images = [
            Image(
                title=self.writer.phrase(1, 3),
                file="images/shared.jpg",
                width=1600,
                height=1067,
                alt=self.writer.phrase(5, 9),
                credit=f"Photo: {self.writer.name()}",
                renditions_ready_at=START,
            )
            for _ in range(IMAGES)
        ]
        for image in images:
            image.renditions_key = rendition_key(image)
        return Image.objects.bulk_create(images)

    def _person(self, key: int) -> Person:
        name = f"{self.writer.name()} {self.writer.name()}"
        return Person(
            name=name,
            slug=slugify(name),
            role=self.writer.phrase(2, 3),
            organization=self.writer.phrase(2, 4),
            bio=self.writer.paragraph(2, 3),
            portrait=self.images[key],
        )

    def _fill_site(self) -> None:
        SiteSettings(
            purpose=self.writer.sentence(),
            description=self.writer.sentence(),
            project_of="An invented institute",
            project_url="https://example.org/",
            owner_mark=self.images[0],
            licence="CC BY 4.0",
        ).save()
        for number in range(PAGES):
            title, body, _ = self.writer.article()
            Page.objects.create(
                title=title, body=body, status="published", publish_at=START, in_menu=number < 5
            )

    # --- Posts ----------------------------------------------------------------------------

    def _fill_posts(self, numbers: list[int]) -> None:
        posts = [self._post(number) for number in numbers]
        for post in posts:
            post.derive()
        Post.objects.bulk_create(posts)
        graph.record_all(posts)
        authors, topics, states, tags = [], [], [], []
        for post in posts:
            for position, person in enumerate(self._some(self.people, (6, 3, 1))):
                authors.append(PostAuthor(post=post, person=person, position=position))
            for topic in self._some(self.topics, (4, 4, 2)):
                topics.append(Post.topics.through(post=post, topic=topic))
            if self.random.random() < 0.3:
                state = self.random.choice(self.states)
                states.append(Post.states.through(post=post, state=state))
            count = self.random.randint(2, 6)
            for tag in set(self.random.choices(self.tags, self.tag_weights, k=count)):
                tags.append(TaggedItem(tag=tag, content_type=self.post_type, object_id=post.pk))
        for rows in (authors, topics, states, tags):
            if rows:
                type(rows[0]).objects.bulk_create(rows)
        self._fill_comments(posts)

    def _some(self, rows: list, weights: tuple[int, ...]) -> list:
        """One, two or three of `rows`, as often as `weights` says."""
        count = self.random.choices((1, 2, 3), weights)[0]
        return self.random.sample(rows, count)

    def _post(self, number: int) -> Post:
        total = self.posts + self.posts // HIDDEN
        illustrated = self.random.random() < 0.15
        image = self.random.choice(self.images)
        title, body, excerpt = self.writer.article(image.pk if illustrated else None)
        published = START + timedelta(days=365.25 * YEARS) * (number / total)
        post = Post(
            title=title,
            # The number makes it unique, so that derive() need not look for a free one.
            slug=f"{slugify(title)[:120]}-{number}",
            body=body,
            excerpt=excerpt,
            channel=self.channels[self.random.random() < 0.25],
            picture=image if self.random.random() < 0.6 else None,
            status="published",
            publish_at=published,
            created_at=published,
            updated_at=published,
        )
        if number % (HIDDEN + 1) == HIDDEN:
            self._hide(post)
        if number % IN_SERIES == 0:
            post.series = self._series(published)
            post.series_position = number
        return post

    def _hide(self, post: Post) -> None:
        kind = self.random.choice(("draft", "scheduled", "expired", "withdrawn"))
        if kind in ("draft", "withdrawn"):
            post.status = kind
        elif kind == "scheduled":
            post.publish_at += timedelta(days=36525)
        else:
            post.unpublish_at = post.publish_at + timedelta(days=30)

    def _series(self, published: datetime) -> Series:
        """The series that is running; after five to twelve parts a new one begins."""
        if getattr(self, "parts_left", 0) == 0:
            self.parts_left = self.random.randint(5, 12)
            title = f"{self.writer.phrase(2, 5)}: {self.writer.name()}"
            self.series = Series.objects.create(
                title=title,
                body=self.writer.paragraph(),
                status="published",
                publish_at=published,
                picture=self.random.choice(self.images),
            )
        self.parts_left -= 1
        return self.series

    # --- Comments -------------------------------------------------------------------------

    def _fill_comments(self, posts: list[Post]) -> None:
        """COMMENTS public ones a post on average, some with answers; a tenth more that wait."""
        above: list[list[Comment]] = [[] for _ in posts]
        for share in (0.55, 0.3, 0.15):  # of the comments at each depth
            made = []
            for place, post in enumerate(posts):
                for _ in range(self._count(COMMENTS * share)):
                    parent = self.random.choice(above[place]) if above[place] else None
                    made.append((place, self._comment(post, parent)))
            Comment.objects.bulk_create([comment for _, comment in made])
            above = [[] for _ in posts]
            for place, comment in made:
                above[place].append(comment)
        waiting = [self._comment(post, None) for post in posts if self.random.random() < 0.7]
        for comment in waiting:
            comment.status = self.random.choice(("waiting", "spam"))
        Comment.objects.bulk_create(waiting)

    def _count(self, average: float) -> int:
        """A whole number that is often 0 and sometimes large, `average` in the long run."""
        return int(self.random.expovariate(1 / average) + self.random.random())

    def _comment(self, post: Post, parent: Comment | None) -> Comment:
        moment = (parent.created_at if parent else post.publish_at) + timedelta(
            hours=self.random.expovariate(1 / 20)
        )
        return Comment(
            content_type=self.post_type,
            object_id=post.pk,
            parent=parent,
            status="approved",
            name=self.writer.name(),
            email="reader@example.org",
            body=self.random.choice(self.comments),
            created_at=moment,
        )


def _alter(act: str) -> None:
    """Take the index of the vectors away or back: kept up row by row, it costs most of all."""
    index = next(index for index in Post._meta.indexes if index.name == "post_vector")
    with connection.schema_editor() as editor:
        getattr(editor, act)(Post, index)


def _names(writer: Writer, count: int) -> list[str]:
    """`count` names of one to three words, all different."""
    found: dict[str, str] = {}
    while len(found) < count:
        name = writer.phrase(1, 3)
        found.setdefault(slugify(name), name)
    return list(found.values())


if __name__ == "__main__":
    Filling(posts=int(sys.argv[1])).run()
