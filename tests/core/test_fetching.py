"""What the fetcher answers, and its limits, against real servers on this machine."""

import gzip
import io
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from competencyworks.core.outside import fetching
from competencyworks.core.outside.fetching import fetch
from tests.core.web import redirect, response

# --- What is answered ---------------------------------------------------------------------


def test_answer_with_status_headers_and_body(serve):
    site = serve(response(b"hello", X_Kind="test"))
    answer = fetch(f"{site.url}/a?b=c d#e")
    assert (answer.status, answer.content, answer.size, answer.cut) == (200, b"hello", 5, False)
    assert answer.headers["x-kind"] == "test"
    assert answer.redirects == ()
    head = site.heads[0]
    assert head.startswith("GET /a?b=c%20d HTTP/1.1")
    assert f"Host: 127.0.0.1:{site.port}\r\n" in head


def test_user_agent_names_the_site(serve, settings):
    settings.SITE_URL = "https://www.example.org"
    site = serve(response())
    fetch(site.url)
    assert "User-Agent: CompetencyWorks (+https://www.example.org/)\r\n" in site.heads[0]


def test_not_found_is_an_answer(serve):
    assert fetch(serve(response(b"no", "404 Not Found")).url).status == 404


def test_redirects_are_followed_and_told(serve):
    def answer(path, connection):
        connection.sendall(
            {
                "/old": redirect("new?x=1", "301 Moved Permanently"),
                "/new?x=1": redirect(f"{site.url}/newest"),
                "/newest": response(b"here"),
            }[path]
        )

    site = serve(answer)
    answer = fetch(f"{site.url}/old")
    assert answer.content == b"here"
    assert answer.url == f"{site.url}/newest"
    assert [(step.url.removeprefix(site.url), step.status) for step in answer.redirects] == [
        ("/old", 301),
        ("/new?x=1", 302),
    ]


def test_body_goes_into_a_file(serve):
    site = serve(response(b"x" * 300_000))
    file = io.BytesIO()
    answer = fetch(site.url, into=file)
    assert (answer.content, answer.size) == (b"", 300_000)
    assert file.getvalue() == b"x" * 300_000


def test_compressed_body_is_decompressed(serve):
    text = bytes(range(256)) * 2000
    packed = gzip.compress(text[:9000]) + gzip.compress(text[9000:])
    answer = fetch(serve(response(packed, Content_Encoding="gzip")).url)
    assert answer.content == text


def test_compressed_body_may_come_in_the_smallest_pieces(serve):
    text = b"\0" * 200_000
    packed = response(gzip.compress(text), Content_Encoding="gzip")

    def answer(path, connection):
        for place in range(len(packed)):
            connection.sendall(packed[place : place + 1])

    assert fetch(serve(answer).url).content == text


def test_head_asks_for_no_body(serve):
    site = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
    assert fetch(site.url, method="HEAD", max_bytes=10).status == 200
    assert site.heads[0].startswith("HEAD / ")


def test_extra_headers_are_sent(serve):
    site = serve(response(status="304 Not Modified"))
    assert fetch(site.url, headers={"If-None-Match": '"a"'}).status == 304
    assert 'If-None-Match: "a"\r\n' in site.heads[0]


def test_each_request_is_made_within_what_the_caller_says(serve):
    told = []

    @contextmanager
    def around(url):
        told.append(("asks", url.removeprefix(site.url), len(site.heads)))
        yield
        told.append(("asked", url.removeprefix(site.url), len(site.heads)))

    site = serve(
        lambda path, connection: connection.sendall(
            redirect("/new") if path == "/old" else response(b"here")
        )
    )
    assert fetch(f"{site.url}/old", around=around).content == b"here"
    assert told == [
        ("asks", "/old", 0), ("asked", "/old", 1), ("asks", "/new", 1), ("asked", "/new", 2)
    ]  # fmt: skip


# --- Limits -------------------------------------------------------------------------------


