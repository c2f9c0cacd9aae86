"""Settings of the service, fed by the environment (`.env.example` lists every variable)."""

import os
from datetime import timedelta
from pathlib import Path

import django_stubs_ext
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from crisisapi import env, openapi
from crisisapi.beat import BEAT_SCHEDULE

# Lets Django's classes be written with their type arguments, as in ModelAdmin[Incident].
django_stubs_ext.monkeypatch()

# Our matrices are small, and each process has others beside it: threads of theirs would wait for
# one another most of the time. Read when numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent

# Core

SECRET_KEY = env.text("SECRET_KEY")
# Keys that encrypt secrets at rest, newest first; the others still decrypt.
FIELD_ENCRYPTION_KEYS = env.words("FIELD_ENCRYPTION_KEYS")
DEBUG = env.flag("DEBUG", default=False)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
BEHIND_TLS = env.flag("BEHIND_TLS", default=False)

INSTALLED_APPS = [
    "crisisapi.common",
    "crisisapi.accounts",
    "crisisapi.events",
    "incidents",
    "messaging",
    "monitoring",
    "crisisapi.desk.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "crisisapi.common.middleware.RequestIdMiddleware",
    "crisisapi.common.middleware.BodyLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "crisisapi.common.middleware.PathSaysAllMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "crisisapi.urls"
WSGI_APPLICATION = "crisisapi.wsgi.application"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Largest request body in bytes; more is answered 413 before it is read.
MAX_BODY_BYTES = env.number("MAX_BODY_BYTES", 5 * 1024 * 1024, least=1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
# Largest file of evidence in bytes; it travels in a body, hence well below (crisisapi.E001).
EVIDENCE_FILE_BYTES = env.number("EVIDENCE_FILE_BYTES", 4 * 1024 * 1024, least=1024)
# Lets channels and sources call hosts inside of our own network, which people may type.
OUTBOUND_ALLOW_PRIVATE_HOSTS = env.flag("OUTBOUND_ALLOW_PRIVATE_HOSTS", default=False)
# What was scheduled and is later than this waits for a person instead of going out.
SCHEDULE_GRACE_MINUTES = env.number("SCHEDULE_GRACE_MINUTES", 15, least=1)
# Days the bytes that were pushed or fetched are kept, after which nothing of them can be replayed;
# longer those that could not be read, or not in full. What was stored from them stays.
DELIVERIES_KEPT_DAYS = env.number("DELIVERIES_KEPT_DAYS", 90, least=1)
FAILED_DELIVERIES_KEPT_DAYS = env.number(
    "FAILED_DELIVERIES_KEPT_DAYS", max(365, DELIVERIES_KEPT_DAYS), least=DELIVERIES_KEPT_DAYS
)
# Days the files of reports are kept that workers made.
REPORTS_KEPT_DAYS = env.number("REPORTS_KEPT_DAYS", 30, least=1)
# Seconds a platform may be silent while it is written to or read from.
OUTBOUND_PATIENCE_SECONDS = env.number("OUTBOUND_PATIENCE_SECONDS", 20, least=1)

# Pushes a web process stores at once; fewer than its threads, so that people are answered too.
INTAKE_AT_ONCE = env.number("INTAKE_AT_ONCE", 3, least=1)
# Seconds the database may take for one statement of a push.
INTAKE_PATIENCE_SECONDS = env.number("INTAKE_PATIENCE_SECONDS", 20, least=1)
# Integrators are asked to wait while many mentions wait longer than this for the analysis.
INTAKE_BACKLOG_SECONDS = env.number("INTAKE_BACKLOG_SECONDS", 300, least=1)
# Seconds after which a worker that asks a source, and says nothing, counts as dead.
SOURCE_LEASE_SECONDS = env.number("SOURCE_LEASE_SECONDS", 90, least=5)

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Data

DATABASES = {
    "default": env.database("DATABASE_URL")
    | {
        "CONN_MAX_AGE": env.number("DATABASE_CONNECTION_SECONDS", 60),
        "CONN_HEALTH_CHECKS": True,
    },
}
REDIS_URL = env.text("REDIS_URL")

# People

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCESS_TOKEN_LIFETIME = timedelta(hours=env.number("ACCESS_TOKEN_HOURS", 12, least=1))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 3600 if BEHIND_TLS else 0)
CSRF_FAILURE_VIEW = "crisisapi.common.problems.csrf_failure"

# Mail

MAIL = env.mail("EMAIL_URL")
# Without it, what is to be mailed fails and says so.
MAIL_IS_ON = MAIL.is_on
EMAIL_BACKEND = MAIL.backend
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.starttls, MAIL.tls
EMAIL_FILE_PATH = MAIL.directory or None
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "crisisapi@localhost")
# Where people reach the service, for links in mails and feeds.
PUBLIC_URL = env.text("PUBLIC_URL", "http://localhost:8000").rstrip("/")

