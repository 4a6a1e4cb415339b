"""Find themes with fourfits in a table of texts in memory."""

import json
import sys
import time

import pyarrow.parquet as pq
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from fourfits import needs

table = pq.read_table(sys.argv[1])
needs.themes(table.slice(0, 500))  # loads what is loaded on first use

started = time.perf_counter()
found = needs.themes(table)
seconds = time.perf_counter() - started

planted = dict(zip(*(table[name].to_pylist() for name in ("feedback_id", "label")), strict=True))
assigned = found.assignments()
truth = [planted[key] for key in assigned["feedback_id"].to_pylist()]
theme = assigned["theme"].to_pylist()
print(
    json.dumps(
        {
            "seconds": seconds,
            "themes": len(found.table),
            "covered": len(theme) / len(table),
            "nmi": normalized_mutual_info_score(truth, theme),
            "ari": adjusted_rand_score(truth, theme),
        }
    )
)
