"""All settings of the workspace; what can be set from outside is read in `env`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from fourfits_web.project import env
from fourfits_web.project.slices import SLICES

HOME = env.home()
WORKSPACE = env.LiveWorkspace(HOME)
SERVED_BY_TLS = env.flag("FOURFITS_TLS")

SECRET_KEY = env.secret_key(HOME)
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.hosts("FOURFITS_HOSTS")]
CSRF_TRUSTED_ORIGINS = [
    f"https://{'*' * host.startswith('.')}{host}" for host in env.hosts("FOURFITS_HOSTS")
]

INSTALLED_APPS = [
    "fourfits_web.core",  # first: its templates stand in for those of allauth
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    *(f"fourfits_web.{name}" for name in SLICES),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "fourfits_web.core.middleware.Policy",
    "fourfits_web.core.middleware.ApiInShape",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "fourfits_web.core.middleware.BodiesBounded",
    "fourfits_web.core.middleware.StrangersRefused",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "fourfits_web.core.middleware.AsksFirst",
    "fourfits_web.core.middleware.RefusalsInWords",
]

ROOT_URLCONF = "fourfits_web.project.urls"
WSGI_APPLICATION = "fourfits_web.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fourfits_web.core.context.workspace",
            ],
            "builtins": ["fourfits_web.core.templatetags.fourfits"],
        },
    }
]
FORM_RENDERER = (
    "fourfits_web.core.forms.Renderer"
    if find_spec("fourfits_web.core.forms")
    else ("django.forms.renderers.DjangoTemplates")
)

# Records
DATABASES = {"default": env.database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = HOME / "media"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "ENQUEUE_ON_COMMIT": False}}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 2_000},  # frames, four parts of each report, cards of the board
    }
}

# Sign-in
AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = ["fourfits_web.members.backends.Members"]
SESSION_ENGINE = "fourfits_web.core.sessions"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_FORMS = {
    "login": "fourfits_web.members.forms.SignInForm",
    "reset_password": "fourfits_web.members.forms.ResetForm",
    "change_password": "fourfits_web.members.forms.ChangeForm",
}
ACCOUNT_ADAPTER = "fourfits_web.members.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "fourfits_web.members.adapters.SocialAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "fourfits"
MFA_FORMS = {
    "authenticate": "fourfits_web.members.second_factor.CodeForm",
    "reauthenticate": "fourfits_web.members.second_factor.CodeAgainForm",
}
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": env.openid_connect()}}

# Mail: nothing is sent unless a server is named
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if env.text("FOURFITS_MAIL_HOST")
    else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST = env.text("FOURFITS_MAIL_HOST")
EMAIL_PORT = env.number("FOURFITS_MAIL_PORT", 587, low=1, high=65_535)
EMAIL_HOST_USER = env.text("FOURFITS_MAIL_USER")
EMAIL_HOST_PASSWORD = env.text("FOURFITS_MAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("FOURFITS_MAIL_TLS", default=True)
DEFAULT_FROM_EMAIL = env.text("FOURFITS_MAIL_FROM", "fourfits@localhost")

# Words and time
LANGUAGE_CODE = "en"
USE_I18N = False  # the workspace speaks English; asking for the language takes a tenth of a page
USE_TZ = True
TIME_ZONE = "UTC"

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "cache" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = (
    True  # nothing asks for the others, and each costs its compression
)

# Safety
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", *env.openid_origins()],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVED_BY_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if SERVED_BY_TLS:
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # wrong passwords are counted by whose they are
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
UPLOAD_LIMIT_BYTES = env.number("FOURFITS_UPLOAD_MIB", 1_024, low=1, high=1_048_576) * 1_048_576
BODY_LIMIT_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1_048_576
FILE_UPLOAD_TEMP_DIR = None
IMPORT_FOLDERS = env.folders("FOURFITS_IMPORT_FOLDERS")
PUBLIC_ROADMAP = env.flag("FOURFITS_PUBLIC_ROADMAP")
API_REQUESTS_PER_MINUTE = env.number("FOURFITS_API_PER_MINUTE", 600, low=1, high=10_000_000)
WEBHOOK_PRIVATE_HOSTS = env.words("FOURFITS_WEBHOOK_PRIVATE_HOSTS")
SERVER_PROCESSES = env.number("FOURFITS_PROCESSES", 2, low=1, high=64)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"secrets": {"()": "fourfits_web.project.logs.SecretsHidden"}},
    "handlers": {
        "terminal": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["secrets"],
        }
    },
    "root": {"handlers": ["terminal"], "level": env.level("FOURFITS_LOG")},
}

env.refuse_misspelt()  # once all names have been asked for
