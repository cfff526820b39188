"""
What once had an address is found at it: WordPress's own addresses, and those of items that moved.

Stored addresses (`core.addresses`) say which item they lead to. Of WordPress's many forms of one
address (page numbers, feeds, sizes of pictures, numbers in place of names) only one is stored;
here each form is reduced to it. The forms are those of WordPress's rewrite rules and query
variables: https://developer.wordpress.org/reference/classes/wp_rewrite/,
https://developer.wordpress.org/reference/classes/wp_query/.
"""

import copy
import logging
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import urlencode

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    QueryDict,
)
from django.http.response import HttpResponseRedirectBase
from django.urls import Resolver404, resolve
from django.utils.encoding import iri_to_uri
from taggit.models import Tag

from blog.papers.models import file_path
from competencyworks.core.addresses import MOST_HOPS, OldAddress, local_part, normalize
from competencyworks.core.models import Person, Topic
from competencyworks.core.numbers import whole_number
from competencyworks.core.paging import LAST_PAGE
from competencyworks.core.scrubbing import scrubbed

logger = logging.getLogger(__name__)

# Addresses with a token are asked for once: what looks like a guess is counted.
WITH_TOKENS = (
    *(f"/comments/{act}/" for act in ("mine", "confirm", "stop", "decide")),
    "/events/registration/",
)
NOT_OURS = ("/admin/", "/static/", "/media/", *WITH_TOKENS)
ROOTS = ("/", "/index.php", "/blog/", "/blog")  # where WordPress's front page may have been
QUERIES_BY_NUMBER = (
    (("p", "page_id", "attachment_id"), "/?p={}"),
    (("cat",), "/?cat={}"),
    (("author",), "/?author={}"),
)
QUERIES_BY_NAME = (
    ("category_name", "/category/{}"),
    ("tag", "/tag/{}"),
    ("author_name", "/author/{}"),
)
FEED_NAMES = "feed|rdf|rss|rss2|atom"
FEED = re.compile(rf"(?P<of>.*?)/(?:feed(?:/(?:{FEED_NAMES}))?|rss2?|rdf|atom)")
OLD_FEED_FILES = re.compile(r"(?P<of>)/wp-(?:rss2?|rdf|atom|feed)\.php")
COMMENT_FEED = re.compile(rf"/comments/feed(?:/(?:{FEED_NAMES}))?|/wp-commentsrss2\.php")
PAGE = re.compile(r"(?P<of>.*?)/page/(?P<number>\d{1,5})")
PART = re.compile(r"(?P<of>.+?)/(?:\d{1,3}|comment-page-\d{1,5}|amp|embed|trackback)")
CITED = re.compile(r"(?P<of>.+)/cite\.(?P<form>bib|ris)")
# What stands below a page or resource of the wiki, and below an event: forms, histories, a file.
BELOW = re.compile(
    r"(?P<of>/wiki(?:/resources)?/[^/?]+|/events/[^/?]+)"
    r"/(?P<rest>suggest(?:/thanks)?|watch(?:/sent)?|history(?:/compare)?|register(?:/sent)?|event\.ics)"
)
PAPER_FILE = re.compile(r"(?P<of>/papers/[^/]+)/[^/]+\.pdf")
DAY = re.compile(r"(?:/blog)?/(?P<year>\d{4})(?:/(?P<month>\d\d)(?:/\d\d)?)?")
LISTED = re.compile(r"/(?i:states|topics|tags|people)/[^/?]+")
CATEGORY = re.compile(r"(?:/blog)?/category/(?:[^?]*/)?(?P<slug>[^/?]+)")
TERM = re.compile(r"(?:/blog)?/(?P<kind>tag|author)/(?P<slug>[^/?]+)")
SEARCH = re.compile(r"(?:/blog)?/search/(?P<words>[^/?]+)")
UPLOAD = re.compile(r"(?P<stem>.+?/uploads/.+?)(?P<size>-\d{1,5}x\d{1,5})?(?P<suffix>\.[^./?]+)")
# Only addresses of these forms are logged: they are WordPress's, and hold no token of ours.
WORTH_TELLING = re.compile(r"/(?:wp-|category/|tag/|author/|\d{4}(?:/|$)|\?)")


