"""Lines of orders to distinct (x, t_x, T) with counts, by hand-written DuckDB SQL."""

import json
import sys
import time

import duckdb

connection = duckdb.connect()
connection.execute("SELECT ? AS n", [1]).fetchnumpy()  # loads what is loaded on first use
query = """
    WITH days AS (
        SELECT DISTINCT customer_id, ordered_at::DATE AS day
        FROM read_parquet(?)
        WHERE revenue_amount > 0 AND customer_id IS NOT NULL
    ), buyers AS (
        SELECT count(*) - 1 AS x, min(day) AS first_on, max(day) AS last_on
        FROM days GROUP BY customer_id
    ), triples AS (
        SELECT x, first_on, last_on, count(*) AS n FROM buyers GROUP BY ALL
    )
    SELECT x, (last_on - first_on) / 7 AS t_x,
        (max(last_on) OVER () - first_on) / 7 AS T, n AS n_customers
    FROM triples
"""

started = time.perf_counter()
found = connection.execute(query, [sys.argv[1]]).fetchnumpy()
seconds = time.perf_counter() - started

n = found["n_customers"]
answer = {"n_customers": int(n.sum()), "x": int(n @ found["x"]), "T": round(float(n @ found["T"]))}
print(json.dumps({"seconds": seconds, "distinct": len(n), **answer}))
