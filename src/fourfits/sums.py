"""The door between a query and NumPy: sufficient statistics come through here, raw rows do not."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

Array = np.ndarray[Any, Any]
Columns = dict[str, Array]
"""Column name to array; every array has one element per row."""

Dialect = Literal["duckdb", "postgres", "pyspark", "bigquery", "snowflake"]
DIALECTS: tuple[Dialect, ...] = ("duckdb", "postgres", "pyspark", "bigquery", "snowflake")

_observers: list[list[ir.Table]] = []


def fetch(query: ir.Table) -> Columns:
    """Run the query where its data are and return its columns as NumPy arrays.

    Decimals become float64, dates and moments datetime64, booleans bool; text stays Python
    objects. Missing numbers become NaN.
    """
    return arrays(fetch_arrow(query))


def fetch_arrow(query: ir.Table) -> pa.Table:
    """Run the query where its data are and return an Arrow table."""
    for seen in _observers:
        seen.append(query)
    return query.to_pyarrow()


def fetch_batches(query: ir.Table, *, rows: int = 50_000) -> Iterator[pa.RecordBatch]:
    """Run the query and stream its rows; for texts, which cannot be summed."""
    for seen in _observers:
        seen.append(query)
    yield from query.to_pyarrow_batches(chunk_size=rows)


def arrays(table: pa.Table) -> Columns:
    """An Arrow table as NumPy arrays, by column.

    >>> import pyarrow as pa
    >>> arrays(pa.table({"n": [1, None], "g": ["a", "b"]}))
    {'n': array([ 1., nan]), 'g': array(['a', 'b'], dtype=object)}
    """
    import pyarrow as pa

    result: Columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_decimal(column.type):
            result[name] = column.cast(pa.float64()).to_numpy()
        elif pa.types.is_large_string(column.type) or pa.types.is_string(column.type):
            result[name] = np.array(column.to_pylist(), dtype=object)
        else:
            result[name] = column.to_numpy()
    return result


def trimmed(text: ir.StringValue) -> ir.StringValue:
    """The text without blanks before and behind it.

    `strip()` will not do: Ibis 12 spells its characters so that Spark also cuts off v and f, and
    "very likely" becomes "ery likely".

    >>> import ibis
    >>> trimmed(ibis.literal(" very likely ")).to_pyarrow().as_py()
    'very likely'
    """
    return text.re_replace("^ +| +$", "")


def sql(query: ir.Table, dialect: Dialect = "duckdb") -> str:
    """The SQL of a push-down; needs neither a connection nor the engine's driver.

    Raises:
        ibis.common.exceptions.OperationNotDefinedError: If the engine cannot express it.
    """
    import ibis
    from ibis.backends.sql import compilers

    if dialect == "pyspark" and ibis.options.pyspark is None:
        from ibis.backends.pyspark import Backend

        ibis.options.pyspark = Backend.Options()
    compiler = {
        "duckdb": compilers.DuckDBCompiler,
        "postgres": compilers.PostgresCompiler,
        "pyspark": compilers.PySparkCompiler,
        "bigquery": compilers.BigQueryCompiler,
        "snowflake": compilers.SnowflakeCompiler,
    }[dialect]()
    text: str = compiler.to_sqlglot(query).sql(compiler.dialect, pretty=True)
    return text


@contextlib.contextmanager
def observed() -> Iterator[list[ir.Table]]:
    """Collect every query that runs inside the block: for reports that show their SQL."""
    seen: list[ir.Table] = []
    _observers.append(seen)
    try:
        yield seen
    finally:
        _observers.remove(seen)
