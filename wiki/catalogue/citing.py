"""Resources as works that are cited, and their citations as files."""

from django.http import Http404, HttpRequest, HttpResponse

from competencyworks.core.citation_files import citation_file
from competencyworks.core.citations import Work
from competencyworks.core.names import parse
from competencyworks.core.prose.texts import plain

from ..models import Resource

Kind = Resource.Kind
# Of what there is a reference; laws are cited by rules of their own, and an organization by none.
CITED = (Kind.REPORT, Kind.ARTICLE, Kind.TOOL, Kind.VIDEO, Kind.COURSE)


def work_of(item: Resource, abstract: str = "") -> Work | None:
    """`item` as a work; None for what is not cited."""
    if item.kind not in CITED or not item.url:
        return None
    authors = item.author_names or [item.publisher]
    return Work(
        title=item.title,
        authors=tuple(parse(name) for name in authors if name),
        year=item.year,
        publisher=item.publisher,
        site=item.periodical or (item.publisher if item.author_names else ""),
        url=item.url,
        is_report=item.kind == Kind.REPORT,
        abstract=abstract,
    )


def cite(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The citation of a resource as a file."""
    item = Resource.objects.published().light().filter(slug=slug).first()
    work = item and work_of(item, plain(item.lead))
    if not work:
        raise Http404("no such citation")
    return citation_file(work, form)
