"""The settings refuse what is wrong, by name, before anything is served."""

import re
import subprocess
import sys
from ipaddress import ip_network
from secrets import token_urlsafe
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.management.utils import get_random_secret_key
from django.http.request import validate_host
from hypothesis import HealthCheck, example, given
from hypothesis import settings as how
from hypothesis import strategies as st
from psycopg2.extensions import make_dsn
from sentry_sdk.utils import Dsn

from tests.production import FULL, ROOT, environment, manage, settings

SECRETS = ("SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_URL", "EMAIL_URL", "SENTRY_DSN")
KEY = "klmnopqrstuvwxyz9876543210" * 2
DSN = "https://0123456789abcdef@sentry.example.org/7"


def refusal(folder, **given) -> str:
    with pytest.raises(ImproperlyConfigured) as caught:
        settings(folder, **given)
    return str(caught.value)


def test_production_starts_with_everything_set(tmp_path):
    result = manage(tmp_path, "check")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("missing", FULL)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_production_refuses_to_start_and_says_what_to_set(tmp_path, missing, value):
    assert refusal(tmp_path, **{missing: value}).startswith(f"Set {missing}: ")


@pytest.mark.parametrize("command", ["check", "migrate", "worker", "collectstatic"])
def test_a_refusal_ends_the_process_with_one_sentence(tmp_path, command):
    result = manage(tmp_path, command, TRUSTED_PROXIES="proxy.example.org")
    assert result.returncode == 1
    assert result.stderr.startswith("TRUSTED_PROXIES holds 'proxy.example.org'.")
    assert len(result.stderr.splitlines()) == 1


