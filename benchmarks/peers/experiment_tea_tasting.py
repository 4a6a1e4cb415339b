"""tea-tasting, called directly, on the units of `benchmarks/experiment.py`."""

import json
import sys
import time

import ibis
import scipy.stats  # noqa: F401 - imported by both contestants before the clock starts
import tea_tasting as tt

table = ibis.duckdb.connect(sys.argv[1], read_only=True).table("units")

table.limit(1).to_pyarrow()  # the engine is loaded and the file is open

started = time.perf_counter()
result = tt.Experiment(
    converted=tt.Proportion("converted", method="norm", equal_var=False, correction=False),
    revenue=tt.Mean("revenue", "revenue_before"),
    orders=tt.Mean("orders", "orders_before"),
).analyze(table, control="control")
seconds = time.perf_counter() - started

answer = {}
for metric, found in result.items():
    answer[f"{metric}_effect"] = found.effect_size
    answer[f"{metric}_low"] = found.effect_size_ci_lower
    answer[f"{metric}_high"] = found.effect_size_ci_upper
    answer[f"{metric}_p"] = found.pvalue
print(json.dumps({"seconds": seconds, **answer}))
