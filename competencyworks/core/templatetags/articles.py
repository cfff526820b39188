"""
What templates of every room say of an item: its day, its authors, its lead, its picture, and
with all of these its entry in a list.

These are in Python because lists say them of every row: as template code, twenty entries cost
four times as much, and more than the queries of their page.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from competencyworks.core.dates import day_element, day_words, hour_words
from competencyworks.core.discussion.marks import with_rel
from competencyworks.core.pictures.responsive import picture_html
from competencyworks.core.prose.texts import with_more_link

register = template.Library()
register.simple_tag(picture_html, name="picture")


@register.filter(expects_localtime=True)
def day(moment: date | datetime | None) -> SafeString:
    """`moment` in the site's zone as `<time>`: 'September 28, 2016'. '' for None."""
    return mark_safe("") if moment is None else day_element(moment)


@register.filter(expects_localtime=True)
def minute(moment: datetime) -> SafeString:
    """`moment` in the site's zone as `<time>`: 'September 28, 2016, 2:05 p.m. EDT'."""
    return _time(moment, f"{day_words(moment)}, ")


@register.filter(expects_localtime=True)
def clock(moment: datetime) -> SafeString:
    """`moment` in the site's zone as `<time>`, without its day: '2:05 p.m. EDT'."""
    return _time(moment, "")


def _time(moment: datetime, day: str) -> SafeString:
    words = f"{day}{hour_words(moment)} {moment:%Z}"
    # Safe: made of numbers and our own words.
    return mark_safe(  # noqa: S308
        f'<time datetime="{moment.isoformat(timespec="seconds")}">{words}</time>'
    )


@register.filter
def authors(byline: Sequence[dict[str, str]]) -> SafeString:
    """`byline` (dicts with name and slug) as links: 'A', 'A and B', 'A, B and C'."""
    links = [
        f'<a href="/people/{escape(person["slug"])}/">{escape(person["name"])}</a>'
        for person in byline
    ]
    listed = f"{', '.join(links[:-1])} and {links[-1]}" if len(links) > 1 else "".join(links)
    return mark_safe(listed)  # noqa: S308 - names and slugs are escaped


@register.simple_tag
def lead(item) -> SafeString:
    """The lead of `item`, ended by a '(more…)' link that names the item for screen readers."""
    return with_more_link(item.lead, item.path, item.title)


@register.simple_tag
def entries(posts: Iterable, show_channel: bool = False) -> SafeString:
    """`posts` (PostQuerySet.listed) as a list of articles; with their channels, if asked."""
    listed = "\n".join(_entry(post, show_channel) for post in posts)
    # Safe: made of entries.
    return mark_safe(f'<div class="entries">\n{listed}\n</div>')  # noqa: S308


def _entry(post, show_channel: bool) -> str:
    """One article of a list, as HTML."""
    slug, path, title = escape(post.channel.slug), escape(post.path), escape(post.title)
    pictured = kicker = byline = picture = ""
    when = f'<span class="date">{day(localtime(post.publish_at))}</span>'
    talk = comment_link(post)
    if show_channel:
        kicker = f' <a class="kicker" href="/blog/{slug}/">{escape(post.channel.name)}</a>'
    if post.byline:
        byline = f'<p class="byline">By {authors(post.byline)}</p>'
    if post.picture:
        pictured = " pictured"
        shown = picture_html(post.picture, ratio="3/2", sizes="(min-width: 40em) 11rem, 6rem")
        picture = f'<div class="entry-picture">{shown}</div>'
    return f"""\
<article class="entry channel-{slug}{pictured}">
<div class="entry-text">
<p class="entry-when">{when}{kicker}{talk and " "}{talk}</p>
<h2 class="entry-title"><a href="{path}">{title}</a></h2>
{byline}
<div class="excerpt">{lead(post)}</div>
</div>
{picture}
</article>"""


@register.simple_tag
def comment_link(item) -> SafeString:
    """How many comments `item` (with `comment_count`) has, as a link to them; '' for none."""
    if not item.comment_count:
        return mark_safe("")
    count = f"{item.comment_count:,} comment{'' if item.comment_count == 1 else 's'}"
    title = f'<span class="visually-hidden"> on “{escape(item.title)}”</span>'
    # Safe: the path and the title are escaped.
    return mark_safe(  # noqa: S308
        f'<a class="comment-count" href="{escape(item.path)}#comments">{count}{title}</a>'
    )


@register.filter
def ugc(body: str) -> SafeString:
    """The clean HTML of a comment; its links say that a reader wrote them."""
    return mark_safe(with_rel(body))  # noqa: S308 - every write of a body is cleaned
