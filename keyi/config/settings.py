"""All settings, read from the environment. One file, one mode switch: demo, test or production.

``startup.py`` refuses what must not be started; here everything is merely read.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from .demo_accounts import ACCOUNTS
from .environment import data_folder, is_on, mode, read, read_list
from .mail import parse_mail_url

BASE = Path(__file__).resolve().parent.parent
DATA = data_folder()
MODE = mode()
IS_DEMO = MODE == "demo"
IS_TEST = MODE == "test"
DEMO_ACCOUNTS = ACCOUNTS if IS_DEMO else ()
IS_PRODUCTION = not (IS_DEMO or IS_TEST)
DEBUG = is_on("KEYI_DEBUG") and not IS_TEST
SECRET_KEY = read("KEYI_SECRET_KEY", "only-for-tests" if IS_TEST else "")
# by which personal columns are encrypted (core/sealed.py); the first encrypts, all of them decrypt
FIELD_KEYS = ["a2V5aS10ZXN0cy1vbmx5LWtleWktdGVzdHMtb25seS0="] if IS_TEST else read_list("KEYI_FIELD_KEYS")
PORT = read("PORT", "8000")
BIND = read("KEYI_BIND", "127.0.0.1")
BEHIND_PROXY = is_on("KEYI_BEHIND_PROXY")
IS_PLAIN_HTTP = not IS_PRODUCTION or is_on("KEYI_PLAIN_HTTP")

ALLOWED_HOSTS = read_list("KEYI_HOSTS")
if not IS_PRODUCTION and not ALLOWED_HOSTS:
    is_local = BIND in ("127.0.0.1", "localhost", "::1") and not IS_TEST
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"] if is_local else ["*"]
_default_url = f"http://127.0.0.1:{PORT}"
if IS_PRODUCTION and ALLOWED_HOSTS:
    _default_url = f"{'http' if IS_PLAIN_HTTP else 'https'}://{ALLOWED_HOSTS[0].lstrip('.')}"
SITE_URL = read("KEYI_URL", _default_url).rstrip("/")
SITE = {
    "name": read("KEYI_SITE_NAME"),
    "owner": read("KEYI_SITE_OWNER"),
    "operator": read("KEYI_SITE_OPERATOR"),
    "phone": read("KEYI_SITE_PHONE"),
    "icp": read("KEYI_SITE_ICP"),
    "police": read("KEYI_SITE_POLICE"),
    "code": read("KEYI_SITE_CODE"),
}

INSTALLED_APPS = [
    # Of two apps that translate the same English text the upper one wins: ours before Django's.
    "keyi.core",
    "keyi.codes",
    "keyi.audit",
    "keyi.accounts",
    "keyi.inbox",
    "keyi.search",
    "keyi.review",
    "keyi.records",
    "keyi.reporting",
    "keyi.services",
    "keyi.sheets",
    "keyi.api",
    "keyi.exchange",
    "keyi.oversight",
    "keyi.safekeeping",
    "keyi.catalogue",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.forms",
    "axes",
    "pgtrigger",
    "pghistory",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "keyi.core.frames.with_room",
    "keyi.config.trace.trace",
    "keyi.config.middleware.headers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "keyi.config.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "keyi.config.trace.Versions",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "keyi.api.middleware.Limits",
    "keyi.accounts.middleware.SessionLimits",
    "keyi.accounts.middleware.note_refusals",
    "keyi.accounts.middleware.second_factor_first",
    "keyi.accounts.middleware.password_in_time",
    "keyi.accounts.middleware.acting_for_unit",
    "keyi.accounts.middleware.KeepTyping",
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
                "keyi.records.context.waiting",
            ],
        },
    },
    {
        "NAME": "fields",  # for FORM_RENDERER
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "keyi.core.renderer.environment"},
    },
]
FORM_RENDERER = "keyi.core.renderer.Renderer"


def _database(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url)
    own = {"dbname", "user", "password", "host", "port"}
    options = {name: value for name, value in parts.items() if name not in own}
    program = "".join(filter(str.isalnum, read("KEYI_PROGRAM", "python")))
    start = f'-c pghistory.context_metadata={{"program":"{program}"}}'  # who changes rows without being asked by a page
    start += " -c join_collapse_limit=6"  # to try every order of eight tables takes longer than one record's answer
    if IS_TEST:
        start += " -c synchronous_commit=off -c keyi.may_empty=on"
    options["options"] = f"{options.get('options', '')} {start}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", "postgres"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "CONN_MAX_AGE": 0 if IS_TEST else 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        "TEST": {"NAME": read("KEYI_TEST_DB", "test_keyi")},
    }


DATABASES = {"default": _database(read("DATABASE_URL", "dbname=keyi"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts and sessions
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "work-home"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "keyi.accounts.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"keyi.accounts.passwords.{name}Validator"}
    for name in ("Length", "Classes", "Common", "AccountName", "Reuse")
]
PASSWORD_RESET_TIMEOUT = 30 * 60
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]  # either one locks
AXES_CLIENT_IP_CALLABLE = "keyi.accounts.address.client_address"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # accounts.Login and the audit log have it
AXES_SENSITIVE_PARAMETERS = ["username", "csrfmiddlewaretoken", "next"]
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = [
    "axes.W002",  # the sign-in page answers by itself, without the axes middleware
    "security.W005",  # other sites of the operator's domain are not ours to switch to https
    "security.W019",  # our own pages show attached PDFs in a frame
    "security.W021",  # nor to enter into the browsers' lists
]
SESSION_COOKIE_AGE = 12 * 3600  # the longest a session lasts, however busy
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_MINUTES = 30
SESSION_IDLE_MINUTES_SENSITIVE = 15  # reviewers and administrators
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if IS_TEST:
    PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # strong ones would take most of the time
SECOND_FACTOR_REQUIRED = (
    IS_PRODUCTION and read("KEYI_SECOND_FACTOR", "required") == "required"
)  # of the province's people
STAFF_PASSWORD_DAYS = int(read("KEYI_STAFF_PASSWORD_DAYS", "90" if IS_PRODUCTION else "0"))  # 0: for ever
OTP_TOTP_ISSUER = "Keyi"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not IS_PLAIN_HTTP
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = not IS_PLAIN_HTTP
CSRF_FAILURE_VIEW = "keyi.accounts.views.kept.csrf_failure"
CSRF_TRUSTED_ORIGINS = ["://".join(urlsplit(SITE_URL)[:2])]

# Language: Chinese for everybody who has not chosen otherwise (middleware.py)
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not IS_PLAIN_HTTP
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / ("test-files" if IS_TEST else "files")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if IS_TEST:  # nothing is collected for tests
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_AUTOREFRESH = True
    WHITENOISE_USE_FINDERS = True
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # larger files go through a temporary file
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # everything but the files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

UNIT_QUOTA = int(read("KEYI_UNIT_QUOTA_GB", "5")) * 2**30  # bytes of a unit's files; 0: no limit
CLAMD = read("KEYI_CLAMD")  # where ClamAV listens: host:3310 or /run/clamav/clamd.ctl

# The national network platform: where its interface stands; nothing is sent while the address is empty
NATIONAL_URL = read("KEYI_NATIONAL_URL")
NATIONAL_NAMESPACE = read("KEYI_NATIONAL_NAMESPACE")  # as its WSDL says

# Headers
_self = [SELF]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": _self,
        "style-src": _self,
        "img-src": [SELF, "data:"],
        "font-src": _self,
        "connect-src": _self,
        "manifest-src": _self,
        "worker-src": _self,  # the captcha computes in a worker
        "frame-src": _self,  # an attached PDF is read in the page
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": _self,
        "frame-ancestors": _self,
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^(healthz|livez|readyz|metrics)$"]
if not IS_PLAIN_HTTP:
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_SSL_REDIRECT = BEHIND_PROXY  # without a proxy's word there is no telling what the visitor typed
if BEHIND_PROXY:  # only then may these headers be believed
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True

# Mail
DEFAULT_FROM_EMAIL = SERVER_EMAIL = read("KEYI_MAIL_FROM", "keyi@localhost")
EMAIL_SUBJECT_PREFIX = ""
if IS_DEMO and not read("KEYI_MAIL_URL"):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA / "mail"
elif read("KEYI_MAIL_URL"):
    globals().update(parse_mail_url(read("KEYI_MAIL_URL")))

# Search: every node keeps an index of the public copies beside itself (keyi/search)
SEARCH_FOLDER = DATA / "search"
SEARCH_NODE = read("KEYI_NODE")  # the host's name unless said otherwise
SEARCH_FOLLOWS_IN = "query" if IS_TEST else "thread"  # a test sees at once what it wrote

# Search pages and suggestions that one address may ask of one process in a minute
ASKED_PER_MINUTE = 1_000_000 if IS_TEST else int(read("KEYI_ASKED_PER_MINUTE", "600"))

# Jobs
PROCRASTINATE_IMPORT_PATHS = ["keyi.config.jobs"]
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": 2, "delete_jobs": "successful"}

# Backups: made every night into this folder when it is set, encrypted by age for this public key when it is set
BACKUP_FOLDER = read("KEYI_BACKUP_FOLDER")
BACKUP_RECIPIENT = read("KEYI_BACKUP_RECIPIENT")
BACKUP_KEEP = int(read("KEYI_BACKUP_KEEP", "14"))

# Figures for Prometheus at /metrics, for who sends this token; without one there is no such page
METRICS_TOKEN = read("KEYI_METRICS_TOKEN")

# Log: to standard error, without what people typed; in production one JSON object a line
LOGS_ACCESS = IS_PRODUCTION
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "keyi.config.logs.JsonLines"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json" if LOGS_ACCESS else "plain"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # what every scanner of the internet sends
        "keyi.access": {"level": "INFO"},
        "axes": {"level": "ERROR"},  # it would log every account name that is typed
    },
}
