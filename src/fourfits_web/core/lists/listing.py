"""A list as declared, and as one reader sees it at one address."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from fourfits_web.core import addresses, pages
from fourfits_web.core.actors import Actor
from fourfits_web.core.lists import drawing, export, saved, sources
from fourfits_web.core.lists.columns import field as field_of
from fourfits_web.core.remembering import drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from django.http import HttpRequest, HttpResponseBase

    from fourfits_web.core.lists.columns import Column
    from fourfits_web.core.lists.filters import Filter

MOST_COUNTED = 10_000
"""Rows beyond which the number is shown as “10,000+”: counting them all would cost more than it tells."""

SIZES = (25, 50, 100, 200)
LONGEST_SEARCH = 200
_PREPARED_AT_ONCE = 2_000


@dataclass(frozen=True)
class Empty:
    """What a list without rows teaches: what it is for, and what to do first.

    Args:
        title: One line.
        text: What will stand here, and from where.
        action: Word and address, or name of the address, of the first step.
        permission: Who sees the action.
        icon: Drawn above.
    """

    title: str
    text: str = ""
    action: tuple[str, str] | None = None
    permission: str = "workspace.read"
    icon: str = "inbox"


@dataclass(frozen=True)
class Bulk:
    """What can be done with several rows at once; posts their `ids` to `url`.

    Args:
        title: On the button.
        url: Name of the address.
        permission: Who sees it.
        control: Template of a field that belongs to it, such as whom to assign to.
        confirm: Question asked before.
        key: Key that does it with the chosen rows, or with the one that the reader stands on.
    """

    title: str
    url: str
    permission: str
    control: str = ""
    confirm: str = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class List:
    """A list page.

    Args:
        key: Its name among saved views and exported files.
        title: Heading of the page.
        noun: What one row is, and what several are if that is not the noun with an s.
        columns: From left to right.
        filters: What narrows it.
        search: Fields, or a function of the query and the text that uses an index.
        default_sort: Column's name, with a minus for the largest first.
        open: Address of a row's page.
        row_id: Field that names a row.
        empty: What is said while there are no rows at all.
        bulk: What can be done with chosen rows.
        size: Rows of a page, unless the reader chooses.
        lead: One sentence under the heading.
        prepare: Called with the rows of a page before they are drawn, to look up for all of them
            at once what stands in other tables.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    noun: str | tuple[str, str] = "row"
    filters: tuple[Filter, ...] = ()
    search: Sequence[str] | Callable[[Any, str], Any] | None = None
    search_hint: str = "Search"
    default_sort: str = ""
    open: Callable[[Any], str] | None = None
    row_id: str = "pk"
    empty: Empty = field(default_factory=lambda: Empty("Nothing here yet"))
    bulk: tuple[Bulk, ...] = ()
    size: int = 25
    lead: str = ""
    prepare: Callable[[list[Any]], None] | None = None

    def answer(
        self,
        request: HttpRequest,
        rows: Any,
        template: str = "core/list.html",
        context: Mapping[str, Any] | None = None,
    ) -> HttpResponseBase:
        """The page, its changed part for htmx, or the file for `?format=csv`."""
        listing = self.listing(request, rows)
        if request.GET.get("format") == "csv":
            return export.csv_file(self.key, listing.columns, listing.every())
        content = {**(context or {}), "listing": listing}
        if pages.wants_fragment(request):
            template = "core/list.html"
        return pages.page(request, template, content)

    def listing(self, request: HttpRequest, rows: Any, *, path: str = "") -> Listing:
        """The list at the request's address, or beside the answer to a write at its own `path`."""
        return Listing(self, request, rows, path)

    def nouns(self, n: int) -> str:
        """The noun for so many rows.

        >>> List(key="", title="", columns=(), noun=("person", "people")).nouns(2)
        'people'
        """
        one, several = (self.noun, f"{self.noun}s") if isinstance(self.noun, str) else self.noun
        return one if n == 1 else several


