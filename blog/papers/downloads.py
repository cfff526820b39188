"""Counting how often papers are fetched, by day, with nothing kept of who did."""

import logging
import re
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Q, Sum
from django.http import HttpRequest
from django.utils import timezone

from .models import Paper, PaperDownloads

logger = logging.getLogger(__name__)

# Readers' programs name themselves 'Mozilla/5.0 …'; robots that do so too say what they are.
ROBOT = re.compile(
    r"bot\b|bot[/;_-]|crawl|spider|slurp|archiver|scrap|preview|monitor|uptime|headless|lighthouse"
    r"|facebookexternalhit|feed|curl|wget|python|java/|go-http|okhttp|libwww|httpclient|axios|php",
    re.IGNORECASE,
)
_ADD = """
    INSERT INTO blog_paperdownloads (paper_id, day, count) VALUES (%s, %s, 1)
    ON CONFLICT (paper_id, day) DO UPDATE SET count = blog_paperdownloads.count + 1
"""


def is_reader(request: HttpRequest) -> bool:
    """Whether a request seems to come from somebody who wants to read."""
    agent = request.headers.get("User-Agent", "")
    ahead = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    return bool(agent) and not ROBOT.search(agent) and "prefetch" not in ahead


def count(paper: Paper) -> None:
    """Add one download of `paper` to today's. Never raises: a file goes out, counted or not."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ADD, [paper.pk, timezone.localdate()])
    except DatabaseError:
        logger.exception("A download of paper %s could not be counted.", paper.pk)


def totals(paper: Paper) -> tuple[int, int]:
    """Downloads of `paper`: all, and those of the last 30 days."""
    recent = Q(day__gt=timezone.localdate() - timedelta(days=30))
    found = PaperDownloads.objects.filter(paper=paper).aggregate(
        all=Sum("count", default=0), recent=Sum("count", filter=recent, default=0)
    )
    return found["all"], found["recent"]
