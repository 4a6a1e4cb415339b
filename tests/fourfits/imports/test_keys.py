"""Keys that a file lacks."""

from fourfits import tables


def test_a_line_is_its_place_within_its_order(opened, canonical):
    source = opened(
        "o.csv", "order_id,date,amount\nA,2024-01-02,1\nB,2024-01-02,2\nA,2024-01-02,3\n"
    )

    found, read = canonical(source, tables.ORDERS)

    assert [(row["order_id"], row["line"]) for row in read] == [("A", 1), ("B", 1), ("A", 2)]
    assert found.line_within == "order_id"


def test_a_days_purchases_are_one_order_where_the_file_has_none(opened, canonical):
    source = opened(
        "o.csv", "customer,date,amount\n7,2024-01-02,1\n7,2024-01-02,2\n8,2024-01-03,3\n"
    )

    _, read = canonical(source, tables.ORDERS)

    assert [(row["order_id"], row["line"]) for row in read] == [
        ("7-20240102", 1),
        ("7-20240102", 2),
        ("8-20240103", 1),
    ]


def test_identical_rows_stay_apart_and_keep_their_ids_when_the_file_grows(opened, canonical):
    content = "text,category\nhello there,a\nhello there,a\nother words,b\n"

    first = canonical(opened("f.csv", content), tables.FEEDBACK)[1]
    again = canonical(opened("g.csv", content + "more words,c\nhello there,a\n"), tables.FEEDBACK)[
        1
    ]

    ids = [row["feedback_id"] for row in first]
    assert len(set(ids)) == 3
    assert [row["feedback_id"] for row in again][:3] == ids
    assert len({row["feedback_id"] for row in again}) == 5


def test_identifiers_that_a_spreadsheet_rounded_are_no_keys(opened, canonical):
    source = opened(
        "f.csv", "tweet_id,text\n5.70306E+17,one two three\n5.70306E+17,four five six\n"
    )

    found, read = canonical(source, tables.FEEDBACK)

    assert read[0]["feedback_id"] != read[1]["feedback_id"]
    assert read[0]["tweet_id"] == "5.70306E+17"
    assert read[0]["source"] == "social"
    assert any("lost its last digits" in note for note in found.notes)


def test_an_experiment_without_a_name_is_called_like_its_file(opened, canonical):
    source = opened("spring_mail.csv", "segment,spend\nA,0\nB,1.5\n")

    _, read = canonical(source, tables.EXPOSURES)

    assert [(row["experiment_id"], row["customer_id"], row["variant"]) for row in read] == [
        ("spring_mail", "1", "A"),
        ("spring_mail", "2", "B"),
    ]


def test_the_stage_tells_what_was_won(opened, canonical):
    source = opened("d.csv", "id,stage\n1,Closed Won\n2,Lost\n3,Negotiation\n")

    assert [row["won"] for row in canonical(source, tables.DEALS)[1]] == [True, False, None]


def test_a_sign_at_the_amounts_is_the_currency(opened, canonical):
    source = opened("o.csv", "order_id;date;amount\nA;2024-01-02;1.234,50 €\n")

    _, read = canonical(source, tables.ORDERS)

    assert (str(read[0]["revenue_amount"]), read[0]["currency"]) == ("1234.5000", "EUR")
