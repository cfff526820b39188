"""The page of a certificate: whoever has its address sees that it is genuine."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .. import certificates
from ..certificate_file import can_be_made, certificate_file
from ..models import Registration
from .answers import page
from .own_page import opened_by

by_code = opened_by(certificates.by_code, "certificate_none.html", "Certificate not found")


@by_code
@require_safe
def show(request: HttpRequest, found: Registration) -> HttpResponse:
    """Who attended what, and when."""
    context = {
        "registration": found,
        "event": found.event,
        "file": f"{certificates.path_of(found)}certificate.pdf" if can_be_made(found) else "",
        "address": certificates.url_of(found),
    }
    return page(
        request, "certificate.html", "Certificate of attendance", context, below=found.event
    )


@by_code
@require_safe
def pdf(request: HttpRequest, found: Registration) -> HttpResponse:
    """The same as a file."""
    if not can_be_made(found):
        raise Http404("not in our fonts")
    response = HttpResponse(certificate_file(found), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="certificate.pdf"'
    return response
