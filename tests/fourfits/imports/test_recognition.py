"""Whole files as canonical rows."""

from decimal import Decimal

import duckdb
import pytest

from fourfits import errors, tables
from fourfits.imports import files, recognition


@pytest.mark.parametrize("table", tables.CANONICAL.values(), ids=tables.CANONICAL)
def test_a_template_can_be_imported_as_it_is(opened, canonical, table):
    source = opened("template.csv", recognition.template(table))

    found, read = canonical(source, table)

    assert set(found.expressions) == set(table.names)
    assert found.extra == {}
    for column in table:
        assert read[0][column.name] is not None
        if column.allowed:
            assert read[0][column.name] in column.allowed


def test_unknown_columns_are_kept_under_their_own_names(opened, canonical):
    source = opened(
        "c.csv", "customerID,Monthly Charges (€),zip_code,Total,Paid at\n7,1.5,00123,x,\n"
    )

    found, read = canonical(source, tables.CUSTOMERS)

    assert found.extra_types == {
        "monthly_charges": "DOUBLE",
        "zip_code": "VARCHAR",
        "total": "VARCHAR",
        "paid_at": "VARCHAR",
    }
    assert (read[0]["monthly_charges"], read[0]["zip_code"]) == (1.5, "00123")


def test_an_optional_column_that_holds_something_else_is_kept_beside(opened, canonical):
    source = opened("c.csv", "customer_id,income\n1,35-49K\n2,50-74K\n")

    found, read = canonical(source, tables.CUSTOMERS)

    assert "income_amount" not in found.expressions
    assert read[0]["income"] == "35-49K"


def test_values_that_cannot_be_read_are_shown(opened, canonical):
    source = opened(
        "o.csv", "order_id,date,amount\nA,31/02/2024,1\nB,13/01/2024,NaN\nC,14/01/2024,\n"
    )

    _, read = canonical(source, tables.ORDERS)

    assert (read[0]["ordered_at"], read[0]["raw ordered_at"]) == (None, "31/02/2024")
    assert (read[1]["revenue_amount"], read[1]["raw revenue_amount"]) == (None, "NaN")
    assert (read[2]["revenue_amount"], read[2]["raw revenue_amount"]) == (None, None)


def test_dates_that_stay_open_are_asked_about(opened, canonical):
    source = opened("o.csv", "order_id,date,amount\nA,01/02/2024,1\nB,03/04/2024,2\n")

    with pytest.raises(errors.AmbiguityError, match="date can be read"):
        canonical(source, tables.ORDERS)

    _, read = canonical(source, tables.ORDERS, date_order="month")
    assert str(read[0]["ordered_at"]) == "2024-01-02 00:00:00"


def test_words_of_few_allowed_ones_are_ours(opened, canonical):
    source = opened("c.csv", "id,buying_role\n1,Decision Maker\n2,Evaluator\n3,champion\n")

    _, read = canonical(source, tables.CUSTOMERS)

    assert [row["buying_role"] for row in read] == ["decision_maker", "influencer", "champion"]


# --------------------------------------------------------------------------------- real files


@pytest.fixture
def real(realdata, connection):
    def read(name: str, table: tables.Table, select: str):
        source = files.open_file(realdata / name, connection)
        found = recognition.recognise(source, table, connection)
        cells = found.expressions | found.extra
        inner = ", ".join(f'{sql} AS "{column}"' for column, sql in cells.items())
        inner += "".join(f', {sql} AS "raw {column}"' for column, sql in found.raw.items())
        sql = f"SELECT {select} FROM (SELECT {inner}, _line FROM {found.relation})"
        return found, connection.execute(sql).fetchone()

    return read


@pytest.mark.realdata
def test_online_retail_is_lines_of_orders(real):
    _, row = real(
        "online_retail/online_retail.csv.gz",
        tables.ORDERS,
        "count(*), count(DISTINCT order_id), count(DISTINCT customer_id), sum(revenue_amount), "
        "count(DISTINCT (order_id, line)), "
        "count(*) FILTER (quantity > 0 AND revenue_amount > 0 AND customer_id IS NOT NULL), "
        "sum(revenue_amount) FILTER (quantity > 0 AND revenue_amount > 0 AND customer_id IS NOT NULL),"
        "min(customer_id), max(ordered_at)::VARCHAR",
    )

    assert row == (
        541_909,
        25_900,
        4_372,
        Decimal("9747747.9340"),
        541_909,
        397_884,
        Decimal("8911407.9040"),
        "12346",
        "2011-12-09 12:50:00",
    )


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "n", "customers"),
    [("CDNOW_master.txt.gz", 69_659, 23_570), ("CDNOW_sample.txt", 6_919, 2_357)],
)
def test_cdnow_is_read_with_and_without_a_header(real, name, n, customers):
    _, row = real(
        f"cdnow/{name}",
        tables.ORDERS,
        "count(*), count(DISTINCT customer_id), count(DISTINCT (order_id, line)), "
        "count(revenue_amount), min(ordered_at)::DATE::VARCHAR, max(quantity) < 100",
    )

    assert row == (n, customers, n, n, "1997-01-01", True)


