"""What people come for, from the first click to the last, on the real server with its worker."""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from pyarrow import csv

from fourfits import samples
from fourfits_web.core.roles import Role
from fourfits_web.members.models import Member
from serving import Served

Open = Callable[..., Page]
Serve = Callable[..., Served]
BUSY_MS = 60_000
"""So long a job may take on a machine that is busy with other tests."""


@pytest.mark.slow
@pytest.mark.realdata
def test_from_the_first_start_to_the_four_fits(
    serve: Serve, watched: Any, tmp_path: Path, realdata: Path
) -> None:
    running = serve(tmp_path / "home")
    page = watched.page(running.address)
    _sign_in(page, running.link)

    expect(page.get_by_text("There is nothing here yet")).to_be_visible()
    page.get_by_role("link", name="Bring a file").click()
    page.locator("#id_file").set_input_files(realdata / "online_retail/online_retail.csv.gz")
    expect(page.get_by_role("heading", name="Columns")).to_be_visible(timeout=BUSY_MS)
    expect(page.get_by_label("InvoiceNo becomes")).to_have_value("order_id")
    _seen(page, "Read", "541,909")
    page.get_by_role("button", name="Import into orders").click()
    expect(page.get_by_role("heading", name="What next")).to_be_visible(timeout=BUSY_MS)
    _seen(page, "Read", "541,909")

    page.get_by_role("button", name="Compute every report anew").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=BUSY_MS)
    page.goto("/segments/")
    expect(page.locator(".chart svg.marks")).to_be_visible()
    page.get_by_role("link", name="Champions").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Champions")

    page.goto("/fits/")
    expect(page.get_by_text("No fit can be measured yet")).to_be_visible()
    expect(page.get_by_text("Product–channel", exact=True)).to_be_visible()
    page.get_by_role("link", name="Import data").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import data")


@pytest.mark.slow
def test_from_what_a_customer_said_to_a_decision_on_the_data_of_its_day(
    serve: Serve, watched: Any, tmp_path: Path, company: samples.Company
) -> None:
    inbox = tmp_path / "home" / "inbox"
    inbox.mkdir(parents=True)
    csv.write_csv(company.tables["feedback"], inbox / "feedback.csv")
    running = serve(tmp_path / "home")
    page = watched.page(running.address)
    _sign_in(page, running.link)
    _import_from_server(page, "feedback.csv", "feedback")

    secret = _issue_key(page)
    said = "Grinding at six wakes the whole house; make the grinder quieter."
    answer = httpx.post(
        f"{running.address}/api/v1/feedback",
        json={"text": said, "source": "interview"},
        headers={"Authorization": f"Bearer {secret}"},
        timeout=30,
    )
    assert answer.status_code == 201, answer.text

    need = _accept_a_need(page)
    page.goto("/feedback/")
    page.get_by_role("link", name=said[:30]).first.click()
    page.get_by_label("Link to a need").fill(need)
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.get_by_text("linked by a person")).to_be_visible()

    _plan_a_feature(page, "Quiet grinding at dawn", need)
    _release_it(page, "Spring release")
    expect(page.get_by_role("link", name="Spring release")).to_be_visible()

    _decide(page, "Build quiet grinding first")
    themes = page.get_by_role("listitem").filter(has_text="Themes in feedback")
    themes.get_by_role("link", name="With the data of that day").click()
    page.get_by_role("button", name="Compute on the data of that day").click()
    again = page.get_by_role("heading", name="Computed again on that day’s data")
    expect(again).to_be_visible(timeout=BUSY_MS)
    _look_again(page, "Build quiet grinding first")
    expect(page.locator("dd", has_text="Open again")).to_be_visible()