def test_the_server_too_is_told_in_one_sentence(tmp_path):
    result = subprocess.run(
        [sys.executable, "-c", "import competencyworks.wsgi"],
        cwd=ROOT,
        env=environment(tmp_path, SITE_URL="www.example.org"),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert result.stderr.startswith("SITE_URL is 'www.example.org'.")
    assert len(result.stderr.splitlines()) == 1


# --- What is wrong, and what the message says ----------------------------------------------

WRONG = [
    ("CW_MODE", "prod", "one of: production, demo"),
    ("ALLOWED_HOSTS", "https://a.org", "without scheme or path"),
    ("ALLOWED_HOSTS", "a.org/x", "without scheme or path"),
    ("ALLOWED_HOSTS", "a.org:8000", "without its port"),
    ("ALLOWED_HOSTS", "*", "lets anybody choose"),
    ("ALLOWED_HOSTS", "a b.org", "not a host name"),
    ("ALLOWED_HOSTS", "bücher.example", "as xn--bcher-kva.example"),
    ("ALLOWED_HOSTS", "10.0.0.300", "not an IP address"),
    ("TRUSTED_PROXIES", "proxy.example.org", "IP addresses or networks"),
    ("TRUSTED_PROXIES", "10.0.0.1:8000", "IP addresses or networks"),
    ("TRUSTED_PROXIES", "10.0.0.7/24", "10.0.0.0/24 for the network, or 10.0.0.7"),
    ("TRUSTED_PROXIES", "0.0.0.0/0", "which includes almost everybody"),
    ("TRUSTED_PROXIES", "0.0.0.0/1, 128.0.0.0/1", "no network wider than /8"),
    ("TRUSTED_PROXIES", "::ffff:0.0.0.0/96", "which includes almost everybody"),
    ("TRUSTED_PROXIES", "2000::/3", "no network wider than /16"),
    ("SITE_URL", "www.example.org", "Begin with https://"),
    ("SITE_URL", "ftp://www.example.org", "Begin with https://"),
    ("SITE_URL", "https://www.example.org/cw", "has the path '/cw'"),
    ("SITE_URL", "https://www.example.org?a=1", "query or fragment"),
    ("SITE_URL", "https://www.example.org/#", "query or fragment"),
    ("SITE_URL", "https://ann:pw@www.example.org", "holds a user name or password"),
    ("SITE_URL", "http://www.example.org", "In production write https://"),
    ("SITE_URL", "https://www.example.org:99999", "not a web address"),
    ("SITE_URL", "https://[::1", "not a web address"),
    ("SITE_URL", "https://www.exam\nple.org", "a line break"),
    ("SECRET_KEY", "x", "can be guessed"),
    ("SECRET_KEY", "k" * 80, "can be guessed"),
    (
        "SECRET_KEY",
        "$(python -c 'import secrets; print(secrets.token_urlsafe(50))')",
        "without spaces",
    ),
    ("SECRET_KEY", "change-me-" * 7, "can be guessed"),
    ("SECRET_KEY", "please_change_me_" + "change_me_now_" * 4, "can be guessed"),
    ("SECRET_KEY", "s3cret99" * 8, "can be guessed"),
    ("SECRET_KEY", "django-insecure-" + KEY, "can be guessed"),
    ("SECRET_KEY_FALLBACKS", f"{KEY}, short", "can be guessed"),
    ("DATABASE_URL", "mysql://u:pw@h/x", "does not begin with postgresql://"),
    ("DATABASE_URL", "postgresql://u:pw@h/", "names no database"),
    ("DATABASE_URL", "postgresql://u:pw@h:port/x", "cannot be read"),
    ("DATABASE_URL", "postgresql://u:pw@h/x?sslmod=require", "does not know"),
    ("DATABASE_URL", "postgresql://u:pw@h/x?sslmode=always", "unknown sslmode"),
    ("DATABASE_URL", "postgresql://u:pw@h/x?connect_timeout=soon", "not a whole number"),
    ("DATABASE_URL", "postgresql://u:pw@h/x?tcp_user_timeout=soon", "not a whole number"),
    ("EMAIL_URL", "smtps://h", "begins with one of smtp, smtp+tls, smtp+ssl"),
    ("EMAIL_URL", "mail.example.org", "begins with one of smtp, smtp+tls, smtp+ssl"),
    ("EMAIL_URL", "file:///x", "begins with one of smtp, smtp+tls, smtp+ssl"),
    ("EMAIL_URL", "smtp+tls://:25", "names no host"),
    ("EMAIL_URL", "smtp://h?timeout=0", "timeout"),
    ("EMAIL_URL", "smtp://h?tls=1", "unknown option"),
    ("EMAIL_URL", "smtp://ann:p%0Aw@h", "user name or password"),
    ("EMAIL_URL", "smtp://:pw@h", "a password without a user name"),
    ("DEFAULT_FROM_EMAIL", "CompetencyWorks", "Write one mailbox"),
    ("DEFAULT_FROM_EMAIL", "a@example.org, b@example.org", "Write one mailbox"),
    ("DEFAULT_FROM_EMAIL", "CW <a@example.org", "Write one mailbox"),
    ("DEFAULT_FROM_EMAIL", "CW a@example.org>", "Write one mailbox"),
    ("DEFAULT_FROM_EMAIL", "<CW <a@example.org>", "Write one mailbox"),
    ("MEDIA_ROOT", "/", "the root of the file system"),
    ("MEDIA_ROOT", "/proc", "is /proc, where this process cannot write"),
    ("MEDIA_ROOT", "/proc/media/below", "to be made in /proc, where this process cannot write"),
    ("CW_VAR", "/", "the root of the file system"),
    ("TIME_ZONE", "Boston", "IANA"),
    ("TIME_ZONE", "../../etc/passwd", "IANA"),
    ("TIME_ZONE", "America", "IANA"),
    ("CONN_MAX_AGE", "-1", "from 0"),
    ("CONN_MAX_AGE", "ten", "whole number"),
    ("HSTS_SECONDS", "-5", "from 0"),
    ("HSTS_PRELOAD", "maybe", "true or false"),
    ("HSTS_INCLUDE_SUBDOMAINS", "ja", "true or false"),
    ("SERVE_MEDIA", "2", "true or false"),
    ("CHECK_LINKS", "none", "true or false"),
    ("AKISMET_URL", "rest.akismet.com", "Begin with https://"),
    ("ARCHIVE_URL", "https://archive.org/?x=1", "query or fragment"),
    ("ZOOM_API_URL", "zoom", "Begin with https://"),
    ("ZOOM_TOKEN_URL", "https://", "Begin with https://"),
    ("AKISMET_KEY", "two words", "space"),
    ("ZOOM_WEBHOOK_SECRET", "schlüssel", "space or another character"),
    ("SESSION_IDLE_MINUTES", "3", "from 5 to 20160"),
    ("SESSION_IDLE_MINUTES", "a day", "whole number"),
    ("OIDC_SERVER_URL", "login.example.org", "Begin with https://"),
    (
        "OIDC_SERVER_URL",
        "https://id.example.org/realm/.well-known/openid-configuration",
        "Write https://id.example.org/realm",
    ),
    ("OIDC_CLIENT_SECRET", "two words", "space"),
    ("LOG_LEVEL", "LOUD", "one of: DEBUG"),
    ("LOG_FORMAT", "xml", "one of: line, json"),
    ("SENTRY_DSN", "sentry.example.org", "is not a DSN"),
    ("SENTRY_DSN", "https://sentry.example.org/7", "is not a DSN"),
    ("SENTRY_DSN", "https://0123456789abcdef@sentry.example.org/", "is not a DSN"),
    ("SENTRY_DSN", "https://0123456789abcdef@sentry.example.org:99999/7", "is not a DSN"),
]


@pytest.mark.parametrize(("name", "value", "words"), WRONG)
def test_what_is_wrong_is_refused_by_name(tmp_path, name, value, words):
    message = refusal(tmp_path, **{name: value})
    assert message.startswith(f"{name} ")
    assert words in message
    if name in SECRETS:
        assert value not in message
        assert "pw" not in message


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").touch()
    for value in (tmp_path / "file", tmp_path / "file" / "below"):
        assert "which is a file" in refusal(tmp_path, MEDIA_ROOT=str(value))
        assert "which is a file" in refusal(tmp_path, CW_VAR=str(value))
    (tmp_path / "media").touch()
    assert refusal(tmp_path).startswith("MEDIA_ROOT leads to")


def test_a_folder_outside_of_production_is_written_to(tmp_path):
    assert "CW_VAR is /proc/var" in refusal(tmp_path, CW_MODE="demo", CW_VAR="/proc/var")
    folder = tmp_path / "var"
    settings(folder)
    assert not folder.exists()


@pytest.mark.parametrize("name", ["SECRET_KEY_FALLBACKS", "TRUSTED_PROXIES", "ALLOWED_HOSTS"])
def test_a_list_of_empty_parts_is_not_set(tmp_path, name):
    assert settings(tmp_path, **{name: " , ,"})[name] == settings(tmp_path)[name]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a.org", ["www.example.org", "a.org"]),
        (".example.org", [".example.org"]),
        ("www.example.org", ["www.example.org"]),
    ],
)
def test_the_site_answers_to_its_own_name(tmp_path, given, expected):
    assert settings(tmp_path, ALLOWED_HOSTS=given)["ALLOWED_HOSTS"] == expected


