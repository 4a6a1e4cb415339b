"""What countries are called; data hold their codes (ISO 3166-1 alpha-2)."""

from __future__ import annotations

import functools
from typing import Any

from babel import Locale


def name(code: Any) -> str:
    """The country's name in English, as the Unicode consortium words it; what is no code stays.

    >>> name("ES"), name("de"), name("Atlantis"), name("EU"), name(None)
    ('Spain', 'Germany', 'Atlantis', 'EU', '')
    """
    text = str(code or "")
    return _names().get(text.upper(), text)


@functools.cache
def _names() -> dict[str, str]:
    """Names by code; parts of the world stand in the same table, under numbers or as unions."""
    return {
        str(code): str(called)
        for code, called in Locale("en").territories.items()
        if len(str(code)) == 2 and code not in _NO_COUNTRY
    }


_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
