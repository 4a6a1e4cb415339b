"""A real browser before the real pages: it fails the test where a page misbehaves, whatever the test looks at."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)

from fourfits_web.core.roles import Role
from serving import Served

# Playwright's loop lives in this thread, and Django takes it for a view that awaits.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_MS = 15_000
"""So long a page may take on a machine that is busy with other tests."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# What no page may do is said on the console, where it is seen on every page that a test opens.
WATCH = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`Against the Content-Security-Policy: ${event.violatedDirective} ${event.blockedURI}`));
addEventListener("load", () => setTimeout(() => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide <= 0) return;
  const parts = [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > innerWidth + 1);
  console.error(`The page scrolls sideways by ${wide} px: ${parts.slice(0, 3).map((each) => each.outerHTML.slice(0, 80)).join(" | ")}`);
}, 50));
let shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifted += entry.value;
  if (shifted > 0.1) console.error(`The layout shifts by ${shifted.toFixed(2)}`);
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, started once."""
    command = shutil.which("chromium")
    if command is None:
        pytest.skip("needs the command chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=command, args=FLAGS)
        yield browser
        browser.close()


class Watched:
    """Opens pages and notes what none may do: errors on the console, breaches of the
    Content-Security-Policy, questions to other hosts, sideways scrolling, jumps of the layout."""

    def __init__(self, chromium: Browser) -> None:
        self.problems: list[str] = []
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []

    def page(
        self,
        address: str,
        *,
        theme: Literal["light", "dark"] = "light",
        phone: bool = False,
        javascript: bool = True,
        session: str | None = None,
    ) -> Page:
        """A page of a browser of its own, before a server, signed in where a session is given."""
        context = self._chromium.new_context(
            base_url=address,
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            color_scheme=theme,
            has_touch=phone,
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        self._contexts.append(context)
        context.add_init_script(WATCH)
        if session is not None:
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": session, "url": address}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: self.problems.extend(_problem(message, page)))
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("request", lambda request: self.problems.extend(_foreign(request, address)))
        return page

    def close(self) -> None:
        """Close every browser."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def watched(chromium: Browser) -> Iterator[Watched]:
    """Pages that fail the test at its end if any of them misbehaved."""
    opened = Watched(chromium)
    yield opened
    opened.close()
    assert not opened.problems, "\n".join(opened.problems)


@pytest.fixture
def browser_page(
    watched: Watched, live_server: Any, member: Callable[[Role], Any]
) -> Callable[..., Page]:
    """Open a page as a role, in a theme, on a desk or a phone; addresses start with `/`."""

    def opened(role: Role | None = Role.OWNER, **how: Any) -> Page:
        session = None
        if role is not None:
            client = Client()
            client.force_login(member(role))
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
        return watched.page(live_server.url, session=session, **how)

    return opened


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Start the real server and worker on a home, as people do on the terminal."""
    running: list[Served] = []

    def started(home: Path, **environment: str) -> Served:
        running.append(Served(home, **environment))
        return running[-1]

    yield started
    for each in running:
        each.stop()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Assert that a page as it stands breaks no rule of WCAG 2.2 AA."""
    rules = Axe()

    def check(page: Page) -> None:
        found = rules.run(page, options={"runOnly": RULES}).response["violations"]
        lines = [
            f"{each['id']} ({each['impact']}): {each['help']}\n    {node['html'][:200]}"
            for each in found
            for node in each["nodes"][:3]
        ]
        assert not lines, f"{page.url}\n" + "\n".join(lines)

    return check


def _problem(message: ConsoleMessage, page: Page) -> list[str]:
    """An error on the console, but for the status of the page itself, which a test may want."""
    is_status = message.text.startswith("Failed to load resource")
    # a request that the page's end broke off; one that fails says `sendError` or is a status
    is_broken_off = message.text.startswith(("htmx:afterRequest", "htmx:sendAbort"))
    # charts warn of what Vega would draw otherwise than it was asked to
    is_of_chart = message.type == "warning" and message.text.startswith("WARN")
    if (message.type != "error" and not is_of_chart) or is_broken_off:
        return []
    if is_status and message.location["url"] == page.url:
        return []
    return [f"{page.url}: {message.text}"]


def _foreign(request: Request, own: str) -> list[str]:
    is_own = request.url.startswith((own, "data:", "blob:"))
    return [] if is_own else [f"{request.frame.url}: asks for {request.url}"]
