"""Every setting of the program, read from the environment (12-factor); `docs/settings.md` lists them all.

`manage.py` fills in what an unconfigured machine lacks (the embedded servers and the generated secrets of the data
folder) before this module is imported, so nothing here guesses.
"""

import os
from ipaddress import ip_network
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from helpdesk.core.files_host import name_of, origin_of
from helpdesk.core.logs import logging_config
from helpdesk.core.shared_memory import folder_for
from helpdesk.search.address import read_address

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

# --- Who and where we are -----------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # still believed, no longer used to sign
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS")  # newest first; older ones still open what they sealed
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SITE_NAME = env.str("SITE_NAME", default="Helpdesk")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = SITE_URL.startswith("https://")
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
FILES_HOST = env.str("FILES_HOST", default="")
FILES_LINK_SECONDS = env.int("FILES_LINK_SECONDS", default=60)
FILES_ORIGIN = [origin_of(site_url=SITE_URL, files_host=FILES_HOST)] if FILES_HOST else []
ALLOWED_HOSTS += [name_of(FILES_HOST)] if FILES_HOST else []
DATA_DIR = Path(env.str("HELPDESK_DATA", default=str(BASE_DIR / ".data")))

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "template_partials",
    "django_htmx",
    "django_celery_beat",
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
    "allauth.mfa",
    "pgtrigger",
    "pghistory",
    "helpdesk.core",
    "helpdesk.journal",
    "helpdesk.accounts",
    "helpdesk.accounts.directory",
    "helpdesk.accounts.sso",
    "helpdesk.notifications",
    "helpdesk.search",
    "helpdesk.chat",
    "helpdesk.work",
    "helpdesk.webhooks",
    "helpdesk.oncall",
    "tickets",
    "tickets.mail",
    "billing",
    "licensing",
    "vpn",
    "vpn.hosting",
    "crm_sync",
    "helpdesk.operations",
    "helpdesk.reports",
]

MIDDLEWARE = [
    "helpdesk.operations.traffic.middleware",
    "django.middleware.security.SecurityMiddleware",
    "helpdesk.core.middleware.request_context",
    "helpdesk.core.middleware.whole_requests",
    "helpdesk.core.files_host.middleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "helpdesk.accounts.seeing.SeeAs",
    "helpdesk.accounts.middleware.SignedIn",
    "helpdesk.accounts.middleware.personal_settings",
    "helpdesk.accounts.middleware.SecondFactor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "helpdesk.core.middleware.words_of_refusals",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "helpdesk.core.middleware.admin_policy",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"
ASGI_APPLICATION = "helpdesk.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "helpdesk.core.context_processors.site",
            ],
        },
    },
]

# --- Database, cache, queues --------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"] |= {
    "ENGINE": "helpdesk.core.postgresql",
    "ATOMIC_REQUESTS": False,
    "CONN_HEALTH_CHECKS": True,
    "CONN_MAX_AGE": 0,
}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"].setdefault("application_name", env.str("HELPDESK_PROCESS", default="helpdesk"))
if env.bool("DATABASE_PREPARED_STATEMENTS", default=True):
    # A page's statements are the same all day: parsed and planned once for each connection they cost half.
    DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 3}
if env.bool("DATABASE_POOL", default=False):
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL_SIZE", default=12),
        "timeout": 10,
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASE_STATEMENT_TIMEOUT_MS = env.int("DATABASE_STATEMENT_TIMEOUT_MS", default=10_000)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "helpdesk.core.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {
            "socket_timeout": 1,
            "socket_connect_timeout": 1,
            "serializer": "helpdesk.core.cache.JsonSerializer",
        },
        "KEY_PREFIX": "helpdesk",
    },
}

