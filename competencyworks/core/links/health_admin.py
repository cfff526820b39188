"""Addresses outside, as curators look after them: which are dead, who cites them, what to do."""

from datetime import timedelta

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from ..background.bulk_acts import Act, LeftAsItIs, register
from ..bulk_actions import leave_to_worker
from ..models.links import Link, OutsideAddress
from ..policy_admin import action
from ..read_only_admin import ReadOnlyAdmin
from .citing import citing
from .judging import Health
from .mourning import cited_in_public
from .replacing import replace

SHOWN_ITEMS = 100
SHOWN_HOSTS = 15
REPLACED_AT_ONCE = 5  # addresses; each may stand in many texts
LEFT_ALONE = timedelta(days=90)


class HostFilter(admin.SimpleListFilter):
    """Any host by `?host=`; offered are those of which most is dead or fails."""

    title = "host"
    parameter_name = "host"

    def has_output(self):
        return True

    def lookups(self, request, model_admin):
        rows = OutsideAddress.objects.filter(health__in=[Health.FAILING, Health.DEAD])
        rows = rows.order_by().values_list("host").annotate(count=Count("pk"))
        offered = [
            (host, f"{host} ({count})")
            for host, count in rows.order_by("-count", "host")[:SHOWN_HOSTS]
        ]
        chosen = request.GET.get(self.parameter_name)
        if chosen and chosen not in dict(offered):
            offered.append((chosen, chosen))
        return offered

    def queryset(self, request, rows):
        return rows.filter(host=self.value()) if self.value() else rows


class CitedFilter(admin.SimpleListFilter):
    title = "linked from"
    parameter_name = "cited"

    def lookups(self, request, model_admin):
        return [("public", "Public pages"), ("nothing", "Nowhere")]

    def queryset(self, request, rows):
        match self.value():
            case "public":
                return cited_in_public(rows)
            case "nothing":
                return rows.filter(links=None)
        return rows


class OutsideAddressAdmin(ReadOnlyAdmin):
    """Every address of another site that texts cite: whether it answers, and where it is cited."""

    list_display = ["address", "state", "trouble", "cited", "checked", "next_check"]
    list_display_links = ["address"]
    list_filter = ["health", CitedFilter, "moved_for_good", HostFilter]
    search_fields = ["url", "host", "title"]
    search_help_text = "Search by web address, website, or page title"
    list_per_page = 50
    actions = ["check_again", "mark_as_fine", "replace_moved"]
    fieldsets = [
        (None, {"fields": ["visit", "state", "status", "trouble", "title", "cited_in"]}),
        (
            "Current location",
            {"fields": ["leads_to", "moved_for_good", "copy", "archive_asked_at"]},
        ),
        (
            "Checks",
            {"fields": ["checked_at", "next_check_at", "failed_days", "changed_at", "created_at"]},
        ),
    ]

    def get_queryset(self, request):
        links = Link.objects.filter(outside=OuterRef("pk")).order_by().values("outside")
        count = Coalesce(Subquery(links.annotate(count=Count("pk")).values("count")), 0)
        return super().get_queryset(request).annotate(cites=count)

    # --- what is shown --------------------------------------------------------------------------

    @admin.display(description="address", ordering="key")
    def address(self, row):
        return row.key if len(row.key) <= 80 else f"{row.key[:79]}…"

    @admin.display(description="state", ordering="health")
    def state(self, row):
        words = row.get_health_display()
        return format_html('<span class="cw-stage cw-link-{}">{}</span>', row.health, words)

    @admin.display(description="links", ordering="cites")
    def cited(self, row):
        return row.cites

    @admin.display(description="last checked", ordering="checked_at")
    def checked(self, row):
        return row.checked_at and timezone.localdate(row.checked_at)

    @admin.display(description="next check", ordering="next_check_at")
    def next_check(self, row):
        return timezone.localdate(row.next_check_at)

    @admin.display(description="address")
    def visit(self, row):
        return format_html('<a href="{0}" rel="noreferrer">{0}</a>', row.url)

    @admin.display(description="archived copy")
    def copy(self, row):
        if not row.archived_url:
            return "None found"
        made = f"From {date_format(row.archived_at)}" if row.archived_at else row.archived_url
        return format_html('<a href="{}" rel="noreferrer">{}</a>', row.archived_url, made)

    @admin.display(description="linked from")
    def cited_in(self, row):
        links = list(citing(row)[:SHOWN_ITEMS])
        if not links:
            return "Nothing links to it anymore, so it is not checked."
        lines = format_html_join("", "<li>{}</li>", ((_source(link),) for link in links))
        more = ""
        if row.cites > len(links):
            url = reverse("admin:citing_address", args=[row.pk])
            more = format_html('<a href="{}">All {}</a>', url, row.cites)
        return format_html("<ul>{}</ul>{}", lines, more)

    # --- what can be done -----------------------------------------------------------------------

    @action("decide", "Check again now")
    def check_again(self, request, rows):
        count = _plain(rows).update(next_check_at=timezone.now())
        words = f"{_addresses(count)} will be checked within a few minutes."
        if not settings.CHECK_LINKS:
            words = f"{_addresses(count)} will be checked in the next round of checks."
        self.message_user(request, words)

    @action("decide", "Mark as working and do not check for 90 days")
    def mark_as_fine(self, request, rows):
        rows = _plain(rows)
        for row in rows:
            self.log_change(request, row, "Marked as working.")
        count = rows.update(
            health=Health.ALIVE,
            trouble="",
            failed_days=0,
            last_failed_on=None,
            next_check_at=timezone.now() + LEFT_ALONE,
            claimed_until=None,  # what a check that is under way finds is dropped
        )
        self.message_user(request, f"{_addresses(count)} will not be checked for 90 days.")

    @action(
        "decide",
        "Update links to the new address (moved permanently)",
        asks=("Update links to the new address of {}?", "Update links"),
        at_once=REPLACED_AT_ONCE,
    )
    def replace_moved(self, request, rows):
        moved = list(rows.filter(moved_for_good=True, health=Health.ALIVE).exclude(leads_to=""))
        if len(moved) > REPLACED_AT_ONCE:
            seen = {row.pk: "" for row in moved}
            return leave_to_worker(request, REPLACE_MOVED, OutsideAddress, seen)
        changed = left = 0
        for row in moved:
            done = replace_and_log(row, request.user)
            changed, left = changed + len(done.items), left + done.left
        if not moved:
            words = "None of these has moved permanently to a new address that works."
            self.message_user(request, words, messages.WARNING)
            return None
        words = (
            f"Links in {changed} texts were updated. Each change is noted in the history of the "
            "text."
        )
        if left:
            words += (
                f" {left} texts were not changed: you do not have permission to edit them, or "
                "the link is not in their text."
            )
        self.message_user(request, words)
        return None


