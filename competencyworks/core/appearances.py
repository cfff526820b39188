"""Where a person appears, in words for staff who must tell two people apart."""

from collections.abc import Iterator

from django.db.models import ForeignObjectRel

from .models import Person

NOWHERE = "nowhere yet"


def appearances(person: Person) -> str:
    """'2 posts, 1 event': public or not. 'nowhere yet' without any. One query for each kind."""
    found = []
    for relation in _relations():
        kind = relation.related_model._meta
        rows = relation.related_model._base_manager.filter(**{relation.field.name: person})
        if count := rows.distinct().count():
            found.append(f"{count} {kind.verbose_name if count == 1 else kind.verbose_name_plural}")
    return ", ".join(found) or NOWHERE


def _relations() -> Iterator[ForeignObjectRel]:
    """What points at people, without the tables between a list of people and its item."""
    found = [each for each in Person._meta.get_fields() if each.auto_created and not each.concrete]
    between = {each.through for each in found if each.many_to_many}
    return (each for each in found if each.related_model not in between)