class Listing:
    """A list as one reader sees it at one address; read by `core/list.html`."""

    def __init__(self, declared: List, request: HttpRequest, rows: Any, path: str = "") -> None:
        self.declared = declared
        self.request = request
        self.path = path or request.path
        self.actor = Actor.of(request)
        self.given = sources.rows(rows)
        address = request.GET
        self.text = address.get("q", "").strip()[:LONGEST_SEARCH] if declared.search else ""
        self.chosen = {each: each.read(address) for each in declared.filters}
        self.sort, self.down = self._sort(address.get("sort", ""))
        self.size = _size(address.get("size", ""), declared.size)
        self.number = _page(address.get("page", ""))

    # What stands in it

    @cached_property
    def columns(self) -> list[Column]:
        """The columns shown: those chosen in the address, else the usual ones."""
        asked = {n for value in self.request.GET.getlist("columns") for n in value.split(",")}
        known = [column for column in self.declared.columns if column.name in asked]
        return known or [column for column in self.declared.columns if column.shown]

    @cached_property
    def found(self) -> sources.Rows:
        """All rows that pass, in order."""
        found = self.given
        for each, chosen in self.chosen.items():
            if chosen:
                found = each.narrow(found, chosen)
        if self.text and self.declared.search:
            found = found.matching(self.declared.search, self.text)
        if self.sort:
            fields = [name.strip() for name in self.sort.sort.split(",")]
            found = found.sorted(fields, down=self.down)
        return found

    @cached_property
    def records(self) -> list[Any]:
        """The rows of this page, and one more if there is a next page."""
        found = self.found.part((self.number - 1) * self.size, self.size + 1)
        self._prepare(found)
        return found

    def every(self) -> Iterator[Any]:
        """All rows that pass, in order, prepared some at a time."""
        rest = self.found.every()
        while part := list(itertools.islice(rest, _PREPARED_AT_ONCE)):
            self._prepare(part)
            yield from part

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of this page as HTML."""
        return [self._row(record) for record in self.records[: self.size]]

    @cached_property
    def count(self) -> int:
        """How many rows pass, counted no further than needed to say so."""
        before = (self.number - 1) * self.size
        if len(self.records) <= self.size and (self.records or not before):
            return before + len(self.records)
        return self.found.count(MOST_COUNTED + 1)

    # What the reader chose

    @property
    def has_search(self) -> bool:
        """Whether texts can be searched; a template would call the function that does it."""
        return bool(self.declared.search)

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or a filter leaves something out."""
        return bool(self.text) or any(self.narrowing.values())

    @property
    def narrowing(self) -> dict[Filter, Any]:
        """What was chosen of the filters that leave something out."""
        return {each: chosen for each, chosen in self.chosen.items() if each.narrows}

    @cached_property
    def chips(self) -> list[dict[str, str]]:
        """What narrows the list, each with the address without it."""
        shown = [
            {
                "title": each.title,
                "words": each.words(chosen),
                "without": self.address(**dict.fromkeys(each.parameters())),
            }
            for each, chosen in self.narrowing.items()
            if chosen
        ]
        if self.text:
            text = {"title": "Search", "words": f"“{self.text}”", "without": self.address(q=None)}
            shown.insert(0, text)
        return shown

    @property
    def controls(self) -> SafeString:
        """The controls of the filters, each with what was chosen."""
        drawn = (f"{each.control(chosen)}\n" for each, chosen in self.chosen.items())
        return SafeString("".join(drawn))

    @property
    def head(self) -> SafeString:
        """Heads of the columns as HTML."""
        return drawing.head(self.heads, picked=bool(self.bulk))

    @property
    def body(self) -> SafeString:
        """The rows as HTML."""
        return drawing.body(self.rows, picked=bool(self.bulk))

    @property
    def heads(self) -> list[dict[str, Any]]:
        """Heads of the columns with the address that sorts by them."""
        return [self._head(column) for column in self.columns]

    @property
    def column_chooser(self) -> SafeString:
        """All columns, and whether each is shown."""
        shown = {column.name for column in self.columns}
        columns = tuple((one.name, one.title, one.name in shown) for one in self.declared.columns)
        return drawn("core/_columns.html", columns=columns)

    @property
    def usual_columns(self) -> str:
        """Names of the columns shown before anybody chooses."""
        return ",".join(each.name for each in self.declared.columns if each.shown)

    @cached_property
    def views(self) -> list[dict[str, Any]]:
        """The reader's saved views of this list."""
        here = self.query
        return [
            {
                "id": view.pk,
                "name": view.name,
                "url": f"{self.path}?{view.query}" if view.query else self.path,
                "active": view.query == here,
            }
            for view in saved.views_of(self.actor, self.declared.key)
        ]

    @property
    def is_usual(self) -> bool:
        """Whether the list stands as it does before anybody chooses."""
        return self.query == self._kept

    @cached_property
    def bulk(self) -> list[dict[str, Any]]:
        """What this reader may do with chosen rows."""
        return [
            {"bulk": each, "url": addresses.page(each.url)}
            for each in self.declared.bulk
            if self.actor.may(each.permission)
        ]

    # Addresses

    @property
    def unusual_sort(self) -> str:
        """What the address says of the order; nothing if it is the usual one."""
        sort = f"{'-' if self.down else ''}{self.sort.name}" if self.sort else ""
        return "" if sort == self.declared.default_sort else sort

    @cached_property
    def query(self) -> str:
        """What was chosen, without the page: what a saved view keeps."""
        return self._query({})

    def address(self, **changes: str | None) -> str:
        """This list with some of the address changed; the page starts anew unless given."""
        query = self._query(changes)
        return f"{self.path}?{query}" if query else self.path

    @property
    def here(self) -> str:
        """This page of the list."""
        return self.address(page=str(self.number) if self.number > 1 else None)

    @property
    def clear_url(self) -> str:
        """Without search and filters."""
        names = [name for each in self.narrowing for name in each.parameters()]
        return self.address(q=None, **dict.fromkeys(names))

    @property
    def csv_url(self) -> str:
        """All rows that pass, as a file."""
        return self.address(format="csv")

    @property
    def save_url(self) -> str:
        """The page that asks for the name of a saved view, where no script opens a dialog."""
        asked = {"key": self.declared.key, "query": self.query, "path": self.path}
        return f"{addresses.page('core:save_view')}?{urlencode(asked)}"

    @property
    def previous_url(self) -> str:
        """The page before, if any."""
        if self.number == 1:
            return ""
        return self.address(page=str(self.number - 1) if self.number > 2 else None)

    @property
    def next_url(self) -> str:
        """The next page, if any."""
        return self.address(page=str(self.number + 1)) if len(self.records) > self.size else ""

    @property
    def usual_url(self) -> str:
        """The list as it stands before anybody chooses."""
        return f"{self.path}?{self._kept}" if self._kept else self.path

    @property
    def _kept(self) -> str:
        kept = [(each.name, chosen) for each, chosen in self.chosen.items() if not each.narrows]
        return urlencode([pair for pair in kept if pair[1]], safe=",", quote_via=quote)

    # What is said

    @property
    def count_words(self) -> str:
        """How many rows pass, in words."""
        if self.count > MOST_COUNTED:
            return f"{MOST_COUNTED:,}+ {self.declared.nouns(2)}"
        return f"{self.count:,} {self.declared.nouns(self.count)}"

    @property
    def one(self) -> str:
        """The noun for one row."""
        return self.declared.nouns(1)

    @property
    def span_words(self) -> str:
        """Which rows are shown."""
        first = (self.number - 1) * self.size + 1
        total = f"{MOST_COUNTED:,}+" if self.count > MOST_COUNTED else f"{self.count:,}"
        return f"{first:,}–{first + len(self.rows) - 1:,} of {total}"

    @property
    def empty_action(self) -> dict[str, str] | None:
        """The first step, for those who may take it."""
        empty = self.declared.empty
        if empty.action is None or not self.actor.may(empty.permission):
            return None
        word, url = empty.action
        return {"word": word, "url": url if url.startswith("/") else addresses.page(url)}

    def _prepare(self, records: list[Any]) -> None:
        if self.declared.prepare and records:
            self.declared.prepare(records)

    def _sort(self, asked: str) -> tuple[Column | None, bool]:
        by_name = {column.name: column for column in self.declared.columns if column.sort}
        for text in (asked, self.declared.default_sort):
            if text.removeprefix("-") in by_name:
                return by_name[text.removeprefix("-")], text.startswith("-")
        return None, False

    def _head(self, column: Column) -> dict[str, Any]:
        head: dict[str, Any] = {"column": column, "url": "", "order": ""}
        if column.sort:
            is_sorted = column is self.sort
            first_down = column.kind not in {"text", "tags"}
            down = not self.down if is_sorted else first_down
            head["url"] = self.address(sort=f"{'-' if down else ''}{column.name}")
            head["order"] = ("descending" if self.down else "ascending") if is_sorted else ""
        return head

    def _query(self, changes: Mapping[str, str | None]) -> str:
        """The address in one fixed order, without what is usual anyway."""
        told = {**self._told, **{name: [value] for name, value in changes.items()}}
        if told["sort"] == [self.declared.default_sort]:
            told["sort"] = []
        pairs = [(name, value) for name, values in told.items() for value in values if value]
        return urlencode(pairs, safe=",", quote_via=quote)

    @cached_property
    def _told(self) -> dict[str, Sequence[str | None]]:
        """What was chosen, by its name in the address."""
        told: dict[str, Sequence[str | None]] = {"q": [self.text]}
        for each, chosen in self.chosen.items():
            for name in each.parameters() if chosen else ():
                told[name] = chosen if isinstance(chosen, list) else self.request.GET.getlist(name)
        shown = ",".join(column.name for column in self.columns)
        told["sort"] = [self.unusual_sort]
        told["columns"] = [shown if shown != self.usual_columns else ""]
        told["size"] = [str(self.size) if self.size != self.declared.size else ""]
        return told

    def _row(self, record: Any) -> Row:
        address = self.declared.open(record) if self.declared.open else ""
        cells = "".join(column.cell(record, address) for column in self.columns)
        key = field_of(record, self.declared.row_id) if self.declared.bulk else ""
        return Row(str(key), address, SafeString(cells))


@dataclass(frozen=True)
class Row:
    """A row of the page."""

    id: str
    address: str
    cells: SafeString


def chosen(request: HttpRequest) -> list[str]:
    """Ids of the rows that a bulk form posted."""
    return list(dict.fromkeys(request.POST.getlist("ids")))[: max(SIZES)]


def _size(text: str, usual: int) -> int:
    return int(text) if text in map(str, SIZES) else usual


def _page(text: str) -> int:
    return max(int(text), 1) if text.isdecimal() and len(text) < 8 else 1
