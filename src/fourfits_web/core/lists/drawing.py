"""The table of a list, head and rows, in Python.

A page holds some hundred cells; with a few nodes of the template language for each, they would take
most of the page's time. Everything that is not ours is escaped here.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fourfits_web.core.lists.listing import Row

_PICK_ALL = (
    '<th class="pick" scope="col"><input class="form-check-input needs-js" type="checkbox" '
    'data-pick-all aria-label="Choose all rows of this page"></th>'
)
_PICK = (
    '<td class="pick"><input class="form-check-input" type="checkbox" name="ids" value="{}" '
    'aria-label="Choose this row"></td>'
)


def head(heads: Iterable[Mapping[str, Any]], *, picked: bool) -> SafeString:
    """Heads of the columns; `picked` if rows can be chosen."""
    cells = "".join(map(_head, heads))
    return SafeString(_PICK_ALL + cells if picked else cells)


def body(rows: Iterable[Row], *, picked: bool) -> SafeString:
    """The rows."""
    return SafeString("".join(_row(row, picked=picked) for row in rows))


def _head(head: Mapping[str, Any]) -> str:
    column, url = head["column"], escape(head["url"])
    told = "".join(
        f' {name}="{escape(value)}"'
        for name, value in (
            ("class", column.css), ("aria-sort", head["order"]), ("title", column.note),
        )
        if value
    )  # fmt: skip
    title = escape(column.title)
    if column.is_control:
        title = f'<span class="visually-hidden">{title}</span>'
    if url:
        title = (
            f'<a href="{url}" hx-get="{url}" hx-target="#list" hx-swap="outerHTML" '
            f'hx-push-url="true">{title}</a>'
        )
    return f'<th scope="col"{told}>{title}</th>'


def _row(row: Row, *, picked: bool) -> str:
    # Where the keyboard's Enter leads.
    target = f' data-open="{escape(row.address)}"' if row.address else ""
    pick = _PICK.format(escape(row.id)) if picked else ""
    return f"<tr{target}>{pick}{row.cells}</tr>\n"
