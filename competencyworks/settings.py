"""
Settings, read strictly from the environment.

`CW_MODE` says what this process is: `production` (the default, which refuses to
start where something is missing), `demo`, `development` or `test`. docs/operate.md
lists every variable; a test compares that list with this file.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.http.request import validate_host

from competencyworks.core.embedded_postgres.server import database as embedded_database
from competencyworks.core.refused_start import StartRefused
from competencyworks.core.response_headers import add_static_headers
from competencyworks.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment(BASE_DIR / ".env")

MODE = env.mode("CW_MODE")
PRODUCTION = MODE == "production"
DEBUG = MODE == "development"

# In production it holds what collectstatic made, which may be read-only, and MEDIA_ROOT if unset.
VAR_DIR = env.folder("CW_VAR", BASE_DIR / "var", base=BASE_DIR, writable=not PRODUCTION)


def kept_secret() -> str:
    """The key of a demo or development site: random, made once, readable by its owner."""
    path = VAR_DIR / "secret-key"
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = env.secret_key(
    "SECRET_KEY",
    kept_secret,
    required="a long random text that signs sessions and links; "
    "make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'",
)
# Keys that signed before: what they signed is still believed, and nothing new is signed with them.
SECRET_KEY_FALLBACKS = env.secret_keys("SECRET_KEY_FALLBACKS")
# Scheme and host of the public site. Canonical addresses, feeds and mails are built from
# it rather than from the request, so that a page is the same bytes for every visitor.
SITE_URL = env.site_url(
    "SITE_URL",
    "http://127.0.0.1:8000",
    required="the site's own address, as https://www.example.org",
)
SITE_HOST = urlsplit(SITE_URL).hostname
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
# The site answers to its own name, whatever else is named.
_own_name = f"[{SITE_HOST}]" if ":" in SITE_HOST else SITE_HOST
if not validate_host(_own_name, ALLOWED_HOSTS):
    ALLOWED_HOSTS.insert(0, _own_name)
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")

INSTALLED_APPS = [
    "competencyworks.website.apps.WebsiteConfig",
    "blog.apps.BlogConfig",
    "wiki.apps.WikiConfig",
    "events.apps.EventsConfig",
    # Before core, whose admin of tasks takes the place of theirs.
    "django_tasks",
    "competencyworks.core.apps.TasksConfig",
    "competencyworks.core.apps.CoreConfig",
    "competencyworks.website.apps.SiteAdminConfig",
    "django.contrib.auth",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    # After them, whose admins it takes away.
    "competencyworks.accounts.apps.AccountsConfig",
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
    "competencyworks.core.forwarded_headers.ForwardedHeadersMiddleware",
    "competencyworks.core.response_headers.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Before all that may refuse a request, so that pages of errors have these headers too.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "competencyworks.core.conditional_pages.ConditionalPagesMiddleware",
    "competencyworks.core.malformed_values.MalformedValuesMiddleware",
    "competencyworks.core.http_methods.HttpMethodsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "competencyworks.accounts.gate.AdminGateMiddleware",
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
                "competencyworks.accounts.context.frame",
            ],
        },
    },
]

# --- Database -----------------------------------------------------------------------------

DATABASES = {
    "default": env.database(
        "DATABASE_URL",
        # Tests may lose their data with the power; nothing else may.
        lambda: embedded_database(VAR_DIR, durable=MODE != "test"),
        engine="competencyworks.core.postgresql",
        required="the PostgreSQL (15 or newer) that holds the site, as "
        "postgresql://user:password@host/name",
    )
}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Language and time --------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
# Dates on pages and the month in a post's address are told in this zone; storage is UTC.
TIME_ZONE = env.time_zone("TIME_ZONE", "America/New_York")

# --- Files --------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "competencyworks" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "competencyworks.core.prose.richtext.AppFilesFinder",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.folder("MEDIA_ROOT", VAR_DIR / "media", base=BASE_DIR, writable=True)
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
WHITENOISE_ADD_HEADERS_FUNCTION = add_static_headers
# Off where a web server or object storage answers for MEDIA_URL.
SERVE_MEDIA = env.bool("SERVE_MEDIA", True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # bytes; a long text with its form
# A wiki page may list 1,000 resources, with six fields a row (see core.policy_admin.PolicyInline).
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
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
TAGGIT_TAGS_FROM_STRING = "competencyworks.core.taxonomy.tag_names.parse"
TAGGIT_STRING_FROM_TAGS = "competencyworks.core.taxonomy.tag_names.typed"
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
ARCHIVE_URL = (
    ""
    if env.is_empty("ARCHIVE_URL")
    else env.url("ARCHIVE_URL", "https://archive.org/wayback/available")
)

# The spam service that comments are shown to; without a key there is none.
AKISMET_KEY = env.secret("AKISMET_KEY")
AKISMET_URL = env.url("AKISMET_URL", "https://rest.akismet.com/1.1/").rstrip("/") + "/"

# The video service at which those with a seat are registered; without keys there is none.
ZOOM_ACCOUNT_ID = env.secret("ZOOM_ACCOUNT_ID")
ZOOM_CLIENT_ID = env.secret("ZOOM_CLIENT_ID")
ZOOM_CLIENT_SECRET = env.secret("ZOOM_CLIENT_SECRET")
ZOOM_WEBHOOK_SECRET = env.secret("ZOOM_WEBHOOK_SECRET")
ZOOM_API_URL = env.url("ZOOM_API_URL", "https://api.zoom.us/v2/").rstrip("/") + "/"
ZOOM_TOKEN_URL = env.url("ZOOM_TOKEN_URL", "https://zoom.us/oauth/token")
ZOOM_KEYS = {
    "ZOOM_ACCOUNT_ID": ZOOM_ACCOUNT_ID,
    "ZOOM_CLIENT_ID": ZOOM_CLIENT_ID,
    "ZOOM_CLIENT_SECRET": ZOOM_CLIENT_SECRET,
}
if any([*ZOOM_KEYS.values(), ZOOM_WEBHOOK_SECRET]) and not all(ZOOM_KEYS.values()):
    lacking = " and ".join(name for name, value in ZOOM_KEYS.items() if not value)
    raise StartRefused(f"Set {lacking} too, or no key of Zoom at all (see docs/operate.md).")

MAIL_SERVER = env.mail_server(
    "EMAIL_URL",
    None,
    required="the mail server, as smtp+tls://user:password@host:587",
)
if MAIL_SERVER:
    vars().update(MAIL_SERVER)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
else:
    EMAIL_BACKEND = "competencyworks.core.mail.files.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = env.mailbox("DEFAULT_FROM_EMAIL", f"CompetencyWorks <no-reply@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Readers have no cookie; staff have theirs below /admin/ only -------------------------

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/admin/"
LOGOUT_REDIRECT_URL = "/admin/login/"
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

# --- Signing in (competencyworks.accounts, django-allauth) --------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
CSRF_FAILURE_VIEW = "competencyworks.website.csrf_failure.refused"
# A session that nobody uses for so long ends; 14 days after the sign-in each one does.
SESSION_COOKIE_AGE = 60 * env.int("SESSION_IDLE_MINUTES", 480, minimum=5, maximum=20_160)
PASSWORD_RESET_TIMEOUT = 3 * 60 * 60  # seconds that the link in a mail works
ACCOUNT_ADAPTER = "competencyworks.accounts.adapters.AccountAdapter"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "competencyworks.accounts.forms.SignInForm",
    "reset_password": "competencyworks.accounts.forms.AskForResetForm",
    "reset_password_from_key": "competencyworks.accounts.forms.NewPasswordForm",
    "change_password": "competencyworks.accounts.forms.ChangePasswordForm",
    "set_password": "competencyworks.accounts.forms.SetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_RATE_LIMITS = (
    False  # they need a cache that all processes share: accounts.throttle does not
)
ACCOUNT_REAUTHENTICATION_METHODS = {"password", "mfa"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "competencyworks.accounts.adapters.MfaAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "competencyworks.accounts.forms.CodeForm",
    "reauthenticate": "competencyworks.accounts.forms.CodeAgainForm",
    "activate_totp": "competencyworks.accounts.forms.ActivateAppForm",
    "login_webauthn": "competencyworks.accounts.forms.PasskeySignInForm",
    "authenticate_webauthn": "competencyworks.accounts.forms.PasskeyForm",
    "reauthenticate_webauthn": "competencyworks.accounts.forms.PasskeyAgainForm",
    "add_webauthn": "competencyworks.accounts.forms.AddPasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# On plain http, as in the demo, browsers know passkeys at localhost alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SITE_URL.startswith("https://")
USERSESSIONS_ADAPTER = "competencyworks.accounts.adapters.SessionsAdapter"
# Groups (and 'superuser') whose members set up a second factor before anything else.
MFA_REQUIRED_ROLES = env.list("MFA_REQUIRED_ROLES")

OIDC_KEYS = {
    "OIDC_SERVER_URL": env.issuer("OIDC_SERVER_URL"),
    "OIDC_CLIENT_ID": env.secret("OIDC_CLIENT_ID"),
    "OIDC_CLIENT_SECRET": env.secret("OIDC_CLIENT_SECRET"),
}
OIDC_NAME = env.str("OIDC_NAME", "single sign-on")
if any(OIDC_KEYS.values()) and not all(OIDC_KEYS.values()):
    lacking = " and ".join(name for name, value in OIDC_KEYS.items() if not value)
    raise StartRefused(
        f"Set {lacking} too, or no key of OpenID Connect at all (see docs/operate.md)."
    )
if (
    PRODUCTION
    and OIDC_KEYS["OIDC_SERVER_URL"]
    and not (OIDC_KEYS["OIDC_SERVER_URL"].startswith("https://"))
):
    raise StartRefused("OIDC_SERVER_URL begins with https:// (see docs/operate.md).")
SOCIALACCOUNT_ADAPTER = "competencyworks.accounts.single_sign_on.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that leads to another site the policy below forbids
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": OIDC_KEYS["OIDC_CLIENT_ID"],
                "secret": OIDC_KEYS["OIDC_CLIENT_SECRET"],
                "settings": {"server_url": OIDC_KEYS["OIDC_SERVER_URL"].rstrip("/")},
            }
        ]
        if all(OIDC_KEYS.values())
        else [],
    }
}

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

# --- Logging: on standard error, one line or one JSON object a record ----------------------

LOG_LEVEL = env.log_level("LOG_LEVEL", "INFO")
LOG_FORMAT = env.one_of("LOG_FORMAT", ["line", "json"], "line")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "competencyworks.core.log_lines.LineFormatter"},
        "json": {"()": "competencyworks.core.log_lines.JsonFormatter"},
    },
    "filters": {"exceptions": {"()": "competencyworks.core.log_lines.HasException"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "level": LOG_LEVEL,
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Not lower than INFO: at DEBUG Django logs statements with their values.
        "django": {"handlers": [], "level": "INFO"},
        # Answers of 500 with their traceback. Django's other lines would hold the address; ours
        # hold the route.
        "django.request": {"level": "ERROR", "filters": ["exceptions"]},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        # What the server itself says in a process that serves.
        "_granian": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
SENTRY_DSN = env.sentry_dsn("SENTRY_DSN")
