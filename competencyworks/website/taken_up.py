"""The line below a comment of which a link is in the wiki now."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from competencyworks.core.discussion.taken_up import teller
from wiki.suggesting import from_comments


@teller
def resources_of(keys: list[int]) -> dict[int, SafeString]:
    """'Now in the wiki' with links to the resources, for comments with these keys. Two queries."""
    return {
        key: format_html(
            "Now in the wiki: {}",
            format_html_join(", ", '<a href="{}">{}</a>', ((r.path, r.title) for r in resources)),
        )
        for key, resources in from_comments.taken_up(keys).items()
    }
