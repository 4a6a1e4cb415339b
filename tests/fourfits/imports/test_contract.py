"""Which rows keep the contract, and what is said of those that do not."""

from __future__ import annotations

import datetime
import json
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfits import tables
from fourfits.imports import contract
from fourfits.lake import engine


def columns(table: tables.Table, *names: str) -> contract.Columns:
    """Columns read by a plain cast from text of the same name."""
    values, raw, types = {}, {}, {}
    for name in names:
        column, quoted = table[name], engine.identifier(name)
        types[name] = tables.DUCKDB_TYPES[column.kind]
        raw[name] = quoted
        cast = f"TRY_CAST({quoted} AS {types[name]})"
        values[name] = contract.allowed(quoted, column) if column.allowed else cast
    return contract.Columns(values=values, raw=raw, types=types)


def sorted_out(
    table: tables.Table, rows: list[dict[str, str | None]]
) -> tuple[list[dict[str, Any]], list[tuple[int, str, str | None, str]]]:
    """Rows that are kept, and what is wrong with the others."""
    connection = duckdb.connect()
    names = list(rows[0])
    kinds = ", ".join(f"{engine.identifier(name)} VARCHAR" for name in names)
    connection.execute(f"CREATE TABLE given (_line BIGINT, {kinds})")
    marks = ", ".join("?" * (len(names) + 1))
    for number, row in enumerate(rows, 1):
        connection.execute(f"INSERT INTO given VALUES ({marks})", [number, *row.values()])
    how = columns(table, *names)
    rules = contract.rules(table, how)
    readings = contract.readings("given", how)
    kept = connection.execute(contract.kept(readings, how, rules, "b-1")).to_arrow_table()
    quoted = contract.readings("given", how, names)
    broken = connection.execute(
        f'SELECT _line, "column", value, reason FROM ({contract.broken(quoted, rules)}) '
        "ORDER BY 1, 2"
    ).fetchall()
    return kept.to_pylist(), broken


def reasons(table: tables.Table, **row: str | None) -> list[str]:
    return [reason for *_, reason in sorted_out(table, [row])[1]]


ORDER: dict[str, str | None] = {
    "order_id": "A",
    "line": "1",
    "ordered_at": "2024-01-31 10:00:00",
    "quantity": "2",
    "revenue_amount": "10.5",
}


def test_a_row_that_keeps_the_contract_is_stored_with_its_batch_and_line() -> None:
    kept, broken = sorted_out(tables.ORDERS, [ORDER])

    assert broken == []
    (row,) = kept
    assert row["ordered_at"] == datetime.datetime.fromisoformat("2024-01-31T10:00:00")
    assert (row["_batch"], row["_line"]) == ("b-1", 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"order_id": None}, "order_id is empty, must be text."),
        ({"line": "0"}, "line holds '0', must be a whole number, at least 1."),
        ({"ordered_at": "31/02/2024"}, "ordered_at holds '31/02/2024', must be a moment (UTC)."),
        ({"ordered_at": "infinity"}, "ordered_at holds 'infinity', must be a moment (UTC)."),
        ({"ordered_at": None}, "ordered_at is empty, must be a moment (UTC)."),
        ({"quantity": "NaN"}, "quantity holds 'NaN', must be a number."),
        ({"revenue_amount": "1e15"}, "revenue_amount holds '1e15', must be below 100 trillion."),
        ({"revenue_amount": "NaN"}, "revenue_amount holds 'NaN', must be an amount of money."),
        ({"revenue_amount": "inf"}, "revenue_amount holds 'inf', must be an amount of money."),
        (
            {"revenue_amount": "x" * 200},
            f"revenue_amount holds '{'x' * 80}', must be an amount of money.",
        ),
        (
            {"quantity": "-2"},
            "quantity holds '-2' and revenue_amount '10.5000': a return needs negative revenue.",
        ),
    ],
)
def test_an_order_that_breaks_a_rule_is_told_why(
    change: dict[str, str | None], reason: str
) -> None:
    assert reasons(tables.ORDERS, **ORDER | change) == [reason]


def test_a_return_keeps_the_contract() -> None:
    kept, broken = sorted_out(
        tables.ORDERS,
        [ORDER | {"quantity": "-2", "revenue_amount": amount} for amount in ("-1", "0")],
    )

    assert (len(kept), broken) == (2, [])


