from datetime import datetime

from django.db.models import Count
from django.db.models.functions import ExtractMonth
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone

from competencyworks.core.citations import apa, scholar_tags
from competencyworks.core.discussion.threads import conversation
from competencyworks.core.links.changes import changed
from competencyworks.core.links.notices import dead_links, with_notices
from competencyworks.core.metadata import PageMeta, absolute, describe, meta_for
from competencyworks.core.models import Image
from competencyworks.core.paging import Listing, page_of
from competencyworks.core.prepared import Prepared
from competencyworks.core.prose.texts import image_ids, with_pictures

from .citing import work_of_post
from .models import Channel, Post, PostQuerySet, Series
from .series import parts_of, place_of
from .structured import article

PAGE_SIZE = 20
HOME = ("Home", "/")
BLOG = ("Blog", "/blog/")
WHATS_NEW = ("What’s New", "/blog/whats-new/")


def _in_channel(at: datetime, channel: int) -> PostQuerySet:
    return Post.objects.published(at).filter(channel=channel).newest()


def _between(at: datetime, start: datetime, end: datetime) -> PostQuerySet:
    rows = Post.objects.published(at).filter(publish_at__gte=start, publish_at__lt=end)
    return rows.newest()


ALL_POSTS = Listing(
    lambda at: Post.objects.published(at).newest(), PAGE_SIZE, present=PostQuerySet.listed
)
IN_CHANNEL = Listing(_in_channel, PAGE_SIZE, present=PostQuerySet.listed)
BETWEEN = Listing(_between, PAGE_SIZE, present=PostQuerySet.listed)
CHANNEL = Prepared(
    lambda at, slug: Channel.objects.annotate(
        cited_changes=changed(Channel), dead_links=dead_links(Channel)
    ).filter(slug=slug)
)
CHANNELS = Prepared(lambda at: Channel.objects.all())
FIRST_DATE = Prepared(
    lambda at: (
        Post.objects.published(at).order_by("publish_at").values_list("publish_at", flat=True)[:1]
    )
)
POST = Prepared(lambda at, slug: Post.objects.published(at).whole().filter(slug=slug))
IMAGES = Prepared(lambda at, keys: Image.objects.filter(pk__in=keys))
SERIES = Prepared(
    lambda at, slug: (
        Series.objects.published(at)
        .with_links()
        .defer("body", "vector")
        .select_related("picture")
        .filter(slug=slug)
    )
)
PARTS = Prepared(lambda at, series: Post.objects.published(at).in_series(series).listed())


def archive_years() -> list[int]:
    """The years that have posts, newest first, from the dates of the first and the present."""
    first = FIRST_DATE.first()
    if first is None:
        return []
    return list(range(timezone.localtime().year, timezone.localtime(first).year - 1, -1))


def index(request: HttpRequest) -> HttpResponse:
    """All posts of both channels."""
    page = ALL_POSTS.page(request)
    meta = PageMeta(
        title="Blog",
        path="/blog/" + (f"?page={page.number}" if page.number > 1 else ""),
        description="Practice, policy, and research in competency education, K-12 and higher ed.",
        crumbs=[HOME, BLOG],
        feeds=[("All posts", "/blog/feed/")],
    )
    context = {
        "page": page,
        "meta": meta,
        "channels": CHANNELS.rows(),
        "years": archive_years() if page.number == 1 else [],
    }
    return render(request, "blog/index.html", context)


def channel(request: HttpRequest, slug: str) -> HttpResponse:
    """The posts of one channel."""
    channel = CHANNEL.get_or_404(slug=slug)
    page = IN_CHANNEL.page(request, channel=channel.pk)
    path = channel.get_absolute_url()
    meta = PageMeta(
        title=channel.name,
        path=path + (f"?page={page.number}" if page.number > 1 else ""),
        description=describe(channel.introduction) or channel.tagline,
        crumbs=[HOME, BLOG, (channel.name, path)],
        feeds=[(channel.name, f"{path}feed/")],
    )
    context = {
        "channel": channel,
        "introduction": with_notices(channel, channel.introduction) if page.number == 1 else "",
        "page": page,
        "meta": meta,
    }
    return render(request, "blog/channel.html", context)


def year(request: HttpRequest, year: int) -> HttpResponse:
    """The months of one year, with the number of posts in each."""
    start, end = _span(year)
    months = list(
        Post.objects.published()
        .filter(publish_at__gte=start, publish_at__lt=end)
        .annotate(month=ExtractMonth("publish_at"))
        .values("month")
        .annotate(count=Count("pk"))
        .order_by("month")
    )
    if not months:
        raise Http404("no posts in this year")
    meta = PageMeta(
        title=f"Posts from {year}",
        path=f"/blog/{year}/",
        description=f"Blog posts from {year}, by month.",
        crumbs=[HOME, BLOG, (str(year), f"/blog/{year}/")],
    )
    months = [{"day": datetime(year, m["month"], 1), "count": m["count"]} for m in months]
    return render(request, "blog/year.html", {"year": year, "months": months, "meta": meta})


