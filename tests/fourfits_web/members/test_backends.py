"""Who holds a session is the member as they are now."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fourfits_web.core.roles import Role
from fourfits_web.members.backends import Members
from fourfits_web.members.models import Member

pytestmark = pytest.mark.django_db


def test_the_member_of_a_session_is_found(member: Callable[[Role], Member]) -> None:
    known = member(Role.ANALYST)

    assert Members().get_user(known.pk) == known


def test_who_was_deactivated_or_is_not_known_is_nobody(member: Callable[[Role], Member]) -> None:
    gone = member(Role.ANALYST)
    gone.is_active = False
    gone.save()

    assert Members().get_user(gone.pk) is None
    assert Members().get_user(gone.pk + 1) is None
