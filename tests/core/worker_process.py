"""
`manage.py worker` on the tests' database: python -m tests.core.worker_process [option …]

TEST_DATABASE names the database, TEST_SWEEPS the sweeps of `background_work` to register,
TEST_MAIL_PORT the port of a mail server on loopback.
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django
from django.conf import settings

settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
if port := os.environ.get("TEST_MAIL_PORT"):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port)
django.setup()

from django.core.management import call_command  # noqa: E402 - needs the set-up

from tests.core import background_work  # noqa: E402

background_work.register(*os.environ.get("TEST_SWEEPS", "").split())
call_command("worker", *sys.argv[1:])
