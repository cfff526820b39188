"""
`manage.py import_wordpress` on the tests' database, in a process that can be killed:
python -m tests.website.wordpress.import_process EXPORT [option …]

TEST_DATABASE names the database, TEST_MEDIA the folder of uploads, TEST_STEP how many posts
are brought in together.
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django
from django.conf import settings

settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
settings.MEDIA_ROOT = os.environ["TEST_MEDIA"]
django.setup()

from django.core.management import call_command  # noqa: E402 - needs the set-up

from competencyworks.website.wordpress import run  # noqa: E402

run.POSTS = int(os.environ["TEST_STEP"])
call_command("import_wordpress", *sys.argv[1:])
