"""From evidence to a score: hand-made evidence with known answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfits import config, errors
from fourfits.fits import evidence, scoring

NAMES = ("very_disappointed_share", "nps")


def sure(name: str, value: float, group: str = "home", *, n: int = 100) -> evidence.Piece:
    """Evidence without uncertainty."""
    return evidence.Piece(
        evidence=name,
        group=(group,),
        value=value,
        draws=np.full(config.DRAWS, value),
        n=n,
        table="responses",
    )


def solved(*pieces: evidence.Piece, customers: dict | None = None, names=NAMES, **reasons: str):
    gathered = evidence.Gathered(pieces=list(pieces), reasons=reasons)
    return scoring.FitResult(
        parameters={},
        **scoring.solve(gathered, names, ("segment",), customers or {("home",): 10}),
    )


def test_a_score_of_sure_evidence_is_the_geometric_mean_of_its_points() -> None:
    result = solved(sure("very_disappointed_share", 0.40), sure("nps", 35))

    row = result.table.to_pylist()[0]
    assert row["score"] == pytest.approx((60 * 80) ** 0.5)
    assert row["score_low"] == pytest.approx(row["score"])
    assert row["score_high"] == pytest.approx(row["score"])
    assert row["p_fit"] == 1
    assert row["missing"] is None


def test_evidence_at_its_threshold_is_a_fit() -> None:
    row = solved(sure("very_disappointed_share", 0.40), sure("nps", 20)).table.to_pylist()[0]

    assert row["score"] == pytest.approx(60)
    assert row["p_fit"] == 1


def test_missing_evidence_widens_the_interval_and_is_named() -> None:
    whole = solved(sure("very_disappointed_share", 0.5), sure("nps", 35)).table.to_pylist()[0]
    part = solved(sure("very_disappointed_share", 0.5), nps="no data").table.to_pylist()[0]

    assert part["score_high"] - part["score_low"] > whole["score_high"] - whole["score_low"] + 20
    assert part["missing"] == "nps"
    assert part["n_evidence"] == 1
    assert part["score"] == pytest.approx((80 * config.FIT_UNKNOWN_POINTS) ** 0.5)
    assert "Not known: net promoter score." in part["finding"]


def test_a_group_without_evidence_has_no_score_and_says_why() -> None:
    result = solved(
        sure("nps", 35),
        customers={("home",): 10, ("office",): 5},
        very_disappointed_share="no data for responses",
    )

    row = result.table.to_pylist()[-1]
    assert row["segment"] == "office"
    assert row["score"] is None
    assert row["finding"] == (
        "No evidence (very_disappointed_share: no data for responses; nps: none from this group)."
    )


def test_a_group_of_too_few_is_shown_but_never_first_and_says_so() -> None:
    few = sure("nps", 60, "shop", n=4)
    result = solved(
        sure("nps", -10),
        few,
        sure("nps", 35, "office", n=5),
        customers={("home",): 10, ("shop",): 900, ("office",): 8, ("club",): 7},
        names=("nps",),
    )

    rows = result.table.to_pylist()
    assert [row["segment"] for row in rows] == ["office", "home", "shop", "club"]
    assert [row["n_judged"] for row in rows] == [5, 100, 4, 0]
    assert [scoring.too_few(row) for row in rows] == [False, False, True, True]
    assert rows[2]["score"] == 100
    assert rows[2]["finding"] == (
        "Too few to judge: 4 customers. Lowest is net promoter score: 60 (60 to 60), "
        "a fit starts at 20."
    )


def test_leads_and_needs_are_not_people() -> None:
    alone = sure("value_per_lead_against_median", 2.0, n=3_000)

    counted, uncounted = (
        scoring.solve(
            evidence.Gathered(pieces=[alone]), (alone.evidence,), ("segment",), customers
        )["table"]["n_judged"].to_pylist()
        for customers in ({("home",): 2}, {})
    )

    assert counted == [2]
    assert uncounted == [3_000]


def test_a_fit_without_any_evidence_is_refused_in_words() -> None:
    with pytest.raises(errors.NotEnoughDataError, match=r"no evidence for this fit .*nps: no data"):
        solved(nps="no data for responses")


def test_the_overall_score_weighs_groups_by_their_customers() -> None:
    result = solved(
        sure("nps", 20),
        sure("nps", 50, "office"),
        customers={("home",): 30, ("office",): 10},
        names=("nps",),
    )

    assert result.summary()["score"] == pytest.approx((3 * 60 + 100) / 4)
    assert result.summary()["n_customers"] == 40


def test_the_weakest_evidence_is_named_with_its_numbers() -> None:
    result = solved(sure("very_disappointed_share", 0.5), sure("nps", -10))

    row = result.table.to_pylist()[0]
    assert row["weakest"] == "nps"
    assert row["finding"].startswith(
        "Held back by net promoter score: −10 (−10 to −10), a fit starts at 20."
    )


def test_alternatives_use_the_one_that_the_group_has() -> None:
    names = (("retention_people", "retention_companies"), "nps")

    row = solved(sure("retention_companies", 0.85), sure("nps", 20), names=names)

    assert row.table.to_pylist()[0]["missing"] is None
    assert row.table.to_pylist()[0]["score"] == pytest.approx(60)


def test_evidence_rows_keep_value_points_threshold_and_where_from() -> None:
    result = solved(sure("nps", 35), very_disappointed_share="no data for responses")

    rows = {row["evidence"]: row for row in result.to_dict()["evidence"]}
    assert rows["nps"]["points"] == pytest.approx(80)
    assert rows["nps"]["threshold"] == 20
    assert rows["nps"]["from_table"] == "responses"
    assert rows["very_disappointed_share"]["missing"] == "no data for responses"
    assert rows["very_disappointed_share"]["points"] is None


def test_another_group_does_not_change_a_groups_numbers() -> None:
    alone = solved(sure("nps", 35)).table.to_pylist()
    among = solved(sure("nps", 35), sure("nps", 1, "office")).table.to_pylist()

    assert alone[0] == among[0]


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 1), st.floats(-100, 100), st.floats(0.001, 0.2), st.floats(0.1, 30))
def test_scores_stay_in_bounds_and_in_their_interval(
    share: float, points: float, share_error: float, points_error: float
) -> None:
    rng = np.random.default_rng(1)
    noise = rng.standard_normal(config.DRAWS)
    pieces = [
        evidence.Piece(
            evidence=name, group=("home",), value=value, draws=value + error * noise, n=9, table="t"
        )
        for name, value, error in zip(
            NAMES, (share, points), (share_error, points_error), strict=True
        )
    ]

    row = solved(*pieces).table.to_pylist()[0]

    assert 1 <= row["score_low"] <= row["score"] <= row["score_high"] <= 100
    assert 0 <= row["p_fit"] <= 1


@pytest.mark.slow
def test_the_interval_holds_the_true_score_at_its_level() -> None:
    rng = np.random.default_rng(5)
    truth = float(evidence.combine([evidence.score(0.45, config.FIT_SCALES[NAMES[0]])], [1]))
    covered = 0

    for trial in range(200):
        successes = int(rng.binomial(150, 0.45))
        draws = evidence.share_draws(successes, 150, evidence.stream(trial, "a"))
        piece = evidence.Piece(
            evidence=NAMES[0], group=("home",), value=successes / 150, draws=draws, n=150, table="t"
        )
        row = solved(piece, names=NAMES[:1]).table.to_pylist()[0]
        covered += row["score_low"] <= truth <= row["score_high"]

    assert 0.90 <= covered / 200 <= 0.99


def test_a_fit_is_drawn() -> None:
    result = solved(sure("nps", 35), sure("nps", 1, "office"))

    assert "layer" in result.chart().to_dict()
