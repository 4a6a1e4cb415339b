"""Results as people read them."""

from __future__ import annotations

from fourfits_web.reports import reading


def test_an_interval_is_folded_into_its_number() -> None:
    rows = [
        {"plan": "Pro", "cac_amount": 107.1, "cac_low": 95.6, "cac_high": 120.0, "currency": "EUR"}
    ]

    plan, cac = reading.columns(rows)

    assert (plan.title, cac.title, cac.unit) == ("Plan", "Cost of one (CAC)", "amount")
    assert (cac.cell(rows[0], "USD"), cac.range(rows[0], "USD")) == ("€107", "€96 to €120")
    assert plan.range(rows[0], "USD") == ""


def test_words_from_customers_are_escaped() -> None:
    rows = [{"theme": "<script>alert(1)</script>", "quotes": ["<b>", "x"]}]

    cells = [str(column.cell(rows[0], "EUR")) for column in reading.columns(rows)]

    assert cells == ["&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;b&gt;; x"]


def test_columns_without_any_value_are_left_out() -> None:
    rows = [{"plan": None, "n_customers": 5, "p_fit": 0.25, "p_value": 0.01}]

    titles = [(column.title, str(column.cell(rows[0], ""))) for column in reading.columns(rows)]

    assert titles == [("Customers", "5"), ("Chance of a fit", "25%"), ("p-value", "0.01")]


def test_the_headline_is_the_summary_where_there_is_one() -> None:
    result = {"summary": {"n_themes": 29, "largest_share": 0.123, "first": "quiet"}, "rows": []}

    items = reading.headline(result, "EUR")

    assert [(one["title"], one["value"], one["text"]) for one in items] == [
        ("Themes", 29, None),
        ("Its share of items", 0.123, None),
        ("First in the ranking", None, "quiet"),
    ]


def test_the_headline_is_one_number_per_group_where_there_is_no_summary() -> None:
    rows = [
        {"segment": name, "nps": nps, "nps_low": nps - 5.0, "nps_high": nps + 5.0}
        for name, nps in (("students", -20.0), ("baristas", 44.0))
    ]

    items = reading.headline({"rows": rows}, "EUR")

    assert [(one["title"], one["of"], one["value"], one["low"]) for one in items] == [
        ("students", "NPS (points)", -20.0, -25.0),
        ("baristas", "NPS (points)", 44.0, 39.0),
    ]


def test_two_runs_differ_surely_where_their_intervals_do_not_overlap() -> None:
    def item(value: float) -> dict[str, object]:
        return {"title": "NPS", "value": value, "text": None, "low": value - 5, "high": value + 5,
                "unit": ""}  # fmt: skip

    [far] = reading.differences([item(40.0)], [item(20.0)])
    [near] = reading.differences([item(24.0)], [item(20.0)])

    assert (far["change"], far["overlap"]) == (20.0, False)
    assert near["overlap"] is True


def test_numbers_of_draws_and_tests_are_not_called_certain() -> None:
    rows = [{"p_top_k": 1.0, "p_adjusted": 2e-7}, {"p_top_k": 0.4, "p_adjusted": 0.012}]

    found = reading.columns(rows)

    assert [column.title for column in found][1] == "p-value, adjusted for several tests"
    cells = [[str(column.cell(row, "EUR")) for column in found] for row in rows]
    assert cells == [["over 99%", "under 0.001"], ["40%", "0.012"]]


def test_a_price_keeps_its_cents_and_an_estimate_does_not() -> None:
    row = {"opp_amount": 12.5, "value_per_customer_amount": 34.48}

    cells = [str(column.cell(row, "EUR")) for column in reading.columns([row])]

    assert cells == ["€12.50", "€34"]


def test_all_numbers_of_a_column_have_as_many_digits() -> None:
    rows = [{"nps": 36.67, "spread_share": 0.41, "spend_amount": 9.87, "n_people": 5},
            {"nps": 48.0, "spread_share": 0.05, "spend_amount": 1187.2, "n_people": 1200}]  # fmt: skip

    found = reading.columns(rows)

    cells = [[str(column.cell(row, "EUR")) for row in rows] for column in found]
    assert cells == [["36.7", "48.0"], ["41.0%", "5.0%"], ["€10", "€1,187"], ["5", "1,200"]]


def test_names_of_the_code_in_cells_are_put_in_words_and_ids_are_not() -> None:
    row = {"weakest": "price_accepted_share", "top_input": "effort_likely", "team": "app",
           "order_id": "a 1"}  # fmt: skip

    cells = [str(column.cell(row, "EUR")) for column in reading.columns([row])]

    assert cells == ["Share of the market that accepts the price", "Effort", "App", "a 1"]


def test_a_table_for_people_leaves_out_what_a_neighbour_says_already() -> None:
    rows = [
        {"group": "ads · Pro", "channel": "ads", "plan": "Pro", "score": 40.0, "quoted": ["B1"]},
        {"group": "all", "channel": None, "plan": None, "score": 50.0, "quoted": []},
    ]

    assert [column.name for column in reading.shown(rows)] == ["group", "score"]
