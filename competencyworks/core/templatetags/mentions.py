"""What templates say of the links between items. `{% load mentions %}`."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ..links.changes import changes_in
from ..links.mentions import mentioned_in as ask

register = template.Library()


@register.simple_tag
def mentioned_in(item) -> SafeString:
    """
    The items whose texts lead to `item`, as a section; '' where there are none. Asks nothing of
    the database for an item that came with_links() and that nothing leads to.
    """
    found = ask(item)
    if not found.rows:
        return SafeString("")
    return render_to_string("includes/mentioned_in.html", {"mentions": found})


@register.simple_tag
def cited_changes(item) -> SafeString:
    """
    What `item` cites and that says something else since, as a notice; '' where there is none.
    Asks nothing of the database for an item that came with_links() and cites no such thing.
    """
    found = changes_in(item)
    if not found:
        return SafeString("")
    return render_to_string("includes/cited_changes.html", {"changes": found})
