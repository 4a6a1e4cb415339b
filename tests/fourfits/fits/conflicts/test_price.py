"""Conflict 2: work for a segment that does not accept the price, and for one that does."""

from __future__ import annotations

import pytest

from fourfits import pricing
from fourfits.fits import plan_prices, voices
from fourfits.fits.conflicts import found, price

ASK = {"too_cheap": 10.0, "cheap": 15.0, "expensive": 25.0, "too_expensive": 30.0}


def markets(**paid: float) -> dict[str, plan_prices.Market]:
    rows = [
        (f"{segment}{i}", question, value + 0.1 * (i % 5), segment)
        for segment in paid
        for i in range(60)
        for question, value in ASK.items()
    ]
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
    buyers = {(segment, segment): 10 for segment in paid}
    return plan_prices.markets(study, paid, buyers)


def work(segment: str) -> found.Feature:
    return found.Feature(
        feature_id=segment, name="Loan", status="planned", need="rent", segment=segment, effort=2.0
    )


def test_a_segment_that_does_not_accept_its_price_is_a_conflict() -> None:
    conflict = price.find([work("students")], markets(students=40.0))[0]

    assert conflict.probability > 0.99
    assert conflict.sentence.startswith(
        "One planned feature (Loan; 2 person-months) serves students, of whom"
    )
    assert "(students at 40)" in conflict.sentence
    # ten buyers at 40 a month, of whom about nobody accepts
    assert conflict.row(0.95)["size_amount"] == pytest.approx(12 * 40 * 10, rel=0.02)


def test_the_optimal_price_is_a_remedy_where_more_accept_it() -> None:
    conflict = price.find([work("students")], markets(students=40.0))[0]

    assert conflict.remedies[0].kind == "price"
    assert 10 <= conflict.remedies[0].numbers["price_amount"] <= 30
    assert conflict.remedies[0].numbers["accepted_share"] > 0.7


def test_segments_that_accept_their_price_and_share_the_need_are_remedies() -> None:
    wanted = voices.Voices(
        wanting={("students",): {"rent": 8}, ("homes",): {"rent": 9}, ("offices",): {"rent": 0}},
        asked={(name,): {"rent": 10} for name in ("students", "homes", "offices")},
        table="feedback",
    )

    conflict = price.find(
        [work("students")], markets(students=40.0, homes=20.0, offices=20.0), voices=wanted
    )[0]

    richer = [one for one in conflict.remedies if one.kind == "richer segment"]
    assert [one.numbers["segment"] for one in richer] == ["homes"]
    assert "90% of them voice it (rent)" in richer[0].sentence


def test_a_segment_that_accepts_its_price_is_no_conflict() -> None:
    assert price.find([work("students")], markets(students=20.0)) == []


def test_a_segment_that_nobody_asked_is_no_conflict() -> None:
    assert price.find([work("strangers")], markets(students=40.0)) == []
