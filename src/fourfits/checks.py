"""Look at what was passed in before anything runs, and say in words what is wrong with it."""

from __future__ import annotations

import datetime
import difflib
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fourfits import errors

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


@dataclass(frozen=True)
class Neighbour:
    """Where an attribute of the customers or accounts of a table is found.

    Attributes:
        table: Name of a table of the same connection, or a table in memory.
        key: The column that both tables have.
        where: Equalities that choose rows of it, by column.
    """

    table: str | ir.Table
    key: str
    where: Mapping[str, str] = field(default_factory=dict)


# By the identity of the connection, because Ibis calls two connections in memory equal; and by
# name only: a value that held the connection would keep it alive for ever.
_neighbours: dict[int, dict[str, tuple[Neighbour, ...]]] = {}


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
        return ibis.memtable(_without_nan(given))
    raise errors.ParameterError(
        f"A table was expected, {type(given).__name__} was given.",
        hint="pass a pandas, Polars, Arrow or Ibis table",
    )


def _without_nan(given: pa.Table) -> pa.Table:
    """The table with a gap wherever a failed calculation left NaN, as pandas means it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for place, field_ in enumerate(given.schema):
        if pa.types.is_floating(field_.type):
            failed = pc.is_nan(given.column(place))
            if pc.any(failed).as_py():
                gap = pa.scalar(None, field_.type)
                given = given.set_column(
                    place, field_, pc.if_else(failed, gap, given.column(place))
                )
    return given


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


def day(value: datetime.date | str | None, name: str) -> datetime.date | None:
    """The value as a day: a date, a moment (its day) or ISO text; `None` stays `None`.

    Raises:
        ParameterError: If it is none of these.

    >>> day("2024-02-29", "as_of")
    datetime.date(2024, 2, 29)
    """
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value)
        except ValueError as problem:
            raise errors.ParameterError(
                f"{name} is {value!r}, must be a date.", hint=f"for example {name}=2024-02-29"
            ) from problem
    return value.date() if isinstance(value, datetime.datetime) else value


def day_of(given: ir.Table, column: str) -> ir.DateValue:
    """The day of a column of dates or moments.

    Raises:
        ColumnError: If the column is missing.
        ParameterError: If it holds neither dates nor moments.
    """
    columns(given, column)
    kind = given[column].type()
    if kind.is_timestamp():
        return given[column].date()
    if kind.is_date():
        return given[column]
    if kind.is_null():  # a column of gaps, such as the last day of contracts that all run
        return given[column].cast("date")
    raise errors.ParameterError(
        f"{column} holds {kind}, must hold dates or moments.",
        hint=f"parse `{column}` first, or let `fourfits import` do it",
    )


def names(by: str | Iterable[str] | None) -> tuple[str, ...]:
    """The grouping columns as a tuple: nothing, one or several.

    >>> names(None), names("plan"), names(["channel", "plan"])
    ((), ('plan',), ('channel', 'plan'))
    """
    if by is None:
        return ()
    return (by,) if isinstance(by, str) else tuple(by)


def remember_neighbours(connection: Any, found: Mapping[str, tuple[Neighbour, ...]]) -> None:
    """Note where the tables of a connection find each attribute (see `grouped`)."""
    if id(connection) not in _neighbours:
        weakref.finalize(connection, _neighbours.pop, id(connection), None)
    _neighbours[id(connection)] = dict(found)


def grouped(given: ir.Table, by: str | Iterable[str] | None) -> ir.Table:
    """The table with every grouping column, joined from its customers or accounts where needed.

    A table of answers carries no plan, but `by="plan"` is a fair question when the same source
    knows each customer's plan. Tables that `sources` opened know their neighbours.

    Raises:
        ColumnError: If a column is neither in the table nor among its neighbours'.
    """
    for name in names(by):
        if name in given.columns:
            continue
        neighbour = _neighbour(given, name)
        if neighbour is None:
            raise _no_group(given, name)
        other = neighbour.table
        if isinstance(other, str):
            other = given.get_backend().table(other)
        for column, value in neighbour.where.items():
            other = other.filter(other[column] == value)
        other = other.select(neighbour.key, name)
        given = given.left_join(other, neighbour.key).select(given, other[name])
    return given


def _neighbour(given: ir.Table, name: str) -> Neighbour | None:
    found = _known_beside(given).get(name, ())
    return next((one for one in found if one.key in given.columns), None)


def _known_beside(given: ir.Table) -> Mapping[str, tuple[Neighbour, ...]]:
    """Where the connection of a table finds attributes, by their name."""
    import ibis.expr.operations as ops

    if not given.op().find((ops.DatabaseTable, ops.SQLQueryResult)):
        return {}  # only in memory: there is no connection to ask
    return _neighbours.get(id(given.get_backend()), {})


def _no_group(given: ir.Table, name: str) -> errors.ColumnError:
    """The error on a group that neither the rows nor their customers or accounts have."""
    own, beside = (
        [each for each in names_ if not each.startswith("_")]  # an import's own begin so
        for names_ in (given.columns, _known_beside(given))
    )
    beside = [each for each in beside if _neighbour(given, each) is not None]
    near = difflib.get_close_matches(name, (*beside, *own), 1)
    return errors.ColumnError(
        f"The table has no column {name!r}; it has {', '.join(own)}"
        + (f"; its customers or accounts have {', '.join(beside)}." if beside else "."),
        hint=f"is {near[0]!r} meant?" if near else "name one of these columns",
        missing=[name],
    )
