"""Records are made of rows as Django makes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from fourfits_web.core.models import Job, Record
from fourfits_web.core.roles import Role
from fourfits_web.members.models import Member, SignInLink

pytestmark = pytest.mark.django_db


def _job() -> Job:
    return Job.objects.create(kind="try", title="Try", created_at=timezone.now())


def test_every_record_of_ours_is_one() -> None:
    from django.apps import apps

    ours = [one for one in apps.get_models() if one.__module__.startswith("fourfits_web")]

    assert len(ours) > 40
    assert not [one.__name__ for one in ours if not issubclass(one, Record)]


def test_a_record_holds_what_django_would_have_made_of_the_row() -> None:
    kept = _job()
    names = [field.attname for field in Job._meta.concrete_fields]
    values = [getattr(kept, name) for name in names]

    quick, usual = (
        Job.from_db("default", names, values),
        models.Model.from_db.__func__(  # type: ignore[attr-defined]
            Job, "default", names, values
        ),
    )

    assert {name: getattr(quick, name) for name in names} == dict(zip(names, values, strict=True))
    assert quick == usual
    assert (quick._state.adding, quick._state.db) == (False, "default")
    assert set(vars(quick)) == set(vars(usual))


def test_what_was_not_asked_for_is_read_when_it_is_needed(
    django_assert_num_queries: Any,
) -> None:
    _job()

    with django_assert_num_queries(1):
        (found,) = Job.objects.only("kind")
    assert found.get_deferred_fields() >= {"title"}
    with django_assert_num_queries(1):
        assert found.title == "Try"


def test_a_related_record_comes_with_it(
    member: Callable[[Role], Member], django_assert_num_queries: Any
) -> None:
    link = SignInLink.objects.create(
        member=member(Role.ANALYST),
        secret_hash="0",  # noqa: S106 - nobody holds it
        created_at=timezone.now(),
        expires_at=timezone.now(),
    )

    with django_assert_num_queries(1):
        (found,) = SignInLink.objects.select_related("member")
        assert found == link
        assert found.member.role == Role.ANALYST


def test_a_changed_record_is_saved() -> None:
    _job()
    found = Job.objects.get()

    found.title = "Tried"
    found.save()

    assert Job.objects.get().title == "Tried"
    found.refresh_from_db()
    assert found.title == "Tried"
