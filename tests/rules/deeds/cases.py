"""Cases of a part of the workspace: each prepares the records and returns the deed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fourfits_web.core.actors import Actor

Deed = Callable[[Actor], Any]
Case = Callable[[], Deed]


class Cases(dict[str, Case]):
    """A case for each verb."""

    def __call__(self, verb: str) -> Callable[[Case], Case]:
        """Register the function that prepares a deed."""

        def wrap(prepare: Case) -> Case:
            assert verb not in self
            self[verb] = prepare
            return prepare

        return wrap

    def on(self, verb: str, record: Callable[[], Any], act: Callable[..., Any]) -> None:
        """Register an action that takes one record and nothing else."""

        @self(verb)
        def _() -> Deed:
            one = record()
            return lambda actor: act(actor, one)
