"""Who stays: people at the plateau of their retention curve, companies for a year."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfits import errors, kpis
from fourfits.fits import evidence, inputs
from fourfits.fits.evidence import Array, Group

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, kw_only=True)
class Staying:
    """The share of a group that stays.

    Attributes:
        kind: `people` or `companies`.
        group: Values of the grouping columns.
        share: The estimate.
        draws: What it may be.
        n: Persons or accounts behind it.
        table: Canonical table that it was read from.
    """

    kind: str
    group: Group
    share: float
    draws: Array = field(repr=False)
    n: int
    table: str


def staying(
    given: Mapping[str, ir.Table | None],
    groups: Sequence[str],
    as_of: datetime.date | None,
    seed: int,
) -> list[Staying]:
    """One row per group and kind: its people and its companies, where it has any.

    People (customers without an account): share that comes back, month by month, where the curve
    of `events` (else `orders`) has levelled off. Companies: share of accounts that still hold a
    subscription after a year.

    Raises:
        NotEnoughDataError: If neither can be told; the message says why.
    """
    found: list[Staying] = []
    reasons = []
    for read in (_people, _companies):
        try:
            found += read(given, groups, as_of, seed)
        except errors.AnalysisError as problem:
            reasons.append(problem.message)
    if not found:
        raise errors.NotEnoughDataError(" ".join(reasons))
    return found


def chosen(rows: Iterable[Staying]) -> list[Staying]:
    """One row per group: its people or its companies, whichever are more."""
    found: dict[Group, Staying] = {}
    for row in rows:
        if row.group not in found or row.n > found[row.group].n:
            found[row.group] = row
    return list(found.values())


def against_all(row: Staying, rows: Iterable[Staying]) -> tuple[float, Array]:
    """A group's share against that of all customers of its kind: ratio and its draws."""
    alike = [one for one in rows if one.kind == row.kind]
    weights = [one.n for one in alike]
    whole = float(np.average([one.share for one in alike], weights=weights))
    draws = np.average([one.draws for one in alike], axis=0, weights=weights)
    if whole <= 0:
        raise errors.NotEnoughDataError(f"None of the {row.kind} stays.")
    return row.share / whole, row.draws / np.maximum(draws, 1e-9)


def _people(
    given: Mapping[str, ir.Table | None],
    groups: Sequence[str],
    as_of: datetime.date | None,
    seed: int,
) -> list[Staying]:
    name = next((name for name in ("events", "orders") if given[name] is not None), None)
    if name is None:
        raise errors.NotEnoughDataError("There are no events and no orders.")
    acts = _without_account(inputs.needed(given, name), given["customers"])
    curve = kpis.retention(acts, by=groups, as_of=as_of)
    found = [
        _row("people", group, row, prefix="plateau", n="n_customers", table=name, seed=seed)
        for group, row in inputs.rows(curve.plateaus, groups)
        if row["plateau_share"] is not None and np.isfinite(row["plateau_share"])
    ]
    if not found:
        raise errors.NotEnoughDataError("No group's retention curve has levelled off yet.")
    return found


def _companies(
    given: Mapping[str, ir.Table | None],
    groups: Sequence[str],
    as_of: datetime.date | None,
    seed: int,
) -> list[Staying]:
    subscriptions = given["subscriptions"]
    if subscriptions is None or "account_id" not in subscriptions.columns:
        raise errors.NotEnoughDataError("There are no subscriptions of accounts.")
    held = subscriptions.filter(subscriptions.account_id.notnull())
    held = inputs.divided_by_account(held, given["customers"], groups)
    years = kpis.survival(held, per="account_id", by=groups, as_of=as_of)
    return [
        _row(
            "companies",
            group,
            row,
            prefix="retained",
            n="n_contracts",
            table="subscriptions",
            seed=seed,
        )
        for group, row in inputs.rows(years.table, groups)
        if row["retained_share"] is not None and np.isfinite(row["retained_share"])
    ]


def _without_account(acts: ir.Table, customers: ir.Table | None) -> ir.Table:
    """What people did; what the contacts of accounts did says nothing about the account's stay."""
    if "account_id" in acts.columns:
        return acts.filter(acts.account_id.isnull())
    if customers is None or "account_id" not in customers.columns:
        return acts
    contacts = customers.filter(customers.account_id.notnull())
    return acts.anti_join(contacts, "customer_id")


def _row(
    kind: str,
    group: Group,
    row: Mapping[str, Any],
    *,
    prefix: str,
    n: str,
    table: str,
    seed: int,
) -> Staying:
    share, low, high = (float(row[f"{prefix}_{end}"]) for end in ("share", "low", "high"))
    rng = evidence.stream(seed, "staying", kind, group)
    return Staying(
        kind=kind,
        group=group,
        share=share,
        draws=np.clip(evidence.interval_draws(share, low, high, rng), 0, 1),
        n=int(row[n]),
        table=table,
    )
