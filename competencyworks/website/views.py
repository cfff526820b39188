from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.common import no_append_slash
from taggit.models import Tag, TaggedItem

from blog.models import Post, PostQuerySet, Series
from competencyworks.core.discussion.threads import flat, thread
from competencyworks.core.metadata import PageMeta, absolute, describe, meta_for, publisher
from competencyworks.core.models import Image, Person, State, Topic
from competencyworks.core.paging import page_number, page_of
from competencyworks.core.prose.texts import image_ids, with_pictures
from events.models import Event

from . import search as searching
from .context import current_site
from .models import Page

HOME = ("Home", "/")
PAGE_SIZE = 20
HOME_SIZE = 12
EVENTS_SHOWN = 4


def home(request: HttpRequest) -> HttpResponse:
    """The stream of the K-12 blog, and beside it what else is new."""
    rows = Post.objects.published().filter(channel__slug="k-12").newest()
    page = page_of(request, rows, HOME_SIZE, present=PostQuerySet.listed)
    site = current_site()
    meta = PageMeta(
        title=site.name,
        path="/" + (f"?page={page.number}" if page.number > 1 else ""),
        description=site.description or describe(site.purpose),
        crumbs=[HOME],
        feeds=[("All posts", "/feed/")],
        data=[
            {
                "@type": "WebSite",
                "name": site.name,
                "url": absolute("/"),
                "potentialAction": {
                    "@type": "SearchAction",
                    "target": absolute("/search/?q={search_term_string}"),
                    "query-input": "required name=search_term_string",
                },
            },
            {**publisher(), "description": site.purpose},
        ],
    )
    context = {
        "page": page,
        "meta": meta,
        "site": site,
        "higher_ed": list(_newest_in("higher-ed")[:4]) if page.number == 1 else [],
        "series": list(_newest_series()[:4]) if page.number == 1 else [],
        "events": list(_next_events()) if page.number == 1 else [],
    }
    return render(request, "website/home.html", context)


def _newest_in(slug: str) -> QuerySet:
    return (
        Post.objects.published()
        .filter(channel__slug=slug)
        .newest()
        .only("title", "path", "publish_at")
    )


def _newest_series() -> QuerySet:
    return Series.objects.published().newest().only("title", "path")


def _next_events() -> QuerySet:
    """Those to come that are not called off, the next one first."""
    rows = Event.objects.published().filter(cancelled_at=None)
    return rows.upcoming().brief()[:EVENTS_SHOWN]


@no_append_slash  # else every unknown address would first answer 301, then 404
def page(request: HttpRequest, path: str) -> HttpResponse:
    """A page that staff keep."""
    if "\0" in path:
        raise Http404("no address holds NUL")
    item = (
        Page.objects.published()
        .defer("body", "vector")
        .select_related("picture", "parent")
        .filter(path=f"/{path}/")
        .first()
    )
    if item is None:
        raise Http404("no such page")
    return render_page(request, item)


def render_page(request: HttpRequest, item: Page, preview: bool = False) -> HttpResponse:
    """The page of `item`, for the public or as a preview."""
    crumbs = [HOME, *_pages_above(item)]
    children = Page.objects.published().filter(parent=item).order_by("position", "title")
    images = Image.objects.in_bulk(image_ids(item.html)) if "<img" in item.html else {}
    context = {
        "item": item,
        "html": with_pictures(item.html, images),
        "children": list(children.only("title", "path")),
        "comments": flat(thread(item)),
        "meta": meta_for(item, [*crumbs, (item.title, item.path)]),
        "url": absolute(item.path),
        "preview": preview,
    }
    return render(request, "website/page.html", context)


def _pages_above(item: Page) -> list[tuple[str, str]]:
    """Title and path of the published pages over `item`, the top one first."""
    if not item.parent_id:
        return []
    steps = item.path.strip("/").split("/")[:-1]
    paths = ["/" + "/".join(steps[:count]) + "/" for count in range(1, len(steps) + 1)]
    rows = Page.objects.published().filter(path__in=paths).order_by("path")
    return list(rows.values_list("title", "path"))