@pytest.mark.realdata
def test_complete_journey_is_read_from_parquet(real):
    _, row = real(
        "complete_journey/transactions.parquet",
        tables.ORDERS,
        "count(*), count(DISTINCT customer_id), count(DISTINCT order_id), sum(revenue_amount)",
    )
    assert row == (1_469_307, 2_469, 155_848, Decimal("4596039.5800"))

    _, row = real("complete_journey/products.parquet", tables.PRODUCTS, "count(*), count(category)")
    assert row[0] == 92_331

    found, row = real("complete_journey/demographics.parquet", tables.CUSTOMERS, "count(*)")
    assert row == (801,)
    assert "income" in found.extra


@pytest.mark.realdata
def test_crm_opportunities_are_accounts_products_and_deals(real):
    _, accounts = real(
        "crm_sales/accounts.csv",
        tables.ACCOUNTS,
        "count(*), count(employees), count(parent_account_id)",
    )
    _, products = real("crm_sales/products.csv", tables.PRODUCTS, "count(*), sum(price_amount) > 0")
    _, deals = real(
        "crm_sales/sales_pipeline.csv",
        tables.DEALS,
        "count(*), count_if(won), count_if(NOT won), sum(amount) FILTER (won), "
        "count_if(product_id = 'GTXPro') > 0",
    )

    assert accounts == (85, 85, 15)
    assert products == (7, True)
    assert deals == (8_800, 4_238, 2_473, Decimal("10005534.0000"), True)


@pytest.mark.realdata
def test_ravenstack_fills_four_tables_and_says_what_a_fifth_lacks(real):
    folder = "ravenstack_saas/ravenstack"
    _, accounts = real(f"{folder}_accounts.csv", tables.ACCOUNTS, "count(*), count(plan)")
    _, subscriptions = real(
        f"{folder}_subscriptions.csv",
        tables.SUBSCRIPTIONS,
        "count(*), sum(mrr_amount) FILTER (ended_on IS NULL)",
    )
    _, events = real(
        f"{folder}_feature_usage.csv.gz",
        tables.EVENTS,
        "count(*), count(DISTINCT event_id), min(event)",
    )
    _, feedback = real(f"{folder}_churn_events.csv", tables.FEEDBACK, "count(*), count(text)")

    assert accounts == (500, 500)
    assert subscriptions == (5_000, Decimal("10159608.0000"))
    assert events == (25_000, 24_979, "used")
    assert feedback == (600, 452)
    with pytest.raises(errors.ColumnError, match=r"recognised as text \(the words\)"):
        real(f"{folder}_support_tickets.csv", tables.FEEDBACK, "count(*)")


@pytest.mark.realdata
def test_tweets_are_feedback_with_american_dates(real):
    found, row = real(
        "airline_tweets/Tweets.csv.gz",
        tables.FEEDBACK,
        "count(*), count(DISTINCT feedback_id), min(source), count(text), "
        "min(occurred_at)::DATE::VARCHAR, max(occurred_at)::DATE::VARCHAR, "
        "count_if(airline_sentiment = 'negative')",
    )

    assert row == (14_640, 14_640, "social", 14_640, "2015-02-16", "2015-02-24", 9_178)
    assert "rating" not in found.expressions


@pytest.mark.realdata
def test_nps_verbatims_are_feedback_with_british_dates(real):
    _, row = real(
        "nps_verbatims/text_data.csv",
        tables.FEEDBACK,
        "count(*), count(rating), min(occurred_at)::DATE::VARCHAR, max(occurred_at)::DATE::VARCHAR",
    )

    assert row == (2_385, 2_353, "2017-12-11", "2018-06-20")


@pytest.mark.realdata
def test_hillstrom_is_an_experiment_with_its_outcomes(real):
    found, row = real(
        "hillstrom_email/hillstrom_data.csv.gz",
        tables.EXPOSURES,
        "count(DISTINCT customer_id), count_if(variant = 'No E-Mail'), "
        "round(avg(spend) FILTER (variant = 'Mens E-Mail'), 4)",
    )

    assert row == (64_000, 21_306, 1.4226)
    assert found.extra_types["visit"] == "DOUBLE"


@pytest.mark.realdata
def test_telco_clients_are_customers_with_their_contracts(real):
    found, row = real(
        "telco_churn/Telco-Customer-Churn.csv",
        tables.CUSTOMERS,
        "count(*), count_if(churn = 'Yes'), count(total_charges)",
    )

    assert row == (7_043, 1_869, 7_032)
    assert found.extra_types["total_charges"] == "DOUBLE"


@pytest.mark.realdata
def test_further_real_files_are_read(real):
    assert real("banking77/train.csv", tables.FEEDBACK, "count(DISTINCT feedback_id)")[1] == (
        10_003,
    )
    assert real(
        "ecom_clickstream/ecom.csv.gz", tables.EVENTS, "count(*), count(DISTINCT customer_id)"
    )[1] == (31_106, 600)
    spend = real(
        "marketing_mix/dt_simulated_weekly.csv", tables.SPEND, "count(*), count(DISTINCT channel)"
    )[1]
    assert spend == (1_040, 5)


def test_recognising_twice_gives_the_same(opened, connection):
    source = opened("o.csv", "order_id,date,amount\nA,2024-01-02,1\n")

    first, second = (recognition.recognise(source, tables.ORDERS, connection) for _ in range(2))

    assert first == second
    assert isinstance(connection, duckdb.DuckDBPyConnection)
