"""Conflict 1 on hand-made economics: when it is named, its words, and what mends it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fourfits import pricing
from fourfits.fits import economics, plan_prices, voices
from fourfits.fits.conflicts import found, unit_economics


def costs(payback: float, *, n: int = 100, p: float | None = None, margin: float = 10.0):
    limit = 12.0
    cac = margin * payback if math.isfinite(payback) else 100.0
    margin = margin if math.isfinite(payback) else 0.0
    return economics.Economics(
        n_customers=n,
        n_new=n,
        cac=cac,
        margin=margin,
        payback=payback,
        payback_low=0.9 * payback,
        payback_high=1.2 * payback,
        limit=limit,
        p_beyond=float(payback > limit) if p is None else p,
        ltv=100.0,
        cac_draws=np.full(100, cac),
        margin_draws=np.full(100, margin),
        ltv_draws=np.full(100, 100.0),
    )


def work(name: str = "Loan", segment: str = "students", need: str = "rent", effort: float = 3.5):
    return found.Feature(
        feature_id=name, name=name, status="planned", need=need, segment=segment, effort=effort
    )


WANTED = voices.Voices(
    wanting={
        ("students",): {"rent": 80},
        ("offices",): {"rent": 70},
        ("homes",): {"rent": 60},
        ("baristas",): {"rent": 2},
    },
    asked={(name,): {"rent": 100} for name in ("students", "offices", "homes", "baristas")},
    table="responses",
)
SEGMENTS = {
    "students": costs(41, p=0.99),
    "offices": costs(4, margin=80.0),
    "homes": costs(30),
    "baristas": costs(3, n=1000, margin=90.0),
}
CHANNELS = {
    ("students", "ads"): costs(60, n=300),
    ("students", "referral"): costs(5, n=30),
    ("students", "search"): costs(3, n=40),
    ("students", "fair"): costs(1, n=2),
    ("offices", "field"): costs(2),
}


def test_a_segment_that_pays_back_too_late_is_a_conflict_with_its_numbers() -> None:
    features = [work(), work("Starter kit", effort=3.0), work("Roles", segment="offices")]

    conflicts = unit_economics.find(features, SEGMENTS, CHANNELS, voices=WANTED)

    assert len(conflicts) == 1
    row = conflicts[0].row(0.95)
    assert row["segment"] == "students"
    assert row["sentence"] == (
        "Two planned features (Loan, Starter kit; 6.5 person-months) serve students, whose "
        "acquisition pays back in 41 months (37 to 49); the limit is 12 months (99% likely). 99% of "
        "what their acquisition costs goes to ads, which pays back in 60 months (54 to 72)."
    )
    assert row["size_amount"] == 100 * 10 * (41 - 12)
    assert row["features"] == "Loan; Starter kit"


def test_richer_segments_share_the_need_and_pay_back() -> None:
    conflict = unit_economics.find([work()], SEGMENTS, CHANNELS, voices=WANTED)[0]

    richer = [one for one in conflict.remedies if one.kind == "richer segment"]
    # homes share the need but pay back too late; baristas pay back but do not share it
    assert [one.numbers["segment"] for one in richer] == ["offices"]
    assert richer[0].sentence == (
        "Richer segment: build it for offices; 70% of them rate it important (rent), they bring 80 "
        "a month each, and their acquisition pays back in 4 months (3.6 to 4.8)."
    )


def test_cheaper_channels_already_bring_the_segment_and_come_quickest_first() -> None:
    conflict = unit_economics.find([work()], SEGMENTS, CHANNELS, voices=WANTED)[0]

    cheaper = [one for one in conflict.remedies if one.kind == "cheaper channel"]
    # two customers from the fair are too few to build on
    assert [one.numbers["channel"] for one in cheaper] == ["search", "referral"]
    assert "brings students for 30 each" in cheaper[0].sentence
    assert "it brought 40 in the last year" in cheaper[0].sentence


def test_segments_that_won_too_few_are_neither_blamed_nor_recommended() -> None:
    few = {**SEGMENTS, "offices": costs(4.0, n=4, margin=80.0)}
    conflict = unit_economics.find([work()], few, CHANNELS, voices=WANTED)[0]

    assert not [one for one in conflict.remedies if one.kind == "richer segment"]
    assert unit_economics.find([work()], {"students": costs(40.0, n=5)}, {})
    assert not unit_economics.find([work()], {"students": costs(40.0, n=4)}, {})


def test_without_a_remedy_the_sentence_says_so() -> None:
    channels = {("students", "ads"): costs(60)}

    conflict = unit_economics.find([work()], {"students": SEGMENTS["students"]}, channels)[0]

    assert conflict.remedies == []
    assert "The data hold no remedy" in conflict.sentence


@pytest.mark.parametrize("p", [0.0, 0.5, 0.79])
def test_what_is_not_sure_enough_is_no_conflict(p: float) -> None:
    assert unit_economics.find([work()], {"students": costs(13, p=p)}, {}) == []


def test_customers_who_bring_no_margin_never_pay_back() -> None:
    conflict = unit_economics.find([work()], {"students": costs(math.inf, p=1.0)}, {})[0]

    assert "whose acquisition never pays back, since they bring no margin" in conflict.sentence


def market(price: float) -> plan_prices.Market:
    ask = {"too_cheap": 10, "cheap": 15, "expensive": 25, "too_expensive": 30}
    rows = [(f"r{i}", q, p + i % 7, "students") for i in range(60) for q, p in ask.items()]
    ids, questions, values, segments = zip(*rows, strict=True)
    study = pricing.van_westendorp(
        {
            "response_id": ids,
            "question_id": questions,
            "value_number": values,
            "segment": segments,
            "kind": ["number"] * len(ids),
        },
        by="segment",
    )
    return plan_prices.markets(study, {"Basic": price}, {("students", "Basic"): 9})["students"]


def test_a_price_within_the_accepted_range_that_restores_payback_is_a_remedy() -> None:
    # 16 months at a margin of 10: payback at the limit needs 13.33, so 3.33 more on the price
    conflict = unit_economics.find(
        [work()], {"students": costs(16, p=0.95)}, {}, markets={"students": market(18.0)}
    )[0]

    remedy = conflict.remedies[0]
    assert remedy.kind == "price"
    assert remedy.numbers["price_amount"] == pytest.approx(21.33, abs=0.01)
    assert remedy.numbers["accepted_share"] == 1


def test_a_price_beyond_the_accepted_range_is_no_remedy() -> None:
    conflict = unit_economics.find(
        [work()], {"students": costs(60, p=1.0)}, {}, markets={"students": market(18.0)}
    )[0]

    assert conflict.remedies == []
