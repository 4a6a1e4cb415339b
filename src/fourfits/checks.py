"""Look at what was passed in before anything runs, and say in words what is wrong with it."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fourfits import errors

if TYPE_CHECKING:
    import ibis.expr.types as ir

Attributes = Callable[[str], "tuple[ir.Table, str] | None"]
"""Finds an attribute by name: the table that holds it and the column to join on."""

_attributes: weakref.WeakKeyDictionary[Any, Attributes] = weakref.WeakKeyDictionary()


def table(given: Any) -> ir.Table:
    """The given table as an Ibis table; pandas, Polars, Arrow and mappings of columns are wrapped.

    Raises:
        ParameterError: If it is none of these.

    >>> table({"score": [9, 10]}).count().to_pyarrow().as_py()
    2
    """
    import ibis
    import ibis.expr.types as ir
    import pyarrow as pa

    if isinstance(given, ir.Table):
        return given
    if hasattr(given, "collect") and hasattr(given, "lazy"):  # a Polars LazyFrame
        given = given.collect()
    if isinstance(given, Mapping):
        given = pa.table(dict(given))
    if isinstance(given, pa.RecordBatchReader):
        given = given.read_all()
    if hasattr(given, "to_table") and not hasattr(given, "columns"):  # an Arrow dataset
        given = given.to_table()
    if hasattr(given, "__arrow_c_stream__") and not isinstance(given, pa.Table):
        given = pa.table(given)
    if isinstance(given, pa.Table):
        repeated = sorted(
            {name for name in given.column_names if given.column_names.count(name) > 1}
        )
        if repeated:
            raise errors.ColumnError(
                f"The table has the column {repeated[0]!r} more than once.",
                hint="rename one of them",
            )
        return ibis.memtable(given)
    raise errors.ParameterError(
        f"A table was expected, {type(given).__name__} was given.",
        hint="pass a pandas, Polars, Arrow or Ibis table",
    )


def columns(given: ir.Table, *names: str | None) -> None:
    """Refuse a table that lacks one of the columns; `None` is passed over.

    Raises:
        ColumnError: If one is missing; the message lists what there is.
    """
    missing = [name for name in names if name is not None and name not in given.columns]
    if missing:
        raise errors.ColumnError(
            f"The table has no column {', '.join(map(repr, missing))}; "
            f"it has {', '.join(given.columns)}.",
            hint="name the column that holds it, or rename one",
            missing=missing,
        )


def share(value: float, name: str) -> float:
    """The value, if it lies strictly between 0 and 1.

    Raises:
        ParameterError: If it does not.
    """
    if not 0 < value < 1:
        raise errors.ParameterError(
            f"{name} is {value:g}, must lie between 0 and 1.", hint=f"for example {name}=0.95"
        )
    return value


def positive(value: float, name: str) -> float:
    """The value, if it is more than 0 and finite.

    Raises:
        ParameterError: If it is not.
    """
    if not 0 < value < float("inf"):
        raise errors.ParameterError(
            f"{name} is {value:g}, must be more than 0.", hint="give a positive number"
        )
    return value


def one_of(value: str, name: str, allowed: Iterable[str]) -> str:
    """The value, if it is one of those allowed.

    Raises:
        ParameterError: If it is not.
    """
    choices = tuple(allowed)
    if value not in choices:
        raise errors.ParameterError(
            f"{name} is {value!r}, must be one of {', '.join(choices)}.",
            hint=f"for example {name}={choices[0]}",
        )
    return value


def names(by: str | Iterable[str] | None) -> tuple[str, ...]:
    """The grouping columns as a tuple: nothing, one or several.

    >>> names(None), names("plan"), names(["channel", "plan"])
    ((), ('plan',), ('channel', 'plan'))
    """
    if by is None:
        return ()
    return (by,) if isinstance(by, str) else tuple(by)


def remember_attributes(given: ir.Table, find: Attributes) -> None:
    """Note where attributes of this table's customers and accounts are found (see `grouped`)."""
    _attributes[given.op()] = find


def grouped(given: ir.Table, by: str | Iterable[str] | None) -> ir.Table:
    """The table with every grouping column, joined from its customers or accounts where needed.

    A table of answers carries no plan, but `by="plan"` is a fair question when the same source
    knows each customer's plan. Tables that `sources` opened know their neighbours.

    Raises:
        ColumnError: If a column is neither in the table nor among its neighbours'.
    """
    import ibis.expr.operations as ops

    for name in names(by):
        if name in given.columns:
            continue
        for node in given.op().find(ops.PhysicalTable):
            found = _attributes[node](name) if node in _attributes else None
            if found is not None and found[1] in given.columns:
                given = given.left_join(found[0], found[1]).select(given, found[0][name])
                break
        else:
            columns(given, name)
    return given
