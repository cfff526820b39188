"""
Loading the demo: its texts, people and drawn pictures become a site that looks lived in.

Everything goes through the acts that staff use, so that the demo shows what the product does:
drafts are saved by a writer and published by an editor, each with its revision.
"""

import io
from collections import Counter
from datetime import datetime
from html import escape, unescape
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from PIL import Image as Pillow

from blog.digests import set_rows
from blog.models import (
    Channel,
    Digest,
    DigestRow,
    Paper,
    PaperAuthor,
    Post,
    PostAuthor,
    Series,
)
from competencyworks.core import revisions, workflow
from competencyworks.core.models import Comment, Image, Person, Revision, State, Topic
from competencyworks.core.publishing import Publishable
from competencyworks.website.demo import talk
from competencyworks.website.demo.content import (
    DRAWN_PICTURE,
    POST_LINK,
    Article,
    articles,
    digests,
    moment,
    table,
)
from competencyworks.website.demo.events import load_events
from competencyworks.website.demo.paper_files import load_paper
from competencyworks.website.demo.pictures import describe, draw
from competencyworks.website.demo.portraits import portrait
from competencyworks.website.demo.wiki_loading import load_wiki
from competencyworks.website.models import Page, SiteSettings

# Sign-in name of each of the demo's staff, and the person (by slug) who signs in with it.
STAFF = {
    "author": "tomas-arriaga",
    "editor": "miriam-okafor",
    "moderator": None,
    "events": None,
    "curator": "yuki-hamasaki",
    "admin": None,
}
ROLES = {
    "author": "Author",
    "editor": "Editor",
    "moderator": "Moderator",
    "events": "Event manager",
    "curator": "Curator",
}
# The account that stands for writers who have none.
SOMEBODY = "editor"
PAGES_DAYS_AGO = 906
# Pixels. As wide as a text column on a fine screen, and as pictures for social networks are
# wanted; larger ones would take most of the time of loading.
PICTURE, PORTRAIT = (1200, 800), (400, 400)


class OtherContent(ValueError):
    """The database holds what is not the demo's; the message names it, for staff."""


def load(password: str = "") -> dict[str, int]:
    """
    Load the demo into an empty database; returns how many of each kind were made.

    A database that holds the demo already keeps its content as it is, also where
    somebody has changed it since, and nothing is made. With a `password` the staff accounts
    (STAFF) can sign in with it afterward. All or nothing.
    Raises OtherContent for a database that holds anything else.
    """
    loading = _Loading()
    try:
        with transaction.atomic():
            # The row's lock lets a second load wait for the first, and then find it done.
            site, _ = SiteSettings.objects.select_for_update().get_or_create(pk=1)
            if not site.is_demo:
                refuse_other_content()
                loading.run(site)
            if password:
                set_password(password)
    except BaseException:
        loading.remove_files()
        raise
    return dict(loading.made)


def refuse_other_content() -> None:
    """Raises OtherContent if the database holds any content, or an account of the demo's names."""
    models = [model for model in apps.get_models() if not model._meta.proxy]
    kinds = [model for model in models if issubclass(model, Publishable)]
    found = []
    rows = [model._base_manager.all() for model in [*kinds, Person, Topic, Image, Comment]]
    for kind in [*rows, User.objects.filter(username__in=STAFF)]:
        if number := kind.count():
            meta, example = kind.model._meta, kind.order_by("pk").first()
            name = meta.verbose_name if number == 1 else meta.verbose_name_plural
            found.append(f"{number} {name} (“{example}”{' and others' if number > 1 else ''})")
    if found:
        raise OtherContent(
            f"This database has content that is not part of the demo: {', '.join(found)}. "
            "Nothing was changed. Load the demo into an empty database."
        )


def set_password(password: str) -> None:
    """Let the demo's staff sign in with `password`. Who can already stays signed in."""
    users = list(User.objects.filter(username__in=STAFF))
    # One hash for all, as a hash takes a good part of a second.
    if len({user.password for user in users}) > 1 or not check_password(
        password, users[0].password
    ):
        User.objects.filter(username__in=STAFF).update(password=make_password(password))


