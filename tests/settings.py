"""The site's settings, as the tests want them."""

import os

os.environ["CW_MODE"] = "test"
os.environ.setdefault("SECRET_KEY", "tests-only")

from competencyworks.settings import *  # noqa: F403 - a settings file is its names

# Each test has a folder of its own instead (tests/conftest.py); nothing may land here.
MEDIA_ROOT = VAR_DIR / "no-test-writes-here"  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Look a static file up when it is asked for: a list of all of them, the editor's thousand too,
# would be made anew for each client of each test.
WHITENOISE_AUTOREFRESH = True
