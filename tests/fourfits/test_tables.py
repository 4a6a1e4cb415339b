"""The contract itself."""

from __future__ import annotations

import pyarrow as pa
import pytest

from fourfits import errors, tables

EVERY = list((tables.CANONICAL | tables.DERIVED).values())


def test_there_are_fifteen_canonical_tables() -> None:
    assert len(tables.CANONICAL) == 15
    assert not any(table.derived for table in tables.CANONICAL.values())


@pytest.mark.parametrize("table", EVERY, ids=lambda table: table.name)
def test_each_table_is_whole(table: tables.Table) -> None:
    names = table.names

    assert len(set(names)) == len(names)
    assert set(table.key) <= set(names)
    assert not table.moment or table[table.moment].kind in {"timestamp", "date"}
    assert all(column.meaning for column in table)
    assert {column.references for column in table} - {""} <= set(tables.CANONICAL)


@pytest.mark.parametrize("table", EVERY, ids=lambda table: table.name)
def test_names_say_what_they_hold(table: tables.Table) -> None:
    for column in table:
        for ending, kinds in {
            "_id": {"text"},
            "_at": {"timestamp"},
            "_on": {"date"},
            "_amount": {"money"},
            "_share": {"share"},
        }.items():
            if column.name.endswith(ending) and column.name != "depends_on":
                assert column.kind in kinds, column.name
    has_money = any(column.kind == "money" for column in table)
    assert not has_money or "currency" in table


@pytest.mark.parametrize("kind", tables.ARROW_TYPES)
def test_each_kind_has_a_type_everywhere(kind: tables.Kind) -> None:
    name = tables.ARROW_TYPES[kind]

    assert name.startswith("decimal128") or pa.type_for_alias(name.replace("[day]", "")) is not None
    assert kind in tables.DUCKDB_TYPES


def test_rules_are_words() -> None:
    assert tables.ORDERS["line"].rule == "a whole number, at least 1"
    assert tables.FEATURES["effort_likely"].rule == "a number, more than 0"
    assert tables.DEALS["probability_share"].rule == "a share between 0 and 1"
    assert tables.PRODUCTS["stage"].rule.startswith("one of concept, development")


def test_an_unknown_table_is_refused_with_the_list() -> None:
    with pytest.raises(errors.TableError, match="no table 'order'; there are accounts"):
        tables.named("order")


def test_an_unknown_column_is_refused_with_the_list() -> None:
    with pytest.raises(errors.ColumnError, match="orders has no column 'price'"):
        tables.ORDERS["price"]
