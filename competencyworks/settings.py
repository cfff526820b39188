"""
Settings, read strictly from the environment.

`CW_MODE` says what this process is: `production` (the default, which refuses to
start where something is missing), `demo`, `development` or `test`. docs/operate.md
lists every variable; a test compares that list with this file.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate

from competencyworks.core.embedded_postgres.server import database as embedded_database

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)

MODE = env.str(
    "CW_MODE",
    "production",
    validate=validate.OneOf(["production", "demo", "development", "test"]),
)
PRODUCTION = MODE == "production"
DEBUG = MODE == "development"


def required(name: str, why: str, fallback: Callable[[], str]) -> str:
    """
    The variable `name`, or what `fallback` gives outside production.

    Raises ImproperlyConfigured, naming the variable and what it is for, when
    production lacks it.
    """
    value = env.str(name, "")
    if value:
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"Set {name}: {why} (see docs/operate.md).")
    return fallback()


VAR_DIR = env.path("CW_VAR", BASE_DIR / "var")


def kept_secret() -> str:
    """The key of a demo or development site: random, made once, readable by its owner."""
    path = VAR_DIR / "secret-key"
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = required(
    "SECRET_KEY",
    "a long random text that signs sessions and links; "
    "make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'",
    kept_secret,
)
# Scheme and host of the public site. Canonical addresses, feeds and mails are built from
# it rather than from the request, so that a page is the same bytes for every visitor.
SITE_URL = required(
    "SITE_URL",
    "the site's own address, as https://www.example.org",
    lambda: "http://127.0.0.1:8000",
).rstrip("/")
SITE_HOST = SITE_URL.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [SITE_HOST, "localhost", "127.0.0.1"])
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", [])

INSTALLED_APPS = [
    "competencyworks.website.apps.WebsiteConfig",
    "blog.apps.BlogConfig",
    "wiki.apps.WikiConfig",
    "events.apps.EventsConfig",
    # Before core, whose admin of tasks takes the place of theirs.
    "django_tasks",
    "competencyworks.core.apps.TasksConfig",
    "competencyworks.core.apps.CoreConfig",
    "competencyworks.website.admin_site.SiteAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "competencyworks.core.apps.TagsConfig",
    "ckeditor",
    "pictures",
    "csp",
]

MIDDLEWARE = [
    "competencyworks.core.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "competencyworks.website.old_addresses.OldAddressMiddleware",
]

ROOT_URLCONF = "competencyworks.urls"
WSGI_APPLICATION = "competencyworks.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "competencyworks.website.context.site",
                # Both are lazy: a page that names no user touches no session.
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database -----------------------------------------------------------------------------

if env.str("DATABASE_URL", ""):
    DATABASES = {"default": env.dj_db_url("DATABASE_URL", engine="competencyworks.core.postgresql")}
elif PRODUCTION:
    raise ImproperlyConfigured(
        "Set DATABASE_URL: the PostgreSQL (15 or newer) that holds the site, as "
        "postgresql://user:password@host/name (see docs/operate.md)."
    )
else:
    # Tests may lose their data with the power; nothing else may.
    DATABASES = {"default": embedded_database(VAR_DIR, durable=MODE != "test")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Language and time --------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
# Dates on pages and the month in a post's address are told in this zone; storage is UTC.
TIME_ZONE = env.str("TIME_ZONE", "America/New_York")

# --- Files --------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "competencyworks" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", VAR_DIR / "media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if MODE in ("production", "demo")
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = MODE in ("development", "test")
# Manifest names hold a digest of their content, so they never change under one address.
WHITENOISE_MAX_AGE = 3600
# Off where a web server or object storage answers for MEDIA_URL.
SERVE_MEDIA = env.bool("SERVE_MEDIA", True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # bytes; a long text with its form
FILE_UPLOAD_PERMISSIONS = 0o644

PICTURES = {
    # Widths in pixels by crop. The whole picture is shown at most as wide as the text column
    # with its margin, 3/2 leads an item or stands in a list, 1/1 is a portrait.
    "WIDTHS": {
        None: [480, 800, 1200, 1600],
        "3/2": [240, 480, 800, 1200],
        "1/1": [96, 192, 384],
    },
    "FILE_TYPES": ["AVIF", "WEBP"],
    # Speed 8 takes a fifth of the time of Pillow's usual 6, at the same size.
    "ENCODING": {"AVIF": {"quality": 60, "speed": 8}, "WEBP": {"quality": 78, "method": 4}},
    "USE_PLACEHOLDERS": False,
    "PICTURE_CLASS": "competencyworks.core.pictures.responsive.FocalPicture",
    "PROCESSOR": "pictures.tasks.noop",  # core.renditions makes them
}

# --- Rich text ----------------------------------------------------------------------------

TAGGIT_CASE_INSENSITIVE = True
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = False
# taggit gives its tags no address; ours is the page that lists what bears them.
ABSOLUTE_URL_OVERRIDES = {"taggit.tag": lambda tag: f"/tags/{tag.slug}/"}
# CKEditor 4 is out of support: SECURITY.md tells what stands in for its missing fixes.
SILENCED_SYSTEM_CHECKS = ["ckeditor.W001"]

# --- Background work and mail -------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
# Hosts that the fetcher may reach although they resolve to private addresses: for tests.
FETCH_ALLOWED_HOSTS: list[str] = []

# Whether the worker asks the addresses outside that texts cite whether they still answer.
CHECK_LINKS = env.bool("CHECK_LINKS", PRODUCTION)
# The Wayback Machine's availability API, asked for copies of what is dead; none where empty.
ARCHIVE_URL = env.str("ARCHIVE_URL", "https://archive.org/wayback/available")

# The spam service that comments are shown to; without a key there is none.
AKISMET_KEY = env.str("AKISMET_KEY", "")
AKISMET_URL = env.str("AKISMET_URL", "https://rest.akismet.com/1.1/").rstrip("/") + "/"

# The video service at which those with a seat are registered; without keys there is none.
ZOOM_ACCOUNT_ID = env.str("ZOOM_ACCOUNT_ID", "")
ZOOM_CLIENT_ID = env.str("ZOOM_CLIENT_ID", "")
ZOOM_CLIENT_SECRET = env.str("ZOOM_CLIENT_SECRET", "")
ZOOM_WEBHOOK_SECRET = env.str("ZOOM_WEBHOOK_SECRET", "")
ZOOM_API_URL = env.str("ZOOM_API_URL", "https://api.zoom.us/v2/").rstrip("/") + "/"
ZOOM_TOKEN_URL = env.str("ZOOM_TOKEN_URL", "https://zoom.us/oauth/token")
ZOOM_KEYS = {
    "ZOOM_ACCOUNT_ID": ZOOM_ACCOUNT_ID,
    "ZOOM_CLIENT_ID": ZOOM_CLIENT_ID,
    "ZOOM_CLIENT_SECRET": ZOOM_CLIENT_SECRET,
}
if any([*ZOOM_KEYS.values(), ZOOM_WEBHOOK_SECRET]) and not all(ZOOM_KEYS.values()):
    lacking = " and ".join(name for name, value in ZOOM_KEYS.items() if not value)
    raise ImproperlyConfigured(
        f"Set {lacking} too, or no key of Zoom at all (see docs/operate.md)."
    )

# What dj_email_url knows by other names, or not: without this, 'smtp+tls' would send in the clear.
MAIL_SCHEMES = {
    "smtp": {},
    "smtp+tls": {"EMAIL_USE_TLS": True, "EMAIL_PORT": 587},
    "smtp+ssl": {"EMAIL_USE_SSL": True, "EMAIL_PORT": 465},
}
if env.str("EMAIL_URL", ""):
    scheme = env.str("EMAIL_URL").partition("://")[0]
    if scheme not in MAIL_SCHEMES:
        raise ImproperlyConfigured(
            f"EMAIL_URL begins with one of {', '.join(MAIL_SCHEMES)}, as "
            "smtp+tls://user:password@host:587 (see docs/operate.md)."
        )
    mail_settings = env.dj_email_url("EMAIL_URL")
    port = mail_settings["EMAIL_PORT"]
    vars().update(mail_settings | MAIL_SCHEMES[scheme] | ({"EMAIL_PORT": port} if port else {}))
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
elif PRODUCTION:
    raise ImproperlyConfigured(
        "Set EMAIL_URL: the mail server, as smtp+tls://user:password@host:587 "
        "(see docs/operate.md)."
    )
else:
    EMAIL_BACKEND = "competencyworks.core.mail.files.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
# Seconds for each answer of the server; EMAIL_URL may end in ?timeout=…
EMAIL_TIMEOUT = vars().get("EMAIL_TIMEOUT") or 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"CompetencyWorks <no-reply@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Readers have no cookie; staff have theirs below /admin/ only -------------------------

LOGIN_URL = "admin:login"
SESSION_COOKIE_PATH = "/admin/"
CSRF_COOKIE_PATH = "/admin/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = PRODUCTION and HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000 if PRODUCTION and HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# The picture library, in a frame of the editor's form, is the one page that allows it.
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "media-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "frame-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# --- Logging: one line a request, on standard output ---------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.log_level("LOG_LEVEL", "INFO")},
    "loggers": {
        # Django's own line would hold the address; ours holds the route.
        "django.request": {"level": "CRITICAL"},
        "django.server": {"level": "WARNING"},
    },
}
