"""Whether and since when a policy is in force, in one line."""

from datetime import date

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from competencyworks.core.dates import day_element


def in_force(dates: dict) -> SafeString:
    """
    'In force since July 1, 2015' of the columns of a policy, as JSON has them; '' where neither
    its stage nor its dates say anything.
    """
    today = localdate()
    start, end = (
        date.fromisoformat(dates[name]) if dates[name] else None
        for name in ("in_force_from", "in_force_until")
    )
    stage = dates["policy_stage"]
    if stage == "proposed":
        return conditional_escape("Proposed")
    if end and end < today:
        return format_html("In force until {}", day_element(end))
    if stage == "ended":
        return conditional_escape("No longer in force")
    if start:
        return format_html(
            "In force {} {}", "since" if start <= today else "from", day_element(start)
        )
    return conditional_escape("In force" if stage else "")
