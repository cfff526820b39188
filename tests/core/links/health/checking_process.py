"""
`manage.py check_links` on the tests' database: python -m tests.core.links.health.checking_process

TEST_DATABASE names the database, TEST_HOSTS what may be asked although it is on this machine.
"""

import os
import signal
import sys
from datetime import timedelta

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

# A shell without job control starts what runs behind it with SIGINT ignored, and that is inherited.
signal.signal(signal.SIGINT, signal.default_int_handler)

import django  # noqa: E402 - needs the settings' name
from django.conf import settings  # noqa: E402

settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
settings.FETCH_ALLOWED_HOSTS = os.environ["TEST_HOSTS"].split(",")
settings.ARCHIVE_URL = ""
django.setup()

from django.core.management import call_command  # noqa: E402 - needs the set-up

from competencyworks.core.links import politeness  # noqa: E402

politeness.PAUSE = timedelta(milliseconds=int(os.environ.get("TEST_PAUSE", "0")))
call_command("check_links", *sys.argv[1:])
