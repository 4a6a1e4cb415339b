"""Who comes to the door in tests: one member of each role, and a stranger."""

from __future__ import annotations

import copy
import importlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db.backends.sqlite3.base import DatabaseOperations
from django.test import Client
from django.utils import timezone

from fourfits import sources
from fourfits_web.core import counting, remembering
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import PERMISSIONS, Role
from fourfits_web.data.models import TableState
from fourfits_web.fits import queries as fits
from fourfits_web.members import actions as members
from fourfits_web.members.models import Member
from fourfits_web.reports import queries as reports
from fourfits_web.reports import running, words
from fourfits_web.reports.models import Report
from worked_in import filled

__all__ = ["filled"]  # for tests that need a workspace people have worked in


@pytest.fixture(scope="session", autouse=True)
def _the_log_can_be_emptied_between_tests() -> Iterator[None]:
    """Tests that commit are cleaned up by DELETE, which SQLite's trigger would refuse.

    The trigger is away only while Django empties the tables: every test finds it in place.
    """
    append_only = importlib.import_module("fourfits_web.core.migrations.0002_append_only")
    empty = DatabaseOperations.sql_flush

    def without_the_trigger(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        return [
            "DROP TRIGGER IF EXISTS core_audit_no_delete",
            *empty(self, *args, **kwargs),
            *append_only.SQLITE,
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", without_the_trigger)
        yield


@pytest.fixture(autouse=True)
def _nothing_is_remembered_from_a_request() -> Iterator[None]:
    """A file that is streamed and never closed leaves its request open; numbers come again."""
    yield
    remembering.forget()
    reports.read_once.cache_clear()
    fits.remembered.cache_clear()
    cache.clear()
    shutil.rmtree(counting.place(), ignore_errors=True)


@pytest.fixture
def member(db: None) -> Callable[[Role], Member]:
    """A member of a role, made when first asked for."""

    def of(role: Role) -> Member:
        email = f"{role.value}@example.org"
        found = Member.objects.filter(email=email).first()
        return found or Member.objects.create_user(email, name=role.label, role=role)

    return of


@pytest.fixture
def actor(member: Callable[[Role], Member]) -> Callable[[Role], Actor]:
    """An actor of a role, at the door of pages."""
    return lambda role: Actor.member_at(member(role), "page")


@pytest.fixture
def as_(member: Callable[[Role], Member]) -> Callable[[Role], Client]:
    """A browser in which a member of the role is signed in."""

    def signed_in(role: Role) -> Client:
        client = Client()
        client.force_login(member(role))
        return client

    return signed_in


@pytest.fixture
def ask(actor: Callable[[Role], Actor]) -> Callable[..., Any]:
    """A program with a key of a role, every scope unless some are named; asks the API for a path."""
    shutil.rmtree(counting.place(), ignore_errors=True)  # nobody asked yet

    def asking(
        method: str,
        path: str,
        body: Any = None,
        role: Role = Role.PRODUCT_MANAGER,
        scopes: tuple[str, ...] = tuple(PERMISSIONS),
        **headers: str,
    ) -> Any:
        secret, owner = members.new_key(), actor(Role.OWNER)
        members.issue_key(
            owner, name="Program", member=actor(role).member, scopes=scopes, secret=secret
        )
        sent = {"Authorization": f"Bearer {secret}", **headers}
        whole = f"/api/v1{path}"
        if isinstance(body, dict) and any(hasattr(value, "read") for value in body.values()):
            return getattr(Client(), method)(whole, body, headers=sent)
        return getattr(Client(), method)(whole, body, content_type="application/json", headers=sent)

    return asking


@pytest.fixture
def stranger(db: None) -> Client:
    """A browser in which nobody is signed in."""
    return Client()


@pytest.fixture
def owner(as_: Callable[[Role], Client]) -> Client:
    """A browser of an owner."""
    return as_(Role.OWNER)


@pytest.fixture
def product_manager(as_: Callable[[Role], Client]) -> Client:
    """A browser of a product manager."""
    return as_(Role.PRODUCT_MANAGER)


@pytest.fixture
def product_marketing_manager(as_: Callable[[Role], Client]) -> Client:
    """A browser of a product marketing manager."""
    return as_(Role.PRODUCT_MARKETING_MANAGER)


@pytest.fixture
def viewer(as_: Callable[[Role], Client]) -> Client:
    """A browser of a viewer."""
    return as_(Role.VIEWER)


@pytest.fixture
def empty_home(settings: Any, tmp_path: Path) -> Path:
    """An empty home, for a test that brings its own data in."""
    settings.HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture
def sample_home(settings: Any, home: Path, db: None) -> Path:
    """The sample company of 2,000 customers as the workspace's data; only to be read."""
    settings.HOME = home
    return home


@pytest.fixture
def own_sample_home(settings: Any, home: Path, tmp_path: Path, db: None) -> Path:
    """A copy of the sample company, for a test that imports, undoes or writes to the lake."""
    copied = tmp_path / "home"
    shutil.copytree(home, copied)
    settings.HOME = copied
    return copied


@dataclass(frozen=True)
class Answers:
    """What analyses said of the sample company, computed once in a run of the tests."""

    source: sources.Data
    n_rows: dict[str, int]
    said: dict[str, tuple[dict[str, Any], dict[str, Any]]]

    def keep(self, *analyses: str) -> dict[str, Report]:
        """The answers as stored reports of today, all of them unless some are named."""
        for name, version in self.source.versions.items():
            TableState.objects.update_or_create(
                name=name,
                defaults={
                    "version": version,
                    "n_rows": self.n_rows[name],
                    "changed_at": timezone.now(),
                },
            )
        opened = running.Opened(Actor.workspace(), self.source, timezone.now())
        return {
            name: running.keep(opened, name, asked, copy.deepcopy(answer))
            for name, (asked, answer) in self.said.items()
            if not analyses or name in analyses
        }


@pytest.fixture(scope="session")
def answers(home: Path) -> Answers:
    """The fits, the conflicts and what the market pages stand on, of the sample company."""
    source = sources.open(home)
    themes, _ = running.answered(source, "themes", {})
    derived = themes.derived() if themes else None
    if derived is not None:
        source = source.adding(**{derived.table: derived.rows})
    said = {}
    for name in ("scorecard", "conflicts", "van_westendorp", "acquisition", "experiment"):
        asked = words.usual(name)[0]
        said[name] = (dict(asked), running.answered(source, name, asked)[1] | {"quality": []})
    return Answers(source, _counted(source), said)


@pytest.fixture(scope="session")
def recommended(home: Path) -> Answers:
    """How likely the sample company's customers are to recommend it, by segment."""
    source, asked = sources.open(home), {"by": "segment"}
    answer = running.answered(source, "nps", asked)[1] | {"quality": []}
    return Answers(source, _counted(source), {"nps": (dict(asked), answer)})


def _counted(source: sources.Data) -> dict[str, int]:
    return {name: int(source.table(name).count().to_pyarrow().as_py()) for name in source}


@pytest.fixture
def sample_reports(answers: Answers, sample_home: Path, db: None) -> dict[str, Report]:
    """Those answers as stored reports, by analysis."""
    return answers.keep()