SEARCH_URL = env.str("SEARCH_URL", default="")
SEARCH_ADDRESS = read_address(SEARCH_URL)

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "helpdesk.notifications.tasks.*": {"queue": "notify"},
    "helpdesk.accounts.sso.tasks.*": {"queue": "notify"},
    "helpdesk.search.tasks.carry": {"queue": "notify"},  # found within a second: not behind long work
    "helpdesk.chat.tasks.*": {"queue": "notify"},
    "vpn.tasks.spread_news": {"queue": "notify"},
    "vpn.hosting.tasks.spread_news": {"queue": "notify"},
    "vpn.hosting.tasks.*": {"queue": "sync"},
    "tickets.mail.tasks.*": {"queue": "mail"},
    "helpdesk.accounts.directory.tasks.*": {"queue": "sync"},
}
CELERY_TASK_ACKS_LATE = False  # a lost bell is rung again by the sweep; a doubled one costs a query
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 0.75,  # whoever rings holds up a page or a mail server, and rings twice
    "socket_connect_timeout": 0.75,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BEAT_SCHEDULER = "helpdesk.operations.beat:Scheduler"
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=10.0)
CELERY_BEAT_SCHEDULE = {
    "outbox sweep": {"task": "helpdesk.notifications.tasks.sweep", "schedule": SWEEP_SECONDS},
    "old notices": {"task": "helpdesk.notifications.tasks.forget_old", "schedule": crontab(hour=3, minute=31)},
    "address book sweep": {"task": "helpdesk.accounts.tasks.sweep", "schedule": SWEEP_SECONDS},
    "single sign-on sweep": {"task": "helpdesk.accounts.sso.tasks.sweep", "schedule": min(SWEEP_SECONDS, 3.0)},
    "single sign-on clean-up": {"task": "helpdesk.accounts.sso.tasks.clean_up", "schedule": crontab(hour=3, minute=27)},
    "raw mail sweep": {"task": "tickets.mail.tasks.process_stored", "schedule": SWEEP_SECONDS},
    "ticket sweep": {"task": "tickets.tasks.sweep", "schedule": SWEEP_SECONDS},
    "archive of tickets": {"task": "tickets.tasks.archive", "schedule": crontab(hour=3, minute=41)},
    "planned messages": {"task": "tickets.tasks.send_planned", "schedule": SWEEP_SECONDS},
    "abandoned uploads": {"task": "tickets.tasks.sweep_uploads", "schedule": crontab(hour=3, minute=37)},
    "survey sweep": {"task": "tickets.mail.tasks.ask_for_ratings", "schedule": 600.0},
    "export sweep": {"task": "tickets.tasks.make_exports", "schedule": 60.0},
    "erasure sweep": {"task": "helpdesk.accounts.tasks.erase_due", "schedule": 3600.0},
    "directory sweep": {"task": "helpdesk.accounts.directory.tasks.sweep", "schedule": SWEEP_SECONDS},
    "chat sweep": {"task": "helpdesk.chat.tasks.sweep", "schedule": SWEEP_SECONDS},
    "abandoned files of the chat": {
        "task": "helpdesk.chat.tasks.forget_uploads",
        "schedule": crontab(hour=3, minute=35),
    },
    "search sweep": {"task": "helpdesk.search.tasks.sweep", "schedule": SWEEP_SECONDS},
    "file text sweep": {"task": "helpdesk.search.tasks.read_files", "schedule": SWEEP_SECONDS},
    "unlisted files sweep": {"task": "tickets.tasks.list_files", "schedule": 3600.0},
    "long work sweep": {"task": "helpdesk.work.tasks.sweep", "schedule": SWEEP_SECONDS},
    "vault sweep": {"task": "vpn.hosting.tasks.sweep", "schedule": 60.0},
    "temporary access sweep": {"task": "vpn.hosting.tasks.sweep_accesses", "schedule": 30.0},
    "hosting facts sweep": {"task": "vpn.hosting.tasks.sweep_doors", "schedule": 60.0},
    "hosting facts": {"task": "vpn.hosting.tasks.ask_doors", "schedule": crontab(hour=2, minute=11)},
    "web hook sweep": {"task": "helpdesk.webhooks.tasks.sweep", "schedule": SWEEP_SECONDS},
    "web hook clean-up": {"task": "helpdesk.webhooks.tasks.clean_up", "schedule": crontab(hour=3, minute=23)},
    "revocation list sweep": {"task": "vpn.tasks.publish_due", "schedule": 60.0},
    "requests for VPN keys": {"task": "vpn.tasks.spread_news", "schedule": 60.0},
    "ends of VPN keys": {"task": "vpn.tasks.end_due", "schedule": 60.0},
    "reminders of VPN keys": {"task": "vpn.tasks.remind", "schedule": crontab(hour=7, minute=5)},
    "VPN hosts": {"task": "vpn.servers.tasks.sweep", "schedule": 20.0},
    "VPN canaries": {"task": "vpn.servers.tasks.keep_canaries", "schedule": 300.0},
    "VPN session clean-up": {"task": "vpn.servers.tasks.clean_up", "schedule": crontab(hour=3, minute=43)},
    "daily clean-up": {"task": "helpdesk.operations.tasks.clean_up", "schedule": crontab(hour=3, minute=17)},
}
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1

