"""Which column stands for which."""

import pytest

from fourfits import errors, tables


def _notes(found) -> str:
    return "\n".join(found.notes)


def test_names_in_common_use_are_known(opened, canonical):
    source = opened(
        "a.csv", "Invoice No,SKU,Qty,Order Date,Line Total,Client ID\nA,s,2,2024-01-02,3.5,c\n"
    )

    found, _ = canonical(source, tables.ORDERS)

    assert "`SKU` → product_id" in found.notes
    assert "`Line Total` → revenue_amount" in found.notes
    assert "`Client ID` → customer_id" in found.notes


def test_a_column_of_dates_is_found_by_its_content(opened, canonical):
    source = opened("a.csv", "order_id,bought,amount\nA,13.02.2024,3.5\n")

    assert "`bought` → ordered_at, day.month.year" in _notes(canonical(source, tables.ORDERS)[0])


def test_texts_and_addresses_are_found_by_their_content(opened, canonical):
    people = opened("p.csv", "user id,contact at\n1,ann@example.org\n2,bob@example.org\n")
    voices = opened(
        "v.csv",
        "n,what they said\n1,I cannot find the export button at all\n2,It takes far too long to load\n",
    )

    assert "`contact at` → email" in canonical(people, tables.CUSTOMERS)[0].notes
    assert "`what they said` → text" in canonical(voices, tables.FEEDBACK)[0].notes


def test_what_the_user_says_goes_first(opened, canonical):
    source = opened("a.csv", "order_id,date,shipped,amount,net\nA,2024-01-02,2024-01-05,3,2\n")

    found, read = canonical(
        source, tables.ORDERS, mapping={"ordered_at": "shipped", "revenue_amount": "net"}
    )

    assert str(read[0]["ordered_at"]) == "2024-01-05 00:00:00"
    assert read[0]["revenue_amount"] == 2
    assert set(found.extra) == {"date", "amount"}


def test_a_formula_and_a_constant_may_be_given(opened, canonical):
    source = opened("a.csv", "id,when,n,each-one\nA,2024-01-02,3,1.10\n")

    _, read = canonical(
        source,
        tables.ORDERS,
        mapping={"order_id": "id", "revenue_amount": "n * each-one", "channel": "'shop'"},
    )

    assert (str(read[0]["revenue_amount"]), read[0]["channel"]) == ("3.3000", "shop")


def test_a_given_column_that_is_absent_is_refused_with_the_nearest(opened, canonical):
    source = opened("a.csv", "order_id,amount\nA,1\n")

    with pytest.raises(errors.ColumnError, match="no column 'amont'") as caught:
        canonical(source, tables.ORDERS, mapping={"revenue_amount": "amont"})

    assert "did you mean 'amount'?" in caught.value.hint


def test_missing_columns_come_with_a_proposal_to_paste(opened, canonical):
    source = opened(
        "a.csv", "bill,order moment,dispatched,paid sum\nA,2024-01-02 10:00,2024-01-03,3.5\n"
    )

    with pytest.raises(errors.ColumnError) as caught:
        canonical(source, tables.ORDERS)

    assert "order_id (the order)" in caught.value.message
    assert "bill, order moment, dispatched, paid sum" in caught.value.message
    assert '--map "order moment?=ordered_at"' in caught.value.hint
    assert '--map "paid sum?=revenue_amount"' in caught.value.hint


def test_a_column_that_nothing_speaks_for_is_not_proposed(opened, canonical):
    source = opened("a.csv", "ID,recency,T\n1,30,39\n2,7,38\n")

    with pytest.raises(errors.ColumnError) as caught:
        canonical(source, tables.ORDERS)

    assert '--map "?=ordered_at" --map "?=revenue_amount"' in caught.value.hint


def test_amounts_that_bear_a_sign_are_proposed_for_money(opened, canonical):
    source = opened("a.csv", "Nr;Datum;Umsatz\n1;13.01.2024;1.234,50 €\n2;14.01.2024;12,50 €\n")

    with pytest.raises(errors.ColumnError) as caught:
        canonical(source, tables.ORDERS)

    assert '--map "Umsatz?=revenue_amount"' in caught.value.hint


def test_a_line_without_a_delimiter_is_not_repeated_whole(opened, canonical):
    source = opened("a.csv", "x" * 5000 + "\n1\n")

    with pytest.raises(errors.ColumnError) as caught:
        canonical(source, tables.ORDERS)

    assert len(caught.value.message) < 400


def test_a_pasted_question_mark_does_no_harm(opened, canonical):
    source = opened("a.csv", "bill,sold,paid sum\nA,2024-01-02,3.5\n")

    _, read = canonical(
        source, tables.ORDERS, mapping={"order_id": "bill?", "revenue_amount": "paid sum?"}
    )

    assert read[0]["order_id"] == "A"


def test_an_unknown_vendor_is_refused_with_those_that_are_known(opened, canonical):
    source = opened("a.csv", "id,amount\nA,1\n")

    with pytest.raises(errors.ParameterError, match=r"no layout for 'acme'; there are .*zendesk"):
        canonical(source, tables.ORDERS, vendor="acme")
    with pytest.raises(errors.ParameterError, match="zendesk fill feedback, not orders"):
        canonical(source, tables.ORDERS, vendor="zendesk")
