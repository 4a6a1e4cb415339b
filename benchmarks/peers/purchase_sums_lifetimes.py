"""Lines of orders to x, t_x, T per customer, by lifetimes."""

import json
import sys
import time

import pandas as pd
from lifetimes.utils import summary_data_from_transaction_data

orders = pd.read_parquet(sys.argv[1], columns=["customer_id", "ordered_at", "revenue_amount"])
orders = orders[(orders.revenue_amount > 0) & orders.customer_id.notna()]

started = time.perf_counter()
found = summary_data_from_transaction_data(
    orders, "customer_id", "ordered_at", freq="D", freq_multiplier=7
)
seconds = time.perf_counter() - started

answer = {"n_customers": len(found), "x": int(found.frequency.sum()), "T": round(found["T"].sum())}
print(json.dumps({"seconds": seconds, **answer}))