def test_every_wrong_column_of_a_row_is_named_once() -> None:
    row = ORDER | {"line": "-1", "ordered_at": "soon", "quantity": "many"}

    _, broken = sorted_out(tables.ORDERS, [row])

    assert [(line, column, value) for line, column, value, _ in broken] == [
        (1, "line", "-1"),
        (1, "ordered_at", "soon"),
        (1, "quantity", "many"),
    ]


@pytest.mark.parametrize(
    "spelling", ["decision_maker", "Decision Maker", "DECISION-MAKER", " decision  maker "]
)
def test_allowed_words_are_known_however_they_are_spelt(spelling: str) -> None:
    kept, _ = sorted_out(tables.CUSTOMERS, [{"customer_id": "1", "buying_role": spelling}])

    assert kept[0]["buying_role"] == "decision_maker"


def test_a_word_that_is_not_allowed_is_set_aside() -> None:
    assert reasons(tables.CUSTOMERS, customer_id="1", buying_role="boss") == [
        "buying_role holds 'boss', must be one of decision_maker, influencer, user, champion, "
        "blocker."
    ]


@pytest.mark.parametrize(
    ("table", "row", "reason"),
    [
        (
            tables.SUBSCRIPTIONS,
            {"subscription_id": "s", "started_on": "2024-02-01", "ended_on": "2024-01-31"},
            "ended_on holds '2024-01-31', must not be before started_on '2024-02-01'.",
        ),
        (
            tables.DELIVERIES,
            {"item_id": "i", "started_on": "2024-02-01", "finished_on": "2024-01-31"},
            "finished_on holds '2024-01-31', must not be before started_on '2024-02-01'.",
        ),
        (
            tables.DEALS,
            {"deal_id": "d", "opened_on": "2024-02-01", "closed_on": "2024-01-31"},
            "closed_on holds '2024-01-31', must not be before opened_on '2024-02-01'.",
        ),
        (
            tables.FEATURES,
            {"feature_id": "f", "name": "n", "effort_low": "3", "effort_high": "2"},
            "effort_high holds '2.0', must not be less than effort_low '3.0'.",
        ),
        (
            tables.DEALS,
            {"deal_id": "d", "probability_share": "1.5"},
            "probability_share holds '1.5', must be a share between 0 and 1.",
        ),
        (
            tables.FEATURES,
            {"feature_id": "f", "name": "n", "effort_likely": "0"},
            "effort_likely holds '0', must be a number, more than 0.",
        ),
    ],
)
def test_what_ends_before_it_starts_or_leaves_its_range_is_set_aside(
    table: tables.Table, row: dict[str, str | None], reason: str
) -> None:
    assert reasons(table, **row) == [reason]


def test_the_same_day_is_no_contradiction() -> None:
    row: dict[str, str | None] = {
        "deal_id": "d",
        "opened_on": "2024-02-01",
        "closed_on": "2024-02-01",
    }

    assert reasons(tables.DEALS, **row) == []


def test_the_whole_row_is_quoted_as_it_stood() -> None:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE given AS SELECT 7 AS _line, 'x' AS customer_id, 'März \"9\"' AS signed_up_on"
    )
    how = columns(tables.CUSTOMERS, "customer_id", "signed_up_on")
    readings = contract.readings("given", how, ["customer_id", "signed_up_on"])

    query = contract.broken(readings, contract.rules(tables.CUSTOMERS, how))
    ((line, _, _, _, row),) = connection.execute(query).fetchall()

    assert line == 7
    assert json.loads(row) == {"customer_id": "x", "signed_up_on": 'März "9"'}


words = st.sampled_from([None, "", "1", "-1", "0", "2024-01-31", "nan", "inf", "1e300", "abc", "'"])


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(tables.CANONICAL.values())), st.data())
def test_every_row_is_either_kept_or_named(table: tables.Table, data: st.DataObject) -> None:
    """No row is lost, none is on both sides, and every reason names its column."""
    rows = data.draw(
        st.lists(st.fixed_dictionaries(dict.fromkeys(table.names, words)), min_size=1, max_size=3)
    )

    kept, broken = sorted_out(table, rows)

    lines_kept, lines_broken = {row["_line"] for row in kept}, {line for line, *_ in broken}
    assert lines_kept | lines_broken == set(range(1, len(rows) + 1))
    assert not lines_kept & lines_broken
    assert len({(line, column) for line, column, *_ in broken}) == len(broken)
    assert all(reason and column in reason for _, column, _, reason in broken)