@pytest.mark.parametrize("make", [lambda: token_urlsafe(50), get_random_secret_key])
def test_a_random_key_is_taken(tmp_path, make):
    for key in (make() for _ in range(10)):
        assert settings(tmp_path, SECRET_KEY=key)["SECRET_KEY"] == key


def test_half_the_keys_of_the_video_service_are_refused(tmp_path):
    zoom = {"ZOOM_ACCOUNT_ID": "a", "ZOOM_CLIENT_ID": "b", "ZOOM_CLIENT_SECRET": "c"}
    settings(tmp_path, **zoom)
    settings(tmp_path, **zoom, ZOOM_WEBHOOK_SECRET="d")
    lacking = refusal(tmp_path, **{**zoom, "ZOOM_CLIENT_SECRET": ""})
    assert "Set ZOOM_CLIENT_SECRET too" in lacking
    lacking = refusal(tmp_path, ZOOM_CLIENT_ID="b")
    assert "Set ZOOM_ACCOUNT_ID and ZOOM_CLIENT_SECRET too" in lacking
    lacking = refusal(tmp_path, ZOOM_WEBHOOK_SECRET="d")
    assert "Set ZOOM_ACCOUNT_ID and ZOOM_CLIENT_ID and" in lacking


# --- What is right --------------------------------------------------------------------------

