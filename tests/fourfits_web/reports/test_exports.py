"""Reports as files."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from fourfits.errors import NotEnoughDataError, ParameterError
from fourfits_web.reports import exports
from fourfits_web.reports.models import Report

pytestmark = pytest.mark.django_db
Computed = Callable[..., Report]


def test_the_csv_holds_every_row_and_column(computed: Computed) -> None:
    report = computed("nps", by="segment")

    lines = exports.content(report, "csv").decode().splitlines()

    assert lines[0] == (
        "segment,n_responses,promoters_share,passives_share,detractors_share,nps,nps_low,nps_high"
    )
    assert len(lines) == 1 + 5


def test_formulas_in_the_csv_are_disarmed(computed: Computed) -> None:
    report = computed("nps", by="segment")
    assert report.result is not None
    report.result["rows"][0]["segment"] = "=HYPERLINK(1)"

    lines = exports.content(report, "csv").decode().splitlines()

    assert lines[1].startswith("'=HYPERLINK(1),")


def test_the_json_says_what_stands_under_it(computed: Computed) -> None:
    report = computed("nps", by="segment")

    whole = json.loads(exports.content(report, "json"))

    assert whole["analysis"] == "nps"
    assert whole["versions"] == report.versions
    assert len(whole["rows"]) == 5
    assert whole["queries"]


@pytest.mark.parametrize("analysis", ["nps", "forecast", "experiment", "ranking"])
def test_the_parquet_file_reads_back(computed: Computed, analysis: str) -> None:
    report = computed(analysis)

    table = pq.read_table(io.BytesIO(exports.content(report, "parquet")))

    assert table.num_rows == len(report.rows)
    assert table.column_names[0] == next(iter(report.rows[0]))


def test_columns_of_several_kinds_become_text_in_parquet(computed: Computed) -> None:
    report = computed("nps", by="segment")
    assert report.result is not None
    report.result["rows"][0]["nps"] = "unknown"

    table = pq.read_table(io.BytesIO(exports.content(report, "parquet")))

    assert table["nps"].to_pylist()[0] == "unknown"


def test_pictures_are_drawn_once(computed: Computed, settings: object, tmp_path: Path) -> None:
    report = computed("nps", by="segment")
    settings.HOME = tmp_path  # type: ignore[attr-defined]

    png, svg = exports.content(report, "png"), exports.content(report, "svg", "dark")
    kept = tmp_path / "cache" / "charts" / f"{report.pk}-light.png"
    kept.write_bytes(b"drawn before")

    assert png.startswith(b"\x89PNG")
    assert b"<svg" in svg
    assert exports.content(report, "png") == b"drawn before"


def test_a_refused_run_has_nothing_to_export(computed: Computed) -> None:
    report = computed("nps", by="nonsense")

    with pytest.raises(NotEnoughDataError, match="nonsense"):
        exports.content(report, "csv")


def test_a_result_without_a_chart_says_so(computed: Computed) -> None:
    report = computed("nps")
    report.chart = None

    with pytest.raises(ParameterError, match="has no chart"):
        exports.content(report, "png")