# Text analysis

# The class that reads mentions, as module:Class; empty: the analyser that ships.
ANALYSER = env.text("ANALYSER", "")
# The folder of a transformer that judges what is worth a second look; empty: nothing is.
TRANSFORMER_MODEL = env.text("TRANSFORMER_MODEL", "")
TRANSFORMER_LANGUAGES = env.words("TRANSFORMER_LANGUAGES")
TRANSFORMER_THREADS = env.number("TRANSFORMER_THREADS", 1, least=1)
SECOND_LOOKS_HOURLY = env.number("SECOND_LOOKS_HOURLY", 600)

# Language and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("he", _("Hebrew"))]
LOCALE_PATHS = [BASE_DIR / "crisisapi" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# Files

STATIC_URL = "/static/"
STATIC_ROOT = env.text("STATIC_ROOT", str(BASE_DIR / ".local" / "static"))
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Workers

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A nudge that cannot be sent at once is dropped: the sweep finds the row.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "max_retries": 1,
    "visibility_timeout": 600,
}
CELERY_TASK_PUBLISH_RETRY = False
# Platforms that are asked may take their time: workers of their own (`-Q sources`) ask them, so
# that nothing else waits behind. So has the slow tier of the analysis, whose model takes a
# gigabyte in each process (`-Q slow`). What is worth most in its first seconds, from the reading
# of a mention to the moment somebody is told, has workers too (`-Q live`), and no task there is
# long. A worker that is told nothing takes all of them.
CELERY_TASK_QUEUES = [
    Queue(name, routing_key=name) for name in ("celery", "live", "sources", "slow")
]
CELERY_TASK_ROUTES = {
    "monitoring.analyse_mentions": {"queue": "live"},
    "monitoring.watch_alerts": {"queue": "live"},
    "messaging.tell_news": {"queue": "live"},
    "messaging.tell_failing": {"queue": "sources"},
    "monitoring.fetch_due": {"queue": "sources"},
    "monitoring.fetch_source": {"queue": "sources"},
    "monitoring.look_again": {"queue": "slow"},
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE

# API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "crisisapi.accounts.authentication.BearerAuthentication",
        "crisisapi.accounts.authentication.CookieAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["crisisapi.common.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["crisisapi.common.renderers.FastJSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "crisisapi.common.schema.OperationSchema",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "crisisapi.common.renderers.AlwaysJSON",
    "EXCEPTION_HANDLER": "crisisapi.common.problems.answer_exception",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Crisis API",
    "DESCRIPTION": openapi.INTRODUCTION,
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "LICENSE": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "SERVERS": [{"url": "/", "description": "The service that serves this document."}],
    "TAGS": openapi.TAGS,
    "WEBHOOKS": ["messaging.api.news_webhook.NEWS"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "DEFAULT_GENERATOR_CLASS": "crisisapi.common.schema.DocumentGenerator",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": openapi.ENUM_NAMES,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": True,
    "SORT_OPERATIONS": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "displayOperationId": True,
        "displayRequestDuration": True,
        "docExpansion": "none",
        "filter": True,
        "validatorUrl": None,
    },
    "REDOC_DIST": "SIDECAR",
    "REDOC_UI_SETTINGS": {
        "expandResponses": "200,201,202",
        "sortRequiredPropsFirst": True,
        # Fonts that are there; Redoc's own come from elsewhere.
        "theme": {
            "typography": {
                "fontFamily": "system-ui, sans-serif",
                "headings": {"fontFamily": "system-ui, sans-serif"},
            },
        },
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "crisisapi.common.schema.complete_document",
    ],
}

# Logs: event names and ids, never content.

LOG_LEVEL = env.text("LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "crisisapi.common.logs.line_formatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
        "celery": {"level": LOG_LEVEL},
        # They name the addresses they call, and some of those are secrets.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
    },
}