def topics(request: HttpRequest) -> HttpResponse:
    """The tree of topics."""
    rows = list(Topic.objects.order_by("name"))
    below: dict[int | None, list[Topic]] = {}
    for topic in rows:
        below.setdefault(topic.parent_id, []).append(topic)
    for topic in rows:
        topic.below = below.get(topic.pk, [])
    meta = PageMeta(
        title="Topics",
        path="/topics/",
        description="Everything on this site by subject.",
        crumbs=[HOME, ("Topics", "/topics/")],
    )
    return render(request, "website/topics.html", {"topics": below.get(None, []), "meta": meta})


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands under a topic or one of the topics below it."""
    # The tree is small; in one query it has the topic, those below it and the one above.
    tree = {topic.pk: topic for topic in Topic.objects.order_by("name")}
    topic = next((topic for topic in tree.values() if topic.slug == slug), None)
    if topic is None:
        raise Http404("no such topic")
    keys = [topic.pk]
    for key in keys:
        keys += [each.pk for each in tree.values() if each.parent_id == key]
    crumbs = [HOME, ("Topics", "/topics/")]
    if above := tree.get(topic.parent_id):
        crumbs.append((above.name, above.get_absolute_url()))
    return _listing(
        request,
        "website/topic.html",
        posts_on(keys),
        events=_events(topics__in=keys),
        name=topic.name,
        path=topic.get_absolute_url(),
        description=topic.description or f"Articles on {topic.name}.",
        crumbs=crumbs,
        topic=topic,
        children=[each for each in tree.values() if each.parent_id == topic.pk],
    )


def posts_on(topics: list[int]) -> PostQuerySet:
    """The published posts on one of the topics (keys), newest first."""
    on = Post.topics.through.objects.filter(topic__in=topics).values("post")
    return Post.objects.published().filter(pk__in=on).newest()


def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """What bears a tag."""
    tag = get_object_or_404(Tag, slug=slug)
    return _listing(
        request,
        "website/tag.html",
        tagged(tag),
        events=_events(tags=tag),
        name=tag.name,
        path=f"/tags/{tag.slug}/",
        description=f"Articles tagged “{tag.name}”.",
        crumbs=[HOME],
        tag=tag,
    )


def tagged(tag: Tag) -> PostQuerySet:
    """The published posts that bear `tag`, newest first."""
    bearing = TaggedItem.objects.filter(
        tag=tag, content_type=ContentType.objects.get_for_model(Post)
    ).values("object_id")
    return Post.objects.published().filter(pk__in=bearing).newest()


def state(request: HttpRequest, slug: str) -> HttpResponse:
    """What is about a state."""
    state = get_object_or_404(State, slug=slug)
    return _listing(
        request,
        "website/state.html",
        in_state(state),
        events=_events(states=state),
        name=state.name,
        path=state.get_absolute_url(),
        description=f"Competency education in {state.name}.",
        crumbs=[HOME],
        state=state,
    )


def in_state(state: State) -> PostQuerySet:
    """The published posts about `state`, newest first."""
    about = Post.states.through.objects.filter(state=state).values("post")
    return Post.objects.published().filter(pk__in=about).newest()


def person(request: HttpRequest, slug: str) -> HttpResponse:
    """A person and what they wrote."""
    person = get_object_or_404(Person.objects.select_related("portrait"), slug=slug)
    data = {
        "@type": "Person",
        "name": person.name,
        "jobTitle": person.role,
        "url": absolute(person.get_absolute_url()),
        "sameAs": person.website,
    }
    if person.organization:
        data["worksFor"] = {"@type": "Organization", "name": person.organization}
    return _listing(
        request,
        "website/person.html",
        written_by(person),
        events=_events(people=person),
        name=person.name,
        path=person.get_absolute_url(),
        description=describe(person.bio) or f"Articles by {person.name}.",
        crumbs=[HOME],
        data=[{key: value for key, value in data.items() if value}],
        image=person.portrait,
        kind="profile",
        person=person,
    )


def written_by(person: Person) -> PostQuerySet:
    """The published posts of `person`, newest first."""
    written = Post.authors.through.objects.filter(person=person).values("post")
    return Post.objects.published().filter(pk__in=written).newest()


def _events(**terms) -> QuerySet:
    """The published events that fit `terms`: those to come, then the latest ones."""
    fitting = Event.objects.filter(**terms).values("pk")
    return Event.objects.published().filter(pk__in=fitting).nearest().brief()[:EVENTS_SHOWN]


def _listing(
    request, template, rows, *, events, name, path, description, crumbs, data=(), image=None,
    kind="website", **context,
) -> HttpResponse:  # fmt: skip
    """A list page of posts below `path`, with its feed; its first page begins with `events`."""
    page = page_of(request, rows, PAGE_SIZE, present=PostQuerySet.listed)
    meta = PageMeta(
        title=name,
        path=path + (f"?page={page.number}" if page.number > 1 else ""),
        description=describe(description),
        crumbs=[*crumbs, (name, path)],
        feeds=[(name, f"{path}feed/")],
        data=list(data),
        image=image,
        kind=kind,
    )
    context |= {"page": page, "meta": meta, "name": name}
    context["events"] = list(events) if page.number == 1 else []
    return render(request, template, context)


def search(request: HttpRequest) -> HttpResponse:
    """Results over all kinds of content, or the empty form."""
    words = request.GET.get("q", "")
    results = searching.search(words, page_number(request))
    title = f"Search: {results.words}" if results.words else "Search"
    meta = PageMeta(
        title=title,
        path="/search/",
        description="Search posts, series and pages on competency education.",
        crumbs=[HOME, ("Search", "/search/")],
        hidden=True,
    )
    return render(request, "website/search.html", {"results": results, "meta": meta})


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answers 'ok' when the database does; an error of the database is an answer of 500."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def robots(request: HttpRequest) -> HttpResponse:
    """What robots may read, and where the sitemap is (RFC 9309)."""
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /search/", ""]
    lines += [f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness (RFC 9116); 404 until staff have set a contact address."""
    contact = current_site().contact_email
    if not contact:
        raise Http404("no contact address is set")
    expires = (timezone.now() + timedelta(days=180)).replace(microsecond=0)
    lines = [
        f"Contact: mailto:{contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {absolute('/.well-known/security.txt')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain")
