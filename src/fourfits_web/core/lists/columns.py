"""One column of a list: where its value comes from, how it reads, how it is exported."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from fourfits_web.core import display

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Kind = Literal[
    "text", "number", "money", "share", "day", "moment", "ago", "interval", "flag", "tags"
]
_RIGHT = frozenset({"number", "money", "share"})


@dataclass(frozen=True, eq=False)
class Column:
    """A column.

    Args:
        name: Its name in the address and, unless `value` says otherwise, the row's field;
            `account.name` follows a relation (select it in the query).
        title: Head of the column.
        value: Where the value comes from, if not the field called `name`.
        kind: How the value reads; numbers stand on the right.
        unit: For money its currency, or `field:currency` to read it from the row; for intervals
            `share`, `money:EUR` or a word.
        link: `True` makes the cell the row's link; a function gives another address.
        sort: Field to sort by, if the column can be sorted; several are separated by commas.
        shown: Whether it is shown before the reader chooses.
        labels: Word, or word and tone (`good`, `warn`, `bad`, `info`), for each value.
        template: Template that draws the cell; it gets `row` and `value`.
        render: Function that draws the cell.
        note: What the head says on hover, such as the definition.
        wide: Whether the column takes the room that is left.
        wraps: Whether its words may stand on several lines.
        headed: Whether the cell repeats the head where rows are stacked; numbers, days and moments that passed always do.
        is_control: Whether it holds what can be done with the row: its head is only said aloud, and
            files leave it out.
    """

    name: str
    title: str
    value: str | Callable[[Any], Any] | None = None
    kind: Kind = "text"
    unit: str = ""
    link: bool | Callable[[Any], str] = False
    sort: str = ""
    shown: bool = True
    labels: Mapping[Any, str | tuple[str, str]] | None = None
    template: str = ""
    render: Callable[[Any], str] | None = None
    note: str = ""
    wide: bool = False
    wraps: bool = False
    headed: bool = False
    is_control: bool = False

    @cached_property
    def _opening(self) -> str:
        is_headed = (
            self.headed or self.kind in _RIGHT or self.kind in {"interval", "ago", "day", "flag"}
        )
        head = f' data-head="{escape(self.title)}"' if is_headed else ""
        classes = f' class="{self.css}"' if self.css else ""
        return f"<td{classes}{head}>"

    @cached_property
    def css(self) -> str:
        """Classes of its cells."""
        classes = ["n"] if self.kind in _RIGHT else []
        if self.kind in {"day", "moment", "ago"}:
            classes.append("when")
        if self.wide or self.link is True:
            classes.append("wide")
        elif self.wraps:
            classes.append("loose")
        if self.is_control:
            classes.append("control")
        return " ".join(classes)

    def of(self, row: Any) -> Any:
        """The value of the column in a row."""
        if callable(self.value):
            return self.value(row)
        return field(row, self.value or self.name)

    def cell(self, row: Any, address: str) -> SafeString:
        """The cell as HTML."""
        content = self._content(row)
        target = address if self.link is True else self.link(row) if self.link else ""
        if target:
            content = f'<a href="{escape(target)}">{content}</a>'
        return SafeString(f"{self._opening}{content}</td>")  # escaped below

    def exported(self, row: Any) -> Any:
        """The value for a file: unrounded, moments in ISO 8601."""
        value = self.of(row)
        if self.kind == "interval" and value is not None:
            value = " ".join(str(part) for part in value)
        if isinstance(value, datetime.datetime | datetime.date):
            return value.isoformat()
        if isinstance(value, list | tuple | set | frozenset):
            return "; ".join(map(str, value))
        return "" if value is None else value

    def _content(self, row: Any) -> str:
        if self.render:
            return conditional_escape(self.render(row))
        value = self.of(row)
        if self.template:
            return render_to_string(self.template, {"row": row, "value": value})
        if self.labels is not None:
            return _labelled(self.labels, value)
        return self._shown(value, row)

    def _shown(self, value: Any, row: Any) -> str:  # noqa: C901 - one line per kind
        if value is None or value == "":
            return SafeString('<span class="none">–</span>')
        match self.kind:
            case "number":
                return display.number(value)
            case "money":
                return escape(display.money(value, self._unit(row), cents_below=10))
            case "share":
                return display.share(value)
            case "day":
                return display.day(value)
            case "moment":
                return display.moment(value)
            case "ago":
                return display.ago(value)
            case "interval":
                estimate, low, high = value
                return display.interval(estimate, low, high, self._unit(row))
            case "flag":
                return "Yes" if value else "No"
            case "tags":
                return " ".join(f'<span class="tag">{escape(str(each))}</span>' for each in value)
            case _:
                return escape(value) if type(value) is str else conditional_escape(value)

    def _unit(self, row: Any) -> str:
        if self.unit.startswith("field:"):
            return str(field(row, self.unit.removeprefix("field:")) or "")
        return self.unit


def field(row: Any, path: str) -> Any:
    """A value of a model, mapping or plain object; a dot goes one step further.

    >>> field({"account": {"name": "Harbour"}}, "account.name")
    'Harbour'
    """
    for step in path.split("."):
        if row is None:
            return None
        row = row.get(step) if isinstance(row, dict) else getattr(row, step)
    return row


def _labelled(labels: Mapping[Any, str | tuple[str, str]], value: Any) -> SafeString:
    found = labels.get(value, "" if value is None else str(value))
    word, tone = (found, "") if isinstance(found, str) else found
    if not word:
        return SafeString('<span class="none">–</span>')
    if isinstance(found, str):
        return SafeString(escape(word))
    return SafeString(f'<span class="status {escape(tone)}">{escape(word)}</span>')
