"""One look for every chart."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from fourfits import charts

TABLE = pa.table(
    {
        "plan": ["Pro", "Free"],
        "x": [Decimal("1.5"), Decimal("2.5")],
        "low": [1.0, 2.0],
        "high": [2.0, 3.0],
        "on": [datetime.date(2024, 1, 1)] * 2,
    }
)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chart_is_drawn_without_browser_or_network(theme: charts.Theme) -> None:
    chart = charts.interval_dots(
        TABLE, label="plan", value="x", low="low", high="high", title="Money", reference=2
    )

    assert "Money" in charts.svg(chart, theme)
    assert charts.png(chart, theme).startswith(b"\x89PNG")


def test_groups_of_too_few_stand_last_with_their_number_and_an_empty_dot() -> None:
    table = pa.table({
        "plan": ["Gold", "Pro", "Free"], "x": [9.0, 1.0, 5.0], "low": [1.0, 0.5, 4.0],
        "high": [20.0, 2.0, 6.0], "n_customers": [3, 40, 5],
    })  # fmt: skip
    chart = charts.interval_dots(
        table, label="plan", value="x", low="low", high="high", title="Money", n="n_customers"
    )

    found = charts.spec(chart, None)

    ranges, dots, few_ranges, few_dots = found["layer"]
    assert ranges["encoding"]["y"]["sort"] == ["Free", "Pro", "Gold (n = 3)"]
    assert [row["plan"] for row in few_dots["data"]["values"]] == ["Gold (n = 3)"]
    assert (dots["mark"]["filled"], few_dots["mark"]["filled"]) == (True, False)
    assert "strokeDash" in few_ranges["mark"]
    assert dots["encoding"]["tooltip"][-1]["title"] == "Customers"


def test_specifications_carry_the_look_of_their_theme() -> None:
    chart = charts.interval_dots(TABLE, label="plan", value="x", low="low", high="high", title="x")

    assert charts.spec(chart, "dark")["config"] == charts.config("dark")
    assert charts.spec(chart, "dark") != charts.spec(chart, "light")


@pytest.mark.parametrize(
    ("groups", "expected"),
    [((), ["all", "all"]), (("plan",), ["Pro", "Free"]), (("plan", "on"), None)],
)
def test_every_row_gets_one_label(groups: tuple[str, ...], expected: list[str] | None) -> None:
    table, label = charts.labelled(TABLE, groups)

    found = table[label].to_pylist()
    assert found == (expected or ["Pro · 2024-01-01", "Free · 2024-01-01"])


def test_titles_begin_with_a_capital_and_hints_name_no_bare_column() -> None:
    chart = charts.interval_dots(
        TABLE.rename_columns(["plan", "retained_share", "low", "high", "on"]),
        label="plan",
        value="retained_share",
        low="low",
        high="high",
        title='share who "stay"',
        form=".0%",
    )

    found = charts.spec(chart, None)

    line, dots = found["layer"]
    assert line["encoding"]["x"]["title"] == "Share who “stay”"
    assert line["encoding"]["x"]["axis"] == {"format": "%"}
    assert [hint["title"] for hint in dots["encoding"]["tooltip"]] == [
        "Plan", "Retained", "Low", "High",
    ]  # fmt: skip