def replace_and_log(row: OutsideAddress, by):
    """replace(), with a line of Django's log for the address and for what has no history."""
    done = replace(row, by)
    words = f"Replaced by {row.leads_to} in {len(done.items)} texts."
    LogEntry.objects.log_actions(by.pk, [row], CHANGE, change_message=words)
    words = f"{row.url} has moved to {row.leads_to}."
    for item in done.items:
        if not hasattr(item, "revision_fields"):
            LogEntry.objects.log_actions(by.pk, [item], CHANGE, change_message=words)
    return done


def _replace_moved(row: OutsideAddress, by, reason: str, seen: str) -> None:
    if not (row.moved_for_good and row.health == Health.ALIVE and row.leads_to):
        raise LeftAsItIs("It has not moved permanently, or its new address does not work.")
    done = replace_and_log(row, by)
    if done.left and not done.items:
        raise LeftAsItIs(
            f"It appears in {done.left} texts that you do not have permission to edit, or "
            "outside their main text."
        )


REPLACE_MOVED = register(
    Act(
        "replace-moved",
        "decide",
        _replace_moved,
        "Updating links to",
        "updated to their new addresses",
    )
)


def _plain(rows):
    """The same rows, whatever filters and columns the list has; they can be updated."""
    return OutsideAddress.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))


def _addresses(count: int) -> str:
    return "1 address" if count == 1 else f"{count} addresses"


def _source(link: Link) -> str:
    """The item that a link stands in, leading to its form in the admin, with its state."""
    item, kind = link.source, ContentType.objects.get_for_id(link.source_type_id)
    if item is None:
        return "a deleted item"
    try:
        url = reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[item.pk])
    except NoReverseMatch:
        return f"{item} ({kind.name})"
    stage = getattr(item, "stage", "")
    words = f" ({kind.name}, {stage.lower()})" if stage else f" ({kind.name})"
    return format_html('<a href="{}">{}</a>{}', url, item, words)
