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

from fourfits import checks, config, errors, lake, tables

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

_ENTITIES = {"customer_id": "customers", "account_id": "accounts"}


class Data:
    """The canonical tables of one source, as Ibis tables: `data.orders`, `data.feedback`.

    A name that the contract knows but the source lacks raises `TableError`, which says how to
    import it. `name in data` asks first.
    """

    def __init__(
        self,
        found: Mapping[str, ir.Table],
        *,
        workspace: config.Workspace | None = None,
        versions: Mapping[str, int] | None = None,
        as_of: datetime.datetime | None = None,
        segmentation: str | None = None,
    ) -> None:
        self._tables = dict(found)
        self.workspace = workspace or config.Workspace()
        self.versions = dict(versions or {})
        self.as_of = as_of
        self._segmentation = segmentation
        for name, table in self._tables.items():
            _check(name, table)
            checks.remember_attributes(table, self._attribute)

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
            here = ", ".join(self._tables) or "none"
            raise errors.TableError(
                f"There is no data for {name}; here are {here}.",
                hint=f"`fourfits import {name} FILE` brings it in"
                if name in tables.CANONICAL
                else f"an analysis writes {name}",
                table=name,
            )
        return self._tables[name]

    def _attribute(self, name: str) -> tuple[ir.Table, str] | None:
        """Where a customer's or account's attribute is found, and the column to join on."""
        if name == "segment" and "memberships" in self:
            return self._segments(), "customer_id"
        for key, entity in _ENTITIES.items():
            if entity in self and name in self._tables[entity].columns:
                return self._tables[entity].select(key, name), key
        return None

    def _segments(self) -> ir.Table:
        members = self._tables["memberships"]
        chosen = self._segmentation or members.segmentation.min().to_pyarrow().as_py()
        return members.filter(members.segmentation == chosen).select("customer_id", "segment")


def open(  # noqa: A001 - reads as `ff.open(...)`
    where: str | os.PathLike[str] | ibis.BaseBackend | None = None,
    *,
    as_of: datetime.datetime | datetime.date | None = None,
) -> Data:
    """Open a home, a database or an Ibis connection.

    Args:
        where: A home folder (default: `FOURFITS_HOME`), a `.duckdb` file, an address such as
            `postgres://host/name`, or a connected Ibis backend.
        as_of: Show the data as they stood at that moment (UTC; a date means its end). Only a
            home remembers.

    Raises:
        FileError: If the folder or file does not exist.
        ParameterError: If `as_of` is asked of a source that keeps no versions.
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


def from_tables(given: Mapping[str, Any], *, workspace: config.Workspace | None = None) -> Data:
    """Tables in memory (pandas, Polars, Arrow, Ibis) as a source.

    >>> data = from_tables({"responses": {"response_id": ["r1"], "question_id": ["q"],
    ...                                   "kind": ["nps"], "value_number": [9]}})
    >>> "responses" in data
    True
    """
    found = {tables.named(name).name: checks.table(table) for name, table in given.items()}
    return Data(found, workspace=workspace)


def duckdb_connection() -> ibis.BaseBackend:
    """A DuckDB connection in memory, set up as every part of fourfits expects it."""
    import ibis

    return ibis.duckdb.connect(TimeZone="UTC")


def _home(folder: Path, workspace: config.Workspace, as_of: datetime.datetime | None) -> Data:
    store, connection = lake.Lake(folder / "lake"), duckdb_connection()
    found: dict[str, ir.Table] = {}
    versions: dict[str, int] = {}
    for name in store.names():
        files = store.files(name, as_of)
        if not files:
            continue
        found[name] = connection.read_parquet(files, table_name=name, union_by_name=True)
        versions[name] = store.version(name, as_of) or 0
    return Data(found, workspace=workspace, versions=versions, as_of=as_of)


def _backend(connection: ibis.BaseBackend, as_of: datetime.datetime | None) -> Data:
    if as_of is not None:
        raise errors.ParameterError(
            f"as_of needs a source that keeps versions; {connection.name} does not.",
            hint="leave it out, or open a home",
        )
    there = set(connection.list_tables())
    known = [name for name in tables.CANONICAL | tables.DERIVED if name in there]
    return Data({name: connection.table(name) for name in known})


def _check(name: str, table: ir.Table) -> None:
    missing = [column for column in tables.named(name).required if column not in table.columns]
    if missing:
        raise errors.ColumnError(
            f"{name} lacks {', '.join(missing)}; it has {', '.join(table.columns)}.",
            hint=f"`fourfits tables {name}` says what each column holds",
        )


def _end_of_day(moment: datetime.datetime | datetime.date | None) -> datetime.datetime | None:
    if moment is None:
        return None
    if not isinstance(moment, datetime.datetime):
        moment = datetime.datetime.combine(moment, datetime.time.max)
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
