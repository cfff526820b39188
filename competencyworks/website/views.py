from datetime import timedelta
from functools import partial

from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.common import no_append_slash
from taggit.models import Tag

from blog.models import Post, PostQuerySet, Series
from competencyworks.core.discussion.threads import conversation, outline
from competencyworks.core.links.notices import with_notices
from competencyworks.core.metadata import (
    PageMeta,
    absolute,
    describe,
    meta_for,
    publisher,
    shortened,
)
from competencyworks.core.models import Image, Person, State, Topic
from competencyworks.core.paging import Listing, page_number
from competencyworks.core.prepared import Prepared
from competencyworks.core.prose.texts import image_ids, with_pictures

from . import listings, wiki_listings
from . import search as searching
from .context import current_site
from .models import Page
from .newest_comments import newest_comments
from .states import STATES_CRUMB

HOME = ("Home", "/")
PAGE_SIZE = 20
HOME_SIZE = 11  # the lead item, and a stream about as long as the rail beside it

STREAM = Listing(
    lambda at, channel: Post.objects.published(at).filter(channel__slug=channel).newest(),
    HOME_SIZE,
    present=PostQuerySet.listed,
)
HIGHER_ED = Prepared(
    lambda at, channel: (
        Post.objects.published(at)
        .filter(channel__slug=channel)
        .newest()
        .only("title", "path", "publish_at")[:4]
    )
)
SERIES = Prepared(lambda at: Series.objects.published(at).newest().only("title", "path")[:4])
NEXT_EVENTS = Prepared(listings.next_events)

ON_TOPICS = Listing(listings.on_topics, PAGE_SIZE, present=PostQuerySet.listed)
TAGGED = Listing(listings.tagged, PAGE_SIZE, present=PostQuerySet.listed)
IN_STATE = Listing(listings.in_state, PAGE_SIZE, present=PostQuerySet.listed)
WRITTEN_BY = Listing(listings.written_by, PAGE_SIZE, present=PostQuerySet.listed)

PAPERS_ON = Prepared(lambda at, topics: listings.papers(at, topics__in=topics))
PAPERS_TAGGED = Prepared(lambda at, tag: listings.papers(at, tags__pk=tag))
PAPERS_IN = Prepared(lambda at, state: listings.papers(at, states=state))
PAPERS_BY = Prepared(lambda at, person: listings.papers(at, authors=person))

EVENTS_ON = Prepared(lambda at, topics: listings.events(at, topics__in=topics))
EVENTS_TAGGED = Prepared(lambda at, tag: listings.events(at, tags__pk=tag))
EVENTS_IN = Prepared(lambda at, state: listings.events(at, states=state))
EVENTS_WITH = Prepared(lambda at, person: listings.events(at, people=person))

TREE = Prepared(lambda at: Topic.objects.offered().order_by("name"))
TAG = Prepared(lambda at, slug: Tag.objects.filter(slug=slug))
STATE = Prepared(lambda at, slug: State.objects.filter(slug=slug))
PERSON = Prepared(
    lambda at, slug: (
        Person.objects.with_links()
        .annotate(resources=wiki_listings.resources_by(at))
        .select_related("portrait")
        .filter(slug=slug)
    )
)


def home(request: HttpRequest) -> HttpResponse:
    """The stream of the K-12 blog, and beside it what else is new."""
    page = STREAM.page(request, channel="k-12")
    site = current_site()
    meta = PageMeta(
        title=site.name,
        path="/" + (f"?page={page.number}" if page.number > 1 else ""),
        description=site.description or shortened(site.purpose),
        crumbs=[HOME],
        feeds=[("All posts", "/feed/"), ("Comments", "/comments/feed/")],
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
        "higher_ed": HIGHER_ED.rows(channel="higher-ed") if page.number == 1 else [],
        "series": SERIES.rows() if page.number == 1 else [],
        "events": NEXT_EVENTS.rows() if page.number == 1 else [],
        "resources": wiki_listings.NEWEST.rows() if page.number == 1 else [],
        "comments": newest_comments() if page.number == 1 else [],
    }
    return render(request, "website/home.html", context)


