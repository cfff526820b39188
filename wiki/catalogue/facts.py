"""What belongs to a resource's kind, as its page says it."""

from dataclasses import dataclass

from django.template.defaultfilters import pluralize
from django.utils.html import conditional_escape, format_html, format_html_join

from competencyworks.core.templatetags.articles import day

from ..models import Resource

Kind = Resource.Kind


@dataclass(frozen=True)
class Fact:
    """A name and what is said under it, as safe HTML or plain text."""

    name: str
    value: str


def facts_of(item: Resource) -> list[Fact]:
    """Authors, publisher, year and what the kind of `item` (with `state_list`) has."""
    found = [
        ("Authors" if len(item.author_names) > 1 else "Author", "; ".join(item.author_names)),
        ("Publisher", item.publisher),
        ("Year", item.year),
        *OWN[Kind(item.kind)](item),
        ("Grade bands", _labels(item.grades, Resource.Grades)),
        ("For", _labels(item.audience, Resource.Audience)),
    ]
    return [Fact(name, conditional_escape(value)) for name, value in found if value]


def _labels(values: list[str], choices) -> str:
    """The names of `values`, in the order of `choices`."""
    return ", ".join(str(choice.label) for choice in choices if choice.value in values)


def _counted(number: int | None, word: str) -> str:
    return f"{number:,} {word}{pluralize(number)}" if number else ""


def _price(item: Resource) -> tuple[str, str]:
    return ("Price", item.price_note or "Free")


def _policy(item: Resource) -> list[tuple]:
    return [
        ("Form", item.get_policy_form_display()),
        ("Number", item.policy_number),
        ("Stage", item.get_policy_stage_display()),
        ("In force from", day(item.in_force_from)),
        ("In force until", day(item.in_force_until)),
    ]


def _provider(item: Resource) -> list[tuple]:
    services = format_html_join("", "<li>{}</li>", ((each,) for each in item.service_list))
    return [
        ("Services", services and format_html("<ul>{}</ul>", services)),
        ("Works in", regions(item)),
        ("Contact", contact(item)),
    ]


def regions(item: Resource) -> str:
    """Where a provider works: 'All states', or links to those that it has (`state_list`)."""
    if item.serves_all_states:
        return "All states"
    links = ((f"/states/{state['slug']}/", state["name"]) for state in item.state_list)
    return format_html_join(", ", '<a href="{}">{}</a>', links)


def contact(item: Resource) -> str:
    """Name, e-mail and phone of a provider, each in a line."""
    lines = [item.contact_name] if item.contact_name else []
    if item.contact_email:
        lines.append(format_html('<a href="mailto:{0}">{0}</a>', item.contact_email))
    if item.contact_phone:
        digits = "".join(sign for sign in item.contact_phone if sign.isdigit() or sign == "+")
        lines.append(format_html('<a href="tel:{}">{}</a>', digits, item.contact_phone))
    return format_html_join("", '<span class="contact-line">{}</span>', ((line,) for line in lines))


OWN = {
    Kind.REPORT: lambda item: [("Length", _counted(item.page_count, "page"))],
    Kind.ARTICLE: lambda item: [("Published in", item.periodical)],
    Kind.TOOL: lambda item: [("Format", item.format), _price(item)],
    Kind.VIDEO: lambda item: [("Length", _counted(item.minutes, "minute"))],
    Kind.COURSE: lambda item: [("Work", _counted(item.hours, "hour")), _price(item)],
    Kind.POLICY: _policy,
    Kind.PROVIDER: _provider,
    Kind.EXAMPLE: lambda item: [
        ("Setting", item.get_setting_display()),
        ("Place", item.place),
        ("Learners", f"{item.learners:,}" if item.learners else ""),
    ],
}
