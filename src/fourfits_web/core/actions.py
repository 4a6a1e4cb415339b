"""Every write is an action: permission, transaction, audit entry, announcement."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import models, transaction

from fourfits_web.core import audit, registry, roles
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import RefusedError
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.turns import turn

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Action:
    """What an action is called in the log, the permission that it needs, the event that it is.

    An event is what other systems hear of (`feedback.received`); most actions are none.
    """

    verb: str
    permission: str
    event: str
    function: Callable[..., Any]


ACTIONS: dict[str, Action] = {}
"""All actions by verb; rules in the tests go through them."""


def action(
    verb: str, *, may: str, event: str = ""
) -> Callable[[Callable[Concatenate[Actor, P], R]], Callable[Concatenate[Actor, P], R]]:
    """Make a function `(actor, [record,] …) -> record | None` the one way to write something.

    The record that it takes as second argument, and the one that it returns, are what the log
    shows before and after. All that it writes stands or falls together with the entry.
    """
    if may not in roles.PERMISSIONS:
        raise KeyError(f"{may} is not in the table of permissions")

    def wrap(function: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
        @functools.wraps(function)
        def run(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            require(actor, may)
            given = args[0] if args else None
            with transaction.atomic():
                before = _stored(given)
                named = audit.Subject.of(given)
                result = function(actor, *args, **kwargs)
                about = result if isinstance(result, models.Model) else given
                if isinstance(given, models.Model) and about != given:
                    before = None  # what came of it is another record, which was not there before
                left = about if isinstance(about, models.Model) and about.pk else None
                subject = audit.Subject.of(about) if left is not None else named
                entry = audit.draft(actor, verb, subject, before, audit.snapshot(left))
                _log([(entry, result)])
            return result

        _register(Action(verb, may, event, run))
        return run

    return wrap


def each_action(
    verb: str, *, may: str, event: str = ""
) -> Callable[
    [Callable[Concatenate[Actor, P], Sequence[M]]], Callable[Concatenate[Actor, P], Sequence[M]]
]:
    """Make a function `(actor, …) -> new records` an action that is done once for each of them.

    Each has its own entry in the log and is told on its own; all stand or fall together.
    """
    if may not in roles.PERMISSIONS:
        raise KeyError(f"{may} is not in the table of permissions")

    def wrap(
        function: Callable[Concatenate[Actor, P], Sequence[M]],
    ) -> Callable[Concatenate[Actor, P], Sequence[M]]:
        @functools.wraps(function)
        def run(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> Sequence[M]:
            require(actor, may)
            with turn(), transaction.atomic():
                made = function(actor, *args, **kwargs)
                _log([(_made(actor, verb, one), one) for one in made])
            return made

        _register(Action(verb, may, event, run))
        return run

    return wrap


def _made(actor: Actor, verb: str, record: models.Model) -> AuditEntry:
    return audit.draft(actor, verb, audit.Subject.of(record), None, audit.snapshot(record))


def _log(done: Sequence[tuple[AuditEntry, Any]]) -> None:
    if not done:
        return
    registry.announce(done)
    audit.add([entry for entry, _ in done])
    registry.act_after(done)


def _register(one: Action) -> None:
    if one.verb in ACTIONS:
        raise KeyError(f"{one.verb} names two actions")
    ACTIONS[one.verb] = one


def require(actor: Actor, permission: str) -> None:
    """Refuse in words unless the actor may.

    Raises:
        RefusedError: If the role or the key does not allow it.
    """
    if actor.may(permission):
        return
    allowed = ", ".join(role.label.lower() for role in roles.Role if roles.may(role, permission))
    meaning = roles.PERMISSIONS[permission][0]
    what = meaning[0].lower() + meaning[1:]
    if roles.may(actor.role, permission):
        raise RefusedError(
            f"This key may not {what}.",
            hint=f"issue one with the scope {permission}",
        )
    raise RefusedError(
        f"{_one(actor.role.label.lower())} may not {what}.",
        hint="ask an owner" + ("" if allowed == "owner" else f" for one of these roles: {allowed}"),
    )


def _one(word: str) -> str:
    return f"{'An' if word[0] in 'aeiou' else 'A'} {word}"


def _stored(given: Any) -> dict[str, Any] | None:
    """The record as the database has it: a form may have changed the one in memory."""
    if not isinstance(given, models.Model) or given.pk is None:
        return None
    manager = given._meta.model._base_manager
    return audit.snapshot(manager.select_for_update().filter(pk=given.pk).first())
