"""Texts out of the engine, in batches: cleaned, shortened, each distinct one once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fourfits import config, sums

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Links, addresses for mail and handles say whom, not what; RE2 syntax.
_ADDRESSES = r"https?://\S+|[\w.+-]+@[\w-]+\.\w+|@\w+"
_A_WORD = r"\pL\pL"


@dataclass(frozen=True)
class Texts:
    """What was said, each distinct text once.

    Attributes:
        ids: `feedback_id` of every item that has words.
        place: Where each item's text stands in `distinct`.
        distinct: The distinct texts, cleaned, in order of first appearance.
        n_empty: Items without a word.
    """

    ids: pa.ChunkedArray
    place: np.ndarray[Any, np.dtype[np.int32]]
    distinct: pa.Array
    n_empty: int


def read(items: ir.Table, text: str) -> Texts:
    """Read the texts in the order of their ids.

    Identical texts are kept once: the graph needs no copies, and memory stays in proportion to
    what is different.
    """
    ids, words, n_read = [], [], 0
    for batch in sums.fetch_batches(_shortened(items, text)):
        cleaned = clean(batch.column("text"))
        usable = pc.match_substring_regex(cleaned, _A_WORD)
        ids.append(batch.column("feedback_id").filter(usable))
        words.append(cleaned.filter(usable))
        n_read += batch.num_rows
    whole = pa.chunked_array(words, pa.large_string()).combine_chunks().dictionary_encode()
    return Texts(
        ids=pa.chunked_array(ids, pa.string()),
        place=whole.indices.to_numpy(),
        distinct=whole.dictionary,
        n_empty=n_read - len(whole),
    )


def clean(texts: pa.Array) -> pa.Array:
    """Texts without links, addresses and handles, with single spaces.

    >>> clean(pa.array(["@shop  the link https://a.b/c is   dead "])).to_pylist()
    ['the link is dead']
    """
    texts = pc.replace_substring_regex(texts.cast(pa.large_string()), _ADDRESSES, " ")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(texts, r"\s+", " "))


def _shortened(items: ir.Table, text: str) -> ir.Table:
    """The start of each text, enough to tell its theme; memory is bounded however long it is."""
    words = items[text].substr(0, config.THEME_TEXT_LENGTH).fill_null("")
    return items.select(feedback_id=items.feedback_id.cast("string"), text=words).order_by(
        "feedback_id"
    )
