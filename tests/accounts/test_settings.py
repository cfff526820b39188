"""The variables of signing in: half a set of keys is refused, by name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "OIDC_SERVER_URL": "https://id.example.org/",
    "OIDC_CLIENT_ID": "client",
    "OIDC_CLIENT_SECRET": "not-a-secret",
}
SHOW = (
    "from competencyworks import settings as s; "
    "print(s.SESSION_COOKIE_AGE, s.MFA_REQUIRED_ROLES, "
    "[a['settings']['server_url'] for a in s.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS']])"
)


def start(**variables: str) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if name[:5] != "OIDC_"}
    environment |= {"CW_MODE": "test", "SECRET_KEY": "tests-only", **variables}
    return subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, env=environment, capture_output=True, text=True
    )


@pytest.mark.parametrize("lacking", KEYS)
def test_two_of_three_keys_are_refused(lacking):
    ended = start(**{name: value for name, value in KEYS.items() if name != lacking})
    assert ended.returncode
    assert f"Set {lacking} too" in ended.stderr


def test_all_or_none_start():
    assert start().stdout.split()[-1] == "[]"
    ended = start(**KEYS, SESSION_IDLE_MINUTES="30", MFA_REQUIRED_ROLES="Editor, superuser,")
    assert ended.stdout.split() == [
        "1800", "['Editor',", "'superuser']", "['https://id.example.org']",
    ]  # fmt: skip


@pytest.mark.parametrize("minutes", ["0", "-5", "4", "many", "1e9", "99999999"])
def test_odd_spans_are_refused(minutes):
    ended = start(SESSION_IDLE_MINUTES=minutes)
    assert ended.returncode
    assert "SESSION_IDLE_MINUTES" in ended.stderr


@pytest.mark.django_db
def test_a_role_that_does_not_exist_is_told_of_at_migrate(settings):
    settings.MFA_REQUIRED_ROLES = ["Editor", "Editors", "superuser"]
    found = [each for each in run_checks(databases=["default"]) if each.id == "accounts.W001"]
    assert [each.msg for each in found] == [
        "MFA_REQUIRED_ROLES names the role 'Editors', which does not exist."
    ]