def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The posts of one month."""
    if not 1 <= month <= 12:
        raise Http404("no such month")
    start, end = _span(year, month)
    page = BETWEEN.page(request, start=start, end=end)
    if not page.items:
        raise Http404("no posts in this month")
    path = f"/blog/{year}/{month:02}/"
    name = f"{start:%B} {year}"
    meta = PageMeta(
        title=f"Posts from {name}",
        path=path + (f"?page={page.number}" if page.number > 1 else ""),
        description=f"Blog posts published in {name}.",
        crumbs=[HOME, BLOG, (str(year), f"/blog/{year}/"), (f"{start:%B}", path)],
    )
    return render(request, "blog/month.html", {"name": name, "page": page, "meta": meta})


def _span(year: int, month: int | None = None) -> tuple[datetime, datetime]:
    """Start and end of a year or month in the site's zone; raises Http404 out of range."""
    if not 1990 <= year <= 2200:
        raise Http404("no such year")
    zone = timezone.get_default_timezone()
    start = datetime(year, month or 1, 1, tzinfo=zone)
    if month is None or month == 12:
        return start, datetime(year + 1, 1, 1, tzinfo=zone)
    return start, datetime(year, month + 1, 1, tzinfo=zone)


def post(request: HttpRequest, year: int, month: int, slug: str) -> HttpResponse:
    """One post. A right slug under a wrong month leads to the right address."""
    post = POST.get_or_404(slug=slug)
    if post.path != f"/blog/{year}/{month:02}/{slug}/":
        return HttpResponsePermanentRedirect(post.path)
    return render_post(request, post)


def render_post(request: HttpRequest, post: Post, preview: bool = False) -> HttpResponse:
    """The page of `post` (from `PostQuerySet.whole()`), for the public or as a preview."""
    place = place_of(post)
    portraits = [person["portrait"] for person in post.byline if person["portrait"]]
    keys = [*{*portraits, *image_ids(post.html)}]
    images = {image.pk: image for image in IMAGES.rows(keys=keys)} if keys else {}
    for person in post.byline:
        person["portrait"] = images.get(person["portrait"])
    talk = conversation(post, request.GET.get("comments", "1"))
    channel = post.channel
    above = WHATS_NEW if post.is_digest else (channel.name, channel.get_absolute_url())
    crumbs = [HOME, BLOG, above, (post.title, post.path)]
    work = work_of_post(post)
    meta = meta_for(
        post,
        crumbs,
        kind="article",
        authors=post.byline,
        feeds=[
            (above[0], f"{above[1]}feed/"),
            (f"Comments on “{post.title}”", f"{post.path}feed/"),
        ],
        data=[article(post)],
        scholar=scholar_tags(work),
    )
    context = {
        "post": post,
        "citation": apa(work),
        "html": with_pictures(with_notices(post), images),
        "place": place,
        "talk": talk,
        "meta": talk.meta(meta) if talk.number > 1 else meta,
        "url": absolute(post.path),
        "preview": preview,
    }
    return render(request, "blog/post.html", context)


def series_index(request: HttpRequest) -> HttpResponse:
    """All series, each with its published parts."""
    page = page_of(
        request,
        Series.objects.published().newest(),
        PAGE_SIZE,
        present=lambda rows: rows.light().select_related("picture"),
    )
    parts = parts_of([series.pk for series in page.items])
    for series in page.items:
        series.parts = parts[series.pk]
    meta = PageMeta(
        title="Series",
        path="/series/" + (f"?page={page.number}" if page.number > 1 else ""),
        description="Articles that belong together, in reading order.",
        crumbs=[HOME, ("Series", "/series/")],
    )
    return render(request, "blog/series_index.html", {"page": page, "meta": meta})


def series(request: HttpRequest, slug: str) -> HttpResponse:
    """A series as a table of contents."""
    return render_series(request, SERIES.get_or_404(slug=slug))


def render_series(request: HttpRequest, series: Series, preview: bool = False) -> HttpResponse:
    """The page of `series`, for the public or as a preview."""
    parts = PARTS.rows(series=series.pk)
    for number, part in enumerate(parts, start=1):
        part.number = number
    meta = meta_for(
        series,
        [HOME, ("Series", "/series/"), (series.title, series.path)],
        feeds=[(series.title, f"{series.path}feed/")],
        data=[
            {
                "@type": "CreativeWorkSeries",
                "name": series.title,
                "url": absolute(series.path),
                "hasPart": [
                    {"@type": "Article", "headline": part.title, "url": absolute(part.path)}
                    for part in parts
                ],
            }
        ],
    )
    images = Image.objects.in_bulk(image_ids(series.html)) if "<img" in series.html else {}
    context = {
        "series": series,
        "html": with_pictures(with_notices(series), images),
        "parts": parts,
        "meta": meta,
        "preview": preview,
    }
    return render(request, "blog/series.html", context)
