"""Settings of the project: one file, read from the environment, safe by default.

The profile (`CIVIC311_PROFILE`) is ``production`` unless said otherwise. ``demo`` relaxes what keeps a plain-HTTP
demonstration on loopback from working; ``test`` is for the test suite.
"""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF

from civic311.lib.tilehosts import tile_hosts
from civic311.postgres import database_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

PROFILES = ("demo", "test", "production")
PROFILE: str = env.str("CIVIC311_PROFILE", default="production")
if PROFILE not in PROFILES:
    raise environ.ImproperlyConfigured(
        f"CIVIC311_PROFILE must be one of {', '.join(PROFILES)}, not {PROFILE!r}"
    )
IS_PRODUCTION = PROFILE == "production"

CITY_SLUG: str = env.str("CIVIC311_CITY", default="baltimore")
VAR_DIR = Path(env.str("CIVIC311_VAR", default=str(BASE_DIR / "var")))

DEBUG = False
_INSECURE_KEY = "insecure-civic311-key-for-demo-and-tests-only"
SECRET_KEY: str = env.str("SECRET_KEY", default="" if IS_PRODUCTION else _INSECURE_KEY)
TRACKING_KEY: str = env.str("TRACKING_KEY", default="" if IS_PRODUCTION else _INSECURE_KEY + "-tracking")
SITE_URL: str = env.str("SITE_URL", default="" if IS_PRODUCTION else "http://127.0.0.1:8311").rstrip("/")
ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS", default=[] if IS_PRODUCTION else ["127.0.0.1", "localhost", "[::1]"]
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXY_HOPS: int = env.int("TRUSTED_PROXY_HOPS", default=0)

INSTALLED_APPS = [
    "civic311.apps.ProjectConfig",
    "civic311.lib",
    "departments",
    "requests_app",
    "requests_app.notifications",
    "requests_app.imports",
    "dashboards",
    "whitenoise.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.humanize",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "js_lib_leaflet",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "civic311.middleware.GuardMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "departments.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "civic311.lib.ratelimit.RateLimitMiddleware",
    "departments.middleware.CityMiddleware",
    "dashboards.middleware.RequireMfaMiddleware",
]

ROOT_URLCONF = "civic311.urls"
WSGI_APPLICATION = "civic311.wsgi.application"

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
                "departments.context.city",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "civic311.lib.forms.ComponentRenderer"

DATABASES = {"default": database_config(env, profile=PROFILE, var=VAR_DIR)}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "departments.StaffUser"
AUTHENTICATION_BACKENDS = [
    "dashboards.accounts.StaffBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if PROFILE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/queue/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "dashboards.accounts.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
REQUIRE_MFA: bool = env.bool("REQUIRE_MFA", default=IS_PRODUCTION)

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "civic311.views.csrf_failure"
SECURE_COOKIES = IS_PRODUCTION
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_NAME = "__Host-session" if SECURE_COOKIES else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_COOKIES else "csrf"
SECURE_SSL_REDIRECT: bool = env.bool("SECURE_SSL_REDIRECT", default=IS_PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_PRODUCTION
SECURE_HSTS_PRELOAD = IS_PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if TRUSTED_PROXY_HOPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
# The map: "features" draws it from the city pack, "url" takes a provider's tiles ({z}/{x}/{y}) with its attribution.
BASEMAP: str = env.str("BASEMAP", default="features")
BASEMAP_URL: str = env.str("BASEMAP_URL", default="")
BASEMAP_ATTRIBUTION: str = env.str("BASEMAP_ATTRIBUTION", default="")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "img-src": [SELF, "data:", *tile_hosts(BASEMAP, BASEMAP_URL)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "__Host-language" if SECURE_COOKIES else "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
# Screens for staff, in English only.
STAFF_PREFIXES = (
    "/accounts/",
    "/admin/",
    "/colleagues/",
    "/crew/",
    "/desk/",
    "/inbox/",
    "/knowledge/",
    "/moderation/",
    "/notices/",
    "/queue/",
    "/reports/",
    "/storms/",
    "/styleguide/",
)
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    "jpg",
    "jpeg",
    "png",
    "gif",
    "webp",
    "zip",
    "gz",
    "br",
    "woff",
    "woff2",
    "map",
)
MEDIA_ROOT = VAR_DIR / "media" / CITY_SLUG
TILE_CACHE_DIR = VAR_DIR / "tiles" / CITY_SLUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = ["requests_app.photos.limits.PhotoUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 10
MAX_BODY_BYTES = 40_000_000
PHOTO_MAX_FILES = 3
PHOTO_MAX_BYTES = 12_000_000

EMAIL_CONFIG = env.email_url("EMAIL_URL", default=f"filemail:///{VAR_DIR / 'outbox'}")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="311 <no-reply@city.invalid>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

RATE_LIMIT_FACTOR = 1 if IS_PRODUCTION else 1000
SUBMISSION_KEY_HOURS = 24
SIGN_IN_LINK_MINUTES = 60
RESIDENT_IDLE_MINUTES = 60
RESIDENT_SESSION_HOURS = 12
REOPEN_WINDOW_DAYS = 30
# Assigning, re-routing, joining, closing and bulk changes can be undone for so long; 0: not at all.
UNDO_WINDOW_SECONDS: int = env.int("UNDO_WINDOW_SECONDS", default={"demo": 60, "test": 0}.get(PROFILE, 300))
# So many hours before a due date staff are asked for a new one, and residents are told when nobody gave one.
PROMISE_ASK_HOURS = 24
PROMISE_TELL_HOURS = 4
# A reporter who does not answer a question is reminded, then the request closes.
QUESTION_WARN_DAYS = 7
QUESTION_CLOSE_DAYS = 14
TASK_LINK_DAYS = 30
REVIEW_EVERY_DAYS = 14
EDIT_WINDOW_MINUTES = 60

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"keys_stay_out": {"()": "civic311.lib.logs.KeysStayOut"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["keys_stay_out"]}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"civic311": {"level": "INFO"}, "procrastinate": {"level": "WARNING"}},
}
