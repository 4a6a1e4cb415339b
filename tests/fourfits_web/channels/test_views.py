"""Channels, request to answer."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from fourfits_web.channels import analyses
from fourfits_web.core import jobs
from fourfits_web.core.models import Job
from fourfits_web.data.models import TableState
from fourfits_web.reports.models import Report

pytestmark = pytest.mark.django_db


def test_the_list_shows_cost_worth_and_payback_with_a_verdict(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    page = viewer.get("/channels/").content.decode()

    assert "Display ads" in page
    assert '<span class="status bad">Costs more than it brings</span>' in page
    assert '<span class="status info">More could be spent here</span>' in page
    assert "Pays back in" in page


def test_the_list_is_sorted_and_exported(viewer: Client, sample_reports: dict[str, Report]) -> None:
    answer = viewer.get("/channels/?sort=cac&format=csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]

    assert answer["Content-Type"].startswith("text/csv")
    assert "referral" in lines[1]
    assert len(lines) == 1 + len(sample_reports["acquisition"].rows)


def test_channels_are_filtered_by_verdict_and_by_number(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    rows = sample_reports["acquisition"].rows
    said = {analyses.verdict(row)[0] for row in rows}
    costly = [row for row in rows if (row["payback_months"] or 0) >= 12]

    by_verdict = {
        words: viewer.get("/channels/", {"verdict": words}).context["listing"].records
        for words in analyses.VERDICTS
    }
    slow = viewer.get("/channels/", {"payback_min": 12}).context["listing"].count

    assert said <= {*analyses.VERDICTS}
    assert sum(map(len, by_verdict.values())) == len(rows)
    assert all(analyses.verdict(row)[0] == words for words in said for row in by_verdict[words])
    assert slow == len(costly)


def test_a_channel_shows_its_plans_and_segments(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    page = viewer.get("/channels/of/paid%20social/").content.decode()

    assert "<h1>Paid social</h1>" in page
    assert "Students" in page
    assert "sound from 3" in page
    row = next(r for r in sample_reports["acquisition"].rows if r["channel"] == "paid social")
    assert f"<span>n = {row['n_customers']:,} paying customers</span>" in page
    assert f"<span>n = {row['n_new']:,} won in a year</span>" in page


def test_an_unknown_channel_is_not_found(viewer: Client, sample_reports: dict[str, Report]) -> None:
    assert viewer.get("/channels/of/town%20crier/").status_code == 404
    assert viewer.get("/channels/by/weather/").status_code == 404


def test_a_division_that_nobody_asked_for_is_computed_when_asked(
    owner: Client, viewer: Client, sample_reports: dict[str, Report]
) -> None:
    assert "Not computed yet" in viewer.get("/channels/by/segment/").content.decode()
    assert viewer.post("/channels/by/segment/compute/").status_code == 403

    owner.post("/channels/by/segment/compute/")
    jobs.run_waiting()

    assert Job.objects.get(kind="reports.compute").status == Job.Status.DONE
    assert "Paid social · students" in viewer.get("/channels/by/segment/").content.decode()


@pytest.mark.parametrize("address", ["/channels/", "/pricing/", "/fits/"])
def test_an_empty_workspace_says_what_to_do(owner: Client, viewer: Client, address: str) -> None:
    empty = owner.get(address).content.decode()
    TableState.objects.create(name="spend", version=0, n_rows=3, changed_at=timezone.now())
    filled, read = (who.get(address).content.decode() for who in (owner, viewer))

    assert "There are no data yet" in empty
    assert "Bring data in" in empty
    assert "Nothing has been computed yet" in filled
    assert "Compute the " in filled
    assert "once an analyst or a manager has computed" in read
    assert "Bring data in" not in filled


def test_the_palette_finds_a_channel(viewer: Client, sample_reports: dict[str, Report]) -> None:
    assert "/channels/of/paid%20social/" in viewer.get("/palette/?q=paid so").content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "Sound"),
        ({"ltv_to_cac": None, "spend_amount": 0}, "Nothing was spent"),
        ({"ltv_to_cac": None}, "Nobody was won"),
        ({"n_new": 4, "p_below_cost": 0.9}, "Too few to judge"),
        ({"n_new": 5}, "Sound"),
        ({"p_below_cost": 0.9}, "Costs more than it brings"),
        ({"p_beyond_limit": 0.85}, "Pays back too late"),
        ({"ltv_to_cac_low": 2.0}, "Not certain"),
        ({"ltv_to_cac_low": 1.0, "ltv_to_cac_high": 2.9}, "Brings less than 3 times its cost"),
    ],
)
def test_the_verdict_says_no_more_than_the_interval_allows(
    change: dict[str, float | None], words: str
) -> None:
    row = {
        "ltv_to_cac": 5.0,
        "ltv_to_cac_low": 4.0,
        "ltv_to_cac_high": 6.0,
        "p_below_cost": 0.0,
        "p_beyond_limit": 0.0,
        "spend_amount": 10.0,
    }

    assert analyses.verdict({**row, **change})[0] == words
