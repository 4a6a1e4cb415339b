"""Arrow columns from NumPy arrays, without a Python object per row."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fourfits import tables

Array = np.ndarray[Any, Any]
DAY_US = 86_400_000_000
"""Microseconds in a day."""
NEVER = 2**31 - 1
"""The day on which those who stay leave."""


def generator(seed: int, part: str) -> np.random.Generator:
    """Random numbers of one part; parts do not disturb each other when one of them changes."""
    return np.random.default_rng([seed, zlib.crc32(part.encode())])


def day_number(day: datetime.date) -> int:
    """Days since 1970-01-01, the unit of every date inside this package."""
    return (day - datetime.date(1970, 1, 1)).days


def ids(prefix: str, numbers: Array, width: int = 7, suffix: str = "") -> pa.Array:
    """Texts such as `C0000042`; a negative number gives an empty value.

    >>> ids("C", np.array([42, -1]), 4).to_pylist()
    ['C0042', None]
    """
    numbers = np.asarray(numbers, np.int64)
    head, tail = prefix.encode(), suffix.encode()
    length = len(head) + width + len(tail)
    letters = np.empty((len(numbers), length), np.uint8)
    letters[:, : len(head)] = np.frombuffer(head, np.uint8)
    rest = np.maximum(numbers, 0)
    for place in range(len(head) + width - 1, len(head) - 1, -1):
        rest, digit = np.divmod(rest, 10)
        letters[:, place] = digit + ord("0")
    letters[:, len(head) + width :] = np.frombuffer(tail, np.uint8)
    offsets = (np.arange(len(numbers) + 1, dtype=np.int64) * length).astype(np.int32)
    column = pa.Array.from_buffers(
        pa.string(), len(numbers), [None, pa.py_buffer(offsets), pa.py_buffer(letters)]
    )
    return _without(column, numbers < 0)


def choice(codes: Array, words: Sequence[str | None]) -> pa.Array:
    """The word of each code; a negative code gives an empty value.

    >>> choice(np.array([1, -1, 0]), ["a", "b"]).to_pylist()
    ['b', None, 'a']
    """
    codes = np.asarray(codes, np.int32)
    mask = codes < 0
    index = pa.array(np.where(mask, 0, codes), mask=mask if mask.any() else None)
    return pa.array(words, pa.string()).take(index)


def money(amounts: Array, mask: Array | None = None) -> pa.Array:
    """Exact decimals from whole cents; `mask` marks empty values.

    >>> money(np.array([1950, -5])).to_pylist()
    [Decimal('19.5000'), Decimal('-0.0500')]
    """
    units = np.asarray(amounts, np.int64) * 100
    words = np.stack([units, units >> 63], axis=1)
    column = pa.Array.from_buffers(
        pa.decimal128(18, 4), len(units), [None, pa.py_buffer(np.ascontiguousarray(words))]
    )
    return column if mask is None else _without(column, mask)


def days(numbers: Array, mask: Array | None = None) -> pa.Array:
    """Dates from day numbers; `mask` marks empty values."""
    return pa.array(np.asarray(numbers, np.int32), pa.int32(), mask=mask).cast(pa.date32())


def moments(microseconds: Array) -> pa.Array:
    """Timestamps from microseconds since 1970."""
    return pa.array(np.asarray(microseconds, np.int64)).cast(pa.timestamp("us"))


def at(rng: np.random.Generator, day: Array) -> Array:
    """Microseconds since 1970, whole seconds: the moment of a day with a fraction, a random one else."""
    whole = np.floor(day)
    fraction = np.where(day > whole, day - whole, rng.random(len(day)))
    return whole.astype(np.int64) * DAY_US + (fraction * 86_399).astype(np.int64) * 1_000_000


def picked(rng: np.random.Generator, groups: Array, weights: Array) -> Array:
    """One option per row, drawn with the weights of the row's group (a row of `weights`)."""
    result = np.empty(len(groups), np.int16)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        steps = np.cumsum(weights[group], dtype=float)
        result[rows] = np.searchsorted(steps, rng.random(len(rows)) * steps[-1], side="right")
    return result


def table(name: str, columns: Mapping[str, pa.Array | Array | str]) -> pa.Table:
    """The columns in the contract's order and types; those left out are empty, extras come last.

    A plain string fills its whole column.
    """
    contract = tables.named(name)
    n = next(len(column) for column in columns.values() if not isinstance(column, str))
    arrays: dict[str, pa.Array] = {}
    for column in contract:
        kind = pa.decimal128(18, 4) if column.kind == "money" else _TYPES[column.kind]
        given = columns.get(column.name)
        if given is None:
            arrays[column.name] = pa.nulls(n, kind)
        elif isinstance(given, str):
            arrays[column.name] = pa.repeat(pa.scalar(given, kind), n)
        else:
            arrays[column.name] = pa.array(given).cast(kind)
    arrays |= {extra: columns[extra] for extra in columns if extra not in contract}
    return pa.table(arrays)


_TYPES = {
    kind: pa.type_for_alias(alias.split("[")[0])
    for kind, alias in tables.ARROW_TYPES.items()
    if kind not in ("money", "timestamp", "date")
} | {"timestamp": pa.timestamp("us"), "date": pa.date32()}


def _without(column: pa.Array, mask: Array) -> pa.Array:
    if not mask.any():
        return column
    return pc.if_else(pa.array(~mask), column, pa.scalar(None, column.type))
