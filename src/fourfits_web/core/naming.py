"""What people call segments, which the data name otherwise: their words win on every page.

Stored reports keep the names of the data and are put into people's words where they are shown. The
slice of segments says which words there are (`segments_are`); the slices below it ask here, too.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from fourfits_web.core import display

BETWEEN = " · "
"""Stands between the parts of a group's name: `ads · Pro · home`."""


@dataclass(frozen=True)
class Names:
    """People's words for names of the data, in pairs; what nobody named keeps its name.

    >>> names = Names((("home", "Families"),))
    >>> names("home"), names("office"), names.heading("office"), names.group("ads · home")
    ('Families', 'office', 'Office', 'ads · Families')
    """

    pairs: tuple[tuple[str, str], ...] = ()
    do_not_call_in_templates: ClassVar[bool] = True

    def __call__(self, name: Any) -> str:
        """What people call it."""
        return self._words.get(str(name), str(name))

    def heading(self, name: Any) -> str:
        """The same where it heads a line; people's own words stay as they wrote them."""
        return self._words.get(str(name)) or display.titled(name)

    def group(self, name: Any) -> str:
        """The name of a group of several parts."""
        return BETWEEN.join(map(self, str(name).split(BETWEEN))) if self.pairs else str(name)

    def told(self, text: str, keep: Collection[str] = ()) -> str:
        """A sentence with people's words.

        Args:
            text: The sentence.
            keep: Other names in it, such as those of features: no word within them is changed.

        >>> Names((("home", "Families"),)).told("Home pays most. Of home loans, home pays.", ["home loans"])
        'Families pays most. Of home loans, Families pays.'
        """
        if not self.pairs or not text:
            return text
        return _places(self.pairs, tuple(keep)).sub(self._said, text)

    def drawn(self, spec: Any) -> Any:
        """The specification of a chart with people's words in its rows and in the order of its axes."""
        return _drawn(spec, self) if self.pairs else spec

    @property
    def _words(self) -> Mapping[str, str]:
        return _words(self.pairs)

    def _said(self, found: re.Match[str]) -> str:
        name = found[0]
        if name in self._words:
            return self._words[name]
        before = found.string[: found.start()].rstrip()
        lower = name[:1].lower() + name[1:]
        begins = not before or before[-1] in ".:;"
        return self._words[lower] if begins and lower in self._words else name


NOBODY_NAMED = Names()
_ASKED: list[Callable[[], Mapping[str, Names]]] = []


def segments_are(asked: Callable[[], Mapping[str, Names]]) -> None:
    """Say what people call segments: by way of dividing; `""` is the one that reports mean."""
    _ASKED[:] = [asked]


def segments(way: str = "") -> Names:
    """What people call the segments of a way of dividing; without one, of that which reports mean."""
    return _ASKED[0]().get(way, NOBODY_NAMED) if _ASKED else NOBODY_NAMED


@functools.lru_cache(maxsize=64)
def _words(pairs: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return dict(pairs)


@functools.lru_cache(maxsize=256)
def _places(pairs: tuple[tuple[str, str], ...], keep: tuple[str, ...]) -> re.Pattern[str]:
    """Where a sentence names one of them: whole words, longer names first, at its start also capitalised."""
    names = [name for name, _ in pairs]
    known = {*names, *(name[:1].upper() + name[1:] for name in names), *keep} - {""}
    either = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")


_NAMED = frozenset({"values", "sort", "domain"})
"""Parts of a chart's specification that hold names of the data; all others hold names of columns."""


def _drawn(part: Any, names: Names, *, is_named: bool = False) -> Any:
    if isinstance(part, Mapping):
        return {
            key: _drawn(value, names, is_named=is_named or key in _NAMED or key == "datasets")
            for key, value in part.items()
        }
    if isinstance(part, list):
        return [_drawn(each, names, is_named=is_named) for each in part]
    return names.group(part) if is_named and isinstance(part, str) else part
