"""Addresses of pages and records, many of one kind at once: each row of a page leads somewhere."""

from __future__ import annotations

import functools
from typing import Any
from urllib.parse import quote

from django.urls import reverse

_SAMPLE = "987654321"
_UNQUOTED = "!$&'()*+,;=~:@"
"""What RFC 3986 lets stand in a part of a path."""


def to(url_name: str, key: Any) -> str:
    """The address of a record's page, as `reverse` gives it.

    `reverse` looks through patterns each time, which for the rows of a list takes a tenth of the
    page; the words around the key are the same for all of them. Keys are numbers or texts.
    """
    before, after = _around(url_name)
    return f"{before}{quote(str(key), safe=_UNQUOTED)}{after}"


@functools.cache
def page(url_name: str) -> str:
    """The address of a page that stands for itself."""
    return reverse(url_name)


@functools.cache
def _around(url_name: str) -> tuple[str, str]:
    before, _, after = reverse(url_name, args=[_SAMPLE]).partition(_SAMPLE)
    return before, after