@no_append_slash  # else every unknown address would first answer 301, then 404
def page(request: HttpRequest, path: str) -> HttpResponse:
    """A page that staff keep."""
    if "\0" in path:
        raise Http404("no address holds NUL")
    item = (
        Page.objects.published()
        .defer("body", "vector")
        .select_related("picture", "parent")
        .annotate(talk=outline(Page))
        .with_links()
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
    talk = conversation(item, request.GET.get("comments", "1"))
    meta = meta_for(
        item,
        [*crumbs, (item.title, item.path)],
        feeds=[(f"Comments on “{item.title}”", f"{item.path}feed/")] if talk.is_shown else [],
    )
    context = {
        "item": item,
        "html": with_pictures(with_notices(item), images),
        "children": list(children.only("title", "path")),
        "talk": talk,
        "meta": talk.meta(meta) if talk.number > 1 else meta,
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
    rows = list(Topic.objects.offered().order_by("name"))
    below: dict[int | None, list[Topic]] = {}
    for topic in rows:
        below.setdefault(topic.parent_id, []).append(topic)
    for topic in rows:
        topic.below = below.get(topic.pk, [])
    meta = PageMeta(
        title="Topics",
        path="/topics/",
        description="Everything on this site, by subject.",
        crumbs=[HOME, ("Topics", "/topics/")],
    )
    return render(request, "website/topics.html", {"topics": below.get(None, []), "meta": meta})


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands under a topic or one of the topics below it."""
    # The tree is small; in one query it has the topic, those below it and the one above.
    tree = {topic.pk: topic for topic in TREE.rows()}
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
        ON_TOPICS.page(request, topics=keys),
        papers=partial(PAPERS_ON.rows, topics=keys),
        events=partial(EVENTS_ON.rows, topics=keys),
        wiki=partial(wiki_listings.on_topic, topic.slug, topics=keys),
        name=topic.name,
        path=topic.get_absolute_url(),
        description=topic.description or f"Articles on {topic.name}.",
        crumbs=crumbs,
        topic=topic,
        children=[each for each in tree.values() if each.parent_id == topic.pk],
    )


def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """What bears a tag."""
    tag = TAG.get_or_404(slug=slug)
    kind = ContentType.objects.get_for_model(Post).pk
    return _listing(
        request,
        "website/tag.html",
        TAGGED.page(request, tag=tag.pk, kind=kind),
        papers=partial(PAPERS_TAGGED.rows, tag=tag.pk),
        events=partial(EVENTS_TAGGED.rows, tag=tag.pk),
        wiki=partial(wiki_listings.tagged, tag.slug, tag=tag.pk),
        name=tag.name,
        path=f"/tags/{tag.slug}/",
        description=f"Articles tagged “{tag.name}”.",
        crumbs=[HOME],
        tag=tag,
    )


def state(request: HttpRequest, slug: str) -> HttpResponse:
    """What is about a state."""
    state = STATE.get_or_404(slug=slug)
    return _listing(
        request,
        "website/state.html",
        IN_STATE.page(request, state=state.pk),
        papers=partial(PAPERS_IN.rows, state=state.pk),
        events=partial(EVENTS_IN.rows, state=state.pk),
        wiki=partial(wiki_listings.of_state, state.slug, state=state.pk),
        name=state.name,
        path=state.get_absolute_url(),
        description=f"Competency education in {state.name}.",
        crumbs=[HOME, STATES_CRUMB],
        state=state,
    )


def person(request: HttpRequest, slug: str) -> HttpResponse:
    """A person and what they wrote."""
    person = PERSON.get_or_404(slug=slug)
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
        WRITTEN_BY.page(request, person=person.pk),
        papers=partial(PAPERS_BY.rows, person=person.pk),
        events=partial(EVENTS_WITH.rows, person=person.pk),
        wiki=partial(wiki_listings.by_person, person),
        name=person.name,
        path=person.get_absolute_url(),
        description=describe(person.bio) or f"Articles by {person.name}.",
        crumbs=[HOME],
        data=[{key: value for key, value in data.items() if value}],
        image=person.portrait,
        kind="profile",
        person=person,
        bio=with_notices(person, person.bio),
    )


def _listing(
    request, template, page, *, papers, events, wiki, name, path, description, crumbs, data=(),
    image=None, kind="website", **context,
) -> HttpResponse:  # fmt: skip
    """A list page of posts below `path`, with its feed; first `events()`, `papers()`, `wiki()`."""
    meta = PageMeta(
        title=name,
        path=path + (f"?page={page.number}" if page.number > 1 else ""),
        description=shortened(description),
        crumbs=[*crumbs, (name, path)],
        feeds=[(name, f"{path}feed/")],
        data=list(data),
        image=image,
        kind=kind,
    )
    context |= {"page": page, "meta": meta, "name": name}
    context["papers"] = papers() if page.number == 1 else []
    context["events"] = events() if page.number == 1 else []
    context["wiki"] = wiki() if page.number == 1 else []
    # Each state and topic has a page, whether there is anything to be found on it yet or not.
    meta.hidden = not any((page.items, context["papers"], context["events"], context["wiki"]))
    return render(request, template, context)


def search(request: HttpRequest) -> HttpResponse:
    """Results over all kinds of content, or the empty form."""
    words = request.GET.get("q", "")
    results = searching.search(words, page_number(request))
    title = f"Search: {results.words}" if results.words else "Search"
    meta = PageMeta(
        title=title,
        path="/search/",
        description="Search posts, series, papers, events, the wiki, and its resources.",
        crumbs=[HOME, ("Search", "/search/")],
        hidden=True,
    )
    return render(request, "website/search.html", {"results": results, "meta": meta})


def robots(request: HttpRequest) -> HttpResponse:
    """What robots may read, and where the sitemap is (RFC 9309)."""
    closed = ("/admin/", "/search/", "/comments/on/", "/comments/*/report/", "/wiki/resources.csv")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines += [f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def favicon(request: HttpRequest) -> HttpResponse:
    """Where programs look for an icon that read no page, as those for feeds and PDF files."""
    # Not for ever: the name of the file changes with the file.
    return HttpResponseRedirect(
        static("competencyworks/favicon.png"), headers={"Cache-Control": "public, max-age=86400"}
    )


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
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
