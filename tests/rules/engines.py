"""Other engines for the tests: the same tables in SQLite, PostgreSQL and Spark."""

from __future__ import annotations

import contextlib
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

import postgresql
from fourfits import analyses, results, samples, sources
from rules.conftest import derived

Answer = Callable[[str], results.Result]

FAST = {"draws": 200, "resamples": 100}
"""Simulations follow the queries; few of them tell as much about engines as many."""


def answers(data: sources.Data) -> Answer:
    """Every analysis of a source by its name, with few draws."""

    def answer(name: str) -> results.Result:
        analysis = analyses.named(name)
        settings = {key: value for key, value in FAST.items() if key in analysis.parameters}
        return analysis.run(data, **settings)

    return answer


def opened(connection: ibis.BaseBackend, company: samples.Company) -> sources.Data:
    """The company's tables as a user finds them who opens the connection."""
    data = sources.open(connection)
    assert set(data) == set(derived(company))
    data.workspace = company.workspace
    return data


def sqlite(tables: Mapping[str, pa.Table]) -> ibis.BaseBackend:
    """A SQLite database in memory; it has no decimals, so money is floating point."""
    connection = ibis.sqlite.connect()
    for name, rows in tables.items():
        connection.create_table(name, _without_decimals(rows))
    return connection


@contextlib.contextmanager
def postgres(tables: Mapping[str, pa.Table]) -> Iterator[ibis.BaseBackend]:
    """A PostgreSQL cluster of its own on a free port, gone afterwards."""
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")
    if postgresql.absent():
        pytest.skip(postgresql.absent())
    with postgresql.cluster() as port:
        connection = ibis.postgres.connect(
            host="127.0.0.1", port=port, user="postgres", database="postgres"
        )
        for name, rows in tables.items():
            _copy(connection, name, rows)
        yield connection
        connection.disconnect()


@contextlib.contextmanager
def spark(tables: Mapping[str, pa.Table]) -> Iterator[ibis.BaseBackend]:
    """A Spark session on one thread of this machine."""
    pytest.importorskip("pyspark", reason="PySpark is not installed (extra `spark`)")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which this machine does not have")
    from pyspark.sql import SparkSession

    folder = tempfile.mkdtemp(prefix="fourfits-spark-")
    session = (
        SparkSession.builder.master("local[1]")
        .appName("fourfits")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        # compiling each query takes longer than interpreting it over so few rows
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.warehouse.dir", folder)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        .getOrCreate()
    )
    try:
        connection = ibis.pyspark.connect(session)
        for name, rows in tables.items():
            file = f"{folder}/{name}.parquet"
            pyarrow.parquet.write_table(rows, file)
            session.read.parquet(file).createOrReplaceTempView(name)
        yield connection
    finally:
        session.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _without_decimals(rows: pa.Table) -> pa.Table:
    schema = pa.schema(
        field.with_type(pa.float64()) if pa.types.is_decimal(field.type) else field
        for field in rows.schema
    )
    return rows.cast(schema)


def _copy(connection: Any, name: str, rows: pa.Table) -> None:
    """The rows by COPY, which takes a second where single inserts take minutes."""
    connection.create_table(name, schema=ibis.schema(rows.schema))
    text = io.BytesIO()
    pyarrow.csv.write_csv(rows, text)
    load = f'COPY "{name}" FROM STDIN (FORMAT csv, HEADER)'
    with connection.con.cursor() as cursor, cursor.copy(load) as copy:
        copy.write(text.getvalue())
    connection.con.commit()
