"""How many contracts outlast a number of months."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from fourfits import charts, checks, config, errors, intervals, results, sums
from fourfits.customers import contracts

if TYPE_CHECKING:
    import altair as alt


@dataclass(frozen=True, kw_only=True)
class SurvivalResult(results.Result):
    """Share of contracts that outlast the months asked for, one row per group.

    Columns: the grouping columns; `n_contracts`; `n_ended` of them; `n_at_risk` that reached the
    last month; `retained_share` with `retained_low`, `retained_high`, empty where no contract was
    observed that long.

    Attributes:
        curve: The same by `month`, for each group.
    """

    analysis: ClassVar[str] = "survival"
    headline: ClassVar[str] = "retained_share"
    definition: ClassVar[str] = (
        "Survival: share of contracts (or accounts) that are still there after a number of "
        "months; those that run are counted as long as they were observed."
    )
    assumptions: ClassVar[str] = (
        "Contracts are independent, and young ones will do as old ones did; those whose "
        "observation stops do not differ from those that go on."
    )
    source: ClassVar[str] = (
        "Kaplan and Meier (1958); interval: Greenwood (1926) on log(-log), Kalbfleisch and "
        "Prentice (1980)."
    )

    curve: pa.Table

    def chart(self) -> alt.TopLevelMixin:
        """The curve of each group with its interval."""
        import altair as alt

        curve, label = charts.labelled(self.curve, checks.names(self.parameters["by"]))
        base = alt.Chart(charts.data(curve)).encode(
            x=alt.X("month:Q", title="months since the start"),
            color=alt.Color(f"{label}:N", title=None),
        )
        band = base.mark_area(opacity=0.15, interpolate="step-after").encode(
            y=alt.Y("retained_low:Q"), y2=alt.Y2("retained_high:Q")
        )
        line = base.mark_line(interpolate="step-after").encode(
            y=alt.Y(
                "retained_share:Q",
                title="contracts that are still there",
                axis=alt.Axis(format="%"),
            ),
            tooltip=[
                f"{label}:N",
                "month:Q",
                "n_at_risk:Q",
                alt.Tooltip("retained_share:Q", format=".1%"),
            ],
        )
        return alt.layer(band, line)


def survival(
    subscriptions: Any,
    *,
    months: int = 12,
    as_of: datetime.date | str | None = None,
    per: str | None = None,
    by: str | Iterable[str] | None = None,
    confidence: float = config.CONFIDENCE,
) -> SurvivalResult:
    """Share of contracts that are still there after a year, or any number of months.

    Args:
        subscriptions: Contracts (see `tables.SUBSCRIPTIONS`).
        months: Whole months after which a contract counts as retained.
        as_of: End of observation, that day included; `None` takes the last start or end.
        per: Column that says whose contracts belong together, such as `account_id`, so that a
            change of plan is no loss; `None` takes each contract by itself.
        by: Column or columns to group by.
        confidence: Level of the intervals.

    Returns:
        One row per group, largest group first; `curve` holds every month.

    Raises:
        ColumnError: If a column is missing.
        RangeError: If a contract ends before it starts.
        NotEnoughDataError: If no contract was observed that long.

    Source: Kaplan and Meier (1958); Greenwood (1926).

    >>> import datetime as dt
    >>> contracts = {"started_on": [dt.date(2023, 1, 1)] * 4,
    ...              "ended_on": [dt.date(2023, 6, 30), dt.date(2024, 3, 31), None, None]}
    >>> survival(contracts).table.select(["n_contracts", "n_ended", "retained_share"]).to_pylist()
    [{'n_contracts': 4, 'n_ended': 2, 'retained_share': 0.75}]
    """
    groups = checks.names(by)
    checks.positive(months, "months")
    checks.share(confidence, "confidence")

    counts = sums.fetch(contracts.durations(subscriptions, as_of=as_of, per=per, by=by))

    curves, rows = [], []
    for key, part in contracts.groups_of(counts, groups):
        durations, names = contracts.Durations.of(part), dict(zip(groups, key, strict=True))
        curve = _curve(durations, confidence)
        repeated = {name: [value] * len(curve) for name, value in names.items()}
        curves.append(pa.table({**repeated, **dict(zip(curve.column_names, curve, strict=True))}))
        rows.append(names | _row(durations, curve, months))
    _refuse(rows, months)
    return SurvivalResult(
        table=pa.Table.from_pylist(rows),
        parameters={
            "months": months,
            "as_of": as_of,
            "per": per,
            "by": by,
            "confidence": confidence,
        },
        data={"subscriptions": int(counts["n_contracts"].sum())},
        warnings=_warnings(rows, months),
        curve=results.stacked(curves),
    )


def _curve(durations: contracts.Durations, confidence: float) -> pa.Table:
    """Share still there by month, from 0, with its interval."""
    found = contracts.survival(durations)
    share, n = found.retained_share, found.n_at_risk
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(found.log_variance) / np.abs(np.log(share))
        ends = [share ** np.exp(sign * intervals.z(confidence) * spread) for sign in (1, -1)]
    # Nobody left, or all did: Greenwood's variance says nothing, the share of those left does.
    whole = (share == 1) | (share == 0)
    ends = [
        np.where(whole, wilson, end)
        for wilson, end in zip(intervals.wilson(share * n, n, confidence), ends, strict=True)
    ]
    return pa.table(
        {
            "month": np.append(0, found.period).astype(int),
            "n_at_risk": np.append(durations.n_contracts, n).astype(int),
            "retained_share": np.append(1.0, share),
            "retained_low": np.append(1.0, ends[0]),
            "retained_high": np.append(1.0, ends[1]),
        }
    )


def _row(durations: contracts.Durations, curve: pa.Table, months: int) -> dict[str, Any]:
    """The curve at the month asked for; empty where nobody was observed that long."""
    row = {"n_contracts": durations.n_contracts, "n_ended": durations.n_ended}
    last: dict[str, Any] = curve.slice(min(months, len(curve) - 1), 1).to_pylist()[0]
    if last["month"] < months and last["retained_share"] > 0:
        last = dict.fromkeys(last, None) | {"n_at_risk": 0}
    del last["month"]
    return row | last


def _refuse(rows: list[dict[str, Any]], months: int) -> None:
    if all(row["retained_share"] is None for row in rows):
        raise errors.NotEnoughDataError(
            f"No contract was observed for {months} months.",
            hint="ask for fewer `months`, or wait until contracts are older",
        )


def _warnings(rows: list[dict[str, Any]], months: int) -> tuple[str, ...]:
    short = sum(row["retained_share"] is None for row in rows)
    few = sum(0 < row["n_at_risk"] < config.MIN_GROUP for row in rows)
    found = []
    if short:
        found.append(f"{short} of {len(rows)} groups were not observed for {months} months.")
    if few:
        found.append(
            f"{few} of {len(rows)} groups have fewer than {config.MIN_GROUP} contracts that "
            f"reached month {months}: their interval is rough."
        )
    return tuple(found)
