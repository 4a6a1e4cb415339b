"""Keys and other required columns that a file lacks, made from what it has.

A key must be the same whenever the same file is read, and whenever it has grown at its end; so it
is made from the row's content and its place among equals, never from the clock or from chance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fourfits import tables
from fourfits.imports import files, values, vendors
from fourfits.lake import engine


@dataclass(frozen=True)
class Made:
    """A column that is computed."""

    expression: str
    note: str


Known = dict[str, str]
"""Canonical column to the SQL that is known for it so far."""


def made(
    source: files.Source, table: tables.Table, readings: dict[str, values.Reading]
) -> dict[str, Made]:
    """The columns that can be computed from those that were read."""
    known: Known = {name: reading.expression for name, reading in readings.items()}
    found: dict[str, Made] = {}
    for name, recipe in _RECIPES.get(table.name, {}).items():
        if name not in known:
            part = recipe(source, known)
            if part is not None:
                found[name] = part
                known[name] = part.expression
    currencies = {reading.currency for reading in readings.values() if reading.currency}
    if "currency" in table and "currency" not in known and len(currencies) == 1:
        code = currencies.pop()
        found["currency"] = Made(engine.literal(code), f"{code}, from the sign at the amounts")
    return found


def _order_id(_: files.Source, known: Known) -> Made | None:
    if "customer_id" not in known or "ordered_at" not in known:
        return None
    day = f"strftime({known['ordered_at']}, '%Y%m%d')"
    return Made(
        f"{known['customer_id']} || '-' || {day}",
        "the file has none; what a customer bought on one day is one order",
    )


def _line(_: files.Source, known: Known) -> Made | None:
    if "order_id" not in known:
        return None
    return Made(
        f"row_number() OVER (PARTITION BY {known['order_id']} ORDER BY _line)",
        "the row's place within its order",
    )


def from_content(columns: Iterable[str]) -> str:
    """SQL of a fingerprint of the row, and its place among rows that are the same throughout."""
    cells = ", ".join(
        f"coalesce(CAST({engine.identifier(column)} AS VARCHAR), '')" for column in columns
    )
    fingerprint = f"md5(concat_ws(chr(31), {cells}))"
    place = f"row_number() OVER (PARTITION BY {fingerprint} ORDER BY _line)"
    return f"{fingerprint} || CASE WHEN {place} > 1 THEN '-' || {place} ELSE '' END"


def _from_content(source: files.Source, _: Known) -> Made | None:
    return Made(
        from_content(source.columns),
        "made from the row's content, so that the same row is known again",
    )


def _place(source: files.Source, _: Known) -> Made | None:
    header = 1 if source.named and not source.description.startswith("Parquet") else 0
    return Made(f"CAST(_line - {header} AS VARCHAR)", "the row's place in the file")


def _stem(source: files.Source, _: Known) -> Made | None:
    stem = re.sub(r"(\.[A-Za-z0-9]{1,7})+$", "", source.path.name)
    slug = re.sub(r"\W+", "_", stem).strip("_").lower() or "file"
    return Made(engine.literal(slug), "the file's name, as no column says it")


def _same_as(other: str, note: str) -> Recipe:
    def recipe(_: files.Source, known: Known) -> Made | None:
        return Made(known[other], note) if other in known else None

    return recipe


def _won(_: files.Source, known: Known) -> Made | None:
    if "stage" not in known:
        return None
    stage = f"lower({known['stage']})"
    return Made(
        f"CASE WHEN {stage} IN ({values.literals(vendors.WON)}) THEN true "
        f"WHEN {stage} IN ({values.literals(vendors.LOST)}) THEN false END",
        "told by the stage: won, lost, or still open",
    )


def _used(_: files.Source, known: Known) -> Made | None:
    return Made("'used'", "each row says that a feature was used") if "feature" in known else None


def _kind(_: files.Source, known: Known) -> Made | None:
    if "value_number" not in known:
        return Made("'text'", "every answer is words") if "value_text" in known else None
    return Made(
        f"CASE WHEN {known['value_number']} IS NOT NULL THEN 'number' ELSE 'text' END",
        "number where the answer is one, else text",
    )


_SOURCES = {"tweet": "social", "nps": "survey", "review": "review", "ticket": "ticket"}


def _source(source: files.Source, _: Known) -> Made | None:
    """Where feedback was said, where the file's columns give it away."""
    for column in source.columns:
        word = re.split(r"[\W_]+", column.lower())[0]
        if word in _SOURCES:
            return Made(engine.literal(_SOURCES[word]), f"told by the column `{column}`")
    return None


Recipe = Callable[[files.Source, Known], Made | None]

_FOLLOW = {"orders": ("line",), "spend": ("campaign_id",)}
"""Required columns that come by themselves once the others are there."""


def wanted(table: tables.Table) -> tuple[str, ...]:
    """The required columns that a file, or the user, must say."""
    return tuple(name for name in table.required if name not in _FOLLOW.get(table.name, ()))


_RECIPES: dict[str, dict[str, Recipe]] = {
    "customers": {"customer_id": _same_as("email", "the e-mail address, as there is no other id")},
    "orders": {"order_id": _order_id, "line": _line},
    "events": {"event_id": _from_content, "event": _used},
    "feedback": {"feedback_id": _from_content, "source": _source},
    "responses": {"response_id": _from_content, "survey_id": _stem, "kind": _kind},
    "activities": {"activity_id": _from_content},
    "touches": {"touch_id": _from_content},
    "deals": {"won": _won},
    "spend": {
        "campaign_id": _same_as("channel", "the channel, as there is no campaign"),
    },
    "exposures": {"experiment_id": _stem, "customer_id": _place},
}
