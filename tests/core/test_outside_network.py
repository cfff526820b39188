"""Where the fetcher goes and where not: addresses, names, certificates."""

import socket
import time
from ipaddress import ip_address

import pytest
import trustme

from competencyworks.core.outside import fetching
from competencyworks.core.outside.fetching import fetch
from competencyworks.core.outside.outside_network import is_public
from tests.core.web import PUBLIC, Site, redirect, response, tls

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
    with pytest.raises(fetching.Unreachable, match="could not be reached"):
        fetch(site.url)


# --- Certificates -------------------------------------------------------------------------


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