# --- VPN ----------------------------------------------------------------------------------------------------------
VPN_COMPANY = env.str("VPN_COMPANY", default="mycompany")
VPN_LINK_HOURS = min(env.int("VPN_LINK_HOURS", default=24), 24)
VPN_CLIENT_DAYS = env.int("VPN_CLIENT_DAYS", default=397)
VPN_OVERLAP_DAYS = env.int("VPN_OVERLAP_DAYS", default=7)
VPN_UNUSED_DAYS = env.int("VPN_UNUSED_DAYS", default=60)
VPN_ISSUES_PER_TEN_MINUTES = env.int("VPN_ISSUES_PER_TEN_MINUTES", default=5)
VPN_NIGHT_HOURS = tuple(env.list("VPN_NIGHT_HOURS", cast=int, default=[22, 6]))

# --- People -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "helpdesk.accounts.backends.Backend",
    "helpdesk.accounts.directory.backends.DirectoryBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "helpdesk.accounts.breached.BreachedPasswordValidator"},
]
BREACHED_PASSWORDS = env.str("BREACHED_PASSWORDS", default="")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "helpdesk.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address proves itself by the sign-in link that is sent to it
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = False  # helpdesk.accounts.actions.attempts counts in the database: no lost cache opens a door
ACCOUNT_SESSION_REMEMBER = True
IDP_OIDC_ADAPTER = "helpdesk.accounts.sso.adapter.SiteAdapter"
MFA_ADAPTER = "helpdesk.accounts.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # a clock that is half a minute off; a code is good once all the same
TRUST_BROWSER_DAYS = env.int("TRUST_BROWSER_DAYS", default=30)
EXPORT_DAYS = env.int("EXPORT_DAYS", default=7)
ERASURE_DAYS = env.int("ERASURE_DAYS", default=14)
INVITATION_DAYS = env.int("INVITATION_DAYS", default=3)
SIGN_IN_LINK_HOURS = env.int("SIGN_IN_LINK_HOURS", default=72)
SESSION_ENGINE = "helpdesk.accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "helpdesk.core.views.csrf_failure"

# --- Safety -------------------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^health/"]
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, "'strict-dynamic'"],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *FILES_ORIGIN],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
    },
}
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # opens /metrics to other machines
METRICS_DIR = env.str("METRICS_DIR", default="") or str(folder_for(DATA_DIR))
os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS_DIR  # prometheus-client looks for it when it is imported
WATCH_CERTIFICATES = env.list("WATCH_CERTIFICATES", default=[])  # files, and host:port
WATCH_BACKUP_DIR = env.str("WATCH_BACKUP_DIR", default="")
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=600)
API_FAILURES_PER_MINUTE = env.int("API_FAILURES_PER_MINUTE", default=60)
OUTGOING_ALLOWED_NETWORKS = env.list("OUTGOING_ALLOWED_NETWORKS", cast=ip_network, default=[])
OUTGOING_ALLOWED_PORTS = env.list("OUTGOING_ALLOWED_PORTS", cast=int, default=[443, 8443])
API_TOKEN_MAX_DAYS = env.int("API_TOKEN_MAX_DAYS", default=1095)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 50
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_MB", default=25) * 1024 * 1024
FILE_TEXT_MAX_BYTES = env.int("FILE_TEXT_MAX_MB", default=25) * 1024 * 1024
FILE_TEXT_MEMORY_MB = env.int("FILE_TEXT_MEMORY_MB", default=512)
FILE_TEXT_SECONDS = env.int("FILE_TEXT_SECONDS", default=20)
SEND_UNDO_SECONDS = env.int("SEND_UNDO_SECONDS", default=10)
NOTE_DELETION_MINUTES = env.int("NOTE_DELETION_MINUTES", default=60)
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750

# --- Files --------------------------------------------------------------------------------------------------------
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(DATA_DIR / "files")))
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "helpdesk.core.storage.DurableFileSystemStorage"},
    "staticfiles": {"BACKEND": "helpdesk.core.storage.HashedStaticStorage"},
}
WHITENOISE_MAX_AGE = 3600

