"""Requests as scanners, broken programs and attackers send them, as bytes."""

from itertools import product

TOKEN = "8f3KdkX0qLmPz7TtVwYb2"
FORGED = "2026-01-01T00:00:00.000Z%20INFO%20competencyworks.request%20id=0%20status=200"
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "g-t"]
PLACES = [
    "/", "/blog/", "/search/", "/healthz", "/robots.txt", "/admin/", "/admin/login/", "/feed/",
    "/events/", "/wiki/",
]  # fmt: skip
HOSTS = [
    "", "evil.example", "a b", "127.0.0.1:99999", "[::1", "127.0.0.1@evil.example", "127.0.0.1:x",
    "x" * 300, "..", "127.0.0.1,evil.example",
]  # fmt: skip
BREAKS = ["%0a", "%0d%0a", "%0b", "%1b[2J", "%c2%85", "%e2%80%a8", "%00", "%ff", "%ed%a0%80", "%7f"]
PATHS = [
    f"/events/registration/7.{TOKEN}/", f"/comments/mine/7.{TOKEN}/", f"/comments/stop/{TOKEN}/",
    f"/wiki/watch/stop/{TOKEN}/", f"/comments/decide/{TOKEN}/", f"/events/certificates/{TOKEN}/",
    "/media/../../etc/passwd", "/media/..%2f..%2fetc%2fpasswd", "/static/%00", "/media/%00",
    "/%2e%2e/%2e%2e/", "//evil.example/", "/\\evil.example", "/.env", "/wp-login.php", "/?p=",
    "/?p=99999999999999999999", "/?feed=%00", "/blog/?page=%00", "/blog/?page=1e9",
    "/search/?q=%00", "/search/?q=" + "(" * 500, "/search/?q=" + "a%20" * 400,
    "/tags/%F0%9F%98%80/", "/blog/9999/99/", "/blog/0000/00/x/",
    "/wiki/%E2%80%AE/", "/admin/login/?next=//evil.example",
    f"/admin/password_reset/{TOKEN}/", "/events/calendar.ics?x=%00", "/?" + "a=1&" * 1200,
]  # fmt: skip


def request(
    method: str, path: str, host: str = "127.0.0.1", *headers: str, body: str = ""
) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *headers]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", body]
    return "\r\n".join(lines).encode("latin-1", "replace")


def all_requests() -> list[bytes]:
    """More than two hundred."""
    made = [request(method, place) for method, place in product(METHODS, PLACES)]
    made += [request("GET", place, host) for place, host in product(PLACES[:3], HOSTS)]
    places = ("/category/x{}", "/search/?q={}", "/tag/{}/")
    made += [request("GET", p.format(b + FORGED)) for p, b in product(places, BREAKS)]
    made += [request("GET", path) for path in PATHS]
    form = "Content-Type: application/x-www-form-urlencoded"
    parts = "Content-Type: multipart/form-data; boundary="
    made += [
        request("POST", "/search/", "127.0.0.1", form, body="q=%00&" * 300),
        request("POST", "/admin/login/", "127.0.0.1", form, body=f"password={TOKEN}"),
        request("POST", "/admin/login/", "127.0.0.1", parts, body="--x"),
        request("POST", "/admin/login/", "127.0.0.1", f"{parts}x", body="--x\r\n\r\n--x"),
        request("POST", "/admin/login/", "127.0.0.1", f"{form}; charset=nothing", body="a=b"),
        request(
            "POST", "/events/webhooks/zoom/", "127.0.0.1", "x-zm-request-timestamp: " + "9" * 50
        ),
        request("GET", "/blog/", "127.0.0.1", f"Cookie: sessionid={TOKEN}; csrftoken=\x01"),
        request("GET", "/admin/", "127.0.0.1", f"Cookie: sessionid={TOKEN}"),
        request("GET", "/blog/", "127.0.0.1", "If-Modified-Since: never", "Range: bytes=9-1"),
        request("GET", "/blog/", "127.0.0.1", "Accept-Encoding: \xff", "Accept-Language: \xff"),
        request("GET", "/blog/", "127.0.0.1", f"X-Forwarded-For: {TOKEN}\x0b{FORGED}"),
        request("GET", "/blog/", "127.0.0.1", "X-Forwarded-Proto: https", "Forwarded: for=_x"),
        request("GET", "/blog/", "127.0.0.1", f"Referer: https://x.example/{TOKEN}"),
        request("GET", "/blog/", "127.0.0.1", f"User-Agent: {FORGED}"),
    ]
    return made
