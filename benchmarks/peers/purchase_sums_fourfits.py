"""Lines of orders to distinct (x, t_x, T) with counts, by fourfits on DuckDB."""

import json
import sys
import time

import ibis
import numpy as np

from fourfits import customers, sums

connection = ibis.duckdb.connect()
orders = connection.read_parquet(sys.argv[1])
sums.fetch(
    customers.purchases(
        {
            "customer_id": ["a"],
            "ordered_at": [np.datetime64("2024-01-01", "us")],
            "revenue_amount": [1.0],
        }
    )
)

started = time.perf_counter()
found = sums.fetch(customers.purchases(orders))
seconds = time.perf_counter() - started

n = found["n_customers"]
answer = {"n_customers": int(n.sum()), "x": int(n @ found["x"]), "T": round(float(n @ found["T"]))}
print(json.dumps({"seconds": seconds, "distinct": len(n), **answer}))
