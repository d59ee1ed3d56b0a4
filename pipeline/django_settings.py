"""Django's settings, made from the pipeline's own.

Django wants a module; everything in it follows from ``feeds.yaml`` and the environment. The
command line says which file and data directory by ``PIPELINE_CONFIG`` and ``PIPELINE_DATA_DIR``
(so does gunicorn). What this module never does: hold a setting that is not derived.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

from pipeline.config import Settings, load_settings
from pipeline.config.databaseurl import read_database_url

ROOT = Path(__file__).resolve().parent.parent


def get_databases(settings: Settings) -> dict[str, Any]:
    """Return ``DATABASES``: SQLite in the data directory, or what ``DATABASE_URL`` names.

    Raises:
        ConfigError: the URL cannot be meant.
    """
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    if not url:
        return {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": settings.data_dir / "pipeline.sqlite3",
                "OPTIONS": {
                    "timeout": 20,
                    # IMMEDIATE: who reads and then writes queues for the lock instead of failing.
                    "transaction_mode": "IMMEDIATE",
                    # FULL: what was reported as stored survives the loss of power.
                    "init_command": (
                        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                        "PRAGMA busy_timeout=20000"
                    ),
                },
                # Parallel test runs each migrate a database file of their own.
                "TEST": {"NAME": os.environ.get("PIPELINE_TEST_DATABASE")},
            }
        }
    database = read_database_url(url)
    return {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": database.name,
            "USER": database.user,
            "PASSWORD": database.password,
            "HOST": database.host,
            "PORT": database.port,
            "OPTIONS": dict(database.parameters),
            "CONN_HEALTH_CHECKS": True,
            "CONN_MAX_AGE": 60,
        }
    }


PIPELINE = load_settings(
    Path(os.environ.get("PIPELINE_CONFIG", ROOT / "feeds.yaml")),
    Path(os.environ.get("PIPELINE_DATA_DIR", ROOT / "var")),
)
_SITE = urlsplit(PIPELINE.site_url)
_SECURE = _SITE.scheme == "https"
_DESK = PIPELINE.feeds.desk

SECRET_KEY = PIPELINE.secret_key.get_secret_value()
DEBUG = False
DATABASES = get_databases(PIPELINE)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
# No LocaleMiddleware: an editor with an English browser gets the same Chinese desk.
LANGUAGE_CODE = _DESK.language
LOCALE_PATHS = [ROOT / "pipeline" / "desk" / "locale"]
ROOT_URLCONF = "pipeline.urls"
ALLOWED_HOSTS = list(dict.fromkeys([_SITE.hostname or "", "127.0.0.1", "localhost", "[::1]"]))
CSRF_TRUSTED_ORIGINS = [f"{_SITE.scheme}://{_SITE.netloc}"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_htmx",
    "pipeline.store",
    "pipeline.desk",
    "pipeline.reader",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "pipeline.desk.intake.Intake",  # before anything that asks the database
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pipeline.desk.gate.Gate",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {"environment": "pipeline.desk.jinja.environment"},
    },
]

# Static files come from the apps' own folders: nothing has to be collected before `serve`.
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": "pipeline.store.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
]
LOGIN_URL = "desk:login"
LOGIN_REDIRECT_URL = "desk:home"
# The account waits, not the address: a newsroom shares one address.
AXES_LOCKOUT_PARAMETERS = ["username"]
SILENCED_SYSTEM_CHECKS = [
    "axes.W006"
]  # it asks for the address, which would let guessers rotate it
AXES_FAILURE_LIMIT = _DESK.lockout_after
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "pipeline.desk.views.account.show_locked"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# Wrong codes of the second step wait as wrong passwords do (`pipeline.desk.views.second_step`).
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0
OTP_TOTP_ISSUER = PIPELINE.newsletter.name

SESSION_COOKIE_AGE = int(_DESK.session_hours * 3600)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "pipeline.desk.views.account.show_forged"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        # Pictures of articles stand on their papers' servers.
        "img-src": [SELF, "https:", "http:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# django-anymail's own, for the webhooks of a provider (`delivery.esp`).
_HOOK_SECRET = PIPELINE.esp_webhook_secret
ANYMAIL = {"WEBHOOK_SECRET": _HOOK_SECRET.get_secret_value()} if _HOOK_SECRET else {}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Both name the address that was asked for, which may hold a reader's token.
    "filters": {"tokens": {"()": "pipeline.tokens.Masking"}},
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["tokens"]},
        "django.security.csrf": {"filters": ["tokens"]},
        "axes": {"level": "ERROR"},
    },
}
