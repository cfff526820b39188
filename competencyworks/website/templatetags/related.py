"""What stands at the foot of a page and belongs to another section."""

from django import template

from .. import related
from ..read_next import ReadNext
from ..read_next import read_next as what_is_next

register = template.Library()


@register.inclusion_tag("website/related_posts.html")
def related_posts(event) -> dict:
    """Posts beside an event, which is from EventQuerySet.whole()."""
    return {"posts": related.posts_beside(event)}


@register.simple_tag
def read_next(post, place) -> ReadNext:
    """What a post from PostQuerySet.whole(), at `place` in its series, leads on to."""
    return what_is_next(post, place)