RIGHT = [
    ("TRUSTED_PROXIES", "10.0.0.1, 10.0.0.2 ,", ["10.0.0.1/32", "10.0.0.2/32"]),
    ("TRUSTED_PROXIES", "10.0.0.0/24,2001:db8::/32", ["10.0.0.0/24", "2001:db8::/32"]),
    ("TRUSTED_PROXIES", "::ffff:10.0.0.1", ["10.0.0.1/32"]),
    (
        "ALLOWED_HOSTS",
        "A.org, .b.org,10.0.0.1 , ::1",
        ["www.example.org", "a.org", ".b.org", "10.0.0.1", "[::1]"],
    ),
    ("SITE_URL", "https://WWW.example.org/", "https://www.example.org"),
    ("SITE_URL", "https://www.example.org:443", "https://www.example.org"),
    ("SITE_URL", "https://www.example.org:8443", "https://www.example.org:8443"),
    ("SITE_URL", "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ("SITE_URL", "http://localhost", "http://localhost"),
    ("SITE_URL", "http://[::1]:8000", "http://[::1]:8000"),
    ("SECRET_KEY_FALLBACKS", f" {KEY} , {KEY[::-1]}", [KEY, KEY[::-1]]),
    ("DEFAULT_FROM_EMAIL", "CW <no-reply@example.org>", "CW <no-reply@example.org>"),
    ("TIME_ZONE", "Europe/Berlin", "Europe/Berlin"),
    ("ARCHIVE_URL", "", ""),
    ("AKISMET_URL", "https://spam.example/1.1", "https://spam.example/1.1/"),
    ("SERVE_MEDIA", "No", False),
    ("CHECK_LINKS", "1", True),
    ("LOG_LEVEL", "warning", "WARNING"),
    ("SENTRY_DSN", DSN, DSN),
]


@pytest.mark.parametrize(("name", "value", "expected"), RIGHT)
def test_what_is_right_is_read(tmp_path, name, value, expected):
    assert settings(tmp_path, **{name: value})[name] == expected


def test_https_decides_about_cookies_and_redirects(tmp_path):
    found = settings(tmp_path)
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_SSL_REDIRECT"]
    assert found["ALLOWED_HOSTS"] == ["www.example.org", "localhost", "127.0.0.1", "[::1]"]


def test_a_database_that_does_not_answer_is_waited_for_a_few_seconds(tmp_path):
    def patience(url):
        return settings(tmp_path, DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]

    found = patience("postgresql://u:p@h/x")
    assert found["connect_timeout"] == 5
    assert (found["tcp_user_timeout"], found["keepalives_idle"]) == (15_000, 10)
    assert patience("postgresql://u:p@h/x?tcp_user_timeout=9")["tcp_user_timeout"] == 9
    assert patience("postgresql://u:p@h/x?connect_timeout=9")["connect_timeout"] == 9


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp+tls://ann:p%40ss@mail.example.org", ("mail.example.org", 587, 1, 0, 20, "p@ss")),
        ("smtp+tls://ann:x@mail.example.org:2525", ("mail.example.org", 2525, 1, 0, 20, "x")),
        ("smtp+ssl://ann:x@mail.example.org?timeout=40", ("mail.example.org", 465, 0, 1, 40, "x")),
        ("smtp://localhost", ("localhost", 25, 0, 0, 20, "")),
    ],
)
def test_the_mail_server_is_spoken_to_as_its_address_says(tmp_path, url, expected):
    found = settings(tmp_path, EMAIL_URL=url)
    names = "HOST PORT USE_TLS USE_SSL TIMEOUT HOST_PASSWORD".split()
    assert tuple(found[f"EMAIL_{name}"] for name in names) == expected


