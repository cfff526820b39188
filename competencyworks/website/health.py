"""What load balancers and monitors ask."""

import logging

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

PATIENCE = 4.0  # seconds; monitors wait five or more


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 'ok' when the database answers, else 503, without a traceback: it is asked often."""
    try:
        connection.ask(PATIENCE)
    except (OperationalError, InterfaceError) as error:
        logger.warning("No database: %s", str(error).strip().partition("\n")[0])
        return HttpResponse("database unavailable", content_type="text/plain", status=503)
    return HttpResponse("ok", content_type="text/plain")
