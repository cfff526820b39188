"""The catalogue of the showcase: a resource of each kind, with everything that it can hold."""

from competencyworks.core.models import Image
from tests import factories
from wiki.models import Resource

KINDS = (
    "resources", "resources with filters", "resources as a table", "no resources", "resource",
    "long resource", "policy", "provider", "providers", "providers with filters",
)  # fmt: skip
OWN = {
    "report": {"page_count": 120},
    "article": {"periodical": "Field Notes"},
    "tool": {"format": "Rubric"},
    "video": {"minutes": 12},
    "course": {"hours": 30, "price_note": "$40"},
    "policy": {
        "policy_form": "statute", "policy_number": "SB 18", "policy_stage": "in_force",
        "in_force_from": "2013-09-01",
    },
    "provider": {
        "services": "Coaching; audits", "contact_name": "Ana Ruiz",
        "contact_email": "ana@mill.example", "contact_phone": "+1 555 0100",
    },
    "example": {"setting": "district", "place": "Keene", "learners": 4100},
}  # fmt: skip


def build(image: Image, long_word: str, **terms) -> dict[str, str]:
    """Makes the resources; returns an address for each kind of page."""
    made = {
        kind: factories.resource(
            title=f"Competency, told by a {kind}",
            kind=kind,
            body=f"<p>What this {kind} says of competency.</p><ul><li>And more</li></ul>",
            why=f"Why this {kind} is worth your time.",
            publisher="Old Mill Institute",
            authors="Ana Ruiz; Ben Li",
            year=2019,
            grades=Resource.Grades.values,
            audience=Resource.Audience.values,
            credit="Dana Fox",
            **own,
            **terms,
        )
        for kind, own in OWN.items()
    }
    long = factories.resource(
        title=f"{long_word} and what else belongs into a very long title",
        kind="provider",
        picture=image,
        publisher=long_word,
        authors=long_word,
        services=f"{long_word}; {long_word}",
        contact_email=f"{long_word.lower().replace('ß', 'ss')[:60]}@mill.example",
        serves_all_states=True,
        superseded_by=made["provider"],
        body=f"<p>A summary: {long_word}</p>",
        **terms,
    )
    outside = long.outside
    outside.health, outside.checked_at = "dead", factories.ago(days=3)
    outside.archived_url = "https://archive.example/copy/"
    outside.archived_at = factories.ago(days=300)
    outside.save()
    return {
        "resources": "/wiki/resources/",
        "resources with filters": "/wiki/resources/?kind=report&grade=high&from=2010&sort=title",
        "resources as a table": "/wiki/resources/?view=table",
        "resources on a map": "/wiki/resources/?view=map",
        "no resources": "/wiki/resources/?kind=video&to=1900",
        "resource": made["report"].path,
        "long resource": long.path,
        "policy": made["policy"].path,
        "provider": made["provider"].path,
        "providers": "/wiki/providers/",
        "providers with filters": "/wiki/providers/?service=coaching",
    }
