"""`manage.py check_links`, and the sweep of the worker."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from competencyworks.core.background import sweeps
from competencyworks.core.links import run as runs
from competencyworks.core.links import upkeep
from competencyworks.core.models import OutsideAddress, OutsideHost
from tests import factories
from tests.core.links.health.conftest import cite
from tests.core.web import response

pytestmark = pytest.mark.django_db
FINE = response(b"fine")


@pytest.fixture(autouse=True)
def no_archive(settings):
    settings.ARCHIVE_URL = ""


def told(*options: str) -> str:
    out = io.StringIO()
    call_command("check_links", *options, stdout=out)
    return out.getvalue()


def test_it_checks_what_is_due_and_tells_what_it_found(site):
    host, other = site({"/a": FINE, "/b": FINE}), site({})
    for url in (f"{host.url}/a", f"{host.url}/b", f"{other.url}/gone"):
        cite(url)
    OutsideAddress.objects.filter(url=f"{host.url}/b").update(next_check_at=factories.ahead(days=1))
    text = told()
    assert text.splitlines()[0] == "2 addresses checked."
    assert "Working: 1" in text
    assert "Not responding: 1" in text
    assert "/b" not in host.asked
    assert told().splitlines() == ["0 addresses checked."]


def test_all_of_them_on_request(site):
    host = site({"/a": FINE})
    cite(f"{host.url}/a")
    told()
    assert "1 addresses checked." in told("--all")
    assert host.asked.count("/a") == 2


def test_some_or_those_of_one_host_on_request(site):
    host, other = site({"/a": FINE, "/b": FINE}), site({"/c": FINE})
    for url in (f"{host.url}/a", f"{host.url}/b", f"{other.url}/c"):
        cite(url)
    text = told("--host", f"127.0.0.1:{host.port}", "--limit", "1")
    assert "1 addresses checked." in text
    assert "1 are still due. Run this command again to continue." in text
    assert other.asked == []
    assert "1 addresses checked." in told("--host", f"127.0.0.1:{host.port}")
    assert other.asked == []


def test_mistaken_options_are_refused_in_words(site):
    with pytest.raises(CommandError, match="must be 1 or more"):
        told("--limit", "0")
    with pytest.raises(CommandError, match=r"Nothing links to nowhere\.example"):
        told("--host", "nowhere.example")
    with pytest.raises(CommandError, match="not allowed with"):
        told("--due", "--all")


def test_a_host_that_wants_to_rest_for_long_is_left_for_the_next_run(site):
    host = site({"/a": response(status="429 Too Many Requests", Retry_After="3600"), "/b": FINE})
    cite(f"{host.url}/a")
    cite(f"{host.url}/b")
    text = told()
    assert "1 postponed" in text
    assert "1 are still due" in text
    assert host.asked == ["/robots.txt", "/a"]


def test_a_host_that_rests_for_a_moment_is_waited_for(site, monkeypatch):
    host = site({"/a": FINE})
    row = cite(f"{host.url}/a")
    OutsideHost.objects.create(host=row.host, free_at=factories.ahead(seconds=30))
    waits = []

    def pass_time(seconds):
        waits.append(seconds)
        OutsideHost.objects.update(free_at=timezone.now())

    monkeypatch.setattr(runs.time, "sleep", pass_time)
    assert "1 addresses checked." in told()
    assert waits[0] == runs.STEP


def test_copies_are_looked_for_at_the_end(site, settings):
    archive = site({})
    settings.ARCHIVE_URL = f"{archive.url}/available"
    row = cite(f"{site({'/a': response(status='410 Gone')}).url}/a")
    OutsideAddress.objects.update(failed_days=1, last_failed_on=factories.ago(days=3).date())
    text = told()
    assert "Dead: 1" in text
    assert "The archive could not be used: The archive answered with status 404." in text
    row.refresh_from_db()
    assert row.archive_asked_at is not None


def test_the_worker_checks_in_slices(site, settings):
    settings.CHECK_LINKS = True
    cite(f"{site({'/a': FINE}).url}/a")
    cite(f"{site({'/b': FINE}).url}/b")
    assert upkeep.check_links() is False  # nothing is left over
    assert set(OutsideAddress.objects.values_list("health", flat=True)) == {"alive"}


def test_without_the_setting_the_worker_asks_nobody(site, settings):
    host = site({"/a": FINE})
    cite(f"{host.url}/a")
    assert settings.CHECK_LINKS is False  # as in a demo
    sweeps.discover()
    for name in (f"{upkeep.__name__}.check_links", f"{upkeep.__name__}.find_archived_copies"):
        assert sweeps.run_if_due(name)
    assert host.asked == []
