"""Who stays: planted shares of the sample, and groups of people and companies."""

from __future__ import annotations

import numpy as np
import pytest

from fourfits import config, errors, samples
from fourfits.fits import inputs, staying


def given(data: object) -> dict:
    return inputs.together(**{name: data.table(name) for name in inputs.TABLES if name in data})


def row(kind: str, group: str, share: float, n: int) -> staying.Staying:
    return staying.Staying(
        kind=kind,
        group=(group,),
        share=share,
        draws=np.full(config.DRAWS, share),
        n=n,
        table="events",
    )


@pytest.mark.slow
def test_people_of_the_sample_stay_as_planted(company: samples.Company) -> None:
    found = staying.staying(given(company.data()), ("segment",), None, 1)

    shares = {one.group[0]: one for one in found if one.kind == "people"}
    truth = company.truth
    for name, one in shares.items():
        segment = truth.segments[name]
        planted = sum(
            part * truth.plateau_share(name, via) for via, part in segment.channels.items()
        )
        low, high = np.quantile(one.draws, [0.01, 0.99])
        assert low <= planted <= high
    assert set(shares) == {"students", "households", "home baristas"}


@pytest.mark.slow
def test_companies_of_the_sample_are_read_from_their_contracts(company: samples.Company) -> None:
    found = staying.staying(given(company.data()), ("segment",), None, 1)

    kinds = {one.group[0]: one.table for one in found if one.kind == "companies"}
    assert kinds == {"small offices": "subscriptions", "large workplaces": "subscriptions"}


def test_a_group_of_both_counts_by_whichever_are_more() -> None:
    rows = [row("people", "search", 0.4, 300), row("companies", "search", 0.9, 40)]

    assert [one.kind for one in staying.chosen(rows)] == ["people"]


def test_a_share_is_measured_against_all_of_its_kind() -> None:
    rows = [
        row("people", "a", 0.2, 100),
        row("people", "b", 0.4, 300),
        row("companies", "b", 0.9, 9),
    ]

    ratio, draws = staying.against_all(rows[0], rows)

    # (100 x .2 + 300 x .4) / 400 = .35
    assert ratio == pytest.approx(0.2 / 0.35)
    assert draws[0] == pytest.approx(0.2 / 0.35)


def test_without_usage_and_contracts_the_reason_names_both() -> None:
    with pytest.raises(errors.NotEnoughDataError, match=r"no events .* no subscriptions"):
        staying.staying(inputs.together(customers={"customer_id": ["c"]}), ("segment",), None, 1)
