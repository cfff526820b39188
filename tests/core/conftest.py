"""The world outside, as tests of requests to it want it."""

import socket

import pytest
import trustme

from tests.core.web import PUBLIC, Site
from tests.core.workers import Workers


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


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """A certificate authority that this process trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


@pytest.fixture
def workers(tmp_path):
    """Starts worker processes on the test's database, and ends them."""
    workers = Workers(tmp_path)
    yield workers
    workers.end()
