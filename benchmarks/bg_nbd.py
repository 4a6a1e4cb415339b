"""BG/NBD on a million customers against lifetimes 0.11.3.

Customers are resampled from the CDNOW summary (`../shared/data`). Both start from the same rows in
memory (an Arrow table, a pandas frame) and end with the four parameters; ours finds the distinct
rows first, and that is timed too. Standard errors, forecasts and the table are part of our time.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

import harness

CDNOW = Path(__file__).parents[2] / "shared" / "data" / "cdnow" / "cdnow_customers_summary.csv"
LIFETIMES = (
    "lifetimes==0.11.3",
    "pandas<2",
    "numpy<1.24",
    "scipy<1.11",
    "autograd<1.7",
    "pyarrow<15",
)


def resample(rows: int) -> Path:
    """Customers drawn with replacement from CDNOW, seeded."""
    file = harness.SCRATCH / f"cdnow_{rows}.parquet"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        cdnow = pa.csv.read_csv(CDNOW).drop(["ID"])
        pq.write_table(cdnow.take(np.random.default_rng(1).integers(0, len(cdnow), rows)), file)
    return file


def main() -> int:
    """Run both and say whether the bars are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    file, python = resample(rows), harness.environment("lifetimes", *LIFETIMES)
    ours = harness.best(3, "fourfits", "bg_nbd_fourfits.py", file, rows=rows)
    peer = harness.run("lifetimes 0.11.3", "bg_nbd_lifetimes.py", file, rows=rows, python=python)
    off = max(abs(value / peer.answer[name] - 1) for name, value in ours.answer.items())
    met = harness.report(
        f"BG/NBD on {rows:,} customers resampled from CDNOW",
        ours,
        peer,
        checks={
            f"at least 100 times as fast as lifetimes ({peer.seconds / ours.seconds:,.0f} times)": (
                peer.seconds >= 100 * ours.seconds
            ),
            f"same parameters to 3 digits (largest difference {off:.1e})": off < 5e-4,
        },
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
