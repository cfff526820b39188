"""
The demo's wiki: its topic pages, its catalogue, and what readers suggest.

Pages and resources go through the acts that staff use, once for each version that their files tell
of; then their histories are made to look as old as they say they are.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from competencyworks.core import revisions
from competencyworks.core.models import Revision
from competencyworks.core.publishing import Publishable
from competencyworks.website.demo.content import Article, articles, moment, table
from wiki.models import PageResource, Resource, Suggestion, WikiPage

NEXT = "<!--next-->"
COLUMNS = (
    "slug", "title", "url", "publisher", "authors", "year", "topics", "tags", "states", "grades",
    "audience", "own", "days_ago", "summary", "why",
)  # fmt: skip
POLICY = (
    "slug", "states", "title", "policy_form", "policy_number", "policy_stage", "in_force_from",
    "in_force_until", "days_ago", "topics", "tags", "summary", "why",
)  # fmt: skip
PROVIDER = (
    "slug", "title", "url", "services", "contact_name", "contact_email", "contact_phone", "states",
    "topics", "days_ago", "summary",
)  # fmt: skip
POLICY_DATES = ("in_force_from", "in_force_until")
# Where the demo's policies are said to be read; no such site exists.
CODE = "https://code.example.org"


def load_wiki(loading) -> None:
    """Make the wiki, with what `loading` has made: staff, people, topics, posts."""
    wiki = _Wiki(loading)
    for entry in _resources():
        wiki.resource(entry)
    for page in articles("wiki/pages"):
        wiki.page(page)
    for entry in table("wiki/suggestions")["suggestion"]:
        wiki.suggestion(entry)


def _resources() -> Iterator[dict[str, Any]]:
    """The entries of the catalogue as columns by name, the oldest first."""
    found = []
    for kind, rows in table("wiki/catalogue").items():
        for row in rows:
            entry = dict(zip(COLUMNS, row, strict=True))
            found.append({"kind": kind, **entry, **entry.pop("own")})
    policies = table("wiki/policies")
    for row in policies["policy"][0]["rows"]:
        entry = dict(zip(POLICY, row, strict=True))
        entry |= {name: entry[name] or None for name in POLICY_DATES}
        entry["url"] = f"{CODE}/{entry['slug']}/"
        entry["publisher"] = policies["publishers"]["default"]
        entry["history"] = policies["history"].get(entry["slug"], [])
        found.append({"kind": "policy", "audience": ["policymakers", "district_leaders"], **entry})
    for row in table("wiki/providers")["rows"]:
        entry = dict(zip(PROVIDER, row, strict=True))
        entry["serves_all_states"] = not entry["states"]
        found.append({"kind": "provider", "tags": ["technical assistance"], **entry})
    return iter(sorted(found, key=lambda entry: (-entry["days_ago"], entry["slug"])))


class _Wiki:
    """One loading of the wiki into `loading`'s site."""

    def __init__(self, loading) -> None:
        self.loading = loading
        self.resources: dict[str, Resource] = {}
        self.pages: dict[str, WikiPage] = {}

    def resource(self, entry: dict[str, Any]) -> None:
        """One resource, in as many versions as its history has."""
        kind = Resource.Kind(entry["kind"])
        columns = ("title", "slug", "url", "publisher", "authors", "year", "why", "grades")
        names = (*columns, "audience", *Resource.KIND_FIELDS[kind])
        item = Resource(
            kind=kind,
            body=f"<p>{escape(entry['summary'], quote=False)}</p>",
            **{name: entry[name] for name in names if name in entry},
        )
        first = moment(entry["days_ago"], entry["slug"])
        item.owner = self.loading.users["curator"]
        item.review_by = (first + timedelta(days=1140)).date()
        history = entry.get("history") or [{"days_ago": entry["days_ago"]}]
        for version in history:
            at = moment(version["days_ago"], entry["slug"])
            for name in version.keys() - {"days_ago"}:
                setattr(item, name, version[name])
            reason = "First version" if at == first else "What has changed since"
            self._keep(item, entry, at, "curator", reason)
        self.resources[item.slug] = self._backdated(item, first, at)
        self.loading.items[item.slug] = self.resources[item.slug]
        self.loading.made["resources"] += 1

    def page(self, article: Article) -> None:
        """One page; its text grows by a part with each edit that its head names."""
        head = article.head
        item = WikiPage(
            slug=article.slug,
            title=head["title"],
            parent=self._parent(head),
            position=head["position"],
            listed=head.get("listed", WikiPage.Listed.CHOSEN),
            owner=self.loading.users["curator"],
        )
        edits = [(by, days, reason, "") for by, days, reason in head["edits"]]
        edits += [("curator", days, why, name) for name, days, why in head.get("credits", [])]
        parts = article.body.split(NEXT)
        first = moment(head["edits"][0][1], article.slug)
        item.review_by = (first + timedelta(days=1180)).date()
        for count, (by, days, reason, credit) in enumerate(edits, start=1):
            item.body = self.loading.text("\n".join(parts[:count]), head["title"])
            at = moment(days, f"{article.slug} {count}")
            self._keep(item, head, at, by, reason, credit)
        self.pages[item.slug] = self._backdated(item, first, at)
        self.loading.items[item.slug] = self.pages[item.slug]
        self.loading.made["wiki pages"] += 1

    def suggestion(self, entry: dict[str, Any]) -> None:
        """Something that waits for a curator."""
        at = timezone.now() - timedelta(days=entry["days_ago"])
        row = Suggestion(created_at=at, **{name: entry[name] for name in ("name", "email", "note")})
        if "kind" in entry:
            for name in ("kind", "title", "url", "summary"):
                setattr(row, name, entry[name])
        else:
            pages = self.pages if "page" in entry else self.resources
            item = pages[entry.get("page") or entry["resource"]]
            content = revisions.content_of(item)
            changed = content["body"].replace(entry["replace"], entry["by"])
            if changed == content["body"]:
                raise ValueError(f"{item}: there is no “{entry['replace']}” to replace.")
            kind = ContentType.objects.get_for_model(item)
            row.item = item
            row.revision = Revision.objects.create(
                content_type=kind,
                object_id=item.pk,
                state=Revision.State.SUGGESTED,
                base=revisions.history(item).first().number,
                credit=entry["name"],
                content=content | {"body": changed},
                created_at=at,
            )
        row.save()
        self.loading.made["suggestions"] += 1

    def _parent(self, head: dict[str, Any]) -> WikiPage | None:
        """The page above, which is older: files are read by age."""
        return self.pages[head["parent"]] if "parent" in head else None

    def _keep(
        self,
        item: Publishable,
        head: dict[str, Any],
        at: datetime,
        by: str,
        reason: str,
        credit: str = "",
    ) -> None:
        """Save `item` as it is now, in public, as a revision of the moment `at`."""
        user = self.loading.users[by]
        if item.pk is None:
            item.created_at, item.created_by = at, user
            item.status, item.publish_at = Publishable.Status.PUBLISHED, at
            item.save()
            item.topics.set(self.loading.topics[slug] for slug in head.get("topics", []))
            item.states.set(self.loading.states[code] for code in head.get("states", []))
            item.tags.set(head.get("tags", []))
            if isinstance(item, WikiPage):
                PageResource.objects.bulk_create(
                    PageResource(
                        page=item, resource=self.resources[slug], note=note, position=place
                    )
                    for place, (slug, note) in enumerate(head.get("resources", []))
                )
        else:
            item.save()
        revision = revisions.record(item, user, reason, credit)
        if revision is not None:
            Revision.objects.filter(pk=revision.pk).update(created_at=at)

    def _backdated(self, item: Publishable, first: datetime, last: datetime) -> Publishable:
        item.updated_at = last
        item.save(update_fields=["updated_at"])
        item.refresh_from_db()
        item.history_changed()  # which has other dates now
        return item
