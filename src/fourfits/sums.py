"""The door between a query and NumPy: sufficient statistics come through here, raw rows do not."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
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


@dataclass(frozen=True)
class _Answer:
    """What the engine answered, and the statements that it was sent."""

    table: pa.Table
    statements: tuple[str, ...]


_observers: ContextVar[tuple[list[ir.Table], ...]] = ContextVar("observers", default=())
_readers: ContextVar[tuple[list[str], ...]] = ContextVar("readers", default=())
_memory: ContextVar[dict[Any, _Answer] | None] = ContextVar("memory", default=None)
_listening = threading.Lock()


def fetch(query: ir.Table) -> Columns:
    """Run the query where its data are and return its columns as NumPy arrays.

    Decimals become float64, dates and moments datetime64, booleans bool; text stays Python
    objects. Missing numbers become NaN.
    """
    return arrays(fetch_arrow(query))


def fetch_arrow(query: ir.Table) -> pa.Table:
    """Run the query where its data are and return an Arrow table."""
    answer = _answered(query)
    for seen in _observers.get():
        seen.append(query)
    for said in _readers.get():
        said.extend(answer.statements)
    return answer.table


def fetch_batches(query: ir.Table, *, rows: int = 50_000) -> Iterator[pa.RecordBatch]:
    """Run the query and stream its rows; for texts, which cannot be summed."""
    with _heard() as statements:
        batches = query.to_pyarrow_batches(chunk_size=rows)
    for seen in _observers.get():
        seen.append(query)
    for said in _readers.get():
        said.extend(statements)
    yield from batches


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
    """Collect every query that is asked inside the block: for tests of push-downs."""
    seen: list[ir.Table] = []
    before = _observers.set((*_observers.get(), seen))
    try:
        yield seen
    finally:
        _observers.reset(before)


@contextlib.contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what the engine is sent inside the block, as text: for reports that show it."""
    said: list[str] = []
    before = _readers.set((*_readers.get(), said))
    try:
        yield said
    finally:
        _readers.reset(before)


@contextlib.contextmanager
def remembered() -> Iterator[None]:
    """Ask the engine each query once inside the block; who asks again gets the same answer.

    For many analyses of data that stand still meanwhile, such as one version of a home.

    >>> from fourfits import checks
    >>> table = checks.table({"x": [1, 2]})
    >>> with remembered():
    ...     fetch_arrow(table.count().as_table()) is fetch_arrow(table.count().as_table())
    True
    """
    before = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(before)


def _answered(query: ir.Table) -> _Answer:
    """The answer of the engine, or the one that is remembered."""
    memory = _memory.get()
    if memory is None:
        return _run(query)
    # Ibis calls two connections in memory equal; the expression keeps its connection alive.
    key = (query.op(), id(query.get_backend()))
    if key not in memory:
        memory[key] = _run(query)
    return memory[key]


def _run(query: ir.Table) -> _Answer:
    readable = {"pretty": True} if query.get_backend().name == "duckdb" else {}
    with _heard() as statements:
        table = query.to_pyarrow(**readable)
    return _Answer(table, tuple(statements))


@contextlib.contextmanager
def _heard() -> Iterator[list[str]]:
    """The statements that this thread sends meanwhile, where somebody may want to read them.

    Compiling a query costs more than running it on a laptop's data, so that its text is overheard
    and not made again. Ibis tells it to one listener for all threads.
    """
    import ibis

    said: list[str] = []
    if not _readers.get() and _memory.get() is None:
        yield said
        return
    options, thread = ibis.options, threading.get_ident()

    def listen(statement: str) -> None:
        if threading.get_ident() == thread:
            said.append(statement)

    with _listening:
        before = options.verbose, options.verbose_log
        options.verbose, options.verbose_log = True, listen
        try:
            yield said
        finally:
            options.verbose, options.verbose_log = before
