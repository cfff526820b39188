"""The fetcher, against real servers on this machine."""

import contextlib
import gzip
import io
import socket
import ssl
import threading
import time
from ipaddress import ip_address

import pytest
import trustme

from competencyworks.core import fetching
from competencyworks.core.fetching import fetch
from competencyworks.core.outside_network import is_public

PUBLIC = "93.184.215.14"  # an address that would be allowed; no packet is sent to it


class Site:
    """A server whose answers are written byte by byte by `answer(path, connection)`."""

    def __init__(self, answer, tls: ssl.SSLContext | None = None):
        self.answer, self.tls = answer, tls
        self.heads: list[str] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._talk, args=[connection], daemon=True).start()

    def _talk(self, connection):
        with contextlib.suppress(OSError), connection:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                part = connection.recv(4096)
                if not part:
                    return
                head += part
            self.heads.append(head.decode())
            self.answer(head.split(b" ")[1].decode(), connection)
            connection.close()

    def close(self):
        if self.listener.fileno() < 0:
            return
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@pytest.fixture
def serve(settings):
    sites = []

    def start(answer, *, tls=None) -> Site:
        if isinstance(answer, bytes):
            body = answer
            answer = lambda path, connection: connection.sendall(body)  # noqa: E731
        site = Site(answer, tls)
        sites.append(site)
        settings.FETCH_ALLOWED_HOSTS = [f"127.0.0.1:{site.port}" for site in sites]
        return site

    yield start
    for site in sites:
        site.close()


def response(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    headers = {"Content-Length": str(len(body))} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return response(status=status, Location=to)


@pytest.fixture
def names(monkeypatch):
    """Lets names resolve as the test says: a list of addresses a name, the same at each call."""
    table: dict[str, list[str]] = {}
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolver(host, port, *args, **kwargs):
        asked.append(host)
        if host in table:
            return [
                (
                    socket.AF_INET6 if ":" in to else socket.AF_INET,
                    socket.SOCK_STREAM,
                    6,
                    "",
                    (to, port),
                )
                for to in table[host]
            ]
        try:
            return real(host, port, *args, **kwargs, flags=socket.AI_NUMERICHOST)
        except socket.gaierror:
            raise socket.gaierror(socket.EAI_NONAME, f"{host} is not known in this test") from None

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    table["asked"] = asked
    return table


@pytest.fixture
def connections(monkeypatch):
    """Records where connections go; those to PUBLIC are led to `connections.site`."""

    class Connections(list):
        site: Site

    made = Connections()
    real = socket.create_connection

    def connect(address, *args, **kwargs):
        made.append(address)
        if address[0] == PUBLIC:
            address = ("127.0.0.1", made.site.port)
        assert address[0] == "127.0.0.1"
        return real(address, *args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", connect)
    return made


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


# --- Where it may not go ------------------------------------------------------------------

INSIDE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.8.8.8",
    "168.63.129.16",
    "169.254.169.254",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:93.184.215.14",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001:0:5ef5:79fb::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_inside_addresses_are_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", PUBLIC, "172.32.0.1", "223.255.255.255", "2606:4700::1111", "64:ff9b::101:101"],
)
def test_hosts_of_the_internet_are_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", INSIDE)
def test_name_that_resolves_to_an_inside_address_is_refused(address, names, connections):
    names["trick.example"] = [PUBLIC, address]
    with pytest.raises(fetching.Refused, match="not an address of the public internet"):
        fetch("http://trick.example/")
    assert connections == []


ODD_HOSTS = """
    127.0.0.1 169.254.169.254 10.1.2.3 [::1] [::ffff:10.0.0.1] [fe80::1%25lo]
    0x7f.1 2130706433 017700000001 127.1 0 ①②⑦.⓪.⓪.① 127。0。0。1
    localhost LOCALHOST. inside.example
"""


@pytest.mark.parametrize("host", ODD_HOSTS.split())
def test_redirect_to_an_inside_address_is_refused(host, serve, names, connections):
    names |= {"inside.example": ["10.9.8.7"], "localhost": ["127.0.0.1"]}
    names["localhost."] = ["127.0.0.1"]
    site = serve(lambda path, connection: connection.sendall(redirect(f"http://{host}/latest")))
    with pytest.raises(fetching.Refused):
        fetch(site.url)
    assert connections == [("127.0.0.1", site.port)]


def test_another_port_of_an_allowed_host_is_refused(serve):
    other = Site(lambda path, connection: connection.sendall(response(b"secret")))
    site = serve(redirect(other.url))
    with pytest.raises(fetching.Refused):
        fetch(site.url)
    assert other.heads == []
    other.close()


def test_name_is_resolved_once_and_that_address_is_connected_to(serve, names, connections):
    connections.site = serve(response(b"right"))
    names["site.example"] = [PUBLIC]
    assert fetch("http://site.example/").content == b"right"
    assert names["asked"].count("site.example") == 1
    assert connections == [(PUBLIC, 80)]
    assert "Host: site.example\r\n" in connections.site.heads[0]


