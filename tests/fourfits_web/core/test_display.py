from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from fourfits_web.core import display

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (0, "0"),
        (-1234, "−1,234"),
        (1234.56, "1,235"),
        (0.126, "0.13"),
    ],
)
def test_number_has_the_digits_that_its_size_deserves(value: Any, text: str) -> None:
    assert display.number(value) == text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Decimal("0.5"), "EUR", "€0.50"),
        (Decimal(-1200), "USD", "−$1,200"),
        (1_250_000, "JPY", "¥1,250,000"),
        (12, "SEK", "SEK 12"),
        (12, "", "12"),
    ],
)
def test_money_names_its_currency(amount: Any, currency: str, text: str) -> None:
    assert display.money(amount, currency) == text


def test_money_is_short_in_a_tile() -> None:
    assert display.money(1_250_000, "EUR", compact=True) == "€1.25M"


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.001, "just now"), (0.5, "30 minutes ago"), (1, "1 hour ago"), (30, "1 day ago"), (-48, "in 2 days"), (24 * 20, "3 weeks ago"), (24 * 28, "2 Feb 2026"), (24 * 900, "14 Sep 2023"), (-24 * 40, "11 Apr 2026")],
)  # fmt: skip
def test_ago_reads_as_people_say_it(hours: float, words: str) -> None:
    moment = NOON - datetime.timedelta(hours=hours)

    assert f">{words}</time>" in display.ago(moment, NOON)


def test_interval_names_both_ends_and_their_unit() -> None:
    drawn = display.interval(0.43, 0.361, 0.5, "share", mark=0.4)

    assert "<strong>43%</strong>" in drawn
    assert "36 to 50%" in drawn
    assert drawn.count("<rect") == 4
    assert "style=" not in drawn


def test_interval_of_money_shows_cents_only_where_they_are_known() -> None:
    assert "<strong>€476</strong>" in display.interval(476.12, 420.17, 540.74, "money:EUR")
    assert "€420 to €541" in display.interval(476.12, 420.17, 540.74, "money:EUR")
    assert "€18.30 to €18.70" in display.interval(18.5, 18.3, 18.7, "money:EUR")


def test_a_difference_of_shares_counts_in_points() -> None:
    drawn = display.interval(0.132, 0.084, 0.18, "share_points", ends=(-0.2, 0.2), mark=0)

    assert "<strong>13 points</strong>" in drawn
    assert "8.4 to 18<" in drawn


def test_months_have_one_decimal_and_a_singular() -> None:
    assert display.in_unit(0.84, "months") == "0.8 months"
    assert display.in_unit(1.01, "months") == "1 month"
    assert display.in_unit(4.22, "months", bare=True) == "4.2"


def test_interval_without_a_scale_draws_none() -> None:
    assert "<svg" not in display.interval(42, 31, 53, "points")
    assert "<strong>42 points</strong>" in display.interval(42, 31, 53, "points")


def test_interval_that_is_not_known_stays_empty() -> None:
    assert display.interval(None, None, None).count("–") == 1
    assert "to" not in display.interval(3, None, None)


def test_range_bar_stays_on_its_scale() -> None:
    drawn = display.range_bar(500, -100, 700, (0, 100))

    assert 'x="0.0"' in drawn
    assert 'width="100.0"' in drawn
