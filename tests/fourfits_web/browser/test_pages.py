"""Every page there is, filled with the sample company: in both themes, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, ViewportSize, expect

import worked_in
from fourfits_web.core.roles import Role

Open = Callable[..., Page]
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.mark.slow
def test_every_page_is_whole_in_both_themes_on_desk_and_phone(
    filled: None, owner: Client, browser_page: Open, axe: Callable[[Page], None]
) -> None:
    """Each page is opened in both themes and sizes; they take turns at what takes long."""
    paths, problems = [path for _, path in worked_in.pages(owner)], []
    page = browser_page(Role.OWNER)
    assert len(paths) > 60

    for place, path in enumerate(paths):
        page.goto(path)
        for turn, (theme, size) in enumerate((("light", DESK), ("dark", PHONE))):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=theme)
            problems += _problems(page, f"{path} {theme}")
            if place % 2 == turn:
                problems += _breaches(page, axe, f"{path} {theme}")

    assert not problems, "\n".join(problems)


def _problems(page: Page, where: str) -> list[str]:
    for chart in page.locator("[data-chart]:has([data-chart-spec])").all():
        chart.locator("svg.marks").wait_for()
    expect(page.locator("h1")).to_have_count(1)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{where}: scrolls sideways by {wide} px"] if wide > 0 else []


def _breaches(page: Page, axe: Callable[[Page], None], where: str) -> list[str]:
    try:
        axe(page)
    except AssertionError as problem:
        return [f"{where}: {problem}"]
    return []
