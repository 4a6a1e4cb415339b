"""Retention against a plain count, at the edge of observation, and with a planted plateau."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfits import errors, kpis, results, sums

DAY = dt.date(2024, 1, 1)  # a Monday
LENGTH = {"day": 1, "week": 7}


def events_of(rows: list[tuple[int, int]]) -> dict[str, Any]:
    """Events (customer, day from the first of January)."""
    return {
        "customer_id": pa.array([f"c{customer}" for customer, _ in rows], pa.string()),
        "occurred_at": pa.array([DAY + dt.timedelta(days=day) for _, day in rows], pa.date32()),
    }


def plain(
    rows: list[tuple[int, int]], unit: str, cohort: str, returns: str
) -> dict[tuple[int, int], int]:
    """Customers by cohort and age, one customer at a time."""
    active = defaultdict(set)
    for customer, day in rows:
        active[customer].add(day // LENGTH[unit])
    last = (max(day for _, day in rows) + 1) // LENGTH[unit] - 1
    found: dict[tuple[int, int], int] = defaultdict(int)
    for periods in active.values():
        for start in periods if cohort == "every_event" else [min(periods)]:
            for age in range(last - start + 1):
                there = start + age in periods if returns == "on" else max(periods) >= start + age
                found[start, age] += there
    return dict(found)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 40)), min_size=12, max_size=60),
    st.sampled_from(["day", "week"]),
    st.sampled_from(["first_event", "every_event"]),
    st.sampled_from(["on", "on_or_after"]),
)
def test_the_matrix_equals_a_plain_count(
    rows: list[tuple[int, int]], unit: str, cohort: str, returns: str
) -> None:
    expected = plain(rows, unit, cohort, returns)
    if max((age for _, age in expected), default=0) == 0:
        return

    result = kpis.retention(events_of(rows), unit=unit, cohort=cohort, returns=returns)

    found = {
        ((row["cohort_on"] - DAY).days // LENGTH[unit], row["period"]): row["n_retained"]
        for row in result.cohorts.to_pylist()
    }
    assert found == expected
    pooled = result.table.to_pylist()
    assert [row["n_retained"] for row in pooled] == [
        sum(n for (_, age), n in expected.items() if age == row["period"]) for row in pooled
    ]


def test_months_are_those_of_the_calendar_and_the_running_one_does_not_count() -> None:
    moments = ["2023-12-31", "2024-01-01", "2024-02-29", "2024-03-30"]
    events = {"customer_id": ["a"] * 4, "occurred_at": [dt.date.fromisoformat(m) for m in moments]}

    running = kpis.retention(events).table.to_pylist()
    over = kpis.retention(events, as_of="2024-03-31").table.to_pylist()

    assert [row["n_retained"] for row in running] == [1, 1, 1]
    assert [row["n_retained"] for row in over] == [1, 1, 1, 1]


def test_young_cohorts_count_only_as_long_as_they_were_observed() -> None:
    rows = (
        [(n, 0) for n in range(10)] + [(n, 14) for n in range(5)] + [(n, 7) for n in range(10, 30)]
    )

    table = kpis.retention(events_of(rows), unit="week", as_of="2024-01-21").table.to_pylist()

    seen = [(row["n_cohorts"], row["n_customers"], row["n_retained"]) for row in table]
    assert seen == [(2, 30, 30), (2, 30, 0), (1, 10, 5)]


def test_sign_up_cohorts_hold_those_who_never_came() -> None:
    events = events_of([(0, 8), (1, 15)])
    people = {"customer_id": ["c0", "c1", "c2", "c3"], "signed_up_on": [DAY] * 4}

    table = kpis.retention(
        events, cohort="signed_up_on", customers=people, unit="week", as_of="2024-01-21"
    ).table.to_pylist()

    assert [(row["n_customers"], row["n_retained"]) for row in table] == [(4, 4), (4, 1), (4, 1)]


def test_sign_up_cohorts_need_the_customers() -> None:
    with pytest.raises(errors.ParameterError, match="needs the customers"):
        kpis.retention(events_of([(0, 8), (1, 15)]), cohort="signed_up_on")


def test_one_event_name_can_be_chosen() -> None:
    events = events_of([(0, 0), (0, 7), (1, 0), (1, 7)]) | {"event": ["use", "use", "use", "mail"]}

    table = kpis.retention(events, event="use", unit="week", as_of="2024-01-14").table.to_pylist()

    assert [row["n_retained"] for row in table] == [2, 1]


def test_orders_and_other_tables_work_by_their_moment() -> None:
    events = events_of([(0, 0), (0, 7)])
    orders = {"customer_id": events["customer_id"], "ordered_at": events["occurred_at"]}
    visits = {"account_id": events["customer_id"], "visited": events["occurred_at"]}

    by_order = kpis.retention(orders, unit="week", as_of="2024-01-14").table
    by_visit = kpis.retention(
        visits, moment="visited", per="account_id", unit="week", as_of="2024-01-14"
    ).table

    assert by_order["n_retained"].to_pylist() == by_visit["n_retained"].to_pylist() == [1, 1]


def simulated(stay: float, decay: float, n: int = 4_000, seed: int = 1) -> dict[str, Any]:
    """A share stays for good and comes back in half of the weeks, the others go by and by."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 10, n)
    until = np.where(rng.random(n) < stay, 99, rng.geometric(1 - decay, n) - 1)
    week = np.arange(25)
    there = (week >= start[:, None]) & (week <= (start + until)[:, None])
    came = there & (rng.random((n, 25)) < 0.5) | (week == start[:, None])
    customer, when = np.nonzero(came)
    return events_of(list(zip(customer.tolist(), (7 * when).tolist(), strict=True)))


