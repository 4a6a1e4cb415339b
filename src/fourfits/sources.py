"""Open the place where customer data live and hand out its checked tables.

A home folder (the lake, read by DuckDB), a DuckDB file, PostgreSQL, Spark, or any other Ibis
backend; tables in memory for a notebook.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fourfits import checks, config, errors, lake, sums, tables

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

    from fourfits import results

_ENTITIES = {"customer_id": "customers", "account_id": "accounts"}
_FILLED_BY = {"memberships": "rfm", "assignments": "themes", "values": "lifetime_value"}


class Data:
    """The canonical tables of one source, as Ibis tables: `data.orders`, `data.feedback`.

    A name that the contract knows but the source lacks raises `TableError`, which says how to
    import it. `name in data` asks first.

    Args:
        found: Ibis tables of one connection, by canonical name.
        workspace: Settings of the home.
        versions: Version of each table, where the source keeps them.
        as_of: The moment at which the source is shown; `None` is now.
        segmentation: Which way of dividing `segment` means; `None` takes the first by name.
        home: The folder that holds the data, where it is one.
    """

    def __init__(
        self,
        found: Mapping[str, ir.Table],
        *,
        workspace: config.Workspace | None = None,
        versions: Mapping[str, int] | None = None,
        as_of: datetime.datetime | None = None,
        segmentation: str | None = None,
        home: Path | None = None,
    ) -> None:
        self._tables = dict(found)
        self.workspace = workspace or config.Workspace()
        self.versions = dict(versions or {})
        self.as_of = as_of
        self.segmentation = segmentation
        self.home = home
        self._introduce()

    def __getattr__(self, name: str) -> ir.Table:
        if name.startswith("_") or name not in tables.CANONICAL | tables.DERIVED:
            raise AttributeError(
                f"Data has no table {name!r}; it can have {', '.join(tables.CANONICAL)}"
            )
        return self.table(name)

    def __contains__(self, name: str) -> bool:
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __dir__(self) -> list[str]:
        return [*object.__dir__(self), *self._tables]

    def __repr__(self) -> str:
        return f"Data({', '.join(self._tables) or 'no table yet'})"

    def table(self, name: str) -> ir.Table:
        """The table of that name.

        Raises:
            TableError: If this source does not hold it.
        """
        tables.named(name)
        if name not in self._tables:
            raise self._absent(name)
        return self._tables[name]

    def _absent(self, name: str) -> errors.TableError:
        here = f"; here are {', '.join(self._tables)}" if self._tables else ""
        if self.as_of is not None:
            return errors.TableError(
                f"There was no data for {name} as of {self.as_of:%Y-%m-%d %H:%M} UTC{here}.",
                hint="take a later moment, or leave it out to see the newest",
                table=name,
            )
        return errors.TableError(
            f"There is no data for {name}{here}.",
            hint=f"`fourfits import {name} FILE` brings it in"
            if name in tables.CANONICAL
            else f"`fourfits analyse {_FILLED_BY[name]} --keep` fills it"
            if name in _FILLED_BY
            else "an import writes it",
            table=name,
        )

    def adding(self, *, segmentation: str | None = None, **more: Any) -> Data:
        """The same source with further tables, such as `memberships` that were just computed.

        The source itself is not written to.
        """
        connection = self._connection()
        added = {tables.named(name).name: _beside(connection, name, more[name]) for name in more}
        return Data(
            self._tables | added,
            workspace=self.workspace,
            versions=self.versions,
            as_of=self.as_of,
            segmentation=segmentation or self.segmentation,
            home=self.home,
        )

    def keep(self, result: results.Result) -> lake.Kept:
        """Write the derived table that a result fills to the home, where every analysis finds it.

        `rfm` fills `memberships`, `themes` fills `assignments`, `lifetime_value` fills `values`.
        Older rows of the same segmentation, or of the whole table where it knows no parts, are
        replaced as one version. This source shows what stood there; open the home again.

        Raises:
            ParameterError: If the result fills no table, or the source is no home of today.
            BusyError: If another process writes for too long; nothing was changed.
        """
        found = result.derived()
        if found is None:
            raise errors.ParameterError(
                f"{result.analysis} fills no table that could be kept.",
                hint="`fourfits analyses` says which do",
            )
        if self.home is None or self.as_of is not None:
            raise errors.ParameterError(
                "Results are kept in a home, as of today.",
                hint="open a home without as_of; `adding` holds tables for one session",
            )
        import pyarrow as pa

        rows = found.rows
        if not isinstance(rows, pa.Table):  # a query, whose rows may be many
            batches = sums.fetch_batches(rows)
            rows = pa.RecordBatchReader.from_batches(rows.schema().to_pyarrow(), batches)
        return lake.Lake(self.home / "lake").keep(found.table, rows, part=found.part)

    def _connection(self) -> Any:
        import ibis.expr.operations as ops

        for table in self._tables.values():
            if table.op().find((ops.DatabaseTable, ops.SQLQueryResult)):
                return table.get_backend()
        return None

    def _introduce(self) -> None:
        """Tell `checks.grouped` where attributes of customers and accounts are found."""
        connection = self._connection()
        if connection is None:
            return
        found: dict[str, tuple[checks.Neighbour, ...]] = {}
        if "memberships" in self:
            members = self._tables["memberships"]
            chosen = self.segmentation or members.segmentation.min().to_pyarrow().as_py()
            where = {"segmentation": chosen}
            found["segment"] = (checks.Neighbour(_name(members), "customer_id", where),)
        for key, entity in _ENTITIES.items():
            if entity in self:
                table = self._tables[entity]
                for column in table.columns:
                    if column not in _ENTITIES:
                        one = checks.Neighbour(_name(table), key)
                        found[column] = (*found.get(column, ()), one)
        checks.remember_neighbours(connection, found)


def open(  # noqa: A001 - reads as `ff.open(...)`
    where: str | os.PathLike[str] | ibis.BaseBackend | None = None,
    *,
    as_of: datetime.datetime | datetime.date | str | None = None,
) -> Data:
    """Open a home, a database or an Ibis connection.

    Args:
        where: A home folder (default: `FOURFITS_HOME`), a `.duckdb` file, an address such as
            `postgres://host/name`, or a connected Ibis backend.
        as_of: Show the data as they stood at that moment (UTC; a date means its end; also as
            text, `2026-03-31`). Only a home remembers.

    Raises:
        FileError: If the folder or file does not exist.
        ParameterError: If `as_of` is no moment, or asked of a source that keeps no versions.
    """
    moment = _end_of_day(as_of)
    if where is not None and not isinstance(where, str | os.PathLike):
        return _backend(where, moment)
    if isinstance(where, str) and "://" in where:
        import ibis

        return _backend(ibis.connect(where), moment)
    folder = config.home(where)
    if folder.is_file():
        import ibis

        return _backend(ibis.duckdb.connect(folder, read_only=True), moment)
    if not folder.is_dir():
        raise errors.FileError(
            f"There is no home at {folder}.",
            hint="`fourfits demo` makes one with a sample company, `fourfits import` one of your own",
        )
    workspace = config.workspace(folder)
    if workspace.engine != "duckdb":
        import ibis

        return _backend(ibis.connect(workspace.engine), moment)
    return _home(folder, workspace, moment)


def from_tables(
    given: Mapping[str, Any], *, workspace: config.Workspace | None = None, check: bool = True
) -> Data:
    """Tables in memory (pandas, Polars, Arrow, Ibis) as a source.

    Args:
        given: Tables by canonical name.
        workspace: Settings; the defaults where there are none.
        check: Refuse a table that lacks a required column.

    >>> data = from_tables({"responses": {"response_id": ["r1"], "question_id": ["q"],
    ...                                   "kind": ["nps"], "value_number": [9]}})
    >>> "responses" in data
    True
    """
    import ibis.expr.types as ir

    connection, found = duckdb_connection(), {}
    for name, table in given.items():
        name = tables.named(name).name  # noqa: PLW2901 - the same name, known to the contract
        found[name] = table if isinstance(table, ir.Table) else _beside(connection, name, table)
        if check:
            _check(name, found[name])
    return Data(found, workspace=workspace)


def _beside(connection: Any, name: str, table: Any) -> ir.Table:
    """The table in the same connection, so that both can be joined; nothing is stored."""
    import ibis
    import ibis.expr.operations as ops

    wrapped = checks.table(table)
    if connection is None or connection.name != "duckdb":
        return wrapped
    computed_here = bool(wrapped.op().find((ops.DatabaseTable, ops.SQLQueryResult)))
    rows = wrapped if computed_here else wrapped.to_pyarrow()
    if name in connection.list_tables():  # another source reads the table of that name
        name = ibis.util.gen_name(name)
    return connection.create_table(name, rows, temp=True)


def _name(table: ir.Table) -> str | ir.Table:
    import ibis.expr.operations as ops

    node = table.op()
    return node.name if isinstance(node, ops.DatabaseTable) else table


def duckdb_connection() -> ibis.BaseBackend:
    """A DuckDB connection in memory, set up as every part of fourfits expects it."""
    import ibis

    connection = ibis.duckdb.connect()
    connection.raw_sql("SET TimeZone = 'UTC'")
    return connection


def _home(folder: Path, workspace: config.Workspace, as_of: datetime.datetime | None) -> Data:
    import duckdb

    store, connection = lake.Lake(folder / "lake"), duckdb_connection()
    found: dict[str, ir.Table] = {}
    versions: dict[str, int] = {}
    for name in store.names():
        files = store.files(name, as_of)
        if not files:
            continue
        try:
            found[name] = connection.read_parquet(files, table_name=name, union_by_name=True)
        except duckdb.Error as problem:
            raise errors.StorageError(
                f"A file of {name} cannot be read: {str(problem).splitlines()[0]}",
                hint="bring the file back, or restore a backup; nothing else in the home is touched",
            ) from problem
        versions[name] = store.version(name, as_of) or 0
    return Data(_checked(found), workspace=workspace, versions=versions, as_of=as_of, home=folder)


def _backend(connection: ibis.BaseBackend, as_of: datetime.datetime | None) -> Data:
    if as_of is not None:
        raise errors.ParameterError(
            f"as_of needs a source that keeps versions; {connection.name} does not.",
            hint="leave it out, or open a home",
        )
    there = set(connection.list_tables())
    known = [name for name in tables.CANONICAL | tables.DERIVED if name in there]
    return Data(_checked({name: connection.table(name) for name in known}))


def _checked(found: dict[str, ir.Table]) -> dict[str, ir.Table]:
    for name, table in found.items():
        _check(name, table)
    return found


def _check(name: str, table: ir.Table) -> None:
    missing = [column for column in tables.named(name).required if column not in table.columns]
    if missing:
        raise errors.ColumnError(
            f"{name} lacks {', '.join(missing)}; it has {', '.join(table.columns)}.",
            hint=f"`fourfits tables {name}` says what each column holds",
        )


def _end_of_day(
    moment: datetime.datetime | datetime.date | str | None,
) -> datetime.datetime | None:
    if moment is None:
        return None
    if isinstance(moment, str):
        try:
            whole_day = len(moment) <= len("2026-03-31")
            read = datetime.date if whole_day else datetime.datetime
            moment = read.fromisoformat(moment)
        except ValueError as problem:
            raise errors.ParameterError(
                f"as_of is {moment!r}, must be a date or a moment.",
                hint="for example as_of='2026-03-31'",
            ) from problem
    if not isinstance(moment, datetime.datetime):
        moment = datetime.datetime.combine(moment, datetime.time.max)
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
