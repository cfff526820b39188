"""MFA_REQUIRED_ROLES: any letter case is right, and a name that is no role is told of."""

import logging
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group
from django.core.checks import run_checks
from django.db import connection
from django.test import Client

from competencyworks.accounts import required_roles
from tests.production import ROOT, environment

pytestmark = pytest.mark.django_db
WORDS = "MFA_REQUIRED_ROLES names the role 'Editors', which does not exist."


@pytest.mark.parametrize(
    ("roles", "values"),
    [
        (["editor"], {"roles": ["Editor"]}),
        (["EVENT MANAGER"], {"roles": ["Event manager"]}),
        (["Superuser"], {"is_superuser": True}),
    ],
)
def test_letter_case_does_not_switch_the_requirement_off(staff, settings, roles, values):
    settings.MFA_REQUIRED_ROLES = roles
    client = Client()
    client.force_login(staff(**values))
    assert client.get("/admin/")["Location"] == "/admin/account/"
    assert required_roles.unknown() == []


def test_a_name_that_is_no_role_is_told_by_check_log_and_front_page(settings, root, editor, caplog):
    settings.MFA_REQUIRED_ROLES = ["author", "Editors", "superuserS"]
    found = [each.msg for each in run_checks() if each.id == "accounts.W001"]
    assert WORDS in found
    assert len(found) == 2
    with caplog.at_level(logging.WARNING):
        required_roles.warn()
    assert WORDS in caplog.text
    front = root.get("/admin/").content.decode()
    assert "Because of this, nobody is required to use a second factor." in front
    assert "Because of this, nobody is required" not in editor.get("/admin/").content.decode()


def test_a_process_that_serves_says_it_at_its_start(tmp_path):
    place = connection.settings_dict
    host = quote(place["HOST"], safe="")
    result = subprocess.run(
        [sys.executable, "-c", "import competencyworks.wsgi"],
        cwd=ROOT,
        env=environment(
            tmp_path,
            DATABASE_URL=f"postgresql://{place['USER']}:{place['PASSWORD'] or ''}@{host}"
            f":{place['PORT']}/{place['NAME']}",
            MFA_REQUIRED_ROLES="Editor,Editors",
        ),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0
    assert result.stderr.count(WORDS) == 1
    assert "WARNING competencyworks.accounts.required_roles" in result.stderr


def test_groups_of_other_names_are_roles_too(settings):
    Group.objects.create(name="Proofreaders")
    settings.MFA_REQUIRED_ROLES = ["proofreaders"]
    assert required_roles.unknown() == []


def test_roles_of_the_site_cost_no_query(settings, django_assert_num_queries):
    settings.MFA_REQUIRED_ROLES = ["Editor", "superuser"]
    with django_assert_num_queries(0):
        assert required_roles.unknown() == []
