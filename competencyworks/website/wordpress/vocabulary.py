"""People, topics, tags and series: what items are filed under."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction
from django.utils.text import slugify
from taggit.models import Tag

from blog.models import Series
from competencyworks.core import revisions
from competencyworks.core.email_addresses import stored_form
from competencyworks.core.models import FormerTag, Person, Topic
from competencyworks.core.slugs import RESERVED, words_of

from .addresses import remember_new
from .content import plain_text
from .exported import Author, Item, Term
from .models import ImportedItem
from .records import digest, known
from .report import Report
from .slugs import decoded

Kind = ImportedItem.Kind
CO_AUTHORS = "author"  # the taxonomy of the plugin Co-Authors Plus; its slugs begin with 'cap-'
# Taxonomies that say how WordPress shows an item, not what it is about.
TABLES = {"category": "topics", "post_tag": "tags"}
NOT_SUBJECTS = frozenset(["nav_menu", "post_format", "link_category", "wp_theme", CO_AUTHORS])


@dataclass
class Vocabulary:
    """
    The terms of one old site, by the keys that its items use. Filled by `gather`, stored by
    `store`; then `people`, `topics`, `tags`, `series` hold the rows' keys here.
    """

    source: str
    series_taxonomy: str = ""
    authors: dict[str, Author] = field(default_factory=dict)
    terms: dict[tuple[str, str], Term] = field(default_factory=dict)
    only_named: set[tuple[str, str]] = field(default_factory=set)
    people: dict[str, int] = field(default_factory=dict)
    people_by_number: dict[int, int] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    series: dict[str, int] = field(default_factory=dict)

    def gather(self, entry: Author | Term | Item, report: Report) -> None:
        """Take in what a declaration, or an item, says of people and terms."""
        if isinstance(entry, Item):
            self._gather_named(entry)
        elif isinstance(entry, Author):
            self._declare(
                "people", self.authors, entry.login, ("people", entry.login), entry, report
            )
        else:
            key = (entry.taxonomy, entry.slug)
            table = TABLES.get(entry.taxonomy, "others")
            self._declare(table, self.terms, key, key, entry, report)

    def _declare(self, table, entries, key, name, entry, report) -> None:
        if key in entries and name not in self.only_named:
            report.note(table, entry.line, name[1], "Declared twice; the first counts.")
        else:
            entries[key] = entry
            self.only_named.discard(name)

    def _gather_named(self, item: Item) -> None:
        for login in logins_of(item):
            if login not in self.authors:
                self.authors[login] = Author(item.line, login)
                self.only_named.add(("people", login))
        for term in item.terms:
            key = (term.taxonomy, term.slug)
            if key not in self.terms and term.taxonomy not in NOT_SUBJECTS:
                self.terms[key] = Term(item.line, term.taxonomy, term.slug, term.name)
                self.only_named.add(key)

    def of(self, taxonomy: str) -> list[Term]:
        return [term for (name, _), term in self.terms.items() if name == taxonomy]

    def store(self, report: Report) -> None:
        """Bring in what was gathered. Call it in a transaction."""
        _store_people(self, report)
        _store_topics(self, report)
        _store_tags(self, report)
        if self.series_taxonomy:
            _store_series(self, report)
        used = {"category", "post_tag", self.series_taxonomy, *NOT_SUBJECTS}
        for (taxonomy, _), term in self.terms.items():
            if taxonomy not in used:
                report.skip("others", term.line, f"terms of the taxonomy “{taxonomy}”")


def logins_of(item: Item) -> list[str]:
    """The logins of an item's authors, in their order."""
    together = [
        term.slug.removeprefix("cap-") for term in item.terms if term.taxonomy == CO_AUTHORS
    ]
    return together or ([item.creator] if item.creator else [])


# --- One row after another ----------------------------------------------------------------


@dataclass
class Wanted:
    """One row as the export wants it: where it says so, a digest of it, the columns."""

    line: int
    mark: str
    columns: dict[str, Any]


@dataclass
class Rows:
    """The rows of one kind by key, and the keys of those that are new."""

    found: dict[str, Any] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)