class OldAddressMiddleware:
    """
    Answers 301 where nothing is found but the address is known, in one hop.

    Only GET and HEAD, and only what would be 404 otherwise, but for WordPress's queries, which
    all are asked of the front page. Never leads to what is not public.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD") or request.path.startswith(NOT_OURS):
            return self.get_response(request)
        if request.META.get("QUERY_STRING") and request.path in ROOTS:
            answer = _answer_to_query(request)
            return answer or self.get_response(request)
        response = self.get_response(request)
        if response.status_code != 404:
            return response
        to = destination(request)
        if to is None:
            _tell(request.path)
            return response
        return _moved(to)


def destination(request: HttpRequest) -> str | None:
    """Where the path of `request`, which is not found, leads now; None if it is not known."""
    composed = unicodedata.normalize("NFC", request.path)
    if composed != request.path and (
        to := _if_found(request, composed, request.META.get("QUERY_STRING", ""))
    ):
        return to
    path = normalize(request.path).partition("?")[0]
    path = path.removeprefix("/index.php") or "/"
    asked = request.META.get("QUERY_STRING", "")
    with_query = [normalize(f"{request.path}?{asked}")] if asked else []
    to = stored([*with_query, *forms(path)]) or _by_rule(request, path)
    to = to and _end_of_chain(request, to)
    # An address that leads to itself would go round for ever.
    return to if to and to.partition("#")[0] != request.path else None


def _end_of_chain(request: HttpRequest, to: str) -> str | None:
    """
    Where `to` leads in the end, if nothing answers there but it is an old address itself; None if
    it goes round.
    """
    seen = set()
    for _hop in range(MOST_HOPS):
        local = local_part(to)
        if local is None:
            return to
        path, _mark, query = local.partition("?")
        known = forms(normalize(path))
        onward = stored([normalize(local), *known] if query else known)
        if onward is None or _if_found(request, path, query):
            return to
        if local in seen:
            return None
        seen.add(local)
        to = onward
    return None


def forms(path: str) -> list[str]:
    """The stored forms under which `path` (normalized) may be known, the likeliest first."""
    found = [path]
    if match := CATEGORY.fullmatch(path):
        found.append(f"/category/{match['slug']}")
    if match := TERM.fullmatch(path):
        found.append(f"/{match['kind']}/{match['slug']}")
    if match := UPLOAD.fullmatch(path):
        stem, suffix = match["stem"], match["suffix"]
        marks = ("", "-scaled", "-rotated")
        found += [f"{stem}{mark}{suffix}" for mark in marks]
        found += [
            f"/wp-content{form[form.index('/uploads/') :]}"
            for form in found
            if not form.startswith("/wp-content/uploads/")
        ]
    found += [form.lower() for form in found if form != form.lower()]
    return list(dict.fromkeys(found))


def stored(paths: list[str]) -> str | None:
    """Where the first of `paths` that is stored and leads to something public leads now."""
    rows = {row.path: row for row in OldAddress.objects.filter(path__in=paths)}
    for path in paths:
        if path in rows and (to := rows[path].target()):
            return to
    return None


# --- Rules for what is not stored ---------------------------------------------------------


def _by_rule(request: HttpRequest, path: str) -> str | None:
    if COMMENT_FEED.fullmatch(path):
        return _if_found(request, "/comments/feed/") or "/feed/"
    if match := SEARCH.fullmatch(path):
        return _search(match["words"])
    if match := FEED.fullmatch(path) or OLD_FEED_FILES.fullmatch(path):
        return _feed_of(request, match["of"])
    if match := PAGE.fullmatch(path):
        return _page_of(request, match["of"], match["number"])
    if match := CITED.fullmatch(path):
        to = stored(forms(match["of"]))
        return to and _if_found(request, f"{to}cite.{match['form']}")
    if (match := BELOW.fullmatch(path)) and (to := _below(request, match["of"], match["rest"])):
        return to
    if match := PAPER_FILE.fullmatch(path):
        to = stored(forms(match["of"]))
        # Not asked for, as that would count as a download.
        return file_path(to) if to and to.startswith("/papers/") else None
    if match := DAY.fullmatch(path):
        return _archive(request, match["year"], match["month"])
    if to := _named(path):
        return to
    if (match := PART.fullmatch(path)) and (to := _present(request, match["of"])):
        return f"{to}#comments" if "/comment-page-" in path else to
    if to := _if_found(request, _with_slash(path)):
        return to
    # As a postal code is written: /states/NH/.
    return _if_found(request, _with_slash(path.lower())) if LISTED.fullmatch(path) else None


def _present(request: HttpRequest, path: str) -> str | None:
    """Where the thing at `path` is now: the path itself if something answers there."""
    if not path:
        return "/"
    return stored(forms(path)) or _named(path) or _if_found(request, _with_slash(path))


def _named(path: str) -> str | None:
    """A topic, tag or person with the name that a WordPress address holds, or once had."""
    section = "topics"
    if match := CATEGORY.fullmatch(path):
        rows = Topic.objects.offered().filter(slug=match["slug"].lower())
    elif (match := TERM.fullmatch(path)) and match["kind"] == "tag":
        section, rows = "tags", Tag.objects.filter(slug=match["slug"].lower())
    elif match:
        section, rows = "people", Person.objects.filter(slug=match["slug"].lower())
    else:
        return None
    found = rows.first()
    if found:
        return found.get_absolute_url()
    return stored([f"/{section}/{match['slug'].lower()}"])


def _feed_of(request: HttpRequest, path: str) -> str | None:
    if path in ("", "/blog"):
        return f"{path}/feed/"
    to = _present(request, path)
    return to and (_if_found(request, f"{to}feed/") or to)


def _page_of(request: HttpRequest, path: str, number: str) -> str | None:
    to = _present(request, path)
    if to is None or int(number) < 2:
        return to
    # Our lists may be shorter: WordPress's last page need not exist here.
    return _if_found(request, to, f"page={int(number)}") or to


def _below(request: HttpRequest, path: str, rest: str) -> str | None:
    """`rest` below where the item of the old address `path` is now, with the query as it came."""
    to = stored(forms(path))
    end = "" if "." in rest else "/"
    return to and _if_found(request, f"{to}{rest}{end}", request.GET.urlencode())


def _archive(request: HttpRequest, year: str, month: str | None) -> str | None:
    candidates = [f"/blog/{year}/{month}/"] if month else []
    candidates.append(f"/blog/{year}/")
    return next((to for to in candidates if _if_found(request, to)), None)


def _search(words: str) -> str:
    return f"/search/?{urlencode({'q': words})}"


def _with_slash(path: str) -> str:
    return path if path.endswith("/") else f"{path}/"


def _if_found(request: HttpRequest, path: str, query: str = "") -> str | None:
    """`path` with `query` if the site answers 200 there, or where it leads on from there."""
    probe = copy.copy(request)
    probe.method = "GET"
    probe.path = probe.path_info = path
    probe.META = {**request.META, "PATH_INFO": path, "QUERY_STRING": query}
    probe.GET = QueryDict(query)
    if path == request.path and not query:
        return None  # it was just asked, and nothing was found
    try:
        view, args, kwargs = resolve(path)
        response = view(probe, *args, **kwargs)
    except (Resolver404, Http404):
        return None
    if response.status_code == 404:
        return None
    if isinstance(response, HttpResponseRedirectBase):
        return response.url
    return f"{path}?{query}" if query else path


# --- Queries of the front page ------------------------------------------------------------


def _answer_to_query(request: HttpRequest) -> HttpResponse | None:
    """
    The answer to a query of WordPress's front page; None if it is none.

    Raises Http404 where it names something that is not here or not public, as WordPress does.
    """
    asked = request.GET
    if words := asked.get("s"):
        return _moved(_search(words))
    path = stored_form_of_query(asked)
    if feed := asked.get("feed"):
        return _moved(_feed_by_query(request, feed, path))
    if path is None:
        return None
    to = stored(forms(path)) or _by_rule(request, path)
    to = to and _end_of_chain(request, to)
    if to is None:
        _tell(path)
        raise Http404("an old address that leads nowhere")
    number = whole_number(asked.get("paged", ""), LAST_PAGE)
    if number and number > 1:
        to = _if_found(request, to, f"page={number}") or to
    return _moved(to)


def stored_form_of_query(asked: QueryDict) -> str | None:
    """The stored form that says the same as a query of WordPress's; None if it is none."""
    for names, form in QUERIES_BY_NUMBER:
        for name in names:
            if (value := asked.get(name, "")).isascii() and value.isdigit():
                return form.format(int(value[:18]))
    for name, form in QUERIES_BY_NAME:
        if value := asked.get(name, "").replace("?", "").strip("/"):
            return normalize(form.format(value))
    if match := re.fullmatch(r"(\d{4})(\d\d)?(?:\d\d)*", asked.get("m", ""), re.ASCII):
        return f"/{match[1]}/{match[2]}" if match[2] else f"/{match[1]}"
    return None


def _feed_by_query(request: HttpRequest, feed: str, path: str | None) -> str:
    if feed.startswith("comments"):
        return _if_found(request, "/comments/feed/") or "/feed/"
    to = path and (stored(forms(path)) or _named(path))
    return (to and (_if_found(request, f"{to}feed/") or to)) or "/feed/"


def _moved(to: str) -> HttpResponsePermanentRedirect:
    return HttpResponsePermanentRedirect(iri_to_uri(to))


def _tell(path: str) -> None:
    if WORTH_TELLING.match(path):
        logger.info("Nothing is known about the old address %s", scrubbed(path))
