"""Django's settings. What an operator may choose is read from the environment and checked in `lib.config`."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from twoyes.lib import config, env, keys, limits, sqlite

_HERE = Path(__file__).resolve().parent


def _seconds(age: timedelta) -> int:
    return int(age.total_seconds())


def _database() -> dict[str, Any]:
    """Return the store: DATABASE_URL, or SQLite in the data directory (B10, B14, F8)."""
    chosen = {**config.database(), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    if chosen["ENGINE"] == "django.db.backends.sqlite3":
        chosen["OPTIONS"] = {**chosen.get("OPTIONS", {}), **sqlite.options()}
    else:
        # The server plans a kept query once (`lib/direct.py`); for a pooler that cannot, the URL says "none".
        options = {"prepare_threshold": 1, **chosen.get("OPTIONS", {})}
        chosen["OPTIONS"] = options | ({"prepare_threshold": None} if options["prepare_threshold"] == "none" else {})
    return chosen


# What the operator named.
TWOYES_URL = config.base_url()
TWOYES_PROXIES = config.proxies()
TWOYES_LOCAL_SERVERS = config.local_servers()
TWOYES_DOMAIN = config.domain(TWOYES_URL)
TWOYES_MAIL_ADDRESS = config.mail_address(TWOYES_DOMAIN)
EMAIL_URL = config.email_url()
RELAY_KIND = config.relay_kind(EMAIL_URL)
POST_ROOM = RELAY_KIND == "postroom"
INBOX_URLS = config.inbox_urls()
TWOYES_AUTHSERV = config.authserv()
TWOYES_YES_BY_MAIL = config.yes_by_mail(TWOYES_AUTHSERV, INBOX_URLS)
TWOYES_DNS = config.name_server()
TWOYES_DKIM_SELECTOR = config.dkim_selector()
TWOYES_DKIM_KEY = config.dkim_key(TWOYES_DKIM_SELECTOR)
# Passkeys are bound to a name; where browsers know none, none are offered.
TWOYES_PASSKEY_HOST = config.passkey_host(TWOYES_URL)
TWOYES_OIDC = config.oidc()
DATA_DIR = env.data_dir()
_OVER_TLS = TWOYES_URL.startswith("https://")

SECRET_KEY, *SECRET_KEY_FALLBACKS = keys.secrets_in_use()
# Never on: its error pages show settings and personal data to whoever asks.
DEBUG = False
ALLOWED_HOSTS = config.allowed_hosts(TWOYES_URL)
CSRF_TRUSTED_ORIGINS = [TWOYES_URL]

ROOT_URLCONF = "twoyes.web.urls"
WSGI_APPLICATION = "twoyes.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": _database()}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    # Our templates come before allauth's of the same name.
    "twoyes.web",
    "twoyes.care",
    "twoyes.mail",
    "twoyes.introductions",
    "twoyes.policy",
    "twoyes.network",
    "twoyes.people",
    "twoyes.lib",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "twoyes.web.middleware.Squeezed",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "twoyes.web.middleware.Discreet",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Time and language.
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LOCALE_PATHS = [_HERE / "locale"]
# What nobody translated yet is offered to nobody: English sentences with German dates in them are no German.
LANGUAGES = [
    (code, name)
    for code, name in (("en", _("English")), ("de", _("German")), ("fr", _("French")), ("es", _("Spanish")))
    if code == LANGUAGE_CODE or (LOCALE_PATHS[0] / code / "LC_MESSAGES" / "django.mo").exists()
]

# Our own files are served from the package; what is uploaded stays in memory, never in a temp directory.
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

# What a page may do.
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Cookies are marked Secure only where the public address is https, or nobody could log in on a first try-out.
SESSION_ENGINE = "twoyes.web.sessions"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _OVER_TLS

# Limits on tries are counted where every process sees them.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "twoyes_cache"},
}

# Accounts: a code by mail, no passwords, nobody signs up by themselves.
AUTHENTICATION_BACKENDS = ["twoyes.web.sessions.Backend"]
LOGIN_URL = "/accounts/login/code/"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_ADAPTER = "twoyes.web.accounts.Adapter"
ACCOUNT_FORMS = {"request_login_code": "twoyes.web.accounts.RequestLoginCodeForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = _seconds(limits.LOGIN_CODE_AGE)
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = limits.LOGIN_CODE_TRIES
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = _seconds(limits.REAUTHENTICATION_AGE)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _OVER_TLS else "http"

# A second proof, for whoever wants one: passkeys, an app's codes, and codes on paper; their secrets are sealed.
MFA_ADAPTER = "twoyes.web.second_proofs.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Twoyes"

# Another house may vouch for an address (OpenID Connect); nothing that it says is kept.
SOCIALACCOUNT_ADAPTER = "twoyes.web.oidc.Adapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_STORE_TOKENS = False

# Nothing is mailed when a page fails: such a mail would carry the page's data (E22).
ADMINS: list[str] = []
# Letters leave through the outbox only; whatever else calls send_mail must not reach anybody.
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
DEFAULT_FROM_EMAIL = TWOYES_MAIL_ADDRESS.replace("+{token}", "").replace("{token}", "intro")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "scrubbed": {
            "()": "twoyes.lib.logs.ScrubbingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "scrubbed"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "twoyes": {"level": "INFO"},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
