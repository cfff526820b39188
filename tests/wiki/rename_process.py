"""
A rename on the tests' database, in a process that stops in the middle of it to be killed:
python -m tests.wiki.rename_process PAGE TITLE STEP

TEST_DATABASE names the database; STEP the act at whose end it stops and prints 'here'.
"""

import os
import sys
import time

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django
from django.conf import settings

settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
django.setup()

from wiki.models import WikiPage  # noqa: E402 - needs the set-up
from wiki.pages import renaming  # noqa: E402

page, title, step = sys.argv[1:]
place = renaming.revisions if step.startswith("record") else renaming
act = getattr(place, step)


def stop(*args, **kwargs):
    result = act(*args, **kwargs)
    sys.stdout.write("here\n")
    sys.stdout.flush()
    time.sleep(600)
    return result


setattr(place, step, stop)
renaming.rename(WikiPage.objects.get(pk=page), title)
