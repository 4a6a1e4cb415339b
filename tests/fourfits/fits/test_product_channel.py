"""Product-channel fit: activation and needs by channel, and what is planted in the sample."""

from __future__ import annotations

import datetime

import pyarrow as pa
import pytest

from fourfits import errors, fits, samples, sums

FIRST = datetime.date(2025, 1, 1)


def people(**channels: int) -> dict[str, object]:
    who = [(f"{channel}{i}", channel) for channel, n in channels.items() for i in range(n)]
    return {
        "customer_id": [name for name, _ in who],
        "acquisition_channel": [channel for _, channel in who],
        "signed_up_on": pa.array([FIRST] * len(who)),
    }


def happened(*rows: tuple[str, str, int]) -> dict[str, object]:
    start = datetime.datetime.combine(FIRST, datetime.time(12))
    return {
        "customer_id": [name for name, _, _ in rows],
        "event": [event for _, event, _ in rows],
        "occurred_at": pa.array([start + datetime.timedelta(days=day) for _, _, day in rows]),
    }


def values(result: fits.FitResult, name: str) -> dict[str, float]:
    rows = result.evidence.to_pylist()
    return {row["channel"]: row["value"] for row in rows if row["evidence"] == name and row["n"]}


@pytest.mark.slow
def test_the_sample_has_referral_as_best_and_display_ads_as_worst_activation(
    company: samples.Company,
) -> None:
    data = company.data()

    result = fits.product_channel(data.customers, events=data.events)

    found = values(result, "activation_against_best")
    planted = {name: one.activation_share for name, one in company.truth.channels.items()}
    assert found["referral"] > 0.9
    assert min(found, key=found.get) == company.truth.failing_channel
    for channel, value in found.items():
        assert value == pytest.approx(planted[channel] / planted["referral"], abs=0.15)


def test_the_best_channel_must_have_enough_customers() -> None:
    events = [("friend0", "activated", 1), ("friend1", "activated", 1), ("ads0", "opened", 60)]
    events += [(f"ads{i}", "activated", 2) for i in range(20)]
    events += [(f"search{i}", "activated", 2) for i in range(30)]

    result = fits.product_channel(people(friend=2, ads=40, search=40), events=happened(*events))

    assert values(result, "activation_against_best") == {
        "friend": pytest.approx(1 / 0.75),
        "ads": pytest.approx(0.5 / 0.75),
        "search": 1,
    }


def test_activation_counts_neither_what_came_late_nor_those_who_are_new() -> None:
    events = [(f"ads{i}", "activated", 1) for i in range(30)]
    events += [(f"ads{i}", "activated", 30) for i in range(30, 40)]
    customers = people(ads=41)
    customers["signed_up_on"] = pa.array([FIRST] * 40 + [FIRST + datetime.timedelta(days=25)])

    with sums.observed() as seen:
        fits.product_channel(customers, events=happened(*events))

    counts = sums.fetch(seen[0])
    assert (counts["n"][0], counts["n_activated"][0]) == (40, 30)


def test_without_an_activation_event_coming_back_counts() -> None:
    events = [(f"ads{i}", "opened", 0) for i in range(40)]
    events += [(f"ads{i}", "opened", 3) for i in range(20)] + [("ads0", "opened", 60)]
    events += [(f"search{i}", "opened", 3) for i in range(40)]

    result = fits.product_channel(people(ads=40, search=40), events=happened(*events))

    assert values(result, "activation_against_best") == {"ads": 0.5, "search": 1}


def test_needs_are_covered_by_what_is_shipped_or_planned() -> None:
    feedback = {
        "feedback_id": ["f1", "f2", "f3", "f4"],
        "customer_id": ["ads0", "ads0", "ads1", "ads2"],
    }
    assignments = {
        "feedback_id": ["f1", "f2", "f3", "f4"],
        "theme": ["quiet", "rent", "quiet", "praise"],
    }
    features = {"need": ["quiet", "rent"], "status": ["shipped", "idea"]}

    result = fits.product_channel(
        people(ads=3), feedback=feedback, assignments=assignments, features=features
    )

    assert values(result, "needs_covered_share") == {"ads": pytest.approx(2 / 3)}


def test_importance_that_was_rated_goes_before_what_was_voiced() -> None:
    responses = {
        "customer_id": ["ads0", "ads1", "ads2", "ads0"],
        "question_id": ["importance:quiet"] * 3 + ["importance:rent"],
        "kind": ["rating"] * 4,
        "value_number": [9, 8, 2, 10],
    }
    features = {"need": ["quiet", "rent"], "status": ["idea", "planned"]}

    result = fits.product_channel(people(ads=3), responses=responses, features=features)

    assert values(result, "needs_covered_share") == {"ads": pytest.approx(1 / 3)}


def test_needs_and_themes_without_a_common_name_are_no_evidence() -> None:
    features = {"need": ["quiet"], "status": ["idea"]}
    feedback = {"feedback_id": ["f1"], "customer_id": ["ads0"]}
    assignments = {"feedback_id": ["f1"], "theme": ["noise"]}

    with pytest.raises(errors.NotEnoughDataError, match="No feature answers a need"):
        fits.product_channel(
            people(ads=3), feedback=feedback, assignments=assignments, features=features
        )
