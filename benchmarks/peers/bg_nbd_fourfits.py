"""Fit BG/NBD with fourfits on a table of customers in memory."""

import json
import sys
import time

import pyarrow.parquet as pq

from fourfits import customers

table = pq.read_table(sys.argv[1])
customers.bg_nbd(table.slice(0, 2_000))  # loads what is loaded on first use

started = time.perf_counter()
result = customers.bg_nbd(table)
seconds = time.perf_counter() - started

summary = result.summary()
print(
    json.dumps({"seconds": seconds, **{name: summary[name] for name in ("r", "alpha", "a", "b")}})
)
