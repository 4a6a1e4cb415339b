"""What every new workspace begins with, made once at installation: empty records, style sheets.

Nothing depends on it: where it is missing, or of other code, each workspace makes its own.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core.management import call_command

import fourfits

if TYPE_CHECKING:
    from django.db.migrations.loader import MigrationLoader

FOLDER = Path(sys.prefix) / "share" / "fourfits"
MARK = ".version"
"""A file in each part that says of which code it is."""


def lay_records() -> None:
    """Begin the records of a new home on SQLite with a copy of the empty ones."""
    database = settings.DATABASES["default"]
    target = Path(settings.HOME) / "workspace.sqlite3"
    if database.get("NAME") != target or target.exists():
        return
    if not _is_of(FOLDER / "records", _records_version()):
        return
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(FOLDER / "records" / "empty.sqlite3", draft)
    with contextlib.suppress(FileExistsError):  # another process was quicker
        os.link(draft, target)
    draft.unlink()


def lay_static() -> None:
    """Have style sheets and scripts in one folder, compressed and named by content, once a version."""
    target, version = Path(settings.STATIC_ROOT), _static_version()
    if _is_of(target, version):
        return
    if _is_of(FOLDER / "static", version):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(FOLDER / "static", target, ignore=shutil.ignore_patterns(MARK))
    else:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    (target / MARK).write_text(version)


def make() -> None:
    """Make what is missing or old, by way of an empty home that is thrown away."""
    from fourfits_web.project import cli

    os.environ.pop("FOURFITS_DATABASE_URL", None)
    with tempfile.TemporaryDirectory() as home:
        cli.set_up(Path(home))
        if not _is_of(FOLDER / "records", _records_version()):
            call_command("migrate", verbosity=0, interactive=False)
            _keep_records(Path(home) / "workspace.sqlite3")
        if not _is_of(FOLDER / "static", _static_version()):
            lay_static()
            _replace(FOLDER / "static", Path(settings.STATIC_ROOT))


def _keep_records(made: Path) -> None:
    from django.db import connection

    connection.close()
    part = made.with_name("records")
    part.mkdir()
    with contextlib.closing(sqlite3.connect(made)) as records:
        records.execute("VACUUM INTO ?", [str(part / "empty.sqlite3")])
    (part / MARK).write_text(_records_version())
    _replace(FOLDER / "records", part)


def _replace(target: Path, part: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(part, target)


def _is_of(part: Path, version: str) -> bool:
    mark = part / MARK
    return mark.is_file() and mark.read_text() == version


def _records_version() -> str:
    """Of all that makes the tables: the migrations, and who runs them."""
    from django.db.migrations.loader import MigrationLoader

    loader: MigrationLoader = MigrationLoader(None)
    said = (fourfits.__version__, django.__version__, sqlite3.sqlite_version)
    seen = hashlib.sha256(" ".join(said).encode())
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        file = sys.modules[type(migration).__module__].__file__
        seen.update(f"{app} {name} ".encode() + (Path(file).read_bytes() if file else b""))
    return seen.hexdigest()


def _static_version() -> str:
    from django.contrib.staticfiles.finders import get_finders

    seen = hashlib.sha256(fourfits.__version__.encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            seen.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}".encode())
    return seen.hexdigest()


if __name__ == "__main__":
    make()