def test_next_address_is_tried_when_one_does_not_answer(serve, names, connections, monkeypatch):
    connections.site = serve(response(b"right"))
    names["site.example"] = ["1.1.1.1", PUBLIC]
    recorded = socket.create_connection

    def connect(address, *args, **kwargs):
        if address[0] == "1.1.1.1":
            raise ConnectionRefusedError
        return recorded(address, *args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", connect)
    assert fetch("http://site.example/").content == b"right"


UNWANTED = """
    ftp://site.example/ file:///etc/passwd gopher://site.example/ javascript:alert(1)
    //site.example/ site.example http:// http:///path http://[::1 http://-/ http://xn--/
    http://user:pw@site.example/ http://user@site.example/ http://site.example\\@10.0.0.1/
    http://site.example:22/ http://site.example:25/ http://site.example:99999/
    http://site.example:6379/ http://site.example%00.net/ http://℀.example/
"""  # the last sign is one that NFKC turns into a/c


@pytest.mark.parametrize(
    "url", [*UNWANTED.split(), "", "http://a b/", f"http://{'a' * 300}/", "http://a.example/\ud800"]
)
def test_malformed_or_unwanted_address_is_refused(url, names, connections):
    names["site.example"] = [PUBLIC]
    with pytest.raises((fetching.Refused, fetching.Unreachable)):
        fetch(url)
    assert connections == []


@pytest.mark.parametrize("to", ["file:///etc/passwd", "http://[::1", "http://u:p@127.0.0.1/"])
def test_redirect_to_a_malformed_or_unwanted_address_is_refused(to, serve):
    with pytest.raises(fetching.Refused):
        fetch(serve(redirect(to)).url)


def test_international_name_is_resolved_in_ascii(serve, names, connections):
    connections.site = serve(response(b"right"))
    names["xn--schler-erfolg-yob.example"] = [PUBLIC]
    assert fetch("http://Schüler-Erfolg.example/größe").content == b"right"
    assert connections.site.heads[0].startswith("GET /gr%C3%B6%C3%9Fe HTTP")


def test_no_injection_into_the_request(serve):
    site = serve(response())
    fetch(f"{site.url}/a\r\nX-Injected: 1")
    assert "\r\nX-Injected" not in site.heads[0]


def test_unknown_host_is_unreachable(names):
    with pytest.raises(fetching.Unreachable, match=r"no host named nowhere\.example"):
        fetch("http://nowhere.example/")


def test_closed_port_is_unreachable(serve):
    site = serve(response())
    site.close()
    with pytest.raises(fetching.Unreachable, match="cannot be reached"):
        fetch(site.url)


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


@pytest.mark.parametrize("packed", [gzip.compress(b"text" * 99)[:-9], b"no gzip", b"\x1f\x8b"])
def test_broken_compression_is_an_error(packed, serve):
    with pytest.raises(fetching.Unreachable, match="cannot be read"):
        fetch(serve(response(packed, Content_Encoding="gzip")).url)


def test_body_that_ends_early_is_an_error(serve):
    site = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    with pytest.raises(fetching.Unreachable):
        fetch(site.url)


def test_answer_that_is_not_http_is_an_error(serve):
    with pytest.raises(fetching.Unreachable, match="cannot be read"):
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


# --- Certificates -------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """A certificate authority that this process trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


def tls(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_certificate_is_checked_for_the_name(serve, names, connections, authority):
    context = tls(authority, "site.example")
    told = []
    context.sni_callback = lambda connection, name, context: told.append(name)
    connections.site = serve(response(b"right"), tls=context)
    names["site.example"] = [PUBLIC]
    assert fetch("https://site.example/").content == b"right"
    assert connections == [(PUBLIC, 443)]
    assert told == ["site.example"]


def test_certificate_of_another_name_is_refused(serve, names, connections, authority):
    connections.site = serve(response(b"wrong"), tls=tls(authority, "other.example"))
    names["site.example"] = [PUBLIC]
    with pytest.raises(fetching.Unreachable, match=r"certificate of site\.example is not valid: "):
        fetch("https://site.example/")
    assert connections.site.heads == []


def test_certificate_of_an_unknown_authority_is_refused(serve, names, connections):
    connections.site = serve(response(b"wrong"), tls=tls(trustme.CA(), "site.example"))
    names["site.example"] = [PUBLIC]
    with pytest.raises(fetching.Unreachable, match="certificate"):
        fetch("https://site.example/")


def test_handshake_that_never_comes_is_left_at_the_deadline(serve, names, connections):
    connections.site = serve(lambda path, connection: None)  # waits for a plain request
    names["site.example"] = [PUBLIC]
    started = time.monotonic()
    with pytest.raises(fetching.TimedOut):
        fetch("https://site.example/", timeout=0.3)
    assert time.monotonic() - started < 2
