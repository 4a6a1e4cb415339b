"""The same work by hand in pandas: read, parse, check the rules of order lines, write Parquet."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

file, target = sys.argv[1], Path(sys.argv[2]) / "pandas.parquet"
target.parent.mkdir(parents=True, exist_ok=True)

started = time.perf_counter()
orders = pd.read_csv(file, dtype=dict.fromkeys(["order_id", "customer_id", "product_id"], str))
orders["ordered_at"] = pd.to_datetime(
    orders["ordered_at"], format="%d/%m/%Y %H:%M", errors="coerce"
)
required = orders[["order_id", "line", "ordered_at", "revenue_amount"]].notna().all(axis=1)
finite = np.isfinite(orders["quantity"]) & np.isfinite(orders["revenue_amount"])
contradicts = (orders["quantity"] < 0) & (orders["revenue_amount"] > 0)
broken = ~required | ~finite | contradicts | (orders["line"] < 1)
repeated = orders.duplicated(["order_id", "line"])
kept = orders[~(broken | repeated)]
kept.to_parquet(target, index=False)
seconds = time.perf_counter() - started

revenue = round(float(kept["revenue_amount"].sum()), 2)
print(json.dumps({"seconds": seconds, "rows": len(kept), "revenue": revenue}))
