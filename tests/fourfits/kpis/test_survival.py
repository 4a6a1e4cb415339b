"""Survival of contracts: by hand, at the edges, and the level of its interval."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from fourfits import errors, kpis, results

START = dt.date(2022, 1, 1)


def month(n: int) -> dt.date:
    """The first day of the month so many after the start."""
    return dt.date(2022 + n // 12, n % 12 + 1, 1)


def contracts_of(rows: list[tuple[int, int | None]]) -> dict[str, Any]:
    """Contracts by the month in which they start and the number of months after which they end."""
    ends = [
        None if lasts is None else month(start + lasts) - dt.timedelta(days=1)
        for start, lasts in rows
    ]
    return {"started_on": [month(start) for start, _ in rows], "ended_on": ends}


def test_the_share_after_a_year_is_the_product_limit() -> None:
    # 10 begin; 2 end in month 3, 3 are seen for 6 months only, 1 ends in month 9: 0.8 x 4/5.
    rows = [(0, 3), (0, 3), *[(12, None)] * 3, (0, 9), *[(0, None)] * 4]

    row = kpis.survival(contracts_of(rows), as_of="2023-07-01").summary()

    assert row["retained_share"] == pytest.approx(0.8 * 4 / 5)
    assert (row["n_contracts"], row["n_ended"], row["n_at_risk"]) == (10, 3, 4)
    assert row["retained_low"] < 0.64 < row["retained_high"]


def test_nobody_left_still_has_an_interval() -> None:
    row = kpis.survival(contracts_of([(0, None)] * 20), as_of="2023-06-01").summary()

    assert row["retained_share"] == row["retained_high"] == 1
    assert 0.8 < row["retained_low"] < 0.9


def test_all_gone_is_an_answer_too() -> None:
    row = kpis.survival(contracts_of([(0, 2)] * 20 + [(0, 3)] * 20), as_of="2023-06-01").summary()

    assert row["retained_share"] == 0
    assert 0 < row["retained_high"] < 0.3


def test_young_contracts_cannot_tell() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="No contract was observed for 12 months"):
        kpis.survival(contracts_of([(0, None), (0, 2)]), as_of="2022-06-01")


def test_a_group_that_is_too_young_is_empty_and_named() -> None:
    given = contracts_of([(0, None), (0, 2), (20, None)]) | {"plan": ["Pro", "Pro", "Basic"]}

    result = kpis.survival(given, by="plan", as_of="2023-12-31")

    rows = {row["plan"]: row for row in result.table.to_pylist()}
    assert rows["Pro"]["retained_share"] == 0.5
    assert rows["Basic"]["retained_share"] is None
    assert "1 of 2 groups were not observed for 12 months" in result.warnings[0]


def test_contracts_without_a_group_stand_apart() -> None:
    given = contracts_of([(0, None), (0, 2), (0, None)]) | {"plan": [None, None, "Pro"]}

    rows = kpis.survival(given, by="plan", as_of="2023-12-31").table.to_pylist()

    assert {row["plan"]: row["n_contracts"] for row in rows} == {None: 2, "Pro": 1}


def test_a_change_of_plan_is_no_loss_of_the_account() -> None:
    given = contracts_of([(0, 6), (6, None)]) | {"account_id": ["a", "a"]}

    apart = kpis.survival(given, months=12, as_of="2023-12-31").summary()
    joined = kpis.survival(given, months=12, per="account_id", as_of="2023-12-31").summary()

    assert (apart["retained_share"], joined["retained_share"]) == (0.5, 1)


@pytest.mark.slow
def test_the_interval_holds_its_level() -> None:
    rng, covered = np.random.default_rng(1), 0
    truth = 0.97**12

    for _ in range(60):
        starts, lasts = rng.integers(0, 18, 150), rng.geometric(0.03, 150)
        rows = [
            (int(start), int(last) if start + last <= 24 else None)
            for start, last in zip(starts, lasts, strict=True)
        ]
        row = kpis.survival(contracts_of(rows), as_of="2024-01-01").summary()
        covered += row["retained_low"] <= truth <= row["retained_high"]

    assert covered >= 52


def test_the_result_can_be_shown_and_stored() -> None:
    result = kpis.survival(contracts_of([(0, 3), (0, None)]), as_of="2023-06-01")

    assert results.plain(result.to_dict())["summary"]["n_ended"] == 1
    assert len(result.chart().to_dict()["layer"]) == 2
