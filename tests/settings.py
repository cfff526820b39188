"""The site's settings, as the tests want them."""

import os
import tempfile
from pathlib import Path

os.environ["CW_MODE"] = "test"
os.environ.setdefault("SECRET_KEY", "tests-only")

from competencyworks.settings import *  # noqa: F403 - a settings file is its names

MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="cw-media-"))
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Look a static file up when it is asked for: a list of all of them, the editor's thousand too,
# would be made anew for each client of each test.
WHITENOISE_AUTOREFRESH = True
