"""Django's settings, made from the pipeline's own.

Django wants a module; everything in it follows from ``feeds.yaml`` and the environment. The
command line says which file and data directory by ``PIPELINE_CONFIG`` and ``PIPELINE_DATA_DIR``
(so does gunicorn). What this module never does: hold a setting that is not derived.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pipeline.config import Settings, load_settings
from pipeline.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent


def get_databases(settings: Settings) -> dict[str, Any]:
    """Return ``DATABASES``: SQLite in the data directory, or what ``DATABASE_URL`` names.

    Raises:
        ConfigError: the URL names no database.
    """
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    if not url or url.startswith("sqlite"):
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
    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    if not name:
        raise ConfigError("DATABASE_URL: names no database; expected postgresql://user@host/name")
    return {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(name),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_HEALTH_CHECKS": True,
            "CONN_MAX_AGE": 60,
        }
    }


PIPELINE = load_settings(
    Path(os.environ.get("PIPELINE_CONFIG", ROOT / "feeds.yaml")),
    Path(os.environ.get("PIPELINE_DATA_DIR", ROOT / "var")),
)
SECRET_KEY = PIPELINE.secret_key.get_secret_value()
DEBUG = False
DATABASES = get_databases(PIPELINE)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "pipeline.store",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
]
