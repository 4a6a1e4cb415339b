"""Who said it and what they pay."""

from __future__ import annotations

import datetime

import pyarrow as pa

from fourfits.needs import voices

DAY = datetime.date(2024, 6, 30)


def test_the_account_of_an_item_is_that_of_its_person_unless_it_has_one() -> None:
    feedback = {
        "feedback_id": ["1", "2", "3"],
        "customer_id": ["c", "c", None],
        "account_id": ["x", None, None],
    }
    customers = {"customer_id": ["c"], "account_id": ["y"]}

    found = voices.said(pa.table(feedback), pa.table(customers)).order_by("feedback_id")

    assert found.to_pyarrow()["account_id"].to_pylist() == ["x", "y", None]


def test_the_period_is_parted_in_its_middle() -> None:
    moments = [
        datetime.datetime.combine(DAY, datetime.time()) - datetime.timedelta(days=d)
        for d in (10, 3, 0)
    ]
    items = voices.said(pa.table({"feedback_id": ["1", "2", "3"], "occurred_at": moments}))

    period = voices.period(items)

    assert period.n_items == 3
    assert period.end_on == DAY
    assert period.middle == moments[2] - datetime.timedelta(days=5)


def test_feedback_without_moments_has_no_period() -> None:
    period = voices.period(voices.said({"feedback_id": ["1"]}))

    assert period.middle is None
    assert period.end_on is None


def test_the_stated_revenue_of_an_account_comes_before_its_subscriptions() -> None:
    accounts = pa.table({"account_id": ["a", "b", "c"], "arr_amount": [100.0, None, None]})
    subscriptions = pa.table(
        {
            "account_id": ["a", "b", "b", "b"],
            "mrr_amount": [99.0, 5.0, 2.0, 50.0],
            "started_on": [DAY, DAY, DAY, DAY + datetime.timedelta(days=9)],
            "ended_on": [None, None, DAY - datetime.timedelta(days=1), None],
        }
    )

    found = voices.revenue_of_accounts(accounts, subscriptions, as_of=DAY)

    assert found is not None
    rows = found.order_by("account_id").to_pyarrow().to_pylist()
    assert rows == [
        {"account_id": "a", "amount": 100.0},
        {"account_id": "b", "amount": 60.0},
        {"account_id": "c", "amount": None},
    ]


def test_people_pay_by_subscription_and_by_the_orders_of_a_year() -> None:
    subscriptions = pa.table(
        {
            "account_id": [None, "a"],
            "customer_id": ["c", "d"],
            "mrr_amount": [2.0, 7.0],
            "started_on": [DAY, DAY],
        }
    )
    orders = pa.table(
        {
            "customer_id": ["c", "c", "e"],
            "revenue_amount": [10.0, 99.0, 3.0],
            "ordered_at": [DAY, DAY - datetime.timedelta(days=400), DAY],
        }
    )

    found = voices.revenue_of_people(subscriptions, orders, as_of=DAY)

    assert found is not None
    rows = found.order_by("customer_id").to_pyarrow().to_pylist()
    assert rows == [{"customer_id": "c", "amount": 34.0}, {"customer_id": "e", "amount": 3.0}]


def test_without_a_table_of_money_nothing_is_told() -> None:
    assert voices.revenue_of_accounts() is None
    assert voices.revenue_of_people() is None
