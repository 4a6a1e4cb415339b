"""The words and pairs of words of texts, counted; small words that say nothing of a theme left out."""

from __future__ import annotations

import itertools
import re
from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import scipy.sparse

_WORD = re.compile(r"\b[^\W\d_][^\W\d_]+\b")

# The usual list of English (Glasgow Information Retrieval Group), without the words that name
# what customers speak of (amount, bill, bottom, call, computer, cry, detail, empty, fill, find,
# fire, front, full, interest, move, part, show, side, system, top), with the halves of "didn't".
LEFT_OUT = frozenset(
    """
    a about above across after afterwards again against all almost alone along already also
    although always am among amongst amoungst an and another any anyhow anyone anything anyway
    anywhere are around as at back be became because become becomes becoming been before
    beforehand behind being below beside besides between beyond both but by can cannot cant co con
    could couldnt de describe did didn do does doesn doing don done down due during each eg eight
    either eleven else elsewhere enough etc even ever every everyone everything everywhere except
    few fifteen fifty first five for former formerly forty found four from further get give go got
    had has hasn hasnt have haven he hence her here hereafter hereby herein hereupon hers herself
    him himself his how however hundred i ie if im in inc indeed into is isn it its itself just
    keep last latter latterly least less ll ltd made many may me meanwhile might mill mine more
    moreover most mostly much must my myself name namely neither never nevertheless next nine no
    nobody none noone nor not nothing now nowhere of off often on once one only onto or other
    others otherwise our ours ourselves out over own per perhaps please put rather re same see
    seem seemed seeming seems serious several she should since sincere six sixty so some somehow
    someone something sometime sometimes somewhere still such take ten than that the their them
    themselves then thence there thereafter thereby therefore therein thereupon these they thick
    thin third this those though three through throughout thru thus to together too toward towards
    twelve twenty two un under until up upon us ve very via was wasn we well were what whatever
    when whence whenever where whereafter whereas whereby wherein whereupon wherever whether which
    while whither who whoever whole whom whose why will with within without won would yet you your
    yours yourself yourselves
    """.split()  # noqa: SIM905 - a list of 300 words reads better so
)


def counted(
    texts: Iterable[str], owner: np.ndarray[Any, np.dtype[np.int64]], n: int
) -> tuple[scipy.sparse.csr_matrix, list[str]]:
    """In how many texts of each owner each term occurs, and the terms.

    A term is a word of at least two letters, or two that follow each other once the small words
    are left out. A text counts a term once.

    Args:
        texts: Any number of texts.
        owner: The number of each text's owner, from 0.
        n: Owners.

    >>> counts, terms = counted(["the card, a card", "my card is lost"], np.array([0, 1]), 2)
    >>> dict(zip(terms, counts.toarray().T.tolist(), strict=True))
    {'card': [1.0, 1.0], 'card card': [1.0, 0.0], 'lost': [0.0, 1.0], 'card lost': [0.0, 1.0]}
    """
    from scipy import sparse

    place: dict[str, int] = {}
    columns, lengths = array("i"), array("i")
    for text in texts:
        words = [word for word in _WORD.findall(text.lower()) if word not in LEFT_OUT]
        found = dict.fromkeys((*words, *map(" ".join, itertools.pairwise(words))))
        columns.extend(place.setdefault(term, len(place)) for term in found)
        lengths.append(len(found))
    rows = np.repeat(owner, np.asarray(lengths))
    ones = np.ones(len(columns), np.float32)
    shape = (n, len(place))
    return sparse.coo_matrix((ones, (rows, np.asarray(columns))), shape=shape).tocsr(), list(place)
