"""Tables side by side: counts, groups, and what accounts take from their contacts."""

from __future__ import annotations

import pyarrow as pa
import pytest

from fourfits import errors, sums
from fourfits.fits import inputs
from fourfits.fits.evidence import Judged

PEOPLE = {
    "customer_id": ["c1", "c2", "c3", "c4"],
    "account_id": ["a1", "a1", None, None],
    "segment": ["office", "office", "home", None],
}


def test_customers_are_counted_by_group_and_those_without_one_left_out() -> None:
    people = inputs.together(customers=PEOPLE)["customers"]

    assert inputs.customers_by(people, ("segment",)) == {("office",): 2, ("home",): 1}


def test_buyers_count_an_account_once() -> None:
    people = inputs.together(customers=PEOPLE)["customers"]

    found = inputs.customers_by(people, ("segment",), buyers=True)

    assert found == {("office",): 1, ("home",): 1}


def test_a_group_of_contacts_consists_of_companies() -> None:
    people = inputs.together(customers=PEOPLE)["customers"]

    assert inputs.companies(people, "segment") == {"office": True, "home": False}


def test_rows_of_accounts_take_the_group_of_their_contacts() -> None:
    given = inputs.together(customers=PEOPLE, subscriptions={"account_id": ["a1", "a2"]})

    divided = inputs.divided_by_account(given["subscriptions"], given["customers"], ("segment",))

    found = sums.fetch(divided.order_by("account_id"))
    assert found["segment"].tolist() == ["office", None]


def test_a_table_that_was_not_given_is_named() -> None:
    given = inputs.together(customers=PEOPLE)

    with pytest.raises(errors.NotEnoughDataError, match="no data for spend"):
        inputs.needed(given, "spend")


def test_small_groups_are_named_in_a_note() -> None:
    people = inputs.together(customers=PEOPLE)["customers"]
    names = ["office", "home", "school", "hotel", "shop", "club", "nobody"]
    rows = pa.table(
        {"segment": names, "n_judged": [50, 4, 1, 2, 3, 4, 0], "score": [70.0] * 6 + [None]}
    )
    told = [
        inputs.notes(people, ("segment",), rows.slice(0, n), Judged("customer", "won in a year"))
        for n in (1, 2, 7)
    ]

    assert told == [
        (),
        ("1 of 2 groups is too few to judge (fewer than 5 customers won in a year): home.",),
        (
            "5 of 6 groups are too few to judge (fewer than 5 customers won in a year): "
            "home, school, hotel, shop, 1 more.",
        ),
    ]
