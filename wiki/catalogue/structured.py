"""Resources as schema.org data: each kind as the type that fits it."""

from typing import Any

from competencyworks.core.metadata import absolute, describe, shortened

from ..models import Resource

Kind = Resource.Kind
TYPES = {
    Kind.REPORT: "Report",
    Kind.ARTICLE: "Article",
    Kind.TOOL: "LearningResource",
    Kind.VIDEO: "VideoObject",
    Kind.COURSE: "Course",
    Kind.POLICY: "Legislation",
    Kind.PROVIDER: "Organization",
}
ORGANIZATIONS = {
    Resource.Setting.SCHOOL: "School",
    Resource.Setting.COLLEGE: "CollegeOrUniversity",
}
# https://schema.org/LegalForceStatus
FORCE = {
    Resource.PolicyStage.PROPOSED: "NotInForce",
    Resource.PolicyStage.IN_FORCE: "InForce",
    Resource.PolicyStage.ENDED: "NotInForce",
}


def resource_data(item: Resource, description: str) -> dict[str, Any]:
    """`item` (from ResourceQuerySet.whole()) as data; `url` is where it is, not its page here."""
    shared = {
        "name": item.title,
        "description": description,
        "url": item.url,
        "mainEntityOfPage": absolute(item.path),
    }
    if item.kind in (Kind.PROVIDER, Kind.EXAMPLE):
        data = shared | _organization(item)
    else:
        data = shared | _work(item)
    return {key: value for key, value in data.items() if value}


def _organization(item: Resource) -> dict[str, Any]:
    if item.kind == Kind.EXAMPLE:
        kind = ORGANIZATIONS.get(item.setting, "EducationalOrganization")
        return {"@type": kind, "address": item.place}
    contact = {
        "@type": "ContactPoint",
        "name": item.contact_name,
        "email": item.contact_email,
        "telephone": item.contact_phone,
    }
    contact = {key: value for key, value in contact.items() if value}
    return {
        "@type": "Organization",
        "areaServed": "US" if item.serves_all_states else _names(item.state_list),
        "knowsAbout": item.service_list,
        "contactPoint": contact if len(contact) > 1 else None,
    }


def _work(item: Resource) -> dict[str, Any]:
    publisher = {"@type": "Organization", "name": item.publisher} if item.publisher else None
    data = {
        "@type": TYPES[Kind(item.kind)],
        "author": [{"@type": "Person", "name": name} for name in item.author_names],
        "publisher": publisher,
        "about": _names(item.topic_list),
        "keywords": _names(item.tag_list),
        "spatialCoverage": _names(item.state_list),
        "educationalLevel": [Resource.Grades(each).label for each in item.grades],
    }
    match item.kind:
        case Kind.VIDEO:
            data["duration"] = f"PT{item.minutes}M" if item.minutes else None
            # Which schema.org wants of a video: the day when it came out, as far as it is known.
            data["uploadDate"] = str(item.year) if item.year else None
        case Kind.COURSE:
            data["provider"] = data.pop("publisher")
            data["timeRequired"] = f"PT{item.hours}H" if item.hours else None
        case Kind.POLICY:
            data |= {
                "legislationIdentifier": item.policy_number,
                "legislationType": item.get_policy_form_display(),
                "legislationJurisdiction": data.pop("spatialCoverage"),
                "legislationLegalForce": item.policy_stage
                and f"https://schema.org/{FORCE[item.policy_stage]}",
                "temporalCoverage": _span(item),
            }
        case _:
            data["datePublished"] = str(item.year) if item.year else None
    return data


def _span(item: Resource) -> str:
    """When a policy is in force, as an interval of ISO 8601."""
    if not item.in_force_from:
        return ""
    return f"{item.in_force_from.isoformat()}/{item.in_force_until or '..'}"


def _names(rows: list[dict[str, str]]) -> list[str]:
    return [row["name"] for row in rows]


def description_of(item: Resource) -> str:
    return item.seo_description or shortened(item.why) or describe(item.lead)
