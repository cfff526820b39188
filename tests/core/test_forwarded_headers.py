"""X-Forwarded headers count from TRUSTED_PROXIES alone."""

import pytest
from django.http import HttpResponse
from django.test import Client

from competencyworks.core.client_address import client_address

PROXY, STRANGER = "10.0.0.1", "203.0.113.9"
SAYS_HTTPS = {"HTTP_X_FORWARDED_PROTO": "https"}


@pytest.fixture
def behind_a_proxy(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/24", "2001:db8::1/128"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["testserver"]


@pytest.mark.parametrize("peer", [PROXY, "10.0.0.200", "2001:db8::1", "::ffff:10.0.0.1"])
def test_the_scheme_that_a_proxy_of_ours_names_counts(behind_a_proxy, peer):
    assert Client().get("/robots.txt", REMOTE_ADDR=peer, **SAYS_HTTPS).status_code == 200


@pytest.mark.parametrize(
    "peer", [STRANGER, "10.0.1.1", "2001:db8::2", "", "unix:", "10.0.0.1.evil"]
)
def test_the_scheme_that_anybody_else_names_does_not(behind_a_proxy, peer):
    response = Client().get("/robots.txt", REMOTE_ADDR=peer, **SAYS_HTTPS)
    assert (response.status_code, response["Location"]) == (301, "https://testserver/robots.txt")


def test_without_proxies_nobody_may(behind_a_proxy, settings):
    settings.TRUSTED_PROXIES = []
    assert Client().get("/robots.txt", REMOTE_ADDR=PROXY, **SAYS_HTTPS).status_code == 301


def test_a_proxy_that_was_forgotten_is_told_of_once(behind_a_proxy, settings, caplog):
    settings.TRUSTED_PROXIES = []
    client = Client()
    for _ in range(3):
        client.get("/robots.txt", REMOTE_ADDR=PROXY, **SAYS_HTTPS)
    (record,) = [each for each in caplog.records if "TRUSTED_PROXIES" in each.getMessage()]
    assert record.levelname == "WARNING"
    assert PROXY not in record.getMessage()


def test_a_proxy_of_ours_and_visitors_without_one_are_not_told_of(behind_a_proxy, caplog):
    Client().get("/robots.txt", REMOTE_ADDR=PROXY, **SAYS_HTTPS)
    Client().get("/robots.txt", REMOTE_ADDR=STRANGER)
    assert "TRUSTED_PROXIES" not in caplog.text


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.9:5678", "203.0.113.9"),
        ("[2001:db8:5::1]:443", "2001:db8:5::1"),
        ("[2001:db8:5::1]", "2001:db8:5::1"),
        ("2001:db8:5::1", "2001:db8:5::1"),
        ("198.51.100.7:1, 203.0.113.9:2, 10.0.0.7:3", "203.0.113.9"),
        ("203.0.113.9:", PROXY),
        ("203.0.113.9:port", PROXY),
        ("203.0.113.9:1:2", PROXY),
        ("[203.0.113.9", PROXY),
    ],
)
def test_ports_of_forwarded_addresses_are_left_out(behind_a_proxy, rf, forwarded, address):
    request = rf.get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address


@pytest.mark.parametrize(("peer", "host"), [(PROXY, "other.example"), (STRANGER, "testserver")])
def test_host_and_port_that_a_stranger_names_are_not_read(
    behind_a_proxy, settings, monkeypatch, peer, host
):
    settings.USE_X_FORWARDED_HOST = True
    settings.USE_X_FORWARDED_PORT = True
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    settings.SECURE_SSL_REDIRECT = False
    seen = []

    def answer(request):
        seen.append((request.get_host(), "HTTP_X_FORWARDED_PORT" in request.META))
        return HttpResponse()

    monkeypatch.setattr(
        "django.middleware.security.SecurityMiddleware.__call__",
        lambda self, request: answer(request),
    )
    said = {"HTTP_X_FORWARDED_HOST": "other.example", "HTTP_X_FORWARDED_PORT": "80"}
    Client().get("/robots.txt", REMOTE_ADDR=peer, **said)
    assert seen[0][0].partition(":")[0] == host
    assert seen[0][1] is (peer == PROXY)
