"""fourfits on the units of `benchmarks/experiment.py`."""

import json
import sys
import time

import ibis
import scipy.stats  # noqa: F401 - imported by both contestants before the clock starts
import tea_tasting  # noqa: F401

from fourfits import experiments

table = ibis.duckdb.connect(sys.argv[1], read_only=True).table("units")

table.limit(1).to_pyarrow()  # the engine is loaded and the file is open

started = time.perf_counter()
result = experiments.experiment(
    table,
    means=["revenue ~ revenue_before", "orders ~ orders_before"],
    proportions=["converted"],
    correction="none",
)
seconds = time.perf_counter() - started

answer = {}
for row in result.table.to_pylist():
    for ours, name in (
        ("difference", "effect"),
        ("difference_low", "low"),
        ("difference_high", "high"),
        ("p_value", "p"),
    ):
        answer[f"{row['metric']}_{name}"] = row[ours]
print(json.dumps({"seconds": seconds, **answer}))
