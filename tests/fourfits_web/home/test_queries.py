"""What Home gathers: work at risk, how ranks moved, data that grow old, channels worth a look."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from fourfits import config
from fourfits_web.data.models import QualityCheck
from fourfits_web.features.models import Feature, Standing
from fourfits_web.feedback import models as feedback
from fourfits_web.home import queries
from fourfits_web.needs import models
from fourfits_web.reports.models import Report, key_of
from fourfits_web.roadmap.models import Item

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = NOW.date()


def _days(n: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=n)


def _feature(name: str, rank: int | None = None, **fields: Any) -> Feature:
    feature = Feature.objects.create(
        feature_id=name, name=name, created_at=NOW, changed_at=NOW, **fields
    )
    if rank is not None:
        Standing.objects.create(feature=feature, rank=rank)
    return feature


def _report(analysis: str, rows: list[dict[str, Any]], **fields: Any) -> Report:
    known = {"code_version": "1", "seconds": 0.1, "computed_at": NOW, **fields}
    return Report.objects.create(
        analysis=analysis,
        key=key_of(analysis, {}),
        result={"rows": rows, "parameters": {}},
        **known,
    )


def test_work_is_at_risk_when_its_promise_comes_before_its_likely_end() -> None:
    for name, promised, likely in (
        ("late", 30, 40),
        ("soon", 10, 11),
        ("in time", 30, 30),
        ("no promise", None, 40),
    ):
        on = None if promised is None else _days(promised)
        Item.objects.create(
            feature=_feature(name, release_on=on),
            place=0,
            lane="next",
            finish_85_on=_days(likely),
            moved_at=NOW,
        )

    assert [item.feature.name for item in queries.at_risk(5)] == ["soon", "late"]
    assert [item.feature.name for item in queries.at_risk(1)] == ["soon"]


def test_the_top_of_the_ranking_says_how_each_moved_since_other_data() -> None:
    for rank, name in enumerate(("a", "b", "c", "d"), 1):
        _feature(name, rank)
    _feature("not ranked")
    _feature("shipped", 1, status="shipped")
    old = NOW - datetime.timedelta(days=3)
    before = [{"feature_id": name, "rank": rank} for rank, name in enumerate("bca", 1)]
    _report("ranking", before, versions={"features": 1}, computed_at=old)
    _report("ranking", [], versions={"features": 2}, computed_at=old + datetime.timedelta(days=1))
    _report("ranking", [], versions={"features": 2})

    found = [(one.feature.name, one.rank, one.change) for one in queries.top(4)]

    assert found == [("a", 1, "up 2"), ("b", 2, "down 1"), ("c", 3, "down 1"), ("d", 4, "")]


def test_without_a_run_on_other_data_nothing_moved() -> None:
    _feature("a", 1)
    _report("ranking", [{"feature_id": "a", "rank": 9}], versions={"features": 1})

    assert [one.change for one in queries.top(4)] == [""]


def test_tables_are_stale_when_their_newest_row_is_long_past() -> None:
    rows = [
        {"table": table, "source": source, "fresh_days": days}
        for table, source, days in (
            ("orders", "all", config.FRESH_DAYS + 5),
            ("orders", "shop.csv", 900),
            ("deals", "all", config.FRESH_DAYS + 60),
            ("feedback", "all", 2),
            ("products", "all", None),
        )
    ]
    assert queries.stale_tables(TODAY) == []
    QualityCheck.objects.create(checked_at=NOW, rows=rows, seconds=0.1)

    assert [row["name"] for row in queries.stale_tables(TODAY)] == ["deals", "orders"]
    assert [row["name"] for row in queries.stale_tables(_days(40))] == [
        "deals",
        "orders",
        "feedback",
    ]


def _channel(name: str, spent: float, ltv_to_cac: float | None, below: float) -> dict[str, Any]:
    return {
        "channel": name, "spend_amount": spent, "ltv_to_cac": ltv_to_cac, "p_below_cost": below,
        "ltv_to_cac_low": ltv_to_cac, "ltv_to_cac_high": ltv_to_cac, "p_beyond_limit": below,
    }  # fmt: skip


def test_channels_that_lose_most_come_first_and_one_that_could_take_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [
        _channel("small loss", 10, 0.5, 0.99),
        _channel("large loss", 90, 0.5, 0.99),
        _channel("fine", 50, 3.5, 0.0),
        _channel("room", 20, 9.0, 0.0),
        _channel("more room", 20, 20.0, 0.0),
        _channel("", 500, 0.5, 0.99),
    ]
    report = Report(analysis="acquisition", result={"rows": rows})
    monkeypatch.setattr(queries.channels, "answered", lambda: report)

    assert [line.row["channel"] for line in queries.channel_lines(4)] == [
        "large loss", "small loss", "more room",
    ]  # fmt: skip
    assert [line.row["channel"] for line in queries.channel_lines(2)] == ["large loss", "more room"]


def test_a_quote_of_the_week_holds_the_first_word_of_its_need_where_one_does() -> None:
    words = {"reliable app": "app, update, works", "machine rental": ""}
    needs = {
        name: models.Need.objects.create(
            name=name, created_at=NOW, status=models.Status.ACCEPTED, figures={"keywords": said}
        )
        for name, said in words.items()
    }
    said = [
        ("reliable app", 1.0, "Nothing to complain. Fully satisfied with my order."),
        ("reliable app", 0.4, "The App does not find the machine since the update."),
        ("machine rental", 0.7, "Can we return the machine when our lease ends?"),
        ("machine rental", 0.9, "Other firms give you the machine for free."),
        ("machine rental", 1.0, "Too short."),
    ]
    for number, (name, share, text) in enumerate(said):
        item = feedback.Item.objects.create(feedback_id=f"f{number}", text=text, occurred_at=NOW)
        models.Link.objects.create(item=item, need=needs[name], confidence_share=share)

    found, *_ = queries.voices()

    assert {voice.need.name: voice.item.text for voice in found} == {
        "reliable app": said[1][2],
        "machine rental": said[3][2],
    }
