"""Charts, boards and forms as people meet them, each alone on a page."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

Open = Callable[..., Page]


@pytest.fixture(autouse=True)
def _pages_of_parts(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.web_parts"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chart_is_drawn_under_the_strict_policy(
    browser_page: Open, axe: Callable[[Page], None], theme: str
) -> None:
    page = browser_page(theme=theme)

    page.goto("/parts/chart/")

    expect(page.locator(".chart svg.marks")).to_be_visible()
    expect(page.locator(".chart svg.marks")).to_contain_text("Scale")
    axe(page)


def test_a_chart_of_grouped_bars_takes_the_width_of_its_place_without_a_warning(
    browser_page: Open,
) -> None:
    page = browser_page()

    for width in (1440, 800):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/parts/grouped/")
        drawn, place = page.locator(".chart svg.marks"), page.locator("[data-chart-frame]")
        expect(drawn).to_be_visible()
        room = place.evaluate("frame => frame.clientWidth")
        assert abs(drawn.evaluate("svg => svg.clientWidth") - room) <= 2


def test_a_chart_follows_the_theme(browser_page: Open) -> None:
    page = browser_page(theme="light")
    page.goto("/parts/chart/")
    label = page.locator(".chart svg.marks text", has_text="Scale")
    light = label.get_attribute("fill")

    page.get_by_label("Theme").first.click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("[data-drawn=dark]")).to_be_visible()

    assert label.get_attribute("fill") != light


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<svg")])
def test_a_chart_is_saved_as_a_picture(
    browser_page: Open, tmp_path: Path, kind: str, start: bytes
) -> None:
    page = browser_page()
    page.goto("/parts/chart/")
    page.locator("[data-drawn]").hover()

    with page.expect_download() as waiting:
        page.get_by_role("button", name=kind.upper()).click()
    waiting.value.save_as(tmp_path / "saved")

    assert waiting.value.suggested_filename == f"retention-by-plan.{kind}"
    assert (tmp_path / "saved").read_bytes().startswith(start)


def test_a_card_is_moved_by_keys(browser_page: Open, axe: Callable[[Page], None]) -> None:
    page = browser_page()
    page.goto("/parts/board/")
    page.locator("[data-item=export]").focus()

    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    with page.expect_response("**/parts/board/") as answered:
        page.keyboard.press("Space")

    assert answered.value.headers["x-moved"] == "export 1"
    assert page.locator("[data-lane=next] > li").all_inner_texts() == ["audit", "export"]
    axe(page)


def test_a_lifted_card_is_put_back_by_escape(browser_page: Open) -> None:
    page = browser_page()
    page.goto("/parts/board/")
    page.locator("[data-item=export]").focus()

    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")

    assert page.locator("[data-lane=now] > li").all_inner_texts() == ["export", "roles"]


def test_a_card_is_moved_by_the_mouse(browser_page: Open) -> None:
    page = browser_page()
    page.goto("/parts/board/")

    with page.expect_response("**/parts/board/") as answered:
        page.locator("[data-item=roles]").drag_to(page.locator("[data-item=audit]"))

    assert answered.value.status == 204
    assert page.locator("[data-lane=next] > li").count() == 2


def test_a_card_is_moved_by_a_finger_that_has_scrolled_before(browser_page: Open) -> None:
    page = browser_page(phone=True)
    page.goto("/parts/board/")
    page.set_viewport_size({"width": 390, "height": 320})
    roles = page.locator("[data-item=roles]")

    _stroke(page, roles, up=120, hold_ms=0)
    page.wait_for_function("scrollY > 0")
    page.evaluate("scrollTo(0, 0)")
    assert page.locator("[data-lane=now] > li").all_inner_texts() == ["export", "roles"]
    with page.expect_response("**/parts/board/") as answered:
        _stroke(page, roles, up=60, hold_ms=400)

    assert answered.value.headers["x-moved"] == "roles 0"
    assert page.locator("[data-lane=now] > li").all_inner_texts() == ["roles", "export"]


def _stroke(page: Page, of: Locator, *, up: int, hold_ms: int) -> None:
    """A finger on something, held there, then drawn upwards and taken away."""
    hand = page.context.new_cdp_session(page)
    box = of.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = functools.partial(hand.send, "Input.dispatchTouchEvent")
    touch({"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    page.wait_for_timeout(hold_ms)
    for way in range(0, up + 1, 10):
        touch({"type": "touchMove", "touchPoints": [{"x": x, "y": y - way}]})
        page.wait_for_timeout(16)
    touch({"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_form_with_problems_breaks_no_rule(
    browser_page: Open, axe: Callable[[Page], None], theme: str, phone: bool
) -> None:
    page = browser_page(theme=theme, phone=phone)
    page.goto("/parts/form/")
    axe(page)

    page.locator("main form").evaluate("(form) => { form.noValidate = true; }")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog", name="Send it?")).to_contain_text("cannot be taken back")
    axe(page)
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_text("This field is required.").first).to_be_visible()
    axe(page)


def test_a_refused_question_sends_nothing(browser_page: Open) -> None:
    page = browser_page()
    page.goto("/parts/form/")
    page.get_by_label("Title").fill("Export")
    page.get_by_label("A person").check()

    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_label("Title")).to_have_value("Export")


def test_a_chosen_file_is_named(browser_page: Open, tmp_path: Path) -> None:
    page = browser_page()
    page.goto("/parts/form/")
    (tmp_path / "orders.csv").write_bytes(b"x" * 2048)

    page.locator("#file").set_input_files(tmp_path / "orders.csv")

    expect(page.get_by_text("orders.csv (2.00 KiB)")).to_be_visible()
