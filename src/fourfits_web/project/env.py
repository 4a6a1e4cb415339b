"""Typed reading of the environment; nonsense is refused with one sentence at start."""

from __future__ import annotations

import contextlib
import difflib
import logging
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from fourfits import config
from fourfits.errors import ParameterError

log = logging.getLogger(__name__)

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_HOST = re.compile(r"\*|\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:]+\]", re.IGNORECASE)
_POSTGRESQL = "FOURFITS_DATABASE_URL=postgresql://user:password@host:5432/fourfits"
_OIDC = ("FOURFITS_OIDC_URL", "FOURFITS_OIDC_ID", "FOURFITS_OIDC_SECRET")
CONNECT_SECONDS = 10
"""How long a page waits for PostgreSQL to take up, unless its address says otherwise."""
_OURS = "FOURFITS_"
_LIKE = 0.8
"""Names that share so much of their letters are one name and a slip of it."""
_asked = {"FOURFITS_HOME"}
_YES, _NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """A text."""
    _asked.add(name)
    return os.environ.get(name, default).strip()


def refuse_misspelt() -> None:
    """Refuse a name that is nearly one of those asked for; others, such as a cluster's, may stand."""
    known = [name.removeprefix(_OURS) for name in _asked]
    for name in sorted(os.environ):
        if not name.startswith(_OURS) or name in _asked:
            continue
        like = difflib.get_close_matches(name.removeprefix(_OURS), known, n=1, cutoff=_LIKE)
        if like:
            raise ParameterError(
                f"{name} is no setting, but {_OURS}{like[0]} is.", hint="correct the spelling"
            )


def flag(name: str, *, default: bool = False) -> bool:
    """Yes or no."""
    given = text(name, "yes" if default else "no").lower()
    if given not in _YES | _NO:
        raise ParameterError(f"{name} is {given!r}, must be yes or no.", hint=f"{name}=yes")
    return given in _YES


def number(name: str, default: int, *, low: int, high: int) -> int:
    """A whole number within bounds."""
    given = text(name, str(default))
    if not given.isdecimal() or not low <= int(given) <= high:
        raise ParameterError(
            f"{name} is {given!r}, must be a whole number from {low} to {high}.",
            hint=f"{name}={default}",
        )
    return int(given)


def words(name: str) -> list[str]:
    """Texts separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def level(name: str) -> str:
    """How much is said."""
    given = text(name, "WARNING").upper()
    if given not in _LEVELS:
        raise ParameterError(
            f"{name} is {given!r}, must be one of {', '.join(_LEVELS)}.", hint=f"{name}=INFO"
        )
    return given


def hosts(name: str) -> list[str]:
    """Names of hosts, without what an address has before and after them."""
    given = words(name)
    for host in given:
        if not _HOST.fullmatch(host):
            raise ParameterError(
                f"{name} holds {host!r}, must be names of hosts without https:// and port.",
                hint=f"{name}=product.example.org",
            )
    return given


def folders(name: str) -> list[str]:
    """Folders that are there."""
    given = words(name)
    for folder in given:
        if not Path(folder).is_absolute() or not Path(folder).is_dir():
            raise ParameterError(
                f"{name} holds {folder!r}, must be whole paths of folders that exist.",
                hint=f"{name}=/srv/exports",
            )
    return given


def home() -> Path:
    """The folder that holds everything."""
    return config.home().absolute()


class LiveWorkspace:
    """What `config.toml` of a home says, read again when the file changes.

    Several processes serve a workspace, and a person may change its settings in any of them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = str(folder / "config.toml")
        self._seen = self._stamp()
        self._known = config.workspace(folder)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.now(), name)

    def now(self) -> config.Workspace:
        """The settings of this moment; the last good ones while the file is no TOML."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            try:
                self._known = config.workspace(self._folder)
            except ParameterError:
                log.exception("the settings stay as they were")
        return self._known

    def _stamp(self) -> tuple[int, int]:
        try:
            found = os.stat(self._file)  # noqa: PTH116 - asked by each cell that tells of money
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)


def secret_key(folder: Path) -> str:
    """The key that signs sessions: from the environment, or made once and kept in the home."""
    import secrets

    given = text("FOURFITS_SECRET_KEY")
    if given:
        if len(given) < 32:
            raise ParameterError(
                f"FOURFITS_SECRET_KEY has {len(given)} characters, must have at least 32.",
                hint="leave it out, and one is made and kept in the home",
            )
        return given
    file = folder / "secret.key"
    if not folder.is_dir():
        return secrets.token_urlsafe(48)
    if not file.exists():
        draft = folder / f".secret.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as new:
            new.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # another process was quicker
            os.link(draft, file)
        draft.unlink()
    return file.read_text().strip()


def database(folder: Path) -> dict[str, object]:
    """Where the workspace's records live: SQLite in the home, or PostgreSQL by its address."""
    url = text("FOURFITS_DATABASE_URL")
    if not url:
        return {
            "ENGINE": "fourfits_web.core.sqlite",
            "NAME": folder / "workspace.sqlite3",
            "CONN_MAX_AGE": 600,  # opening it anew takes longer than most pages
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "cached_statements": 400,  # read and planned once, as on PostgreSQL
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000;"
                    "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY"
                ),
            },
        }
    named = _parts("FOURFITS_DATABASE_URL", hint=_POSTGRESQL).scheme
    if named not in {"postgres", "postgresql"}:
        raise ParameterError(
            f"FOURFITS_DATABASE_URL names {named or 'no database'!r}; only PostgreSQL is supported.",
            hint=_POSTGRESQL,
        )
    return _postgresql(url)


def _postgresql(url: str) -> dict[str, object]:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError as problem:
        raise ParameterError(
            "FOURFITS_DATABASE_URL cannot be read as an address of PostgreSQL.",
            hint=_POSTGRESQL,
        ) from problem
    named = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    known = {named[key]: str(value) for key, value in parts.items() if key in named and value}
    asked = {key: value for key, value in parts.items() if key not in named}
    options = {"connect_timeout": CONNECT_SECONDS, **asked}
    return {
        "ENGINE": "fourfits_web.core.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        **known,
    }


def openid_connect() -> list[dict[str, object]]:
    """Sign-in by the company's own identity provider, where one is named."""
    given = [name for name in _OIDC if text(name)]
    if not given:
        return []
    server, hint = text("FOURFITS_OIDC_URL"), "FOURFITS_OIDC_URL=https://id.example.org"
    parts = _parts("FOURFITS_OIDC_URL", hint=hint)
    if server and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ParameterError(f"FOURFITS_OIDC_URL is {server!r}, must be a web address.", hint=hint)
    missing = [name for name in _OIDC if name not in given]
    if missing:
        raise ParameterError(
            f"{' and '.join(given)} cannot be set without {' and '.join(missing)}.",
            hint="set all three, or none",
        )
    return [
        {
            "provider_id": "sso",
            "name": text("FOURFITS_OIDC_NAME", "Single sign-on"),
            "client_id": text("FOURFITS_OIDC_ID"),
            "secret": text("FOURFITS_OIDC_SECRET"),
            "settings": {"server_url": server, "oauth_pkce_enabled": True},
        }
    ]


def _parts(name: str, *, hint: str) -> SplitResult:
    """An address in its parts; it may hold a password, so it is not said again."""
    try:
        return urlsplit(text(name))
    except ValueError as problem:
        raise ParameterError(f"{name} cannot be read as an address.", hint=hint) from problem


def openid_origins() -> list[str]:
    """Where the sign-in form may lead."""
    parts = urlsplit(text("FOURFITS_OIDC_URL"))
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