# --- Mail ---------------------------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25")
globals().update({name: value for name, value in EMAIL_CONFIG.items() if name.isupper()})
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="helpdesk@localhost")
MAIL_MAX_BYTES = env.int("MAIL_MAX_MB", default=50) * 1024 * 1024
MAIL_PARSER_MEMORY_MB = env.int("MAIL_PARSER_MEMORY_MB", default=1024)
MAIL_PARSER_SECONDS = env.int("MAIL_PARSER_SECONDS", default=30)
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=45)
SMTP_INLET_HOST = env.str("SMTP_INLET_HOST", default="127.0.0.1")
SMTP_INLET_PORT = env.int("SMTP_INLET_PORT", default=2525)
TRUSTED_AUTHSERV_IDS = env.list("TRUSTED_AUTHSERV_IDS", default=[])
CHECK_MAIL_ORIGIN = env.bool("CHECK_MAIL_ORIGIN", default=True)
MAIL_DNS_SERVER = env.str("MAIL_DNS_SERVER", default="")
MAIL_FLOOD_PER_HOUR = env.int("MAIL_FLOOD_PER_HOUR", default=500)
RATING_DELAY_HOURS = env.float("RATING_DELAY_HOURS", default=4.0)
RATING_DAYS = env.int("RATING_DAYS", default=14)
DELIVERY_LEASE_SECONDS = env.int("DELIVERY_LEASE_SECONDS", default=60)
OUTGOING_ANSWER_SECONDS = env.int("OUTGOING_ANSWER_SECONDS", default=180)
OUTGOING_PER_ADDRESS_PER_HOUR = env.int("OUTGOING_PER_ADDRESS_PER_HOUR", default=20)
OUTGOING_AUTOMATIC_PER_CONVERSATION_PER_DAY = env.int("OUTGOING_AUTOMATIC_PER_CONVERSATION_PER_DAY", default=5)

# --- Tickets ------------------------------------------------------------------------------------------------------
VAULT_REVEALS_AN_HOUR = env.int("VAULT_REVEALS_AN_HOUR", default=30)
VAULT_ALARM_AT = env.int("VAULT_ALARM_AT", default=10)
TICKET_LOCK_MINUTES = env.int("TICKET_LOCK_MINUTES", default=30)
ARCHIVE_AFTER_DAYS = env.int("ARCHIVE_AFTER_DAYS", default=365)

# --- VPN ----------------------------------------------------------------------------------------------------------
VPN_OPENVPN = env.list("VPN_OPENVPN", default=["openvpn"])
VPN_WG = env.list("VPN_WG", default=["wg"])
VPN_SIGNER_FOLDER = env.str("VPN_SIGNER_FOLDER", default=str(DATA_DIR / "vpn-signer"))
VPN_SIGNER_SOCKET = env.str("VPN_SIGNER_SOCKET", default=str(DATA_DIR / "vpn-signer.socket"))

# --- Language and time --------------------------------------------------------------------------------------------
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "helpdesk" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

# --- History, admin, logs -----------------------------------------------------------------------------------------
PGHISTORY_APPEND_ONLY = True
UNFOLD = {
    "SITE_TITLE": "Helpdesk",
    "SITE_HEADER": "Helpdesk",
    "SITE_URL": "/desk/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/favicon.svg")}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [lambda request: static("administration.css")],
    "COLORS": {  # the accent of the other pages
        "primary": {
            "50": "oklch(97.7% 0.014 262)",
            "100": "oklch(95.2% 0.028 262)",
            "200": "oklch(90.5% 0.055 262)",
            "300": "oklch(83% 0.095 262)",
            "400": "oklch(71.5% 0.14 262)",
            "500": "oklch(60% 0.16 262)",
            "600": "oklch(48% 0.16 262)",
            "700": "oklch(42% 0.15 262)",
            "800": "oklch(37% 0.13 262)",
            "900": "oklch(32% 0.105 262)",
            "950": "oklch(25% 0.08 262)",
        }
    },
}
LOGGING_CONFIG = None
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT = env.str("LOG_FORMAT", default="json")
logging_config(level=LOG_LEVEL, form=LOG_FORMAT)

SENTRY_DSN = env.str("SENTRY_DSN", default="")
