"""Addresses of the past, answered where the site itself has no answer."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from competencyworks.core.addresses import OldAddress, normalize


class OldAddressMiddleware:
    """Turns a 404 into a 301 where the address once led to something that is public."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        old = OldAddress.objects.filter(path=normalize(request.path)).first()
        target = old.target() if old else None
        return HttpResponsePermanentRedirect(target) if target else response
