"""Who comes to the door in tests: one member of each role, and a stranger."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.members.models import Member


@pytest.fixture(autouse=True)
def _the_log_can_be_emptied_between_tests(request: pytest.FixtureRequest) -> None:
    """Tests that commit are cleaned up by DELETE, which SQLite's trigger would refuse."""
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or "live_server" in request.fixturenames
    if not commits and not (marker and marker.kwargs.get("transaction")):
        return
    request.getfixturevalue("transactional_db")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER IF EXISTS core_audit_no_delete")


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
