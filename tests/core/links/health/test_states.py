"""What each kind of answer says of an address: the right state for each, against real servers."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from competencyworks.core.links import checking
from competencyworks.core.models import OutsideAddress, OutsideHost
from tests import factories
from tests.core.links.health.conftest import checked, cite, days_pass
from tests.core.web import redirect, response, tls

pytestmark = pytest.mark.django_db
MANY = " ".join(f"word{letter}" for letter in "abcdefghijklmnopqrstuvwxyz") * 8


def html(body: str, title: str = "A report", status: str = "200 OK", **headers: str) -> bytes:
    page = f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
    return response(page.encode(), status, Content_Type="text/html; charset=utf-8", **headers)


FINE = html(f"<h1>Report</h1><p>{MANY}</p>")


def days_ahead(row) -> int:
    return round((row.next_check_at - timezone.now()) / timedelta(days=1))


# --- Answers ------------------------------------------------------------------------------


def test_a_page_that_answers_is_alive_and_its_title_is_kept(site):
    row = checked(cite(site({"/report": FINE}).url + "/report"))
    assert (row.health, row.status, row.trouble) == ("alive", 200, "")
    assert row.title == "A report"
    assert row.checked_at is not None


def test_checks_of_what_stays_as_it_is_grow_rarer(site):
    row = cite(site({"/report": FINE}).url + "/report")
    assert [days_ahead(checked(row)) for _ in range(6)] == [7, 14, 28, 56, 90, 90]


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "502 Bad Gateway", "400 Bad"])
def test_an_error_is_a_failure_and_is_looked_at_again_the_next_day(site, status):
    row = checked(cite(site({"/report": response(status=status)}).url + "/report"))
    assert (row.health, row.status, row.failed_days) == ("failing", int(status[:3]), 1)
    assert status[:3] in row.trouble
    assert days_ahead(row) == 1


def test_three_failures_on_different_days_are_death_and_any_answer_is_resurrection(site):
    host = site({"/report": response(status="404 Not Found")})
    row = cite(f"{host.url}/report")
    found = []
    for _ in range(3):
        found += [checked(row).health, checked(row).health]  # twice a day counts once
        days_pass(row)
    assert found == ["failing"] * 4 + ["dead"] * 2
    assert days_ahead(row) == 29
    host.answers["/report"] = FINE
    checked(row)
    assert (row.health, row.failed_days, row.last_failed_on) == ("alive", 0, None)
    assert days_ahead(row) == 7


def test_an_answer_between_failures_begins_the_count_anew(site):
    host = site({})
    row = cite(f"{host.url}/report")
    for says in (None, None, FINE, None, None):
        host.answers["/report"] = says or response(status="404 Not Found")
        checked(row)
        days_pass(row)
    assert (row.health, row.failed_days) == ("failing", 2)


def test_gone_for_good_is_believed_on_the_second_day(site):
    row = cite(site({"/report": response(status="410 Gone")}).url + "/report")
    assert checked(row).health == "failing"
    assert checked(row).health == "failing"
    days_pass(row)
    assert checked(row).health == "dead"
    assert row.trouble == "Status 410: permanently removed."


@pytest.mark.parametrize("status", [401, 403, 999])
def test_what_refuses_programs_is_there(site, status):
    row = checked(cite(site({"/report": response(status=f"{status} No")}).url + "/report"))
    assert (row.health, row.status) == ("alive", status)
    assert "blocks automated checks" in row.trouble


def test_redirects_are_followed_and_told(site):
    host = site({
        "/old": redirect("/new", "301 Moved Permanently"),
        "/new": redirect("/newest", "308 Permanent Redirect"),
        "/newest": FINE,
        "/passing": redirect("/newest", "302 Found"),
    })  # fmt: skip
    row = checked(cite(f"{host.url}/old"))
    assert (row.health, row.leads_to, row.moved_for_good) == ("alive", f"{host.url}/newest", True)
    row = checked(cite(f"{host.url}/passing"))
    assert (row.health, row.leads_to, row.moved_for_good) == ("alive", f"{host.url}/newest", False)


def test_a_slash_at_the_end_is_no_move(site):
    host = site({"/old": redirect("/old/", "301 Moved Permanently"), "/old/": FINE})
    row = checked(cite(f"{host.url}/old"))
    assert (row.leads_to, row.moved_for_good) == (f"{host.url}/old/", False)


def test_redirects_in_a_circle_are_a_failure(site):
    row = checked(cite(site({"/a": redirect("/b"), "/b": redirect("/a")}).url + "/a"))
    assert (row.health, row.status) == ("failing", None)
    assert "redirects more than 5 times" in row.trouble


def test_an_endless_page_is_cut_off_and_alive(site):
    def endless(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Words</p>")
        while True:
            connection.sendall(b"<p>and more and more</p>" * 3000)

    row = checked(cite(site({"/report": endless}).url + "/report"))
    assert (row.health, row.status) == ("alive", 200)


def test_a_site_that_does_not_answer_in_time_fails(site, monkeypatch):
    monkeypatch.setattr(checking, "TIMEOUT", 0.2)
    held = threading.Event()
    row = checked(cite(site({"/report": lambda connection: held.wait(5)}).url + "/report"))
    held.set()
    assert (row.health, row.status) == ("failing", None)
    assert "did not respond fully within 0.2 seconds" in row.trouble


def test_a_wrong_certificate_fails(site, authority, names):
    host = site({}, tls=tls(authority, "another.example"))
    row = checked(cite(f"https://127.0.0.1:{host.port}/report"))
    assert row.health == "failing"
    assert "certificate of 127.0.0.1 is not valid" in row.trouble


def test_a_host_that_is_gone_fails(names):
    row = checked(cite("https://gone.example/report"))
    assert (row.health, row.trouble) == ("failing", "There is no host named gone.example.")


# --- Pleas to come back later -------------------------------------------------------------


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_plea_to_come_back_later_is_no_failure_and_rests_the_host(site, status):
    host = site({"/a": response(status=status, Retry_After="7200")})
    row, other = cite(f"{host.url}/a"), cite(f"{host.url}/b")
    checked(row)
    assert (row.health, row.failed_days) == ("unchecked", 0)
    assert timedelta(minutes=119) < row.next_check_at - timezone.now() < timedelta(minutes=121)
    assert OutsideHost.objects.get().free_at > factories.ahead(minutes=119)
    assert checking.claim() is None
    assert host.asked == ["/robots.txt", "/a"]
    OutsideHost.objects.update(free_at=timezone.now())
    assert checking.claim() == other


@pytest.mark.parametrize(
    ("says", "minutes"),
    [
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1),
        ("0", 1),
        ("soon", 60),
        ("-5", 60),
        ("99999999", 7 * 24 * 60),
        ("", 60),
    ],
)
def test_odd_pleas_are_understood_within_reason(site, says, minutes):
    host = site({"/a": response(status="429 Too Many Requests", Retry_After=says)})
    row = checked(cite(f"{host.url}/a"))
    wait = row.next_check_at - timezone.now()
    assert abs(wait - timedelta(minutes=minutes)) < timedelta(minutes=1)


def test_unavailable_without_a_plea_is_a_failure(site):
    row = checked(cite(site({"/a": response(status="503 Busy")}).url + "/a"))
    assert row.health == "failing"


# --- 'Not found' in words -----------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        html(MANY, title="Page not found | Example Institute"),
        html(MANY, title="404 - Example Institute"),
        html(MANY, title="Error 404: Not Found"),
        html(f"<h1>Sorry, this page could not be found.</h1>{MANY}", title="Example Institute"),
        html("<p>The page you requested could not be found. Try the search.</p>", title="Example"),
        html("<h1>Oops!</h1><p>The document you want no longer exists.</p>", title="Example"),
    ],
)
def test_a_page_that_says_not_found_as_if_all_were_well_is_a_failure(site, page):
    row = checked(cite(site({"/report": page}).url + "/report"))
    assert (row.health, row.status) == ("failing", 200)
    assert "says that it was not found" in row.trouble


@pytest.mark.parametrize(
    "page",
    [
        html(MANY, title="Why equity was not found in 404 schools"),
        html(f"<h1>Page 404 of the atlas</h1>{MANY}", title="Not found wanting: a report"),
        html(f"<p>The page could not be found in the archive. {MANY * 3}</p>"),
        html("<p>Short.</p>", title=""),
        html("", title=""),
        response(b"404 not found", Content_Type="application/pdf"),
    ],
)
def test_a_page_that_tells_of_such_things_is_alive(site, page):
    assert checked(cite(site({"/report": page}).url + "/report")).health == "alive"


def test_a_deep_address_that_leads_to_a_home_page_is_a_failure(site):
    host = site({"/2012/report.pdf": redirect("/", "301 Moved Permanently"), "/": FINE})
    row = checked(cite(f"{host.url}/2012/report.pdf"))
    assert row.health == "failing"
    assert "redirects to the home page of 127.0.0.1" in row.trouble


def test_a_home_page_that_leads_to_another_is_alive(site):
    host = site({"/": redirect("/en/"), "/en/": FINE})
    assert checked(cite(f"{host.url}/")).health == "alive"


# --- Changes ------------------------------------------------------------------------------


def test_changed_words_are_noticed_and_checked_again_soon(site):
    host = site({"/law": html("<p>A student shall advance upon ninety hours.</p>")})
    row = cite(f"{host.url}/law")
    checked(row)
    assert days_ahead(checked(row)) == 14
    assert row.changed_at is None
    host.answers["/law"] = html("<p>A student shall advance upon mastery.</p>")
    checked(row)
    assert row.changed_at is not None
    assert days_ahead(row) == 7


def test_dates_numbers_and_frames_are_no_change(site):
    page = '<nav>{nav}</nav><main><p>The law. Updated {date}</p><script>n="{n}"</script></main>'
    host = site({})
    row = cite(f"{host.url}/law")
    for values in (
        {"nav": "Home", "date": "Monday, March 3, 2026, 10:31", "n": "a8f"},
        {"nav": "Home News", "date": "Friday, May 8, 2026", "n": "77c"},
    ):
        host.answers["/law"] = html(page.format(**values))
        checked(row)
    assert (row.health, row.changed_at) == ("alive", None)


def test_a_page_is_asked_for_anew_only_if_it_changed(site):
    host = site({"/a": html(MANY, ETag='"one"', Last_Modified="Mon, 02 Mar 2026 10:00:00 GMT")})
    row = checked(cite(f"{host.url}/a"))
    host.answers["/a"] = response(status="304 Not Modified")
    checked(row)
    assert 'If-None-Match: "one"\r\n' in host.heads[-1]
    assert "If-Modified-Since: Mon, 02 Mar 2026 10:00:00 GMT\r\n" in host.heads[-1]
    assert (row.health, row.status, row.etag) == ("alive", 304, '"one"')
    host.answers["/a"] = html("<h1>Page not found</h1>", ETag='"two"')
    assert checked(row).health == "failing"
    checked(row)
    assert "If-None-Match" not in host.heads[-1]


# --- One record for each address ----------------------------------------------------------


def test_an_address_that_many_texts_cite_is_asked_for_once(site):
    host = site({"/report": FINE})
    for spelling in ("/report", "/report/", "/report?utm_source=mail", "/report#page=3"):
        factories.post(body=f'<p><a href="{host.url}{spelling}">It</a></p>')
    assert OutsideAddress.objects.count() == 1
    while row := checking.claim():
        checking.check(row)
    assert host.asked == ["/robots.txt", "/report"]


def test_what_nothing_cites_is_not_checked(site):
    row = cite(site({"/report": FINE}).url + "/report")
    assert checking.due().get() == row
    post = factories.Post.objects.get()
    post.body = "<p>No link.</p>"
    post.save()
    assert checking.claim() is None


def test_odd_pages_are_read(site):
    """Broken, hostile or empty pages say nothing worse than that they are there."""
    odd = [
        b"<html><title>\xff\xfe</title>" + b"<div>" * 5000 + b"x",
        b"<!doctype html>",
        b"\0\0\0",
        b"<title>" + b"404 " * 100_000,
        b"<h1>" + b"not " * 1000 + b"found " * 1000,
        b"<p>" + b"page " * 20 + b"x" * 400_000,
    ]
    for body in odd:
        page = response(body, Content_Type="text/html; charset=no-such")
        made = site({"/a": page})
        assert checked(cite(f"{made.url}/a")).health == "alive"
