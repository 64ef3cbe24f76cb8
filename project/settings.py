"""Every setting of every process, read once from the environment (`.env.example` explains each)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

from project.database_url import django_database
from project.env import Environment, refuse_to_start
from project.task_queues import DEFAULT_SLOTS, SMALL_SLOTS
from project.wire.orders import SearchSource

_env = Environment()
BASE_DIR = Path(__file__).resolve().parent.parent

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def _loopback(url: str) -> bool:
    return (urlsplit(url).hostname or "") in LOOPBACK


# -- sandbox: lets a developer point Segue at the simulator; refused wherever it could meet real people ---------------

SANDBOX = _env.flag("SANDBOX")
DEBUG = SANDBOX and _env.flag("DEBUG")

# -- stores ------------------------------------------------------------------------------------------------------------

DATABASE_URL = _env.text("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/discord")
REDIS_URL = _env.text("REDIS_URL", "redis://127.0.0.1:6379/0")

# -- Discord -----------------------------------------------------------------------------------------------------------

DISCORD_TOKEN = _env.text("DISCORD_TOKEN", "")
"""Empty is allowed here: only the gateway needs it, and refuses to start without."""
DISCORD_BOT_ID = _env.number("DISCORD_BOT_ID", 0, high=2**63 - 1)
"""The bot's user id (for all but the oldest bots its application id); Lavalink speaks to Discord's voice under it."""
DISCORD_API_URL = _env.text("DISCORD_API_URL", "https://discord.com/api/v10").rstrip("/")
DISCORD_GATEWAY_URL = _env.text("DISCORD_GATEWAY_URL", "wss://gateway.discord.gg/")
_REAL = DISCORD_API_URL.startswith("https://discord.com/")
DISCORD_CDN_URL = _env.text(
    "DISCORD_CDN_URL", "https://cdn.discordapp.com" if _REAL else DISCORD_API_URL.removesuffix("/api/v10")
).rstrip("/")
"""Where Discord keeps what members attach; nothing else is ever fetched for them."""
DISCORD_CLIENT_SECRET = _env.text("DISCORD_CLIENT_SECRET", "")
"""Empty is allowed: then nobody can sign in with Discord, and everything else works."""
DISCORD_AUTHORIZE_URL = DISCORD_API_URL.removesuffix("/api/v10") + "/oauth2/authorize"
DISCORD_SHARDS = _env.number("DISCORD_SHARDS", 1, low=1, high=16384)
"""One number for all processes of a deployment."""

# -- Stripe ------------------------------------------------------------------------------------------------------------

STRIPE_SECRET_KEY = _env.text("STRIPE_SECRET_KEY", "")
"""Empty is allowed: then nothing can be bought, and everything else works."""
STRIPE_WEBHOOK_SECRET = _env.text("STRIPE_WEBHOOK_SECRET", "")
STRIPE_WEBHOOK_UUID = _env.text("STRIPE_WEBHOOK_UUID", "5e60e5e6-0e5e-4e60-8e5e-60e5e60e5e60")
"""The last part of the address that Stripe is to be given; no secret, signatures protect it."""
STRIPE_API_HOST = _env.text("STRIPE_API_URL", "https://api.stripe.com").rstrip("/")
STRIPE_API_VERSION = "2026-08-26.dahlia"
STRIPE_LIVE_MODE = STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
STRIPE_LIVE_SECRET_KEY = STRIPE_SECRET_KEY if STRIPE_LIVE_MODE else ""
STRIPE_TEST_SECRET_KEY = "" if STRIPE_LIVE_MODE else STRIPE_SECRET_KEY
DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"
SILENCED_SYSTEM_CHECKS = [
    "djstripe.W002",  # STRIPE_API_HOST is Stripe's own but in the sandbox, see check_sandbox
    "admin.E408", "admin.E409", "admin.E410",  # its middleware is inside apps.support.serving, for its paths alone
]  # fmt: skip
MIGRATION_MODULES = {"djstripe": "apps.billing.stripe_tables.migrations"}
"""The same tables in one step: dj-stripe's own history takes a minute of processor for an empty database."""

