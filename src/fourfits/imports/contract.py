"""The contract of a table as SQL: which rows keep it, and what to say of those that do not."""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fourfits import tables
from fourfits.lake import engine

LINE_COLUMN = "_line"
"""The line of the file on which a row stood; stored with it, so that it can be found again."""

_STORED = {"VARCHAR", "BIGINT", "INTEGER", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP"}
"""Types that every reader of the lake knows; columns of other types are kept as text."""

_SHOWN_LENGTH = 80
"""Longer values are cut where a reason quotes them."""

_SPANS = {
    "products": ("launched_on", "retired_on"),
    "subscriptions": ("started_on", "ended_on"),
    "deliveries": ("started_on", "finished_on"),
    "deals": ("opened_on", "closed_on"),
    "features": ("effort_low", "effort_high"),
}
"""Columns of which the second must not lie before the first."""


@dataclass(frozen=True)
class Rule:
    """One way to break the contract, over the relation that `readings` makes."""

    column: str
    broken: str
    """SQL condition."""
    reason: str
    """SQL text: a sentence with the value in it."""
    implied: bool = False
    """Whether a later rule of the column is broken too, and this one only words it better."""


@dataclass(frozen=True)
class Columns:
    """How each column of a stored row is made from a row of the file.

    Attributes:
        values: Column to SQL of its typed value, `NULL` where the text cannot be read as one.
        raw: Column to SQL of the text that stood there, `NULL` where nothing did.
        types: DuckDB type of each column as it is stored.
    """

    values: Mapping[str, str]
    raw: Mapping[str, str]
    types: Mapping[str, str]


def stored_type(of: str) -> str:
    """The type in which a column that the contract does not know is kept.

    >>> stored_type("DOUBLE"), stored_type("DECIMAL(9,2)"), stored_type("STRUCT(a INTEGER)")
    ('DOUBLE', 'DECIMAL(9,2)', 'VARCHAR')
    """
    return of if of in _STORED or of.startswith("DECIMAL") else "VARCHAR"


def readings(relation: str, columns: Columns, fields: Iterable[str] = ()) -> str:
    """Each row of the file with its values typed and, under `raw ...`, the texts they came from.

    Args:
        relation: The rows of the file.
        columns: How each value is made.
        fields: Columns of the file to keep as they stood, where the whole row will be quoted.
    """
    parts = [LINE_COLUMN]
    whole = ", ".join(f"{engine.literal(name)}: {engine.identifier(name)}" for name in fields)
    if whole:
        parts.append(f"{{{whole}}} AS {_raw('row')}")
    for name, value in columns.values.items():
        parts.append(f"{value} AS {engine.identifier(name)}")
        parts.append(f"{columns.raw.get(name, 'NULL')} AS {_raw(name)}")
    return f"SELECT {', '.join(parts)} FROM {relation}"


def kept(readings_: str, columns: Columns, rules: Iterable[Rule], batch: str) -> str:
    """The rows that keep every rule, as they are stored."""
    parts = [
        f"CAST({engine.identifier(name)} AS {columns.types[name]}) AS {engine.identifier(name)}"
        for name in columns.values
    ]
    return (
        f"SELECT {', '.join(parts)}, {engine.literal(batch)} AS {tables.BATCH_COLUMN}, "
        f"{LINE_COLUMN} FROM ({readings_}) WHERE {_any(rules)} IS NOT TRUE"
    )


def broken(readings_: str, rules: Iterable[Rule]) -> str:
    """One row per column that breaks a rule: `_line`, `column`, `value`, `reason`, `row`."""
    rules = tuple(rules)
    cases = []
    for column in dict.fromkeys(rule.column for rule in rules):
        whens = " ".join(
            f"WHEN {rule.broken} THEN {{'column': {engine.literal(column)}, "
            f"'value': {_raw(column)}, 'reason': {rule.reason}}}"
            for rule in rules
            if rule.column == column
        )
        cases.append(f"CASE {whens} END")
    return (
        f"SELECT {LINE_COLUMN}, problem.column, problem.value, problem.reason, "
        f"CAST(to_json({_raw('row')}) AS VARCHAR) AS row FROM ("
        f"SELECT {LINE_COLUMN}, {_raw('row')}, unnest([{', '.join(cases)}]) AS problem "
        f"FROM ({readings_}) WHERE {_any(rules)}) WHERE problem IS NOT NULL"
    )


def rules(table: tables.Table, columns: Columns) -> tuple[Rule, ...]:
    """Every rule that the columns present can break."""
    found: list[Rule] = []
    for name in columns.values:
        if name in table:
            found += _column_rules(table[name])
        elif columns.types[name] != "VARCHAR":
            found.append(_foreign_rule(name, columns.types[name]))
    return (*found, *_row_rules(table, set(columns.values)))


def allowed(value: str, column: tables.Column) -> str:
    """SQL of one of the allowed words, however it is spelt: `Decision Maker`, `decision-maker`."""
    words = ", ".join(engine.literal(word) for word in column.allowed)
    plain = f"regexp_replace(lower(trim({value})), '[\\s_-]+', '_', 'g')"
    return f"CASE WHEN {plain} IN ({words}) THEN {plain} END"


def _column_rules(column: tables.Column) -> list[Rule]:
    name, raw = engine.identifier(column.name), _raw(column.name)
    must = f"must be {column.rule}"
    holds = _holds(column.name, must)
    found = []
    if column.kind == "money":
        amount = f"abs(TRY_CAST({raw} AS DOUBLE))"
        huge = f"{name} IS NULL AND {amount} >= 1e14 AND isfinite({amount})"
        told = _holds(column.name, "must be below 100 trillion")
        found.append(Rule(column.name, huge, told, implied=True))
    unread = f"{name} IS NULL AND {raw} IS NOT NULL"
    if column.required:
        empty = engine.literal(f"{column.name} is empty, {must}.")
        found.append(Rule(column.name, unread, holds, implied=True))
        found.append(Rule(column.name, f"{name} IS NULL", empty))
    elif column.kind != "text" or column.allowed:
        found.append(Rule(column.name, unread, holds))
    if column.kind in {"number", "share", "timestamp", "date"}:
        found.append(Rule(column.name, f"NOT isfinite({name})", holds))
    if column.low is not None:
        sign = "<=" if column.low_open else "<"
        found.append(Rule(column.name, f"{name} {sign} {column.low:g}", holds))
    if column.high is not None:
        found.append(Rule(column.name, f"{name} > {column.high:g}", holds))
    return found


def _foreign_rule(name: str, kind: str) -> Rule:
    """A column that the contract does not know keeps the type in which it was first stored."""
    value, raw = engine.identifier(name), _raw(name)
    must = f"must be of type {kind.lower()} as in the rows stored before"
    return Rule(name, f"{value} IS NULL AND {raw} IS NOT NULL", _holds(name, must))


def _row_rules(table: tables.Table, present: set[str]) -> list[Rule]:
    found = []
    if table.name == "orders" and {"quantity", "revenue_amount"} <= present:
        found.append(
            Rule(
                "quantity",
                "quantity < 0 AND revenue_amount > 0",
                f"'quantity holds ''' || {_raw('quantity')} || ''' and revenue_amount ''' || "
                "revenue_amount || ''': a return needs negative revenue.'",
            )
        )
    first, second = _SPANS.get(table.name, ("", ""))
    if {first, second} <= present:
        a, b = engine.identifier(first), engine.identifier(second)
        before = "less than" if table[second].kind == "number" else "before"
        reason = (
            f"'{second} holds ''' || {b} || ''', must not be {before} {first} ''' || {a} || '''.'"
        )
        found.append(Rule(second, f"{b} < {a}", reason))
    return found


def _holds(name: str, must: str) -> str:
    """SQL of `name holds 'value', must be ...`."""
    start, end = engine.literal(f"{name} holds '"), engine.literal(f"', {must}.")
    return f"{start} || left({_raw(name)}, {_SHOWN_LENGTH}) || {end}"


def _any(rules: Iterable[Rule]) -> str:
    return "(" + " OR ".join(f"({rule.broken})" for rule in rules if not rule.implied) + ")"


def _raw(name: str) -> str:
    return engine.identifier(f"raw {name}")
