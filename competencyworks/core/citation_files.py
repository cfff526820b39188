"""Citations as files, for programs that keep bibliographies."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from .citations import Work, bibtex, ris

FORMS = {
    "bib": (bibtex, "application/x-bibtex"),
    "ris": (ris, "application/x-research-info-systems"),
}


def citation_file(work: Work, form: str) -> HttpResponse:
    """The citation of `work` as a file of the `form` of FORMS. Raises Http404 for another."""
    if form not in FORMS:
        raise Http404("no such form of a citation")
    write, kind = FORMS[form]
    response = HttpResponse(write(work), content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{work.key}.{form}")
    return response
