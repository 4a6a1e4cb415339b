"""The frame as people meet it: keys, palette, themes, lists, phone, no JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from fourfits_web.core import audit
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import Job
from fourfits_web.core.roles import Role
from fourfits_web.feedback import actions as feedback
from fourfits_web.feedback.models import Item
from fourfits_web.needs.models import Need

Open = Callable[..., Page]
PAGES = ("/jobs/", "/audit/", "/help/", "/palette/?q=a", "/members/profile/", "/no-such-page/")


@pytest.fixture
def some_entries(actor: Callable[[Role], Actor]) -> None:
    """Sixty entries of the log: more than one page of the list."""
    owner = actor(Role.OWNER)
    for number in range(60):
        subject = audit.Subject(kind="test", id=str(number), name=f"Subject {number}")
        audit.add([audit.draft(owner, "test.done", subject, None, None)])


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_of_the_frame_break_no_rule(
    browser_page: Open, axe: Callable[[Page], None], some_entries: None, theme: str, phone: bool
) -> None:
    page = browser_page(Role.OWNER, theme=theme, phone=phone)

    for address in PAGES:
        page.goto(address)

        expect(page.locator("h1")).to_have_count(1)
        axe(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sign_in_breaks_no_rule(
    browser_page: Open, axe: Callable[[Page], None], theme: str
) -> None:
    page = browser_page(None, theme=theme, phone=True)

    page.goto("/jobs/")

    expect(page).to_have_url(re.compile("/sign-in/login/"))
    axe(page)


def test_the_palette_finds_a_page_by_keys_alone(
    browser_page: Open, axe: Callable[[Page], None]
) -> None:
    page = browser_page()
    page.goto("/help/")

    page.keyboard.press("Control+k")
    page.keyboard.type("audi")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Audit log")
    axe(page)
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/audit/$"))


def test_g_and_a_letter_go_to_a_page(browser_page: Open) -> None:
    page = browser_page()
    page.goto("/help/")

    page.keyboard.press("g")
    page.keyboard.press("b")

    expect(page).to_have_url(re.compile(r"/jobs/$"))


def test_a_question_mark_shows_the_keys(browser_page: Open, axe: Callable[[Page], None]) -> None:
    page = browser_page()
    page.goto("/jobs/")

    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    axe(page)


def test_the_chosen_theme_and_menu_stay(browser_page: Open) -> None:
    page = browser_page(theme="light")
    page.goto("/help/")

    page.get_by_label("Theme").first.click()
    page.get_by_role("button", name="Dark").click()
    page.keyboard.press("Control+b")
    page.goto("/jobs/")

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("#sidebar")).to_be_hidden()


def test_the_menu_opens_on_the_phone(browser_page: Open, axe: Callable[[Page], None]) -> None:
    page = browser_page(phone=True)
    page.goto("/help/")
    expect(page.locator("#sidebar")).not_to_be_in_viewport()

    page.get_by_role("link", name="Menu", exact=True).click()

    expect(page.locator("#sidebar")).to_be_in_viewport()
    axe(page)


def test_a_list_is_searched_sorted_and_read_by_keys(browser_page: Open, some_entries: None) -> None:
    page = browser_page()
    page.goto("/audit/")
    expect(page.get_by_text("60 entries")).to_be_visible()

    page.keyboard.press("/")
    page.keyboard.type("Subject 41")
    expect(page.get_by_text("1 entry", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/audit/\?q=Subject%2041$"))
    page.get_by_role("link", name="Clear filters").click()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("26–50 of 60")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/audit/\d+/$"))


def test_focus_stays_on_what_sorted_the_list(browser_page: Open, some_entries: None) -> None:
    page = browser_page()
    page.goto("/audit/")
    head = page.locator("thead a").first
    words = head.inner_text()

    head.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"sort="))

    expect(page.locator("thead a:focus")).to_have_text(words)


def test_what_is_chosen_while_searching_stays_chosen(
    browser_page: Open, some_entries: None
) -> None:
    page = browser_page()
    page.goto("/audit/")

    page.locator("#list-search").fill("Subject 1")
    expect(page.get_by_text("11 entries")).to_be_visible()
    page.get_by_text("Columns", exact=True).click()

    expect(page.get_by_role("group", name="Columns")).to_be_visible()


def test_a_view_is_saved_and_forgotten(
    browser_page: Open, axe: Callable[[Page], None], some_entries: None
) -> None:
    page = browser_page()
    page.goto("/audit/?q=Subject+4")

    page.get_by_label("More").click()
    page.get_by_role("link", name="Save this view").click()
    axe(page)
    page.get_by_label("Name").fill("Fours")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Fours")).to_have_attribute("aria-current", "page")
    page.get_by_label("More").click()
    page.get_by_role("button", name="Forget “Fours”").click()

    expect(page.get_by_text("Forgot the view “Fours”.")).to_be_visible()


def test_a_list_works_without_javascript(browser_page: Open, some_entries: None) -> None:
    page = browser_page(javascript=False)
    page.goto("/audit/")

    page.locator("#list-search").fill("Subject 41")
    page.get_by_role("button", name="Apply").click()

    expect(page.get_by_text("1 entry", exact=True)).to_be_visible()


def test_dialogs_are_pages_without_javascript(browser_page: Open, some_entries: None) -> None:
    need = Need.objects.create(name="Quiet", status="accepted", created_at=timezone.now())
    page = browser_page(javascript=False)
    page.goto(f"/needs/{need.pk}/")

    page.get_by_role("link", name="Rename").click()
    page.get_by_label("Name").fill("Quiet at night")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Quiet at night")).to_be_visible()
    page.get_by_role("link", name="Search").click()
    expect(page).to_have_url(re.compile(r"/palette/$"))
    page.goto("/audit/?q=Subject+4")
    page.get_by_label("More").click()
    page.get_by_role("link", name="Save this view").click()
    page.get_by_label("Name").fill("Fours")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("link", name="Fours")).to_have_attribute("aria-current", "page")


def test_what_was_done_is_undone_without_javascript(browser_page: Open) -> None:
    said = Item.objects.create(feedback_id="F1", text="Too loud.", occurred_at=timezone.now())
    page = browser_page(javascript=False)
    page.goto(f"/feedback/{said.pk}/")

    page.get_by_role("button", name="Mark as sorted").click()
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("Undone.")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with javascript", "without"])
def test_what_is_done_to_chosen_rows_stands_in_one_line_on_a_desk(
    browser_page: Open, javascript: bool
) -> None:
    for n in range(12):
        feedback.receive(Actor.workspace(), text=f"It is loud, {n}")
    page = browser_page(Role.PRODUCT_MANAGER, javascript=javascript)
    page.goto("/feedback/")

    page.locator("tbody input").first.check()

    bar = page.locator(".bulk").bounding_box()
    assert bar is not None
    assert bar["height"] < 70


def test_a_theme_is_chosen_without_javascript(browser_page: Open) -> None:
    page = browser_page(javascript=False)
    page.goto("/jobs/")

    page.get_by_label("Theme").first.click()
    page.get_by_role("button", name="Dark").click()

    expect(page).to_have_url(re.compile(r"/jobs/$"))
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_link_that_opens_a_dialog_stays_on_its_page(browser_page: Open) -> None:
    need = Need.objects.create(name="Quiet", status="accepted", created_at=timezone.now())
    page = browser_page()
    page.goto(f"/needs/{need.pk}/")

    page.keyboard.press("r")

    expect(page.get_by_role("dialog", name="Name and description")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/needs/{need.pk}/$"))


def test_a_job_is_watched_until_it_is_over(browser_page: Open, axe: Callable[[Page], None]) -> None:
    job = Job.objects.create(
        kind="test",
        title="Count to ten",
        status=Job.Status.RUNNING,
        progress_share=0.4,
        actor_kind="workspace",
        actor_name="Workspace",
        created_at=timezone.now(),
    )
    page = browser_page()
    page.goto(f"/jobs/{job.pk}/")
    expect(page.get_by_role("progressbar", name="Progress", exact=True)).to_be_visible()
    corner = page.get_by_role("link", name="Count to ten")  # of every page
    expect(corner.get_by_role("progressbar")).to_have_accessible_name("Progress of Count to ten")
    axe(page)

    Job.objects.filter(pk=job.pk).update(status=Job.Status.DONE)

    expect(page.get_by_text("Done", exact=True)).to_be_visible()
