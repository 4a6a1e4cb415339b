"""The pricing page and the form that changes prices, request to answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from fourfits import config
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import AuditEntry, Job
from fourfits_web.core.roles import Role
from fourfits_web.pricing import actions
from fourfits_web.pricing.models import PriceList
from fourfits_web.reports.models import Report

pytestmark = pytest.mark.django_db


def test_the_page_shows_range_prices_and_who_accepts_them(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    page = viewer.get("/pricing/").content.decode()

    row = next(row for row in sample_reports["van_westendorp"].rows if row["segment"] == "students")
    assert "Students" in page
    assert f"€{row['pmc_amount']:.2f}" in page
    assert f"€{row['pme_amount']:.2f}" in page
    assert "Accept it" in page
    assert "Plus €19" in page
    assert "data-chart-spec" in page


def test_a_newer_study_is_shown_at_once_in_place_of_what_was_kept(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    before = viewer.get("/pricing/").content.decode()

    report = sample_reports["van_westendorp"]
    rows = [{**row, "pme_amount": 987.0} for row in report.rows]
    report.pk, report.result = None, {**(report.result or {}), "rows": rows}
    report.save(force_insert=True)

    assert "€987" not in before
    assert "€987" in viewer.get("/pricing/").content.decode()


def test_an_empty_workspace_says_what_to_do(owner: Client, viewer: Client) -> None:
    assert "Bring data in" in owner.get("/pricing/").content.decode()
    assert "Bring data in" not in viewer.get("/pricing/").content.decode()


def test_a_study_that_nobody_answered_is_refused_in_words(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    study = sample_reports["van_westendorp"]
    study.refused, study.hint, study.result = "There is no data for responses.", "import some", None
    study.save()

    page = viewer.get("/pricing/").content.decode()

    assert "There is no data for responses." in page
    assert "too_expensive" in page


def test_a_product_marketing_manager_changes_prices(
    product_marketing_manager: Client, own_sample_home: Path
) -> None:
    given = {
        "price_0": "7",
        "price_1": "21.5",
        "price_3": "590",
        "new_plan": "Home",
        "new_price": "12",
        "reason": "Beans cost more",
    }

    answer = product_marketing_manager.post("/pricing/prices/", given)

    assert (answer.status_code, answer["Location"]) == (302, "/pricing/")
    assert config.workspace(own_sample_home).prices == {
        "Basic": 7,
        "Plus": 21.5,
        "Enterprise": 590,
        "Home": 12,
    }
    entry = AuditEntry.objects.get(verb="pricing.change")
    assert "Beans cost more" in entry.after
    assert Job.objects.filter(kind="reports.compute_all").count() == 1
    page = product_marketing_manager.get("/pricing/").content.decode()
    assert "Plus 19 → 21.5" in page
    assert "Team dropped" in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"price_0": "-1"}, "greater than or equal to 0"),
        ({"price_0": "0"}, "A price is above zero."),
        ({"new_plan": "Home"}, "Say what it costs."),
        ({"new_price": "3"}, "Say which plan."),
    ],
)
def test_half_a_price_is_refused(
    given: dict[str, str], words: str, product_marketing_manager: Client, own_sample_home: Path
) -> None:
    answer = product_marketing_manager.post("/pricing/prices/", given)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PriceList.objects.exists()


@pytest.mark.parametrize("role", [Role.PRODUCT_MANAGER, Role.ANALYST, Role.VIEWER])
def test_others_may_not_change_prices(role: Role, as_: Callable[[Role], Client]) -> None:
    assert as_(role).post("/pricing/prices/", {"price_0": "1"}).status_code == 403


def test_prices_that_changed_after_the_fits_are_said_to_be_newer(
    actor: Callable[[Role], Actor],
    viewer: Client,
    sample_reports: dict[str, Report],
    own_sample_home: Path,
) -> None:
    assert "Prices were changed after" not in viewer.get("/pricing/").content.decode()

    actions.change(actor(Role.OWNER), prices={"Basic": 8.0})

    assert "Prices were changed after" in viewer.get("/pricing/").content.decode()
