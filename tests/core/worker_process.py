"""
`manage.py worker` on the tests' database: python -m tests.core.worker_process [option …]

TEST_DATABASE names the database, TEST_SWEEPS the sweeps of `background_work` to register.
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django
from django.conf import settings

settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
django.setup()

from django.core.management import call_command  # noqa: E402 - needs the set-up

from tests.core import background_work  # noqa: E402

background_work.register(*os.environ.get("TEST_SWEEPS", "").split())
call_command("worker", *sys.argv[1:])