def test_a_planted_plateau_is_found_within_its_interval() -> None:
    row = kpis.retention(simulated(0.4, 0.5), unit="week", as_of="2024-06-23").summary()

    assert row["plateau_low"] < 0.2 < row["plateau_high"]
    assert row["plateau_high"] - row["plateau_low"] < 0.05
    assert row["reason"].startswith("level from period")


def test_a_curve_that_still_falls_has_no_plateau() -> None:
    result = kpis.retention(simulated(0.0, 0.93), unit="week", as_of="2024-06-23")

    assert result.summary()["plateau_share"] is None
    assert "still falling: by" in result.warnings[0]


def test_a_short_curve_has_no_plateau() -> None:
    result = kpis.retention(simulated(0.4, 0.5), unit="week", as_of="2024-02-04")

    assert "later periods with 30 customers observed, 6 are needed" in result.warnings[0]


@pytest.mark.slow
def test_plateaus_come_by_group() -> None:
    loyal, fickle = simulated(0.8, 0.3, seed=2), simulated(0.2, 0.3, seed=3)
    both = {
        "customer_id": [f"{kind}{name}" for kind, part in (("l", loyal), ("f", fickle)) for name in part["customer_id"].to_pylist()],
        "occurred_at": loyal["occurred_at"].to_pylist() + fickle["occurred_at"].to_pylist(),
    }  # fmt: skip
    both["channel"] = ["web" if name[0] == "l" else "shop" for name in both["customer_id"]]

    rows = kpis.retention(both, unit="week", by="channel", as_of="2024-06-23").plateaus.to_pylist()

    found = {row["channel"]: row["plateau_share"] for row in rows}
    assert found == {"web": pytest.approx(0.4, abs=0.02), "shop": pytest.approx(0.1, abs=0.02)}


def test_recurring_cohorts_are_warned_of() -> None:
    result = kpis.retention(simulated(0.4, 0.5, n=500), cohort="every_event", unit="week")

    assert "intervals count them as different people" in result.warnings[0]


def test_one_period_is_not_enough() -> None:
    with pytest.raises(
        errors.NotEnoughDataError, match="No cohort was observed for a whole period"
    ):
        kpis.retention(events_of([(0, 0), (1, 3)]))


def test_no_event_is_not_enough() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="No cohort was observed"):
        kpis.retention(events_of([]))


@pytest.mark.parametrize("wrong", [{"unit": "year"}, {"cohort": "last"}, {"returns": "never"}])
def test_words_that_are_not_known_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(errors.ParameterError, match="must be one of"):
        kpis.retention(events_of([(0, 0)]), **wrong)


@pytest.mark.slow
@pytest.mark.parametrize("cohort", ["first_event", "every_event", "signed_up_on"])
@pytest.mark.parametrize("returns", ["on", "on_or_after"])
def test_every_engine_can_say_it(cohort: str, returns: str) -> None:
    events = events_of([(0, 0), (0, 70)]) | {"channel": ["web", "web"]}
    people = {"customer_id": ["c0"], "signed_up_on": [DAY], "channel": ["web"]}

    with sums.observed() as queries:
        kpis.retention(events, by="channel", cohort=cohort, returns=returns, customers=people)

    for dialect in sums.DIALECTS:
        assert all("GROUP BY" in sums.sql(query, dialect) for query in queries)


def test_the_result_can_be_shown_and_stored() -> None:
    result = kpis.retention(simulated(0.4, 0.5, n=500), unit="week")

    assert results.plain(result.to_dict())["summary"]["plateau_share"] > 0
    assert len(result.chart().to_dict()["layer"]) == 3