def test_a_product_manager_sees_what_the_product_marketing_manager_decided(
    browser_page: Open, sample_reports: dict[str, Any], member: Callable[[Role], Member]
) -> None:
    manager = browser_page(Role.PRODUCT_MANAGER)
    manager.goto("/")
    expect(manager.get_by_role("heading", name="Your fits")).to_be_visible()
    Member.objects.filter(role=Role.PRODUCT_MANAGER).update(
        seen_at=timezone.now() - datetime.timedelta(days=1)
    )

    marketing = browser_page(Role.PRODUCT_MARKETING_MANAGER, phone=True)
    marketing.goto("/fits/")
    marketing.get_by_role("link", name="Planned for students").first.click()
    marketing.get_by_role("link", name="Record a decision").first.click()
    marketing.get_by_label("What was decided").fill("Win students by referral alone")
    marketing.get_by_label("Why").fill("Paid social pays back in 27 months, referral in 5.")
    marketing.get_by_role("button", name="Record", exact=True).click()
    expect(marketing.get_by_role("heading", level=1)).to_have_text("Win students by referral alone")

    manager.reload()
    news = manager.get_by_role("region", name="decided since your last visit")
    news.get_by_role("link", name="Win students by referral alone").click()
    expect(manager.get_by_text("Paid social pays back in 27 months")).to_be_visible()


def _sign_in(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"//[^/]+/$"))


def _seen(page: Page, title: str, value: str) -> None:
    """A tile shows a number."""
    tile = page.locator(".tile", has=page.get_by_text(title, exact=True)).first
    expect(tile.locator("dd")).to_have_text(value, timeout=BUSY_MS)


def _import_from_server(page: Page, file: str, table: str) -> None:
    page.goto("/data/import/")
    page.get_by_text("A big file that lies on the server").click()
    page.get_by_label("Path on the server").fill(file)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name=f"Import into {table}").click(timeout=BUSY_MS)
    expect(page.get_by_role("heading", name="What next")).to_be_visible(timeout=BUSY_MS)


def _issue_key(page: Page) -> str:
    page.goto("/members/keys/")
    page.get_by_label("Name", exact=True).fill("Support desk")
    page.get_by_label("Acts for").select_option(label="Owner")
    page.get_by_role("button", name="Issue").click()
    return page.get_by_label("The key", exact=True).input_value()


def _accept_a_need(page: Page) -> str:
    """Accept the first theme that the machine proposes, once it has looked."""
    page.goto("/needs/")
    first = page.locator("table.rows tbody a").first
    _until_shown(page, first)
    first.click()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Accepted", exact=True)).to_be_visible()
    return page.get_by_role("heading", level=1).inner_text()


def _until_shown(page: Page, wanted: Locator) -> None:
    """Load the page anew until background work has brought something to it."""
    deadline = time.monotonic() + BUSY_MS / 1000
    while time.monotonic() < deadline:
        try:
            wanted.wait_for(timeout=1_000)
        except PlaywrightTimeout:
            page.reload()
        else:
            return
    expect(wanted).to_be_visible()


def _plan_a_feature(page: Page, name: str, need: str) -> None:
    page.goto("/features/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Need optional").select_option(label=need)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.get_by_label("Place on the roadmap").select_option(label="Next")
    page.get_by_role("button", name="Put it on the roadmap").click()


def _release_it(page: Page, name: str) -> None:
    feature = page.url
    page.goto("/roadmap/releases/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Plan it").click()
    page.goto(feature)
    page.get_by_role("link", name="Team, release, sharing").click()
    page.get_by_label("Release optional").select_option(label=name)
    page.get_by_role("button", name="Save").click()


def _decide(page: Page, what: str) -> None:
    page.get_by_role("link", name="Record a decision").click()
    page.get_by_label("What was decided").fill(what)
    page.get_by_label("Why").fill("It is asked for most.")
    page.get_by_text("reports as they stand today").click()
    page.get_by_label("Themes in feedback").check()
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(what)


def _look_again(page: Page, what: str) -> None:
    page.get_by_role("link", name=what).click()
    page.get_by_text("Say what happened").click()
    page.get_by_label("What happened").fill("More asked for it than we thought.")
    page.get_by_label("Open it again").check()
    page.get_by_role("button", name="Note it").click()


@pytest.mark.slow
def test_an_address_opens_the_group_that_it_names_with_javascript_or_without(
    filled: None, browser_page: Open
) -> None:
    for javascript in (True, False):
        page = browser_page(Role.VIEWER, javascript=javascript)
        page.goto("/fits/")
        address = page.locator(".heat a").last.get_attribute("href") or ""

        page.goto(address)

        opened = page.locator(f'[id="{address.partition("#")[2]}"]')
        expect(opened).to_be_visible()
        expect(opened).to_be_in_viewport()
        expect(page.locator(".fit-row[open]")).to_have_count(1)