# -- slots and Lavalink ------------------------------------------------------------------------------------------------

SMALL = _env.flag("SMALL")
SLOTS = _env.number("SLOTS", SMALL_SLOTS if SMALL else DEFAULT_SLOTS, low=1, high=4096)
LAVALINK_PASSWORD = _env.text("LAVALINK_PASSWORD", "youshallnotpass")
LAVALINK_NODES = _env.text("LAVALINK_NODES", "lavalink:2333")
"""`host:port[:password],…`"""
SEARCH_PREFIX = _env.text("SEARCH_PREFIX", "scsearch")
"""The source that searches words; every query that is not a public http(s) URL gets it."""
SEARCH_SOURCES = tuple(filter(None, map(str.strip, _env.text("SEARCH_SOURCES", "soundcloud,bandcamp").split(","))))
"""Where `/search` offers to search: those of the Lavalink nodes' sources that can. Empty: it offers no choice."""
if unknown := sorted(set(SEARCH_SOURCES) - set(get_args(SearchSource))):
    refuse_to_start(f"SEARCH_SOURCES names {', '.join(unknown)}; it takes any of {', '.join(get_args(SearchSource))}")
AUDIO_CHILDREN = _env.number("AUDIO_CHILDREN", 2, low=1, high=64)

# -- ports (DESIGN §1) -------------------------------------------------------------------------------------------------

LISTEN_HOST = _env.text("LISTEN_HOST", "0.0.0.0" if not SANDBOX else "127.0.0.1")  # noqa: S104 # a pod's port
API_PORT = _env.number("API_PORT", 3000, high=65535)
GATEWAY_PORT = _env.number("GATEWAY_PORT", 3001, high=65535)
AUDIO_PORT = _env.number("AUDIO_PORT", 3002, high=65535)
WORKER_PORT = _env.number("WORKER_PORT", 3003, high=65535)
BEAT_PORT = _env.number("BEAT_PORT", 3004, high=65535)
FLOWER_PORT = _env.number("FLOWER_PORT", 5555, high=65535)
API_WORKERS = _env.number("API_WORKERS", 1, low=1, high=64)
"""Processes of one api."""
PUBLIC_URL = _env.text("PUBLIC_URL", f"http://127.0.0.1:{API_PORT}").rstrip("/")
"""Where the outside finds the api; people who sign in are sent back there."""
SUPPORT_URL = _env.text("SUPPORT_URL", "")
"""Where members find whoever runs this Segue; empty: they are told of nobody."""
if SUPPORT_URL and not SUPPORT_URL.startswith("https://"):
    refuse_to_start("SUPPORT_URL has to begin with https://, as members are shown it as a link")
FLOWER_BASIC_AUTH = _env.text("FLOWER_BASIC_AUTH", "")
"""`user:password[,…]`; empty is allowed here: only Flower needs it, and refuses to start without."""

# -- logs --------------------------------------------------------------------------------------------------------------

LOG_LEVEL = _env.text("LOG_LEVEL", "INFO").upper()
LOG_FORMAT = _env.text("LOG_FORMAT", "json")

# -- error reports and traces: off unless they are told where to go ---------------------------------------------------

SENTRY_DSN = _env.text("SENTRY_DSN", "")
SENTRY_ENVIRONMENT = _env.text("SENTRY_ENVIRONMENT", "sandbox" if SANDBOX else "production")
SENTRY_RELEASE = _env.text("SENTRY_RELEASE", "unknown")
OTEL_EXPORTER_OTLP_ENDPOINT = _env.text("OTEL_EXPORTER_OTLP_ENDPOINT", "").rstrip("/")
"""`/v1/traces` is put behind it, as OpenTelemetry's specification says."""
OTEL_EXPORTER_OTLP_HEADERS = _env.text("OTEL_EXPORTER_OTLP_HEADERS", "")
"""`name=value[,…]`, for collectors that want a key."""

# -- Django ------------------------------------------------------------------------------------------------------------

