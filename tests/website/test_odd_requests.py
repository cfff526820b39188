"""Requests that no browser sends by itself: methods, hosts, encodings, headers, tokens."""

import re
import time

import pytest
from django.core.exceptions import BadRequest
from django.db import DataError, transaction
from django.test import Client

from competencyworks.core import tokens
from competencyworks.core.discussion import proofs
from competencyworks.core.malformed_values import MalformedValuesMiddleware
from tests import factories
from tests.events import factories as event_factories
from tests.events import pages as event_pages

pytestmark = pytest.mark.django_db

LONG = "9" * 5000
ODD_METHODS = ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "X-ODD"]
READ_ONLY = [
    "/", "/blog/", "/blog/k-12/", "/feed/", "/comments/feed/", "/search/?q=x", "/sitemap.xml",
    "/robots.txt", "/topics/", "/series/", "/papers/", "/wiki/", "/wiki/resources/",
    "/wiki/resources.csv", "/wiki/recent/", "/wiki/recent/feed/", "/wiki/states/", "/events/",
    "/events/calendar.ics", "/events/feed/",
]  # fmt: skip


@pytest.fixture
def visitor() -> Client:
    """A browser whose requests fail as they do in production, with an answer."""
    return Client(raise_request_exception=False)


def assert_plain(response, *statuses: int) -> None:
    """The answer has one of `statuses`, and shows nothing of the inside."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code in statuses, (response.status_code, content[:300])
    assert b"Traceback" not in content
    assert b"Exception" not in content


# --- methods ----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ODD_METHODS)
@pytest.mark.parametrize("path", ["/", "/feed/", "/admin/", "/static/competencyworks/css/site.css"])
def test_methods_that_nothing_takes_are_refused_with_what_is_taken(visitor, path, method):
    response = visitor.generic(method, path, b"x=1", "application/x-www-form-urlencoded")
    assert response.status_code == 405
    assert "GET" in response["Allow"]
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    words = response.content.decode()
    assert "nothing was saved. Open the page again" in words
    assert words.endswith(f"It accepts: {response['Allow']}\n")
    assert "CSRF" not in response.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("path", READ_ONLY)
def test_pages_feeds_and_files_take_no_form(visitor, path):
    response = visitor.post(path, {"x": "1"})
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert "It accepts: GET, HEAD, OPTIONS" in response.content.decode()


def test_a_view_that_refuses_a_method_itself_says_so_in_words(visitor):
    response = visitor.put("/wiki/suggest/")
    assert response.status_code == 405
    assert "It accepts: " in response.content.decode()
    response = visitor.get("/comments/1/mine/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "It accepts: POST" in response.content.decode()


@pytest.mark.parametrize("path", READ_ONLY)
def test_head_answers_as_get_without_the_content(visitor, path):
    get, head = visitor.get(path), visitor.head(path)
    assert head.status_code == get.status_code
    assert head["Content-Type"] == get["Content-Type"]
    assert not b"".join(head)


@pytest.mark.parametrize("path", [*READ_ONLY, "/admin/", "/static/competencyworks/css/site.css"])
def test_options_tells_the_methods_and_shows_no_page(visitor, path):
    response = visitor.options(path)
    assert response.status_code == 204
    assert {"GET", "HEAD", "OPTIONS"} <= set(response["Allow"].split(", "))
    assert not response.content
    assert not response.cookies


def test_forms_still_take_posts(visitor, make):
    post, event = make.post(), event_factories.event()
    kind = post._meta.label_lower
    for path in (f"/comments/write/{kind}/{post.pk}/", f"{event.path}register/", "/wiki/suggest/"):
        if visitor.get(path).status_code != 200:
            continue
        assert "POST" in visitor.options(path)["Allow"]
        assert visitor.post(path, {}).status_code in (200, 422)


def test_unknown_addresses_stay_unknown_whatever_the_method(visitor):
    assert visitor.post("/nothing.here").status_code == 404
    assert visitor.put("/nothing.here").status_code == 405
    assert not visitor.options("/nothing.here").content


# --- text that cannot be stored ---------------------------------------------------------------

PARAMETERS = [
    "/search/?q={}", "/?page={}", "/?p={}", "/?cat={}", "/?author={}", "/?tag={}", "/?s={}",
    "/?feed={}", "/?m={}", "/?category_name={}", "/?p=1&paged={}", "/blog/?page={}",
    "/blog/k-12/?page={}", "/papers/?year={}", "/papers/?topic={}", "/papers/?page={}",
    "/events/?kind={}", "/events/?topic={}", "/events/?state={}", "/events/past/?page={}",
    "/wiki/resources/?kind={}", "/wiki/resources/?year={}", "/wiki/resources/?q={}",
    "/wiki/resources/?topic={}", "/wiki/resources/?tag={}", "/wiki/resources/?state={}",
    "/wiki/resources.csv?kind={}", "/wiki/providers/?state={}", "/wiki/providers/?service={}",
    "/wiki/providers/?letter={}", "/wiki/recent/?kind={}", "/wiki/suggest/?url={}",
    "/wiki/suggest/known/?url={}", "/wiki/suggest/?title={}", "/wiki/states/?x={}",
    "/sitemap.xml?p={}", "/healthz?{}",
]  # fmt: skip
VALUES = {
    "NUL": "a%00b", "many digits": LONG, "a number that begins small": f"000000001{'0' * 4500}",
    "a large key": str(2**63), "a superscript": "%C2%B2", "digits of another script": "%D9%A3",
    "negative": "-1", "no UTF-8": "%FF%FE", "half a pair": "%ED%A0%80", "line break": "a%0D%0Ab",
    "brackets": "[]", "quote": "'%22%3B--", "template": "%7B%7B7*7%7D%7D",
}  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
def test_no_parameter_breaks_a_public_page(visitor, value):
    for parameter in PARAMETERS:
        response = visitor.get(parameter.format(VALUES[value]))
        assert response.status_code < 500, parameter
        if value == "NUL":
            assert response.status_code == 400, parameter


@pytest.mark.parametrize("value", VALUES)
def test_no_parameter_breaks_the_comments_of_a_post(visitor, make, value):
    post = make.post()
    for name in ("comments", "page"):
        assert_plain(visitor.get(f"{post.path}?{name}={VALUES[value]}"), 200, 400, 404)


def asked(client: Client, path: str):
    """The answer to a request, whose failed queries do not end the transaction of the test."""
    with transaction.atomic():
        response = client.get(path)
        transaction.set_rollback(True)
    return response


def admin_lists() -> list[str]:
    from django.contrib import admin
    from django.urls import reverse

    return [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ]


@pytest.mark.parametrize("value", VALUES)
def test_no_parameter_breaks_a_list_of_the_admin(root, value):
    root.raise_request_exception = False
    for path in admin_lists():
        for name in ("q", "p", "o", "e", "_popup", "_to_field", "event", "stage", "owner", "id"):
            response = asked(root, f"{path}?{name}={VALUES[value]}")
            assert response.status_code < 500, (path, name)


@pytest.mark.parametrize("value", [name for name in VALUES if name != "quote"])
def test_no_parameter_breaks_an_autocomplete(root, value):
    root.raise_request_exception = False
    field = "app_label=blog&model_name=postauthor&field_name=person"
    for more in ("term={}", "page={}", "term=a&page={}"):
        response = asked(root, f"/admin/autocomplete/?{field}&{more.format(VALUES[value])}")
        assert response.status_code < 500, more
    assert root.get(f"/admin/autocomplete/?{field}&term=a%00").status_code == 400
    for path in (
        "/admin/core/image/pick/",
        "/admin/known-address/",
        "/admin/wiki/wikipage/titles/",
    ):
        for name in ("q", "url", "chosen", "page", "host", "not"):
            response = asked(root, f"{path}?{name}={VALUES[value]}")
            assert response.status_code < 500, (path, name)


@pytest.mark.parametrize("key", [LONG, str(2**63), "%C2%B2", "-1", "0", "x", "1%00", "%D9%A3"])
def test_no_key_breaks_a_form_of_the_admin(root, key):
    root.raise_request_exception = False
    for path in admin_lists():
        for act in ("change", "history", "delete"):
            response = asked(root, f"{path}{key}/{act}/")
            assert response.status_code < 500, (path, act)


@pytest.mark.parametrize("key", [LONG, "x", "²", "1\0"])
def test_no_ticked_key_breaks_an_action_of_the_admin(root, key):
    from django.contrib import admin

    root.raise_request_exception = False
    for path, model_admin in zip(admin_lists(), admin.site._registry.values(), strict=True):
        for name in (*model_admin.actions, "delete_selected"):
            data = {"action": name, "_selected_action": key, "select_across": "0"}
            assert root.post(path, data).status_code < 500, (path, name)


def test_a_number_that_no_column_holds_is_the_senders_fault_and_other_faults_are_ours(rf):
    middleware = MalformedValuesMiddleware(lambda request: None)
    for key in (LONG, "٣"):
        with pytest.raises(BadRequest):
            middleware.process_exception(rf.post("/", {"row-0-id": key}), DataError("no integer"))
    assert middleware.process_exception(rf.post("/", {"title": "x"}), DataError("ours")) is None


def test_raw_fields_of_a_posted_form_with_nul_are_the_senders_fault(root, make):
    root.raise_request_exception = False
    make.post()
    for path in ("/admin/blog/post/", "/admin/core/comment/", "/admin/events/registration/"):
        data = {"action": "delete_selected", "_selected_action": "1\0", "select_across": "0"}
        assert root.post(path, data).status_code < 500, path


def test_a_form_keeps_what_was_typed_when_one_field_holds_nul(visitor, make):
    from tests.core.discussion.writing import post as write

    answer = write(make.post(), visitor, body="My long\0 text")
    assert answer.status_code == 422
    assert "My long" in answer.content.decode()


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "odd", "idna", "hex"])
def test_no_charset_breaks_a_form(visitor, make, charset):
    post = make.post()
    from competencyworks.core.discussion.threads import form_path

    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        response = visitor.generic(
            "POST",
            form_path(post),
            b"name=%FF&body=+2AA-&email=a@b.org",
            f"{kind}; charset={charset}",
        )
        assert_plain(response, 200, 400, 413, 422)


# --- hosts and headers ------------------------------------------------------------------------

HOSTS = ["evil.example", "www.evil.example:80", "a b", "x\ty", "[::1", "", "..", "localhost:99999x",
         "localhost,evil.example", "user@localhost", "localhost/path", "\xe9.example"]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_not_ours_gets_the_page_for_400(visitor, host):
    for path in ("/", "/admin/login/", "/feed/", "/nothing/"):
        response = visitor.get(path, headers={"host": host or " "})
        assert_plain(response, 400)
        assert "This request could not be processed" in response.content.decode()
        assert response["X-Request-ID"] in response.content.decode()


def test_the_page_for_400_needs_no_database(visitor, django_assert_num_queries):
    with django_assert_num_queries(0):
        visitor.get("/", headers={"host": "evil.example"})


HEADERS = {
    "X-Forwarded-For": ["1.2.3.4, x", "a" * 9000, "::ffff:1.2.3.4", "1.2.3.4\t", "unknown", ",,,"],
    "X-Forwarded-Host": ["evil.example", ""],
    "X-Forwarded-Proto": ["https", "gopher", ""],
    "Referer": ["javascript:x", "http://[", "a" * 9000],
    "User-Agent": ["", "x" * 9000, "\xff"],
    "Accept-Language": ["x" * 9000, "*;q=9", "de;q=a"],
    "Accept-Encoding": ["gzip;q=0", "x", "*" * 900],
    "Cookie": [
        "a",
        "sessionid=\xff; csrftoken=%00",
        "=;=;;",
        "x" * 9000,
        "sessionid=" + "a" * 5000,
    ],
    "If-Modified-Since": ["yesterday", LONG, "Thu, 01 Jan 99999 00:00:00 GMT"],
    "If-None-Match": ['"', "W/", "*", "x" * 900],
    "Range": ["bytes=-", "bytes=0-99999999999999999999", "lines=1", f"bytes={LONG}-"],
    "Content-Length": ["x", "-1", LONG],
    "Origin": ["null", "http://[", "x"],
    "Sec-Fetch-Site": ["odd", ""],
    "X-HTTP-Method-Override": ["DELETE"],
    "Expect": ["100-continue"],
}


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_breaks_a_page(visitor, make, name):
    path = make.post().path
    for value in HEADERS[name]:
        for page in ("/", path, "/feed/", "/events/calendar.ics", "/admin/login/", "/media/x.jpg"):
            response = visitor.get(page, headers={name: value})
            assert response.status_code < 500, (page, value[:40])


# --- paths ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd", "..%2f..%2fetc/passwd", "%2e%2e/%2e%2e/etc/passwd",
        "..\\..\\etc\\passwd",
        "..%5c..%5cetc%5cpasswd", "//etc/passwd", "%2fetc%2fpasswd", "a%00.jpg", "a" * 5000,
        "%ff%fe.jpg", ".", "..", "./", "a/../../../x", "kept/x.pdf", "x/../kept/x.pdf", "con",
        "a:b", "%0d%0aSet-Cookie:x", "...//...//etc/passwd", "a/" * 900,
    ],
)  # fmt: skip
def test_what_is_not_among_the_uploads_is_quietly_not_found(visitor, path, caplog, settings):
    (settings.MEDIA_ROOT).mkdir(parents=True)
    response = visitor.get(f"/media/{path}")
    assert_plain(response, 404, 301)
    assert "Set-Cookie" not in response.headers
    assert not [record for record in caplog.records if record.name.startswith("django.security")]


@pytest.mark.parametrize(
    "path",
    ["/%00", "/blog/%00/", "/wiki/a%00b/", "/events/%00/event.ics", "/tags/%00/", "/%ff%fe/",
     "/category/x%0Aforged line", "/%E2%80%A8/", "/static/../settings.py", "/" + "a/" * 2000,
     "/.env", "/.git/config", "/wp-login.php", "/xmlrpc.php", "/people/%ED%A0%80/", "/;x=1/",
     "/admin/%00/", "/admin/blog/post/%00/change/", f"/blog/{LONG}/", f"/comments/{LONG}/",
     f"/blog/2016/{LONG}/", f"/events/calendar/{LONG}/01/", "/events/calendar/0000/00/",
     "/events/calendar/9999/12/", "/events/calendar/0001/01/", "/blog/0000/00/", "/blog/9999/99/",
     f"/page/{LONG}/", f"/wp-content/uploads/x-{LONG}x1.jpg",
     "//evil.example/", "/\\evil.example/"],
)  # fmt: skip
def test_no_path_breaks_the_site(visitor, path):
    response = visitor.get(path)
    assert_plain(response, 200, 301, 302, 400, 404)
    assert not response.headers.get("Location", "").startswith(("//", "/\\", "http://evil"))


# --- tokens -----------------------------------------------------------------------------------

TOKENS = ["x", "1.x", "..", "1:x", "1.%00", "%FF", LONG, f"{LONG}.x", "-1.x", "a.b.c.d", "%C2%B2.x",
          "1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]  # fmt: skip
REACHED_BY_TOKEN = [
    "/comments/mine/{}/", "/comments/confirm/{}/", "/comments/stop/{}/", "/comments/decide/{}/",
    "/events/registration/{}/", "/events/registration/{}/change/",
    "/events/registration/{}/cancel/", "/events/registration/{}/name/",
    "/events/registration/{}/survey/", "/events/registration/{}/event.ics",
    "/events/certificates/{}/", "/events/certificates/{}/certificate.pdf",
    "/wiki/watch/confirm/{}/", "/wiki/watch/stop/{}/",
]  # fmt: skip


@pytest.mark.parametrize("path", REACHED_BY_TOKEN)
def test_wrong_tokens_are_not_found(visitor, path):
    for token in TOKENS:
        assert_plain(visitor.get(path.format(token)), 404, 410)
        assert_plain(visitor.post(path.format(token)), 404, 405, 410)


def test_right_tokens_work_whoever_guessed_before(visitor, make):
    comment = make.comment(make.post(), email="ann@example.org")
    mine = event_factories.registered(event_factories.event())
    good = [proofs.private_path(comment), proofs.confirm_path(comment), proofs.stop_path(comment),
            event_pages.own_path(mine)]  # fmt: skip
    for number in range(250):
        visitor.get(f"/events/registration/{number}.guess/")
    for path in ("/comments/mine/{}/", "/comments/confirm/{}/", "/wiki/watch/confirm/{}/"):
        for number in range(20):
            visitor.get(path.format(f"{number}.guess"))
    assert [visitor.get(path).status_code for path in good] == [200] * len(good)


# --- the webhook of the video service ---------------------------------------------------------


@pytest.mark.parametrize("stamp", [LONG, "-1", "", "x", "²", "1e9", "٣", f"{2**63}", " 1"])
def test_no_timestamp_breaks_the_webhook(visitor, settings, stamp):
    settings.ZOOM_WEBHOOK_SECRET = "secret"
    response = visitor.post(
        "/events/webhooks/zoom/", b"{}", "application/json",
        headers={"x-zm-request-timestamp": stamp.encode().decode("latin-1"),
                 "x-zm-signature": "v0="},
    )  # fmt: skip
    assert_plain(response, 400, 401)


def test_no_message_breaks_the_webhook(visitor, settings):
    import hashlib
    import hmac

    settings.ZOOM_WEBHOOK_SECRET = "secret"
    seen = b'{"event": "meeting.participant_joined", "payload": {"object": {"id": "1\\u0000", %s}}}'
    for body in (
        b"", b"[]", b"{}", b"\xff", b"9" * 5000, b"[" * 50_000,
        seen % b'"participant": {"email": "a\\u0000b", "join_time": "99999-01-01T00:00:00Z"}',
        seen % b'"participant": {"email": "\\ud800", "registrant_id": "\\u0000"}',
    ):  # fmt: skip
        stamp = str(int(time.time()))
        signed = hmac.new(b"secret", b"v0:%s:%s" % (stamp.encode(), body), hashlib.sha256)
        response = visitor.post(
            "/events/webhooks/zoom/", body, "application/json",
            headers={"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={signed.hexdigest()}"},
        )  # fmt: skip
        assert_plain(response, 200, 400)


# --- headers of all answers -------------------------------------------------------------------


def test_every_answer_switches_off_devices_and_is_not_sniffed(visitor, make, root):
    comment = make.comment(make.post(), email="ann@example.org")
    answers = [
        visitor.get(path)
        for path in (
            "/", "/feed/", "/nothing/", "/robots.txt", "/healthz", "/admin/login/", "/media/x.jpg",
            "/static/competencyworks/css/site.css", proofs.private_path(comment),
        )
    ]  # fmt: skip
    answers += [root.get("/admin/"), visitor.put("/"), visitor.get("/", headers={"host": "evil"})]
    answers += [visitor.get("/%00/"), visitor.get("/?q=%00"), visitor.options("/")]
    for answer in answers:
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
        assert "camera=()" in answer["Permissions-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_files_of_the_site_can_neither_run_nor_be_framed(visitor):
    for path in ("competencyworks/css/site.css", "competencyworks/favicon.svg",
                 "ckeditor/ckeditor/ckeditor.js", "admin/css/base.css"):  # fmt: skip
        answer = visitor.get(f"/static/{path}")
        assert answer.status_code == 200
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
        answer.close()


@pytest.mark.parametrize(
    "path",
    ["plugins/wsc/dialogs/ciframe.html", "plugins/wsc/dialogs/tmpFrameset.html",
     "plugins/preview/preview.html", "plugins/exportpdf/tests/manual/readonly.html",
     "README.md", "CHANGES.md", "plugins/scayt/README.md", "bender-runner.config.json"],
)  # fmt: skip
def test_pages_of_the_editor_that_nobody_needs_are_not_served(visitor, path):
    assert visitor.get(f"/static/ckeditor/ckeditor/{path}").status_code == 404


def test_what_is_collected_holds_no_page_of_the_editor():
    from django.contrib.staticfiles.finders import get_finders

    found = [path for finder in get_finders() for path, _ in finder.list(["CVS", ".*", "*~"])]
    assert "ckeditor/ckeditor/ckeditor.js" in found
    assert "ckeditor/ckeditor/plugins/image2/dialogs/image2.js" in found
    assert not [path for path in found if re.search(r"\.html?$", path)]
    assert not [path for path in found if re.search(r"/(wsc|preview|exportpdf|scayt)/", path)]


def test_the_contact_for_security_names_its_charset(visitor):
    from competencyworks.website.models import SiteSettings

    SiteSettings.objects.update_or_create(pk=1, defaults={"contact_email": "security@example.org"})
    answer = visitor.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_tokens_are_made_for_one_purpose(visitor, make):
    comment = make.comment(make.post(), email="ann@example.org")
    other = tokens.make("registration", comment.pk)
    assert visitor.get(f"/comments/mine/{other}/").status_code == 404
    assert factories.post  # the row's key alone opens nothing