def _sync(
    source: str,
    kind: str,
    table: str,
    wanted: dict[str, Wanted],
    find: Callable[[str, dict], models.Model | None],
    make: Callable[[str, dict], models.Model],
    report: Report,
) -> Rows:
    """
    Bring in the `wanted` rows of one kind.

    `find(key, columns)` gives a row that is here already and means the same, `make(key,
    columns)` makes one. A row that staff changed is left alone, one that they deleted stays
    deleted.
    """
    records = known(source, kind, wanted)
    rows = Rows()
    for key, want in wanted.items():
        record = records.get(key)
        row = record.item if record else find(key, want.columns)
        if record and row is None:
            report.refuse(table, want.line, key, "It was deleted here since its import.")
            continue
        if record and record.fingerprint != want.mark:
            _change(record, row, want, table, key, report)
        elif row:
            report.count(table, "unchanged")
        else:
            row = make(key, want.columns)
            rows.made.add(key)
            report.count(table, "made")
        if record is None:
            ImportedItem.objects.create(
                source=source,
                kind=kind,
                key=key,
                content_type=ContentType.objects.get_for_model(row),
                object_id=row.pk,
                fingerprint=want.mark,
                written=digest(want.columns) if key in rows.made else "",
            )
        rows.found[key] = row
    return rows


def _change(
    record: ImportedItem, row: models.Model, want: Wanted, table: str, key: str, report: Report
) -> None:
    """Bring a change of the export into a row that is as the import wrote it."""
    if digest({name: getattr(row, name) for name in want.columns}) != record.written:
        report.keep(table, want.line, key, "The export has changed, but so has the row here.")
        return
    for name, value in want.columns.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        report.keep(table, want.line, key, "What the export says now is taken here.")
        return
    record.fingerprint, record.written = want.mark, digest(want.columns)
    record.save()
    report.count(table, "changed")


def _taken(source: str, kind: str) -> set[int]:
    """Keys of the rows that stand for something of the old site already."""
    rows = ImportedItem.objects.filter(source=source, kind=kind)
    return set(rows.values_list("object_id", flat=True))


def _store_people(vocabulary: Vocabulary, report: Report) -> None:
    wanted = {}
    for login, author in vocabulary.authors.items():
        name = plain_text(author.name or login)[:200] or login[:200]
        email = stored_form(author.email)[:254] if "@" in author.email else ""
        columns = {"name": name, "email": email}
        wanted[login[:300]] = Wanted(author.line, digest(columns), columns)
    taken = _taken(vocabulary.source, Kind.PERSON)

    def find(login: str, columns: dict) -> Person | None:
        rows = Person.objects.exclude(pk__in=taken)
        same = rows.filter(email__iexact=columns["email"]).first() if columns["email"] else None
        return same or rows.filter(name__iexact=columns["name"]).order_by("pk").first()

    def make(login: str, columns: dict) -> Person:
        row = Person.objects.create(**columns)
        taken.add(row.pk)
        return row

    _follow_merges(vocabulary.source, wanted)
    rows = _sync(vocabulary.source, Kind.PERSON, "people", wanted, find, make, report)
    named = sum(("people", login) in vocabulary.only_named for login in vocabulary.authors)
    report.share("people", "declared", len(vocabulary.authors) - named)
    report.share("people", "that only items name", named)
    addresses = []
    for login, row in rows.found.items():
        author = vocabulary.authors[login]
        vocabulary.people[login] = row.pk
        forms = [f"/author/{login}", f"/author/{slugify(login)}"]
        if author.number is not None:
            vocabulary.people_by_number[author.number] = row.pk
            forms.append(f"/?author={author.number}")
        addresses += [(form, row) for form in forms]
    remember_new(addresses)


def _follow_merges(source: str, logins: Iterable[str]) -> None:
    """Staff may have merged two people: then the address of the one leads to the other."""
    from competencyworks.core.addresses import OldAddress, normalize

    for login, record in known(source, Kind.PERSON, logins).items():
        if record.item is None:
            address = OldAddress.objects.filter(path=normalize(f"/author/{login}")).first()
            if address and isinstance(address.item, Person):
                record.object_id = address.item.pk
                record.written = ""  # the row is somebody's work by now
                record.save()


def _store_topics(vocabulary: Vocabulary, report: Report) -> None:
    terms = {term.slug: term for term in vocabulary.of("category")}
    wanted = {}
    for slug, term in terms.items():
        columns = {
            "name": plain_text(term.name)[:200] or slug[:200],
            "description": plain_text(term.description),
        }
        wanted[slug[:300]] = Wanted(term.line, digest(columns), columns)

    def find(slug: str, columns: dict) -> Topic | None:
        found = Topic.objects.select_related("merged_into").filter(slug=_slug(slug)).first()
        return found and (found.merged_into or found)

    def make(slug: str, columns: dict) -> Topic:
        return Topic.objects.create(slug=_slug(slug), **columns)

    rows = _sync(vocabulary.source, Kind.TOPIC, "topics", wanted, find, make, report)
    # What staff retired stays out of use.
    vocabulary.topics = {slug: row.pk for slug, row in rows.found.items() if row.retired_at is None}
    _plant_tree(terms, rows, report)
    named = sum(("category", slug) in vocabulary.only_named for slug in terms)
    report.share("topics", "with a parent", sum(bool(term.parent) for term in terms.values()))
    if named:
        report.share("topics", "that only items name", named)
    addresses = []
    for slug, row in rows.found.items():
        addresses.append((f"/category/{slug}", row))
        if terms[slug].number is not None:
            addresses.append((f"/?cat={terms[slug].number}", row))
    remember_new(addresses)


