"""Product-market fit: hand-made answers with known points, and what is planted in the sample."""

from __future__ import annotations

from pathlib import Path

import pyarrow.csv
import pytest

from fourfits import errors, fits, samples


def answers(segment: str, question: str, values: list[float], kind: str = "rating") -> list[tuple]:
    return [(f"{segment}{i}", question, kind, segment, value) for i, value in enumerate(values)]


def table(rows: list[tuple]) -> dict[str, list]:
    names = ("response_id", "question_id", "kind", "segment", "value_number")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


@pytest.mark.slow
def test_the_sample_has_its_strongest_fit_in_home_baristas_and_its_weakest_in_students(
    company: samples.Company,
) -> None:
    data = company.data()

    result = fits.product_market(data.responses, customers=data.customers)

    order = result.table["segment"].to_pylist()
    assert order[0] == "home baristas"
    assert order[-1] == "students"
    weakest = result.table.to_pylist()[-1]
    assert weakest["score_high"] < 60
    assert weakest["p_fit"] < 0.05


@pytest.mark.realdata
def test_nps_of_the_telecom_verbatims_counts_by_stage(realdata: Path) -> None:
    # data/README.md: -9.98 of 962 (Order), -76.67 of 30 (Service in Use); -20 is the floor, 20 the
    # threshold, so that -9.98 has 60 x 10.02 / 40 points.
    file = realdata / "nps_verbatims" / "text_data.csv"
    options = pyarrow.csv.ConvertOptions(null_values=["NA", ""])
    given = pyarrow.csv.read_csv(file, convert_options=options)
    scores = given.select(["SURVEY_SUB_TYPE", "NPS_SCORE"])

    result = fits.product_market(scores.rename_columns(["stage", "value_number"]), by="stage")

    rows = {row["stage"]: row for row in result.evidence.to_pylist() if row["evidence"] == "nps"}
    assert rows["Order"]["n"] == 962
    assert rows["Order"]["points"] == pytest.approx(60 * 10.02 / 40, abs=0.01)
    assert rows["Service in Use"]["points"] == 0
    assert {row["n_evidence"] for row in result.table.to_pylist()} == {1}


def test_importance_that_is_satisfied_is_weighted_by_importance() -> None:
    # one person: importance 10 and 5, satisfaction 6 and 9: (1 x .6 + .5 x .9) / 1.5 = .7
    rows = [
        *answers("home", "importance:quiet", [10, 10]),
        *answers("home", "satisfaction:quiet", [6, 6]),
        *answers("home", "importance:clean", [5, 5]),
        *answers("home", "satisfaction:clean", [9, 9]),
    ]

    result = fits.product_market(table(rows))

    piece = next(row for row in result.evidence.to_pylist() if row["n"])
    assert piece["evidence"] == "importance_satisfied_share"
    assert piece["value"] == pytest.approx(0.7)
    assert piece["n"] == 2


def test_a_need_that_was_rated_on_one_side_only_does_not_count() -> None:
    rows = [
        *answers("home", "importance:quiet", [10, 10]),
        *answers("home", "satisfaction:quiet", [6, 6]),
        *answers("home", "importance:clean", [10, 10]),
    ]

    result = fits.product_market(table(rows))

    assert next(row["value"] for row in result.evidence.to_pylist() if row["n"]) == 0.6


def test_answers_without_a_segment_are_left_out() -> None:
    rows = [*answers("home", "q", [10, 9, 8], "nps"), ("x", "q", "nps", None, 0)]

    result = fits.product_market(table(rows))

    assert result.table["segment"].to_pylist() == ["home"]


def test_responses_may_be_absent_and_are_then_named_as_missing() -> None:
    with pytest.raises(errors.NotEnoughDataError, match="nps: no data for responses"):
        fits.product_market(None)


def test_a_division_that_the_answers_do_not_know_is_refused() -> None:
    with pytest.raises(errors.ColumnError, match="has no column 'region'"):
        fits.product_market(table(answers("home", "q", [10], "nps")), by="region")


def test_a_table_that_no_fit_uses_is_refused() -> None:
    with pytest.raises(errors.TableError, match="The fits use no table tickets"):
        fits.product_market(table(answers("home", "q", [10], "nps")), tickets={"a": [1]})


def test_segments_are_found_in_tables_in_memory() -> None:
    rows = {"customer_id": ["c1", "c2"], "kind": ["nps"] * 2, "value_number": [10.0, 2.0]}
    members = {
        "segmentation": ["market"] * 2,
        "customer_id": ["c1", "c2"],
        "segment": ["home", "office"],
    }

    result = fits.product_market(rows, memberships=members)

    values = {row["segment"]: row["value"] for row in result.evidence.to_pylist() if row["n"]}
    assert values == {"home": 100, "office": -100}
