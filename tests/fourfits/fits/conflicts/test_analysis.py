"""Conflicts on the sample company: what is planted is found, worded and mended."""

from __future__ import annotations

import json

import pytest

from fourfits import analyses, charts, errors, fits, samples, sources

TRUTHFUL = ("unit economics", "concentration")


@pytest.fixture(scope="module")
def data(company: samples.Company) -> sources.Data:
    return company.data().adding(assignments=company.truth.assignments)


@pytest.fixture(scope="module")
def found(data: sources.Data) -> fits.ConflictsResult:
    return analyses.named("conflicts").run(data)


def of_kind(found: fits.ConflictsResult, kind: str) -> fits.Conflict:
    return next(one for one in found.conflicts if one.kind == kind)


def test_the_planted_conflict_of_unit_economics_is_found(
    company: samples.Company, found: fits.ConflictsResult
) -> None:
    conflict = of_kind(found, "unit economics")

    assert conflict.segment == company.truth.conflict_segment
    assert {feature.need for feature in conflict.features} == {company.truth.conflict_need}
    assert conflict.probability >= 0.8
    assert conflict.size.mean() > 1000
    assert "serve students, whose acquisition pays back in" in conflict.sentence
    assert "the limit is 12 months" in conflict.sentence


def test_its_remedies_are_the_planted_ones(
    company: samples.Company, found: fits.ConflictsResult
) -> None:
    remedies = of_kind(found, "unit economics").remedies

    richer = [one.numbers["segment"] for one in remedies if one.kind == "richer segment"]
    cheaper = [one.numbers["channel"] for one in remedies if one.kind == "cheaper channel"]
    assert richer[0] == company.truth.paying_segment
    assert cheaper[0] == company.truth.cheap_channel
    assert company.truth.failing_channel not in cheaper


def test_the_need_that_one_account_carries_is_a_conflict(
    company: samples.Company, found: fits.ConflictsResult
) -> None:
    conflict = of_kind(found, "concentration")

    assert {feature.need for feature in conflict.features} == {company.truth.carried_need}


def test_conflicts_are_told_largest_first_and_nothing_else_is_made_up(
    found: fits.ConflictsResult,
) -> None:
    sizes = found.table["size_amount"].to_pylist()

    assert sizes == sorted(sizes, reverse=True)
    assert sorted(found.table["kind"].to_pylist()) == sorted(TRUTHFUL)
    assert found.unseen == {}


def test_plain_data_keep_the_numbers_of_features_and_remedies(
    found: fits.ConflictsResult,
) -> None:
    rows = json.loads(json.dumps(found.to_dict()))["rows"]

    row = next(one for one in rows if one["kind"] == "unit economics")
    assert {"feature_id", "effort"} <= set(row["features"][0])
    assert row["remedies"][0]["numbers"]["payback_months"] > 0
    assert isinstance(found.table["remedies"][0].as_py(), str)


@pytest.mark.slow
def test_a_plan_for_those_who_pay_back_is_no_conflict(data: sources.Data) -> None:
    features = data.features
    features = features.filter(features.segment != "students", features.need != "central billing")

    tables = ("feedback", "assignments", "accounts", "subscriptions", "spend", "events")
    found = fits.conflicts(features, data.customers, **{name: data.table(name) for name in tables})

    assert found.table["kind"].to_pylist() == []
    assert found.summary() == {
        "n_conflicts": 0,
        "by_kind": {},
        "largest": None,
        "largest_size_amount": None,
    }
    assert charts.svg(found.chart()).startswith("<svg")


@pytest.mark.slow
def test_kinds_that_the_data_cannot_show_are_named(company: samples.Company) -> None:
    data = company.data()

    found = fits.conflicts(data.features, data.customers, responses=data.responses)

    assert found.unseen["unit economics"] == "no data for orders or subscriptions"
    assert found.unseen["concentration"] == "no data for feedback"
    assert any(note.startswith("Not looked at: channel") for note in found.warnings)


@pytest.mark.slow
def test_a_price_that_a_segment_refuses_is_found_with_the_price_that_it_takes(
    data: sources.Data,
) -> None:
    prices = {"Basic": 40.0, "Plus": 90.0, "Team": 129.0, "Enterprise": 590.0}

    found = fits.conflicts(data.features, data.customers, responses=data.responses, prices=prices)

    segments = {one.segment for one in found.conflicts if one.kind == "price"}
    assert segments == {"students", "households", "home baristas"}
    remedy = of_kind(found, "price").remedies[0]
    assert remedy.kind == "price"
    assert remedy.numbers["accepted_share"] > 0.5


@pytest.mark.slow
def test_a_plan_for_segments_that_nobody_knows_is_not_taken_for_agreement(
    data: sources.Data,
) -> None:
    features = {
        "feature_id": ["f1"],
        "name": ["Loan"],
        "status": ["planned"],
        "segment": ["pupils"],
        "need": ["rent"],
    }

    found = fits.conflicts(
        features, data.customers, spend=data.spend, subscriptions=data.subscriptions
    )

    assert found.unseen["unit economics"].startswith(
        "no planned feature names one of home baristas"
    )


def test_a_plan_of_work_may_name_what_customers_buy(data: sources.Data) -> None:
    features = {
        "feature_id": ["f1"],
        "name": ["Faster kettle"],
        "status": ["planned"],
        "segment": ["Team"],
    }

    found = fits.conflicts(
        features,
        data.customers,
        by="plan",
        responses=data.responses,
        subscriptions=data.subscriptions,
        products=data.products,
    )

    assert "price" not in found.unseen


def test_features_are_needed() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="no data for features"):
        fits.conflicts(None, {"customer_id": ["c1"]})
