"""What templates of every room say of an item: its picture, its lead."""

from django import template
from django.utils.safestring import SafeString

from competencyworks.core.responsive import picture_html
from competencyworks.core.texts import with_more_link

register = template.Library()
register.simple_tag(picture_html, name="picture")


@register.simple_tag
def lead(item) -> SafeString:
    """The lead of `item`, ended by a '(more…)' link that names the item for screen readers."""
    return with_more_link(item.lead, item.path, item.title)
