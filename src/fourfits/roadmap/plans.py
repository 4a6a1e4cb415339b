"""An assignment problem with names: solved, explained in words, laid out as tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from fourfits import checks, errors, sums
from fourfits.roadmap import assignment

_MOST_NAMED = 8


@dataclass(frozen=True)
class Problem:
    """Workers, works and what each pair is worth.

    Attributes:
        value: Value or cost of each pair, NaN where it is forbidden, shape (workers, works).
        workers: Their names.
        works: Their names.
        capacity: Works that each worker can take.
        need: Workers that each work needs.
        minimise: Whether `value` is a cost.
    """

    value: sums.Array
    workers: list[Any]
    works: list[Any]
    capacity: sums.Array
    need: sums.Array
    minimise: bool = False

    @property
    def allowed(self) -> sums.Array:
        """True where the worker may do the work."""
        return ~np.isnan(self.value)

    @property
    def cost(self) -> sums.Array:
        """What is to be made small; `inf` where the pair is forbidden."""
        return np.where(self.allowed, self.value if self.minimise else -self.value, np.inf)


@dataclass(frozen=True)
class Plan:
    """The best plan of a problem.

    Attributes:
        problem: What was asked.
        chosen: True where the worker does the work.
        places: Places filled.
        warnings: What the plan does not do.
    """

    problem: Problem
    chosen: sums.Array
    places: int
    warnings: tuple[str, ...]

    @property
    def unplaced(self) -> tuple[Any, ...]:
        """Works that lack a worker."""
        open_places = self.problem.need - self.chosen.sum(axis=0)
        return tuple(name for name, n in zip(self.problem.works, open_places, strict=True) if n > 0)


Amounts = int | Mapping[str, int] | Iterable[str]
"""A whole number for all, or by name: `{"Bo": 2}` or `["Bo=2"]`."""


def amounts(given: Amounts, names: list[Any], parameter: str) -> sums.Array:
    """One whole number per name; 1 for those that are not named.

    Raises:
        ParameterError: If a number is negative or no whole number, or a name is unknown.

    >>> amounts({"Bo": 2}, ["Ann", "Bo"], "capacity")
    array([1, 2])
    >>> amounts(["Ann=3"], ["Ann", "Bo"], "capacity")
    array([3, 1])
    """
    if isinstance(given, int | float):
        values: list[Any] = [given] * len(names)
    else:
        by_name = dict(given) if isinstance(given, Mapping) else _parsed(checks.names(given))
        unknown = sorted(str(name) for name in set(by_name) - set(names))
        if unknown:
            raise errors.ParameterError(
                f"{parameter} names {named(unknown)}; there are {named(names)}.",
                hint="spell the names as in the table",
            )
        values = [by_name.get(name, 1) for name in names]
    wrong = [value for value in values if not str(value).isdigit()]
    if wrong:
        raise errors.ParameterError(
            f"{parameter} is {wrong[0]}, must be a whole number of at least 0.",
            hint=f"for example {parameter}=1, or by name `NAME=2`",
        )
    return np.array(values, np.int64)


def solved(problem: Problem, *, partial: bool) -> Plan:
    """The best plan.

    Raises:
        InfeasibleError: If nothing can be placed, or, unless `partial`, if some work cannot be
            placed although the workers would suffice.
    """
    places, works = assignment.most(problem.allowed, problem.capacity, problem.need)
    enough = problem.need.sum() <= problem.capacity.sum()
    short = _short(problem, places, works)
    if places == 0 or (short and enough and not partial):
        raise errors.InfeasibleError(
            short or "There is nothing to place.",
            hint="allow more pairs, raise a capacity, or place what can be placed with "
            "`partial=True`",
            works=[str(name) for name in _pick(problem.works, works)],
        )
    chosen = assignment.solve(problem.cost, problem.capacity, problem.need, places)
    warnings = [short] if short and enough else []
    return Plan(problem, chosen, places, (*warnings, *_left(problem, chosen)))


def tables(plan: Plan, worker: str, work: str) -> tuple[pa.Table, pa.Table, tuple[str, ...]]:
    """The plan with its losses, every allowed choice with its loss, and what to note."""
    problem = plan.problem
    regret = assignment.regrets(problem.cost, plan.chosen, problem.capacity, problem.need)
    regret[regret < 1e-9 * (1 + np.abs(np.nan_to_num(problem.value)).max())] = 0.0
    row, column = np.nonzero(plan.chosen)
    other = np.where(plan.chosen, np.inf, regret)[row]
    best = other.argmin(axis=1)
    loss = other[np.arange(len(row)), best]
    names = [
        work_name if np.isfinite(cost) else None
        for work_name, cost in zip(_pick(problem.works, best), loss, strict=True)
    ]
    placed = pa.table(
        {
            worker: _pick(problem.workers, row),
            work: _pick(problem.works, column),
            "value": problem.value[row, column],
            "loss_without": _known(regret[row, column]),
            "runner_up": pa.array(names, pa.array(problem.works).type),
            "runner_up_loss": _known(loss),
        }
    )
    row, column = np.nonzero(problem.allowed)
    free = bool((regret[row, column] == 0).any())
    chosen = plan.chosen[row, column]
    choices = pa.table(
        {
            worker: _pick(problem.workers, row),
            work: _pick(problem.works, column),
            "value": problem.value[row, column],
            "chosen": chosen,
            "forced_loss": _known(np.where(chosen, 0.0, regret[row, column])),
        }
    )
    tied = "Other plans are just as good: see where `loss_without` or `forced_loss` is 0."
    return placed, choices, (tied,) if free else ()


def named(names: Iterable[Any]) -> str:
    """Names in a sentence; a long list is cut."""
    every = [str(name) for name in names]
    more = len(every) - _MOST_NAMED
    return ", ".join(every[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _parsed(pairs: Iterable[str]) -> dict[str, str]:
    """`NAME=NUMBER` as a mapping; what has no number stays without one."""
    split = (pair.rpartition("=") for pair in pairs)
    return {name: number for name, _, number in split}


def _short(problem: Problem, places: int, works: sums.Array) -> str:
    """Which work asks for more than it can get, and from whom; empty where none does."""
    if not works.any():
        return ""
    asked = int(problem.need[works].sum())
    given = asked - (int(problem.need.sum()) - places)
    may = problem.allowed[:, works].any(axis=1) & (problem.capacity > 0)
    wants = f"{named(_pick(problem.works, works))} {'needs' if works.sum() == 1 else 'need'}"
    if not may.any():
        return f"{wants} {_count(asked)}, and nobody with room may do it."
    return (
        f"{wants} {_count(asked)}, but only {named(_pick(problem.workers, may))} may do it, "
        f"with room for {given}."
    )


def _left(problem: Problem, chosen: sums.Array) -> Iterable[str]:
    """Work that is left, and workers who have room but may not do it."""
    lacking = problem.need - chosen.sum(axis=0) > 0
    if not lacking.any():
        return
    yield (f"Not placed: {named(_pick(problem.works, lacking))}.")
    room = problem.capacity - chosen.sum(axis=1) > 0
    if room.any():
        yield f"Room is left with {named(_pick(problem.workers, room))}, who may do none of it."


def called(sentences: Iterable[str], names: Mapping[Any, str]) -> tuple[str, ...]:
    """Sentences in which work has its name instead of its id.

    >>> called(["Not placed: F1, F12."], {"F1": "Offline mode", "F12": "Dark theme"})
    ('Not placed: Offline mode, Dark theme.',)
    """
    if not names:
        return tuple(sentences)
    ids = "|".join(re.escape(str(key)) for key in sorted(names, key=lambda key: -len(str(key))))
    words = {str(key): name for key, name in names.items()}
    return tuple(re.sub(rf"\b(?:{ids})\b", lambda at: words[at[0]], one) for one in sentences)


def _count(n: int) -> str:
    return "one worker" if n == 1 else f"{n} workers"


def _pick(names: list[Any], which: sums.Array) -> list[Any]:
    """Names by mask or by place."""
    places = np.flatnonzero(which) if which.dtype == bool else which
    return [names[place] for place in places]


def _known(losses: sums.Array) -> pa.Array:
    return pa.array(losses, mask=~np.isfinite(losses))
