"""
What Zoom tells while a meeting goes on: who came, and who left.

https://developers.zoom.us/docs/api/webhooks/
"""

import hashlib
import hmac
import json
import time

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from competencyworks.core.date_fields import is_in_range
from competencyworks.core.numbers import whole_number

from .. import attendance

OLDEST = 5 * 60  # seconds
LARGEST = 100_000  # bytes
PLAIN = "text/plain; charset=utf-8"
SEEN = {
    f"{kind}.participant_{what}": (kind, moment)
    for kind in ("meeting", "webinar")
    for what, moment in (("joined", "join_time"), ("left", "leave_time"))
}


@csrf_exempt  # the signature says who it is
@never_cache
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Takes a signed message, and answers the question by which the service tries an address."""
    if not settings.ZOOM_WEBHOOK_SECRET:
        raise Http404("no webhook is set up")
    if whole_number(request.headers.get("Content-Length") or "0", LARGEST) is None:
        return HttpResponse("Too large.\n", status=413, content_type=PLAIN)
    if not is_signed(request):
        return HttpResponse("No valid signature.\n", status=401, content_type=PLAIN)
    try:
        message = json.loads(request.body)
        what, payload = message["event"], message["payload"]
        if what == "endpoint.url_validation":
            token = str(payload["plainToken"])
            return JsonResponse({"plainToken": token, "encryptedToken": _hash(token.encode())})
        if what in SEEN:
            _note(*SEEN[what], payload["object"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return HttpResponse("Not understood.\n", status=400, content_type=PLAIN)
    return JsonResponse({})


def is_signed(request: HttpRequest) -> bool:
    """Whether the service signed the request, at most five minutes ago."""
    stamp = request.headers.get("x-zm-request-timestamp", "")
    signature = request.headers.get("x-zm-signature", "")
    seconds = whole_number(stamp)
    if seconds is None or abs(time.time() - seconds) > OLDEST:
        return False
    expected = f"v0={_hash(b'v0:%s:%s' % (stamp.encode(), request.body))}"
    return hmac.compare_digest(expected.encode(), signature.encode())


def _hash(content: bytes) -> str:
    return hmac.new(settings.ZOOM_WEBHOOK_SECRET.encode(), content, hashlib.sha256).hexdigest()


def _note(kind: str, moment: str, meeting: dict) -> None:
    person = meeting["participant"]
    at = parse_datetime(str(person.get(moment) or ""))
    if at is None or not is_in_range(at):
        at = timezone.now()
    if timezone.is_naive(at):
        at = timezone.make_aware(at)
    attendance.note_seen(
        kind,
        str(meeting["id"]),
        registrant=str(person.get("registrant_id") or ""),
        email=str(person.get("email") or ""),
        at=at,
    )