class _Loading:
    """One run: what was made so far, by its slug."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.files: list[Any] = []
        self.users: dict[str, User] = {}
        self.people: dict[str, Person] = {}
        self.topics: dict[str, Topic] = {}
        self.series: dict[str, Series] = {}
        self.items: dict[str, Publishable] = {}
        self.paths: dict[str, str] = {}
        self.states = {state.code: state for state in State.objects.all()}
        self.channels = {channel.slug: channel for channel in Channel.objects.all()}

    def run(self, site: SiteSettings) -> None:
        self._users()
        self._people()
        self._topics()
        posts = articles("posts")
        self.paths = {post.slug: self._address(post) for post in posts}
        self._series()
        for page in articles("pages"):
            self._page(page)
        for post in posts:
            self._post(post)
        for digest in digests():
            self._post(digest, Digest, "digests")
        for paper in articles("papers"):
            load_paper(self, paper, self.users[SOMEBODY])
        load_events(self, table("events")["event"])
        load_wiki(self)
        self._comments()
        self._settings(site)

    def remove_files(self) -> None:
        """Take back the files of a run whose rows were not kept."""
        for file in self.files:
            file.storage.delete(file.name)

    # --- people and subjects

    def _users(self) -> None:
        for name in STAFF:
            root = name == "admin"
            user = User.objects.create_user(
                name,
                f"{name}@competencyworks.example.org",
                is_staff=True,
                is_superuser=root,
            )
            if not root:
                user.groups.add(Group.objects.get(name=ROLES[name]))
            self.users[name] = user
            self.made["users"] += 1

    def _people(self) -> None:
        accounts = {slug: name for name, slug in STAFF.items()}
        for entry in table("people")["person"]:
            person = Person(
                **{key: entry.get(key, "") for key in ("slug", "name", "role", "organization")},
                bio=entry["bio"],
                website=entry.get("website", ""),
            )
            if entry["slug"] in accounts:
                person.user = self.users[accounts[entry["slug"]]]
                person.user.first_name, _, person.user.last_name = person.name.rpartition(" ")
                person.user.save()
            if "portrait" in entry:
                drawn = portrait(entry["portrait"], PORTRAIT)
                name = f"Portrait of {person.name}"
                person.portrait = self._image(drawn, name, alt=f"{name}, drawn")
            person.save()
            self.people[person.slug] = person
            self.made["people"] += 1

    def _topics(self) -> None:
        for entry in table("topics")["topic"]:
            self.topics[entry["slug"]] = Topic.objects.create(
                slug=entry["slug"],
                name=entry["name"],
                description=entry["description"],
                parent=self.topics.get(entry.get("parent")),
            )
            self.made["topics"] += 1

    # --- pictures

    def _image(self, drawn: Pillow.Image, title: str, **words: str) -> Image:
        buffer = io.BytesIO()
        drawn.save(buffer, "PNG")
        file = ContentFile(buffer.getvalue(), name=f"{title}.png")
        image = Image(title=title[:200], file=file, created_by=self.users[SOMEBODY], **words)
        image.save()
        self.files.append(image.file)
        self.made["pictures"] += 1
        return image

    def drawing(self, key: str, title: str, alt: str = "", **words: str) -> Image:
        """The picture of `key`, which says of itself what it shows if `alt` does not."""
        name = f"{key.partition('/')[0].capitalize()}: {title}"
        return self._image(draw(key, size=PICTURE), name, alt=alt or describe(key), **words)

    def _body(self, article: Article) -> str:
        return self.text(article.body, article.head["title"])

    def text(self, body: str, title: str) -> str:
        """`body` with its links resolved and its pictures drawn, which are named after `title`."""

        def image_tag(match) -> str:
            image = self.drawing(match[1], title, alt=unescape(match[2]))
            return (
                f'<img src="{escape(image.file.url)}" alt="{escape(image.alt)}" '
                f'data-image="{image.pk}">'
            )

        def address(match) -> str:
            return f'href="{self.paths[match[1]]}"'

        return DRAWN_PICTURE.sub(image_tag, POST_LINK.sub(address, body))

    # --- what is published

    def _address(self, article: Article) -> str:
        at = moment(article.head["days_ago"], article.slug)
        return Post(slug=article.slug, publish_at=at, created_at=at).build_path()

    def _series(self) -> None:
        for entry in table("series")["series"]:
            series = Series(
                slug=entry["slug"],
                title=entry["title"],
                body=entry["introduction"],
                picture=self.drawing(entry["picture"], entry["title"]),
            )
            at = moment(entry["days_ago"] + 1, entry["slug"])
            self.series[series.slug] = self.keep(series, entry, at, self.users[SOMEBODY])
            self.made["series"] += 1

    def _page(self, article: Article) -> None:
        page = Page(
            slug=article.slug,
            title=article.head["title"],
            body=self._body(article),
            seo_description=article.head.get("seo_description", ""),
            in_menu=article.head["in_menu"],
            position=article.head["position"],
        )
        at = moment(PAGES_DAYS_AGO, article.slug)
        self.keep(page, article.head, at, self.users[SOMEBODY])
        self.made["pages"] += 1

    def _post(self, article: Article, model: type[Post] = Post, kind: str = "posts") -> None:
        head = article.head
        writers = [self.people[slug] for slug in head["authors"]]
        post = model(
            slug=article.slug,
            body=self._body(article),
            channel=self.channels[head["channel"]],
            series=self.series[head["series"]] if "series" in head else None,
            series_position=head.get("part"),
            **{key: head.get(key, "") for key in ("title", "excerpt")},
            **{key: head.get(key, "") for key in ("seo_title", "seo_description", "discussion")},
        )
        if key := article.picture_key:
            picture = head["picture"]
            words = {
                name: picture[name] for name in ("alt", "caption", "credit") if name in picture
            }
            post.picture = self.drawing(key, post.title, **words)
        at = moment(head["days_ago"], article.slug)
        self.items[post.slug] = self.keep(post, head, at, writers[0].user, writers)
        self.made[kind] += 1

    def keep(
        self,
        item: Publishable,
        head: dict[str, Any],
        at: datetime,
        by: User | None,
        writers: list[Person] | None = None,
    ) -> Publishable:
        """Save `item` as a draft of `by`, then take it to the state that `head` asks for."""
        by = by or self.users[SOMEBODY]
        item.created_at, item.created_by = min(at, timezone.now()), by
        item.save()
        for place, person in enumerate(writers or []):
            if isinstance(item, Paper):
                PaperAuthor.objects.create(paper=item, person=person, position=place)
            else:
                PostAuthor.objects.create(post=item, person=person, position=place)
        if sections := head.get("section"):
            set_rows(item, _rows(sections))
        item.topics.set(self.topics[slug] for slug in head.get("topics", []))
        item.states.set(self.states[code] for code in head.get("states", []))
        item.tags.set(head.get("tags", []))
        revisions.record(item, by, "First version")
        status = head.get("status", Publishable.Status.PUBLISHED)
        if status == Publishable.Status.REVIEW:
            workflow.submit(item, by)
        elif status == Publishable.Status.PUBLISHED:
            workflow.publish(item, self.users[SOMEBODY], at)
        item.refresh_from_db()
        self._backdate(item, head)
        return item

    def _backdate(self, item: Publishable, head: dict[str, Any]) -> None:
        """Let the item and its history look as old as they say they are."""
        changed = item.created_at
        if "updated_days_ago" in head:
            changed = moment(head["updated_days_ago"], item.slug)
        item.updated_at = changed
        item.save(update_fields=["updated_at"])
        history = {
            "content_type": ContentType.objects.get_for_model(item),
            "object_id": item.pk,
        }
        Revision.objects.filter(**history).update(created_at=item.created_at)
        if item.picture_id:
            Image.objects.filter(pk=item.picture_id).update(created_at=item.created_at)

    # --- readers, and the site itself

    def _comments(self) -> None:
        moderator = self.users["moderator"]
        self.made["comments"] = talk.fill(self.items, self.people, moderator)

    def _settings(self, site: SiteSettings) -> None:
        words = table("site")
        for name, value in words["site"].items():
            setattr(site, name, value)
        site.is_demo = True
        site.save()
        for slug, entry in words["channels"].items():
            channel = self.channels[slug]
            channel.tagline, channel.introduction = entry["tagline"], entry["introduction"]
            channel.save()


def _rows(sections: list[dict[str, Any]]) -> list[DigestRow]:
    """The rows of a digest: each section's heading, then its links."""
    rows = []
    for section in sections:
        heading = {"title": section["title"], "note": section.get("note", "")}
        rows.append(DigestRow(kind=DigestRow.Kind.SECTION, **heading))
        for title, url, source, note in section["links"]:
            rows.append(DigestRow(title=title, url=url, source=source, note=note))
    return rows
