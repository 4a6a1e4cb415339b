"""What the library advises, as a page says it: what to do here, and what is code drawn as code.

The command line and the API keep the library's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.html import escape
from django.utils.safestring import SafeString

from fourfits_web.core import addresses

_FILLING = {
    "rfm": "divide customers by what they buy",
    "themes": "look for themes in the feedback",
    "lifetime_value": "compute lifetime values",
}


def coded(text: str) -> SafeString:
    """A text as HTML, with what stands between backticks as code.

    >>> coded("name `by=` & go")
    'name <code>by=</code> &amp; go'
    """
    return SafeString(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text)))


def hint(text: str) -> SafeString:
    """A hint of the library: instead of a command its place in the workspace, where it has one."""
    for command, said in _SAID:
        if found := re.search(command, text):
            before, after = text[: found.start()], text[found.end() :]
            return SafeString(f"{coded(before)}{said(found)}{coded(after)}")
    return coded(text)


def _bring(found: re.Match[str]) -> str:
    return _link(addresses.page("data:start"), f"import {found[1]}")


def _fill(found: re.Match[str]) -> str:
    words = _FILLING.get(found[1], "compute that report")
    return _link(addresses.to("reports:ask", found[1]), words)


def _describe(found: re.Match[str]) -> str:
    page = _link(addresses.to("data:table", found[1]), f"the page of {found[1]}")
    return f"{page} says what each column holds"


def _describe_all(_: re.Match[str]) -> str:
    return f"{_link(addresses.page('data:start'), 'the page Data')} describes each"


def _link(address: str, words: str) -> str:
    return f'<a href="{escape(address)}">{escape(words)}</a>'


_SAID: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"`fourfits import (\w+) FILE` brings (?:it|some) in", _bring),
    (r"`fourfits analyse (\w+) --keep` fills it", _fill),
    (r"(?:see )?`fourfits tables (\w+)`(?: says what each column holds)?", _describe),
    (r"`fourfits tables` describes each", _describe_all),
)
