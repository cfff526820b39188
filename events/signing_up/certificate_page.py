"""The page of a certificate: whoever has its address sees that it is genuine."""

from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from .. import certificates
from ..certificate_file import can_be_made, certificate_file
from ..models import Registration
from .answers import GONE, page, private
from .own_page import opened_by


def by_code(view):
    """
    Decorator: the view gets the registration of the certificate; see opened_by(). Who follows the
    link of one that is no longer valid learns that, and not whose it was.
    """
    opened = opened_by(certificates.by_code, "certificate_none.html", "Certificate not found")(view)

    @private
    @wraps(view)
    def valid(request: HttpRequest, token: str) -> HttpResponse:
        try:
            return opened(request, token)
        except certificates.NoLongerValid:
            title = "This certificate is no longer valid"
            return page(request, "certificate_withdrawn.html", title, {}, GONE)

    return valid


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
    name = f"certificate-{found.event.slug}.pdf"
    response["Content-Disposition"] = content_disposition_header(False, name)
    return response
