"""The import of fourfits, from a file to a committed version of a new home."""

import datetime
import json
import shutil
import sys
import time
from pathlib import Path

import duckdb

from fourfits import imports, lake
from fourfits.lake import engine

file, home = Path(sys.argv[1]), Path(sys.argv[2]) / "home"
shutil.rmtree(home, ignore_errors=True)
now = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)

started = time.perf_counter()
report = imports.import_file(file, "orders", home=home, now=now)
seconds = time.perf_counter() - started

files = engine.parquet(lake.Lake(home / "lake").files("orders"))
n, revenue = duckdb.sql(f"SELECT count(*), sum(revenue_amount) FROM {files}").fetchall()[0]
assert report.n_added == n
print(json.dumps({"seconds": seconds, "rows": n, "revenue": round(float(revenue), 2)}))
