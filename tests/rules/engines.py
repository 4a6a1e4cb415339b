"""Other engines for the tests: the same tables in SQLite, PostgreSQL and Spark."""

from __future__ import annotations

import contextlib
import glob
import io
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from fourfits import analyses, results, samples, sources
from rules.conftest import derived

Answer = Callable[[str], results.Result]

FAST = {"draws": 200, "resamples": 100}
"""Simulations follow the queries; few of them tell as much about engines as many."""

SERVICE_ACCOUNT = "postgres"
"""PostgreSQL refuses to run as root; this account comes with its package."""


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
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("there is no PostgreSQL server on this machine (package `postgresql`)")
    if os.geteuid() == 0 and not _account_exists(SERVICE_ACCOUNT):
        pytest.skip("PostgreSQL does not run as root and there is no account `postgres`")
    with tempfile.TemporaryDirectory(prefix="fourfits-", ignore_cleanup_errors=True) as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, SERVICE_ACCOUNT)
        with _cluster(programs, folder) as port:
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


@contextlib.contextmanager
def _cluster(programs: Path, folder: str) -> Iterator[int]:
    """A running cluster in the folder; gives its port."""
    port, data = _free_port(), f"{folder}/data"
    first = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-locale")
    _run(programs / "initdb", "-D", data, *first)
    settings = f"-p {port} -k {folder} -h 127.0.0.1 -F"
    _run(programs / "pg_ctl", "-D", data, "-o", settings, "-l", f"{folder}/log", "-w", "start")
    try:
        yield port
    finally:
        _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


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


def _postgres_programs() -> Path | None:
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(found).parent
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)  # noqa: PTH207
    return Path(folders[0]) if folders else None


def _account_exists(name: str) -> bool:
    import pwd

    with contextlib.suppress(KeyError):
        return bool(pwd.getpwnam(name))
    return False


def _run(program: Path, *given: str) -> None:
    """Run a PostgreSQL program, as its own account where this is root."""
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        account = {"user": SERVICE_ACCOUNT, "group": SERVICE_ACCOUNT, "extra_groups": []}
    done = subprocess.run(
        [str(program), *given], capture_output=True, text=True, check=False, cwd="/", **account
    )
    if done.returncode:
        raise RuntimeError(f"{program.name} failed: {done.stdout}{done.stderr}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