def _plant_tree(terms: dict[str, Term], rows: Rows, report: Report) -> None:
    """Put new topics below their parents; the others are where staff want them."""
    for slug in rows.made:
        term, parent = terms[slug], terms[slug].parent
        if not parent:
            continue
        if parent not in rows.found:
            report.note("topics", term.line, term.name, f"Its parent “{parent}” is not there.")
        elif rows.found[parent].retired_at:
            report.note("topics", term.line, term.name, "Its parent was retired; put at the top.")
        elif _stands_above(rows.found[slug], rows.found[parent]):
            report.note("topics", term.line, term.name, "It stands below itself; put at the top.")
        else:
            rows.found[slug].parent = rows.found[parent]
            rows.found[slug].save()


def _stands_above(topic: Topic, other: Topic) -> bool:
    """Whether `topic` is `other` or one of those above it."""
    above: Topic | None = other
    while above is not None:
        if above.pk == topic.pk:
            return True
        above = above.parent
    return False


def _slug(slug: str) -> str:
    slug = decoded(slug)[:200]
    return f"{slug}-2" if slug in RESERVED else slug


def _store_tags(vocabulary: Vocabulary, report: Report) -> None:
    terms = {term.slug: term for term in vocabulary.of("post_tag")}
    wanted = {}
    for slug, term in terms.items():
        name = plain_text(term.name)[:100] or slug[:100]
        wanted[slug[:300]] = Wanted(term.line, digest(name), {"name": name})

    ours = _taken(vocabulary.source, Kind.TAG)

    def find(slug: str, columns: dict) -> Tag | None:
        own = Tag.objects.filter(slug=decoded(slug)[:100]).first()
        same = Tag.objects.filter(name__iexact=columns["name"]).first()
        if own is None and same is not None and same.pk not in ours:
            return same
        if same is not None and same != own:
            # Two tags of one name: taggit tells tags apart by name alone.
            plain = columns["name"]
            columns["name"] = f"{plain[: 97 - len(slug[:60])]} ({slug[:60]})"
            words = f"Another tag has the name “{plain}”; this one became “{columns['name']}”."
            report.note("tags", terms[slug].line, slug, words)
        if own is None and same is None:
            # Staff may have merged or renamed the tag that had the name.
            former = FormerTag.objects.filter(name__iexact=columns["name"]).first()
            return former and former.tag
        return own

    def make(slug: str, columns: dict) -> Tag:
        own = decoded(slug)[:100] or slugify(words_of(columns["name"]), allow_unicode=True)[:100]
        row = Tag.objects.create(slug=own or f"tag-{digest(slug)[:8]}", **columns)
        ours.add(row.pk)
        return row

    rows = _sync(vocabulary.source, Kind.TAG, "tags", wanted, find, make, report)
    vocabulary.tags = {slug: row.pk for slug, row in rows.found.items()}
    named = sum(("post_tag", slug) in vocabulary.only_named for slug in terms)
    if named:
        report.share("tags", "that only items name", named)
    addresses = [(f"/tag/{slug}", row) for slug, row in rows.found.items()]
    remember_new(addresses)


def _store_series(vocabulary: Vocabulary, report: Report) -> None:
    terms = {term.slug: term for term in vocabulary.of(vocabulary.series_taxonomy)}
    wanted = {}
    for slug, term in terms.items():
        columns = {"title": plain_text(term.name)[:300] or slug, "body": term.description}
        wanted[slug[:300]] = Wanted(term.line, digest(columns), columns)

    def find(slug: str, columns: dict) -> Series | None:
        return Series.objects.filter(slug=_slug(slug)).first()

    def make(slug: str, columns: dict) -> Series:
        row = Series(slug=_slug(slug), **columns)
        row.save()
        columns["body"] = row.body
        revisions.record(row, reason=f"Imported from {vocabulary.source}")
        return row

    rows = _sync(vocabulary.source, Kind.SERIES, "series", wanted, find, make, report)
    vocabulary.series = {slug: row.pk for slug, row in rows.found.items()}
    prefix = vocabulary.series_taxonomy
    remember_new([(f"/{prefix}/{slug}", row) for slug, row in rows.found.items()])
