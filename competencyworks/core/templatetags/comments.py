"""What templates say of comments. `{% load comments %}`."""

from django import template

from ..discussion.marks import words_of

register = template.Library()


@register.filter
def words(html: str) -> str:
    """The words of a comment in one line: its blocks stay apart, its characters are themselves."""
    return words_of(html)
