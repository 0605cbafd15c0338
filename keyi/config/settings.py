"""All settings, read from the environment. One file, one mode switch: demo, test or production."""

import os
from pathlib import Path

from django.db.backends.postgresql.psycopg_any import is_psycopg3  # noqa: F401
from psycopg.conninfo import conninfo_to_dict

BASE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("KEYI_DATA", "var")).resolve()
MODE = os.environ.get("KEYI_MODE", "production")
IS_DEMO = MODE == "demo"
IS_TEST = MODE == "test"
DEBUG = False
SECRET_KEY = os.environ.get("KEYI_SECRET_KEY", "only-for-tests" if IS_TEST else "")
ALLOWED_HOSTS = ["*"]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "procrastinate.contrib.django",
    "keyi.core",
    "keyi.codes",
    "keyi.audit",
    "keyi.accounts",
    "keyi.inbox",
    "keyi.search",
    "keyi.review",
    "keyi.records",
    "keyi.catalogue",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "keyi.config.urls"
WSGI_APPLICATION = "keyi.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "keyi.core.context.site",
                "keyi.accounts.menu.who",
            ],
        },
    }
]


def _database(url: str) -> dict:
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", "postgres"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": os.environ.get("KEYI_TEST_DB", "test_keyi")},
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "dbname=keyi"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "work-home"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "files"
# What the operator fills in for the head and foot of the pages: KEYI_SITE_NAME, KEYI_SITE_OWNER …
SITE = {
    key: os.environ.get(f"KEYI_SITE_{key.upper()}", "")
    for key in ("name", "owner", "operator", "phone", "code", "icp", "police")
}
CSRF_FAILURE_VIEW = "keyi.core.errors.csrf_failure"
SITE_URL = os.environ.get("KEYI_URL", "http://127.0.0.1:8000").rstrip("/")
