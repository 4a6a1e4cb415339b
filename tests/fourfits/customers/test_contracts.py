"""Durations of contracts: calendar months, joined contracts, and the product-limit estimate."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfits import errors, sums
from fourfits.customers import contracts

D = dt.date.fromisoformat


def rows_of(given_: object, **more: object) -> set[tuple[int, bool, int]]:
    """The durations as a set of (months, ended, n)."""
    found = sums.fetch(contracts.durations(given_, **more))
    return {
        (int(months), bool(ended), int(n))
        for months, ended, n in zip(
            found["months"], found["ended"], found["n_contracts"], strict=True
        )
    }


@pytest.mark.parametrize(
    ("started", "ended", "month"),
    [
        ("2024-01-01", "2024-01-31", 1),
        ("2024-01-15", "2024-02-14", 1),
        ("2024-01-15", "2024-02-15", 2),
        ("2023-12-31", "2024-12-30", 12),
        ("2024-02-29", "2025-02-28", 12),
    ],
)
def test_a_contract_ends_in_a_calendar_month_of_its_own(
    started: str, ended: str, month: int
) -> None:
    assert rows_of({"started_on": [D(started)], "ended_on": [D(ended)]}) == {(month, True, 1)}


def test_what_ends_later_still_runs_and_what_starts_later_is_left_out() -> None:
    given_ = {
        "started_on": [D("2024-01-01"), D("2024-01-01"), D("2024-06-01")],
        "ended_on": [D("2024-05-31"), None, None],
    }

    assert rows_of(given_, as_of="2024-03-31") == {(2, False, 2)}


def test_contracts_of_one_account_are_joined() -> None:
    given_ = {
        "account_id": ["a", "a", "b", "b"],
        "started_on": [D("2024-01-01"), D("2024-03-01"), D("2024-01-01"), D("2024-02-01")],
        "ended_on": [D("2024-02-29"), D("2024-06-30"), D("2024-01-31"), None],
    }

    assert rows_of(given_, per="account_id", as_of="2024-06-30") == {(6, True, 1), (5, False, 1)}


def test_contracts_that_all_run_need_no_typed_gaps() -> None:
    assert rows_of({"started_on": [D("2024-01-01")], "ended_on": [None]}, as_of="2024-03-05") == {
        (2, False, 1)
    }


def test_a_contract_that_ends_before_it_starts_is_refused() -> None:
    found = sums.fetch(
        contracts.durations({"started_on": [D("2024-03-15")], "ended_on": [D("2024-03-14")]})
    )

    with pytest.raises(errors.RangeError, match="1 contracts end before they start"):
        contracts.Durations.of(found)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 8), st.booleans()), min_size=1, max_size=30))
def test_survival_equals_the_product_limit_by_hand(seen: list[tuple[int, bool]]) -> None:
    periods, ended = map(np.array, zip(*seen, strict=True))

    curve = contracts.survival(
        contracts.Durations(periods.astype(float), ended, np.ones(len(seen)))
    )

    share, variance = 1.0, 0.0
    for place, period in enumerate(curve.period):
        at_risk = sum(n >= period for n, _ in seen)
        ends = sum(n == period and over for n, over in seen)
        share *= 1 - ends / at_risk
        variance += ends / (at_risk * (at_risk - ends)) if at_risk > ends else np.inf
        assert curve.retained_share[place] == pytest.approx(share)
        assert curve.n_at_risk[place] == at_risk
        if share > 0:
            assert curve.log_variance[place] == pytest.approx(variance)


@pytest.mark.parametrize("dialect", sums.DIALECTS)
@pytest.mark.parametrize("per", [None, "account_id"])
@pytest.mark.parametrize("as_of", [None, "2024-01-31"])
def test_every_engine_can_say_it(dialect: sums.Dialect, per: str | None, as_of: str | None) -> None:
    import ibis

    table = ibis.table(
        {"account_id": "string", "plan": "string", "started_on": "date", "ended_on": "date"},
        name="subscriptions",
    )

    query = contracts.durations(table, per=per, as_of=as_of, by="plan")

    assert "GROUP BY" in sums.sql(query, dialect)