SECRET_KEY = _env.text("SECRET_KEY", "sandbox-only-secret-key-that-signs-nothing-of-worth" if SANDBOX else "")
"""Empty is allowed here: the gateway has no use for it, and Django refuses to work without."""
ALLOWED_HOSTS = [host for host in _env.text("ALLOWED_HOSTS", "localhost,127.0.0.1").split(",") if host]
ROOT_URLCONF = "project.urls"
ASGI_APPLICATION = "project.asgi.application"
WSGI_APPLICATION = "project.wsgi.application"
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "apps.support.apps.SiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "djstripe",
    "rest_framework",
    "drf_spectacular",
    "apps.accounts",
    "apps.billing",
    "apps.guilds",
    "apps.jobs",
    "apps.library",
    "apps.playback",
    "apps.privacy",
    "apps.support",
]
MIDDLEWARE = [
    "project.operator_pages.answer_operators",
    "project.api_metrics.count_requests",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "apps.support.serving.serve_desk",
]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING_CONFIG = None  # project.logging sets up every process the same way

# -- the support desk, below /admin/ -----------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["apps.support.backend.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
_TLS = PUBLIC_URL.startswith("https:")
SESSION_COOKIE_AGE = 12 * 3_600
"""Seconds, from signing in; using it does not prolong it."""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "segue_desk", "segue_desk_csrf"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
"""Not strict: whoever comes back from Discord must be known as the one who left."""
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
"""TLS ends before the api, which would take its own pages for foreign ones."""
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
OTP_TOTP_ISSUER = "Segue"
STATIC_URL = "/admin/static/"
WHITENOISE_USE_FINDERS, WHITENOISE_AUTOREFRESH, WHITENOISE_ALLOW_ALL_ORIGINS = True, False, False
WHITENOISE_MAX_AGE = 3_600
"""Seconds; names do not change with their content."""
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
UNFOLD = {
    "SITE_TITLE": "Segue support desk",
    "SITE_HEADER": "Segue",
    "SITE_SUBHEADER": "Support desk",
    "SITE_URL": None,
    "SITE_SYMBOL": "queue_music",
    "SITE_FAVICONS": [{"rel": "icon", "href": "data:,"}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SIDEBAR": {"navigation": "apps.support.navigation.navigation"},
}

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.api.problems.as_problem",
}  # the rest is apps.api.view.View's
SPECTACULAR_SETTINGS = {
    "TITLE": "Segue",
    "DESCRIPTION": "Control a guild's music player, and see what it does.",
    "VERSION": "1",
    "POSTPROCESSING_HOOKS": ["apps.api.schema.document_problems"],
    "SORT_OPERATIONS": False,
    "COMPONENT_SPLIT_PATCH": False,
}

DATABASES = {"default": django_database(DATABASE_URL)}


def check_sandbox(environment: Environment) -> None:
    """Refuse to start where SANDBOX meets anything real, or anything fake is used without it."""
    outside = [DISCORD_API_URL, DISCORD_GATEWAY_URL, DISCORD_CDN_URL, *([STRIPE_API_HOST] if STRIPE_SECRET_KEY else [])]
    if not SANDBOX:
        if any(_loopback(url) for url in outside):
            refuse_to_start(
                "DISCORD_API_URL or STRIPE_API_URL points at this machine. Set SANDBOX=1 for the simulator."
            )
        return
    if environment.text("KUBERNETES_SERVICE_HOST", ""):
        refuse_to_start("SANDBOX=1 is refused inside Kubernetes. Unset it.")
    for name in ("STRIPE_SECRET_KEY", "STRIPE_LIVE_SECRET_KEY"):
        if environment.text(name, "").startswith(("sk_live_", "rk_live_")):
            refuse_to_start(f"SANDBOX=1 is refused together with a live key in {name}. Unset one of them.")
    for url in outside:
        if not _loopback(url):
            refuse_to_start(f"SANDBOX=1 is refused with {url}: only addresses of this machine are allowed.")


check_sandbox(_env)
if STRIPE_SECRET_KEY and not re.fullmatch(r"(sk|rk)_(test|live)_[a-zA-Z0-9]{24,}", STRIPE_SECRET_KEY):
    refuse_to_start(
        "STRIPE_SECRET_KEY must look like sk_live_… or rk_live_… (test instead of live) with 24 characters."
    )
