"""Fit BG/NBD with lifetimes on a table of customers in memory."""

import json
import sys
import time

import pandas as pd
from lifetimes import BetaGeoFitter

table = pd.read_parquet(sys.argv[1])
small = table.head(2_000)
BetaGeoFitter().fit(small["frequency"], small["recency"], small["T"])

started = time.perf_counter()
fitter = BetaGeoFitter().fit(table["frequency"], table["recency"], table["T"])
seconds = time.perf_counter() - started

print(
    json.dumps(
        {
            "seconds": seconds,
            **{name: float(fitter.params_[name]) for name in ("r", "alpha", "a", "b")},
        }
    )
)
