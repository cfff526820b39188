"""What is never asked, and what hosts ask of us: robots.txt, pauses, private networks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from competencyworks.core.background.locks import held
from competencyworks.core.links import checking, politeness
from competencyworks.core.models import OutsideAddress, OutsideHost
from tests import factories
from tests.core.links.health.conftest import checked, cite
from tests.core.web import PUBLIC, redirect, response

pytestmark = pytest.mark.django_db
FINE = response(b"fine")


# --- Private networks ---------------------------------------------------------------------


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.1.2.3", "[::1]"])
def test_addresses_of_private_networks_are_never_asked(address, connections):
    row = checked(cite(f"http://{address}/a"))
    assert (row.health, row.status) == ("not_checked", None)
    assert "is not an address of the public internet" in row.trouble
    assert connections == []


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1"])
def test_names_that_resolve_into_private_networks_are_never_asked(address, names, connections):
    names["inside.example"] = [address]
    row = checked(cite("https://inside.example/a"))
    assert row.health == "not_checked"
    assert connections == []


@pytest.mark.parametrize(
    "target", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "[::1]", "in.example"]
)
def test_redirects_into_private_networks_are_never_followed(
    target, site, names, connections, settings
):
    names["in.example"] = ["10.0.0.1"]
    names["out.example"] = [PUBLIC]
    connections.site = site({"/a": redirect(f"http://{target}/secret")})
    settings.FETCH_ALLOWED_HOSTS = []
    row = checked(cite("http://out.example/a"))
    assert row.health == "not_checked"
    assert "is not an address of the public internet" in row.trouble
    assert {address for address, _ in connections} == {PUBLIC}
    assert connections.site.asked == ["/robots.txt", "/a"]


def test_a_server_of_the_tests_is_asked_only_where_settings_name_it(site, settings):
    host = site({"/a": FINE})
    settings.FETCH_ALLOWED_HOSTS = []
    assert checked(cite(f"{host.url}/a")).health == "not_checked"
    assert host.asked == []


def test_what_is_not_checked_is_no_failure(site, names):
    names["inside.example"] = [PUBLIC, "10.0.0.1"]
    row = cite("https://inside.example/a")
    OutsideAddress.objects.update(failed_days=2, last_failed_on=factories.ago(days=1).date())
    assert checked(row).failed_days == 0
    assert row.next_check_at > factories.ahead(days=80)


# --- robots.txt ---------------------------------------------------------------------------


def rules(text: str) -> bytes:
    return response(text.encode(), Content_Type="text/plain")


def test_what_robots_txt_forbids_is_not_asked(site):
    host = site({
        "/robots.txt": rules("User-agent: *\nDisallow: /private/\n"),
        "/private/a": FINE, "/open": FINE,
    })  # fmt: skip
    row = checked(cite(f"{host.url}/private/a"))
    assert row.health == "not_checked"
    assert row.trouble == "The robots.txt of 127.0.0.1 asks programs not to read this."
    assert checked(cite(f"{host.url}/open")).health == "alive"
    assert host.asked == ["/robots.txt", "/open"]


def test_rules_for_our_name_count_before_those_for_all(site):
    host = site({
        "/robots.txt": rules(
            "User-agent: CompetencyWorks\nAllow: /\n\nUser-agent: *\nDisallow: /\n"
        ),
        "/a": FINE,
    })  # fmt: skip
    assert checked(cite(f"{host.url}/a")).health == "alive"
    assert "User-Agent: CompetencyWorks (+http" in host.heads[-1]


def test_a_redirect_to_what_is_forbidden_is_not_followed(site):
    other = site({"/robots.txt": rules("User-agent: *\nDisallow: /"), "/b": FINE})
    host = site({"/a": redirect(f"{other.url}/b")})
    assert checked(cite(f"{host.url}/a")).health == "not_checked"
    assert other.asked == ["/robots.txt"]


def test_rules_are_read_once_a_day(site):
    host = site({"/a": FINE})
    row = cite(f"{host.url}/a")
    checked(row)
    checked(row)
    assert host.asked.count("/robots.txt") == 1
    stored = OutsideHost.objects.get()
    stored.robots[host.url]["at"] = factories.ago(hours=25).isoformat()
    stored.save()
    host.answers["/robots.txt"] = rules("User-agent: *\nDisallow: /")
    assert checked(row).health == "not_checked"
    assert host.asked.count("/robots.txt") == 2


def test_where_rules_cannot_be_read_nothing_is_asked_for_thirty_days(site):
    host = site({"/robots.txt": response(status="500 Oops"), "/a": FINE})
    row = checked(cite(f"{host.url}/a"))
    assert (row.health, row.failed_days) == ("unchecked", 0)
    assert "robots.txt of 127.0.0.1 could not be read" in row.trouble
    assert row.next_check_at > factories.ahead(hours=23)
    assert "/a" not in host.asked
    stored = OutsideHost.objects.get()
    stored.robots[host.url]["since"] = factories.ago(days=31).isoformat()
    stored.save()
    assert checked(row).health == "alive"


def test_rules_that_were_read_hold_on_while_they_cannot_be_read(site):
    host = site({"/robots.txt": rules("User-agent: *\nDisallow: /b"), "/a": FINE, "/b": FINE})
    row = checked(cite(f"{host.url}/a"))
    stored = OutsideHost.objects.get()
    stored.robots[host.url]["at"] = factories.ago(hours=25).isoformat()
    stored.save()
    host.answers["/robots.txt"] = response(status="503 Busy")
    assert checked(row).health == "alive"
    assert checked(cite(f"{host.url}/b")).health == "not_checked"


def test_a_host_whose_rules_are_out_of_reach_fails_like_any_other(site, names):
    row = checked(cite("https://gone.example/a"))
    assert row.health == "failing"


def test_a_delay_that_the_rules_ask_for_is_kept_in_bounds(site):
    host = site({"/robots.txt": rules("User-agent: *\nCrawl-delay: 3600\n"), "/a": FINE})
    checked(cite(f"{host.url}/a"))
    rest = OutsideHost.objects.get().free_at - timezone.now()
    assert timedelta(seconds=50) < rest <= timedelta(seconds=60)
    assert checking.claim() is None


# --- One at a time ------------------------------------------------------------------------


def test_a_host_that_another_asks_is_left_alone_and_the_address_stays_due(site):
    host = site({"/a": FINE})
    row = cite(f"{host.url}/a")
    with held(politeness.LOCK.format(row.host)):
        assert checking.check(checking.claim()) is None
    row.refresh_from_db()
    assert (row.health, row.claimed_until) == ("unchecked", None)
    assert host.asked == []
    assert checking.check(checking.claim()).health == "alive"


def test_a_redirect_to_a_host_that_another_asks_waits_too(site):
    other = site({"/b": FINE})
    row = cite(f"{site({'/a': redirect(f'{other.url}/b')}).url}/a")
    with held(politeness.LOCK.format(f"127.0.0.1:{other.port}")):
        assert checking.check(checking.claim()) is None
    assert other.asked == []
    row.refresh_from_db()
    assert (row.health, row.failed_days) == ("unchecked", 0)


def test_a_host_rests_between_two_requests(site, monkeypatch):
    waits = []
    monkeypatch.setattr(politeness, "PAUSE", timedelta(seconds=30))
    monkeypatch.setattr(politeness.time, "sleep", waits.append)
    host = site({"/a": FINE})
    row, other = cite(f"{host.url}/a"), cite(f"{host.url}/b")
    assert checking.check(checking.claim()).health == "alive"
    assert len(waits) == 2  # before the rules, and between them and the page
    assert 29 < waits[1] <= 30
    assert checking.claim() is None
    OutsideHost.objects.update(free_at=timezone.now())
    assert checking.claim() == other
    assert row.host == other.host


def test_names_with_and_without_www_are_one_host(names, connections, site):
    names["example.com"] = names["www.example.com"] = [PUBLIC]
    connections.site = site({"/a": redirect("http://example.com/b"), "/b": FINE})
    assert checked(cite("http://www.example.com/a")).health == "alive"
    assert OutsideHost.objects.get().host == "example.com"
    assert len(OutsideHost.objects.get().robots) == 2  # the rules are those of each name


def test_what_staff_decide_during_a_check_stands(site):
    row = cite(f"{site({}).url}/a")
    claimed = checking.claim()
    OutsideAddress.objects.filter(pk=row.pk).update(health="alive", claimed_until=None)
    checking.check(claimed)
    row.refresh_from_db()
    assert row.health == "alive"
