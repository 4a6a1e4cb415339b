"""What slices tell the frame of themselves: menu, panels, palette, mirrors, listeners.

Lower slices do not know upper ones; a page of theirs shows what was registered for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http import HttpRequest

    from fourfits_web.core.actors import Actor
    from fourfits_web.core.models import AuditEntry

    Told = Sequence[tuple[AuditEntry, Any]]


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """A page in the menu; `keys` after `g` goes there."""

    section: str
    title: str
    url_name: str
    icon: str
    keys: str = ""
    place: int = 50
    permission: str = "workspace.read"


@dataclass(frozen=True, kw_only=True)
class Creation:
    """A page that makes something new; `n` and the key goes there."""

    title: str
    url_name: str
    keys: str
    permission: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the palette found."""

    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A part of a lower slice's page: `context` is asked with the request and the page's record."""

    template: str
    context: Callable[[HttpRequest, Any], Mapping[str, Any] | None]
    place: int = 50


@dataclass(frozen=True, kw_only=True)
class Mirror:
    """Copies what pages need from tables of the lake; runs after an import or undo touched them.

    `run(data, progress)` gets the open source (`fourfits.sources.Data`) and must be repeatable.
    """

    name: str
    tables: frozenset[str]
    run: Callable[[Any, Callable[[float, str], None]], None]
    place: int = 50


MENU: list[MenuItem] = []
CREATIONS: list[Creation] = []
PALETTE: dict[str, Callable[[Actor, str, int], Iterable[Found]]] = {}
PANELS: dict[str, list[Panel]] = defaultdict(list)
MIRRORS: list[Mirror] = []
LISTENERS: list[Callable[[Told], None]] = []
FOLLOWERS: list[Callable[[AuditEntry, Any], None]] = []
TICKS: list[Callable[[], object]] = []
LARGE_BODIES: set[str] = set()
SECTIONS: Sequence[str] = ("", "Customers", "Product", "Market", "Fits", "Workspace")


def menu(**fields: Any) -> None:
    """Put a page in the menu."""
    MENU.append(MenuItem(**fields))
    MENU.sort(key=lambda item: (SECTIONS.index(item.section), item.place, item.title))


def creation(**fields: Any) -> None:
    """Offer a page that makes something new."""
    CREATIONS.append(Creation(**fields))


def palette(group: str, search: Callable[[Actor, str, int], Iterable[Found]]) -> None:
    """Let the palette search a slice: `search(actor, text, limit)`."""
    PALETTE[group] = search


def panel(page: str, **fields: Any) -> None:
    """Show a panel on a page of a lower slice, such as `customers.person`."""
    PANELS[page].append(Panel(**fields))
    PANELS[page].sort(key=lambda item: item.place)


def mirror(**fields: Any) -> None:
    """Copy from the lake after it changed."""
    MIRRORS.append(Mirror(**fields))
    MIRRORS.sort(key=lambda item: item.place)


def follow(follower: Callable[[AuditEntry, Any], None]) -> None:
    """Act after an action, inside its transaction: what follows stands or falls with it."""
    FOLLOWERS.append(follower)


def listen(listener: Callable[[Told], None]) -> None:
    """Hear of actions that are done together, before their entries take their place in the log.

    The listener may write, inside their transaction, but not act: its entry would stand before.
    """
    LISTENERS.append(listener)


def tick(function: Callable[[], object]) -> None:
    """Call the function every few seconds while a worker runs; it queues work, or does a little."""
    TICKS.append(function)


def large_body(url_name: str) -> None:
    """Let an address take files up to the limit for uploads; every other takes a form's worth."""
    LARGE_BODIES.add(url_name)


def announce(told: Told) -> None:
    """Tell the listeners of actions that are done together: each entry, and what came of it."""
    for listener in LISTENERS:
        listener(told)


def act_after(told: Told) -> None:
    """Let others act after actions that stand in the log."""
    for entry, result in told:
        for follower in FOLLOWERS:
            follower(entry, result)


def panels(request: HttpRequest, page: str, about: Any) -> list[dict[str, Any]]:
    """The panels of a page, each with its template and what it shows."""
    shown = []
    for item in PANELS[page]:
        context = item.context(request, about)
        if context is not None:
            shown.append({"template": item.template, **context})
    return shown