# --- Any value: a start that works, or a refusal ---------------------------------------------


def check_hosts(found):
    assert found["ALLOWED_HOSTS"]
    assert not validate_host("elsewhere.example", found["ALLOWED_HOSTS"]) or any(
        host.lstrip(".") in ("example", "elsewhere.example") for host in found["ALLOWED_HOSTS"]
    )


def check_database(found):
    entry = found["DATABASES"]["default"]
    make_dsn(dbname=entry["NAME"], host=entry["HOST"] or None, **entry["OPTIONS"])


def check_sender(found):
    mail = EmailMessage("s", "b", found["DEFAULT_FROM_EMAIL"], ["ann@example.org"])
    assert mail.message()["From"]


CHECKS = {
    "TRUSTED_PROXIES": lambda found: [ip_network(each) for each in found["TRUSTED_PROXIES"]],
    "ALLOWED_HOSTS": check_hosts,
    "DATABASE_URL": check_database,
    "DEFAULT_FROM_EMAIL": check_sender,
    "TIME_ZONE": lambda found: ZoneInfo(found["TIME_ZONE"]),
    "EMAIL_URL": lambda found: found["EMAIL_HOST"].encode("ascii"),
    "SENTRY_DSN": lambda found: Dsn(found["SENTRY_DSN"] or DSN),
    "SITE_URL": lambda found: re.fullmatch(r"https?://[a-z0-9.:[\]-]+", found["SITE_URL"])[0],
}
RIGHTS = {
    "CW_MODE": "production",
    **FULL,
    **{name: value for name, value, _ in RIGHT if value},
    "CW_VAR": "var",
    "MEDIA_ROOT": "media",
    "CONN_MAX_AGE": "600",
    "HSTS_SECONDS": "31536000",
    "SESSION_IDLE_MINUTES": "480",
    "MFA_REQUIRED_ROLES": "Editor, superuser",
    "OIDC_NAME": "the district's sign-in",
    "HSTS_PRELOAD": "true",
    "HSTS_INCLUDE_SUBDOMAINS": "true",
    "ARCHIVE_URL": "https://archive.org/wayback/available",
    "ZOOM_API_URL": "https://api.zoom.us/v2/",
    "ZOOM_TOKEN_URL": "https://zoom.us/oauth/token",
    "AKISMET_KEY": "abc",
    "LOG_LEVEL": "INFO",
    "LOG_FORMAT": "json",
    "SENTRY_DSN": DSN,
}
# What the system lets a variable hold: anything but NUL.
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


@st.composite
def bent(draw, right: str) -> str:
    """A right value with a piece taken out, and another put in its place."""
    start = draw(st.integers(0, len(right)))
    end = draw(st.integers(start, min(len(right), start + 4)))
    piece = draw(TEXT | st.sampled_from(["//", "@", "#", "?", ":", ",", " ", "%", "[", "]", "\\"]))
    return right[:start] + piece + right[end:]


@pytest.mark.parametrize("name", sorted(RIGHTS))
def test_any_value_works_or_is_refused_by_name(tmp_path, name):
    @how(
        max_examples=60,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.one_of(TEXT, bent(RIGHTS[name])))
    @example("\udcff")  # a byte that is not UTF-8
    @example("x" * 5000)
    def feed(value):
        try:
            found = settings(tmp_path, **{name: value})
        except ImproperlyConfigured as error:
            message = str(error)
        else:
            CHECKS.get(name, lambda found: None)(found)
            return
        assert name in message
        assert name not in SECRETS or len(value) < 8 or value not in message

    feed()


def test_every_variable_is_fed():
    source = (ROOT / "competencyworks" / "settings.py").read_text()
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    # Those of the video service and of single sign-on are read alike, and only together.
    fed = set(RIGHTS) | {name for name in names if name.startswith(("ZOOM_", "OIDC_"))}
    assert names <= fed
