"""What stands at the foot of a page and belongs to another section."""

from django import template

from .. import related

register = template.Library()


@register.inclusion_tag("website/related_posts.html")
def related_posts(event) -> dict:
    """Posts beside an event, which is from EventQuerySet.whole()."""
    return {"posts": related.posts_beside(event)}


@register.inclusion_tag("website/related_events.html")
def related_events(post) -> dict:
    """Events beside a post."""
    return {"events": related.events_beside(post)}