def test_redirects_in_a_circle_end(serve):
    site = serve(redirect("/again"))
    with pytest.raises(fetching.TooManyRedirects, match="more than 5 times"):
        fetch(site.url)
    assert len(site.heads) == 6


def endless(path, connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65_536)


def test_endless_body_is_refused(serve):
    with pytest.raises(fetching.TooLarge, match="longer than 1,000,000 bytes"):
        fetch(serve(endless).url, max_bytes=1_000_000)


def test_endless_body_may_be_cut(serve):
    answer = fetch(serve(endless).url, max_bytes=70_000, cut=True)
    assert answer.cut
    assert answer.content == b"x" * 70_000


def test_body_as_long_as_allowed_is_whole(serve):
    answer = fetch(serve(response(b"12345")).url, max_bytes=5)
    assert (answer.content, answer.cut) == (b"12345", False)


def test_announced_length_is_believed_before_the_body_is_read(serve):
    def answer(path, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\nx")
        connection.recv(1)  # until the client hangs up

    with pytest.raises(fetching.TooLarge):
        fetch(serve(answer).url, max_bytes=1_000_000, timeout=5)


def test_compression_bomb_is_met_early(serve, monkeypatch):
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 60_000
    written = []

    class File(io.BytesIO):
        def write(self, piece):
            written.append(len(piece))
            return super().write(piece)

    site = serve(response(bomb, Content_Encoding="gzip"))
    with pytest.raises(fetching.TooLarge):
        fetch(site.url, max_bytes=1_000_000, into=File())
    assert sum(written) <= 1_000_000
    assert max(written) <= fetching.CHUNK


def test_encoding_that_was_not_asked_for_is_an_error(serve):
    with pytest.raises(fetching.Unreachable, match="encoded as br"):
        fetch(serve(response(b"?", Content_Encoding="br")).url)


# Named, because a gzip file holds the time at which it was made, and workers must agree on names.
@pytest.mark.parametrize(
    "packed",
    [gzip.compress(b"text" * 99)[:-9], b"no gzip", b"\x1f\x8b"],
    ids=["cut short", "no gzip", "its first two bytes"],
)
def test_broken_compression_is_an_error(packed, serve):
    with pytest.raises(fetching.Unreachable, match="could not be read"):
        fetch(serve(response(packed, Content_Encoding="gzip")).url)


def test_body_that_ends_early_is_an_error(serve):
    site = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    with pytest.raises(fetching.Unreachable):
        fetch(site.url)


def test_answer_that_is_not_http_is_an_error(serve):
    with pytest.raises(fetching.Unreachable, match="could not be read"):
        fetch(serve(b"220 mail.example ESMTP\r\n\r\n").url)


def dribble(first: bytes):
    def answer(path, connection):
        connection.sendall(first)
        while True:
            connection.sendall(b"x")
            time.sleep(0.02)

    return answer


@pytest.mark.parametrize(
    "first",
    [b"", b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"],
    ids=["status line", "header", "body"],
)
def test_server_that_dribbles_is_left_at_the_deadline(first, serve):
    started = time.monotonic()
    with pytest.raises(fetching.TimedOut, match=r"within 0\.3 seconds"):
        fetch(serve(dribble(first)).url, timeout=0.3)
    assert time.monotonic() - started < 2


def test_time_is_counted_over_all_redirects(serve):
    def answer(path, connection):
        time.sleep(0.15)
        connection.sendall(redirect(f"{path}x"))

    with pytest.raises(fetching.TimedOut):
        fetch(serve(answer).url, timeout=0.4, max_redirects=100)


def test_silent_server_is_left_at_the_deadline(serve):
    with pytest.raises(fetching.TimedOut):
        fetch(serve(lambda path, connection: connection.recv(1)).url, timeout=0.2)


def test_slow_resolver_is_left_at_the_deadline(monkeypatch):
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answered.wait(5) and [])
    started = time.monotonic()
    with pytest.raises(fetching.TimedOut):
        fetch("http://slow.example/", timeout=0.2)
    assert time.monotonic() - started < 2
    answered.set()
