"""DuckDB's own way from CSV to Parquet: nothing is checked, nothing can be undone."""

import json
import sys
import time
from pathlib import Path

import duckdb

file, target = sys.argv[1], Path(sys.argv[2]) / "copy.parquet"
target.parent.mkdir(parents=True, exist_ok=True)

started = time.perf_counter()
duckdb.sql(
    f"COPY (SELECT * FROM read_csv('{file}', timestampformat = '%d/%m/%Y %H:%M')) TO '{target}'"
)
seconds = time.perf_counter() - started

n, revenue, kind = duckdb.sql(
    f"SELECT count(*), sum(revenue_amount), any_value(typeof(ordered_at)) FROM '{target}'"
).fetchall()[0]
assert kind == "TIMESTAMP"
print(json.dumps({"seconds": seconds, "rows": n, "revenue": round(float(revenue), 2)}))
