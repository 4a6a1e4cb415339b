"""The quality of data, measured against tables whose faults are known."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourfits as ff
from fourfits import charts, errors, imports, quality, samples, sums

NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
DAY = datetime.datetime(2026, 2, 20)  # noqa: DTZ001 - as the lake stores it


def orders(**columns: list[Any]) -> Any:
    n = len(next(iter(columns.values()), [1, 2, 3, 4]))
    whole = {
        "order_id": [f"O{i}" for i in range(n)],
        "line": [1] * n,
        "customer_id": ["c1"] * n,
        "ordered_at": [DAY] * n,
        "revenue_amount": [float(i) for i in range(n)],
    }
    return ibis.memtable(whole | columns)


def customers(*ids: str) -> Any:
    return ibis.memtable({"customer_id": list(ids)})


def checked(**data: Any) -> dict[str, Any]:
    result = quality.check(data, as_of=NOW)
    return {row["table"]: row for row in result.table.to_pylist() if row["source"] == "all"}


def test_faultless_data_score_100() -> None:
    row = checked(orders=orders(), customers=customers("c1"))["orders"]

    assert row["score"] == 100
    assert (row["n_rows"], row["n_alike"]) == (4, 0)
    assert row["fresh_days"] == 9.5


def test_completeness_is_the_share_of_filled_cells() -> None:
    row = checked(orders=orders(customer_id=["c1", None, None, "c1"]))["orders"]

    assert row["completeness_share"] == pytest.approx(18 / 20)


def test_a_column_that_is_empty_throughout_is_not_held_against_the_table() -> None:
    assert checked(orders=orders(customer_id=[None] * 4))["orders"]["completeness_share"] == 1


def test_uniqueness_counts_keys_and_alike_rows_apart() -> None:
    twice = orders(order_id=["A", "A", "B", "C"], revenue_amount=[1.0, 1.0, 1.0, 2.0])
    row = checked(orders=twice)["orders"]

    assert row["uniqueness_share"] == 3 / 4
    assert row["n_alike"] == 2


@pytest.mark.parametrize(("age", "share"), [(0, 1), (31, 1), (198, 0.5), (365, 0), (900, 0)])
def test_freshness_falls_with_the_age_of_the_newest_row(age: int, share: float) -> None:
    newest = NOW.replace(tzinfo=None) - datetime.timedelta(days=age)
    row = checked(orders=orders(ordered_at=[newest] * 4))["orders"]

    assert row["freshness_share"] == pytest.approx(share)


def test_references_that_lead_nowhere_are_counted_and_named() -> None:
    table = orders(customer_id=["c1", "c9", "c9", None])
    result = quality.check({"orders": table, "customers": customers("c1")}, as_of=NOW)
    row = next(row for row in result.table.to_pylist() if row["table"] == "orders")

    assert row["references_share"] == pytest.approx(1 / 3)
    assert result.warnings == (
        "orders.customer_id holds a value that customers does not have, in 2 rows: 'c9' in 2 rows.",
    )


def test_a_misspelt_product_comes_with_what_is_meant() -> None:
    deals = ibis.memtable({"deal_id": ["1", "2"], "product_id": ["GTXPro", "GTX Basic"]})
    products = ibis.memtable({"product_id": ["GTX Basic", "GTX Pro", "GTX Plus Pro"]})

    result = quality.check({"deals": deals, "products": products}, as_of=NOW)

    assert "'GTXPro' in 1 row (is 'GTX Pro' meant?)" in result.warnings[0]


def test_without_the_table_it_refers_to_nothing_is_said_of_references() -> None:
    assert checked(orders=orders())["orders"]["references_share"] is None


@pytest.mark.slow
def test_each_file_is_scored_apart(tmp_path: Path) -> None:
    home = tmp_path / "home"
    header = "order_id,line,ordered_at,quantity,revenue_amount"
    for name, rows in {
        "good.csv": ["A,1,2026-02-28,1,5", "B,1,2026-02-28,1,5"],
        "bad.csv": ["C,1,2024-01-31,,5", "D,1,31/02/2024,1,5"],
    }.items():
        (tmp_path / name).write_text("\n".join([header, *rows]) + "\n")
        imports.import_file(tmp_path / name, "orders", home=home, now=NOW)
    data = ff.open(home)

    result = quality.check({name: data.table(name) for name in data}, as_of=NOW)

    rows = {row["source"]: row for row in result.table.to_pylist()}
    assert {name: row["n_rows"] for name, row in rows.items()} == {
        "all": 3,
        "good.csv": 2,
        "bad.csv": 1,
    }
    assert [rows[name]["validity_share"] for name in rows] == [3 / 4, 1 / 2, 1]
    assert rows["bad.csv"]["score"] < rows["good.csv"]["score"]
    assert result.summary()["weakest"] == "orders: validity"


@pytest.mark.slow
def test_quarantine_is_listed_with_line_and_reason(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "orders.csv"
    file.write_text("order_id,line,ordered_at,revenue_amount\nA,1,31/02/2024,x\nB,1,2024-01-31,5\n")
    imports.import_file(file, "orders", home=home, now=NOW)
    data = ff.open(home)
    found = {name: data.table(name) for name in data}

    rows = quality.quarantined(found)

    assert [(row["line"], row["column"], row["value"]) for row in rows] == [
        (2, "ordered_at", "31/02/2024"),
        (2, "revenue_amount", "x"),
    ]
    assert quality.quarantined(found, limit=1) == rows[:1]
    assert quality.quarantined(found, only="customers") == []
    assert quality.quarantined({}) == []


@pytest.mark.slow
def test_a_row_that_is_set_aside_again_as_its_file_grows_is_listed_once(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "orders.csv"
    text = "order_id,line,ordered_at,revenue_amount\nA,1,31/02/2024,1\n"
    for day in range(1, 12):  # the names of the last two imports end in 10 and 11
        text += f"B{day},1,13/01/2024,5\n" if day < 11 else "C,1,31/02/2024,1\n"
        file.write_text(text)
        imports.import_file(file, "orders", home=home, now=NOW + datetime.timedelta(days=day))
    data = ff.open(home)

    rows = quality.quarantined({name: data.table(name) for name in data})

    assert [(row["line"], row["batch_id"]) for row in rows] == [(2, "orders-11"), (13, "orders-11")]


def test_one_table_can_be_asked_for() -> None:
    data = {"orders": orders(), "customers": customers("c1")}

    result = quality.check(data, as_of=NOW, only="customers")

    assert result.table["table"].to_pylist() == ["customers"]
    with pytest.raises(errors.TableError, match="no table 'clients'"):
        quality.check(data, as_of=NOW, only="clients")


def test_no_data_have_no_score() -> None:
    result = quality.check({}, as_of=NOW)

    assert result.summary() == {"score": None, "weakest": None, "n_tables": 0}


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.sampled_from("xyz"))),
        min_size=1,
        max_size=20,
    )
)
def test_shares_equal_their_definitions(rows: list[tuple[str, str | None]]) -> None:
    ids, named = [row[0] for row in rows], [row[1] for row in rows]
    given_ = [name for name in named if name is not None]

    row = checked(orders=orders(order_id=ids, customer_id=named), customers=customers("x"))[
        "orders"
    ]

    assert row["uniqueness_share"] == pytest.approx(len(set(ids)) / len(ids))
    if given_:
        assert row["references_share"] == pytest.approx(given_.count("x") / len(given_))
    else:
        assert row["references_share"] is None
    assert 0 <= row["score"] <= 100


@pytest.mark.slow
def test_every_query_runs_on_every_engine_and_the_chart_draws() -> None:
    company = samples.company(size=1_000)
    data = company.data()
    as_of = datetime.datetime.combine(company.today, datetime.time.max)

    with sums.observed() as queries:
        result = quality.check({name: data.table(name) for name in data}, as_of=as_of, only="deals")

    assert "<svg" in charts.svg(result.chart())
    assert result.summary()["score"] > 80
    for query in queries:
        for dialect in sums.DIALECTS:
            assert sums.sql(query, dialect)
