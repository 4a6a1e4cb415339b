"""Conflict 6: a large share of the plan rests on one account."""

from __future__ import annotations

import pytest

from fourfits.fits.conflicts import concentration, found


def work(name: str, effort: float) -> found.Feature:
    return found.Feature(
        feature_id=name,
        name=name,
        status="planned",
        need=f"need of {name}",
        segment="offices",
        effort=effort,
        effort_low=effort / 2,
        effort_high=effort * 2,
    )


def wanted(name: str, largest: float, *, accounts: int = 5, amount: float = 1000.0) -> dict:
    return {
        "feature_id": name,
        "name": name,
        "need": f"need of {name}",
        "people": 10.0,
        "n_accounts": accounts,
        "account_amount": amount,
        "account_amount_low": 0.9 * amount,
        "account_amount_high": 1.1 * amount,
        "largest_account_share": largest,
        "carried_by_one_account": largest > 0.5,
    }


def test_work_for_one_account_that_fills_the_plan_is_a_conflict() -> None:
    features = [work("billing", 6), work("roles", 4)]
    demand = [wanted("billing", 0.95), wanted("roles", 0.2)]

    conflict = concentration.find(features, demand)[0]

    assert [feature.name for feature in conflict.features] == ["billing"]
    assert "95% of the money behind need of billing is one account's" in conflict.sentence
    assert conflict.row(0.95)["size_amount"] == pytest.approx(950, rel=0.01)


def test_ideas_with_broader_demand_are_remedies() -> None:
    demand = [
        wanted("billing", 0.95, accounts=2),
        wanted("reports", 0.1, accounts=30, amount=9000),
        wanted("badge", 0.9, accounts=40),
        wanted("theme", 0.1, accounts=1),
    ]

    conflict = concentration.find([work("billing", 6)], demand)[0]

    assert [one.numbers["feature_id"] for one in conflict.remedies] == ["reports"]
    assert "30 accounts ask for it with 9,000 a year at stake" in conflict.remedies[0].sentence


def test_a_small_share_of_the_plan_is_no_conflict() -> None:
    features = [work("billing", 1), work("roles", 30)]

    assert concentration.find(features, [wanted("billing", 0.95), wanted("roles", 0.2)]) == []


def test_a_plan_that_many_carry_is_no_conflict() -> None:
    assert concentration.find([work("roles", 3)], [wanted("roles", 0.2)]) == []


def test_work_for_people_is_not_carried_by_the_few_accounts_among_them() -> None:
    demand = [wanted("billing", 0.95)]

    assert concentration.find([work("billing", 6)], demand, companies={"offices": True})
    assert concentration.find([work("billing", 6)], demand, companies={"offices": False}) == []
