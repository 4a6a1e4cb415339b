"""The sample company keeps the contract, adds up, and is the same for the same seed."""

from __future__ import annotations

import datetime
import hashlib
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import fourfits as ff
from fourfits import errors, lake, samples, sources, tables

SIZES = ((1, 1_000), (2, 4_000), (3, 12_000))


@pytest.fixture(scope="module", params=SIZES, ids=lambda pair: f"seed {pair[0]}, {pair[1]:,}")
def made(request: pytest.FixtureRequest) -> samples.Company:
    seed, size = request.param
    return samples.company(seed, size)


def _rows(made: samples.Company, query: str) -> list[tuple[object, ...]]:
    """Run SQL on the company's tables; an empty answer means that no row breaks the rule."""
    connection = duckdb.connect()
    for name, table in made.tables.items():
        connection.register(name, table)
    return connection.execute(query).fetchall()


def test_every_table_is_there_in_order_and_none_is_empty(made: samples.Company) -> None:
    assert list(made.tables) == [*tables.CANONICAL, "memberships"]
    assert all(len(table) > 0 for table in made.tables.values())


@pytest.mark.parametrize("name", [*tables.CANONICAL, "memberships"])
def test_every_column_has_the_type_and_the_values_of_the_contract(
    made: samples.Company, name: str
) -> None:
    table, contract = made.tables[name], tables.named(name)

    assert table.column_names[: len(contract.names)] == list(contract.names)
    for column in contract:
        values = table[column.name]
        found = str(values.type).replace("double", "float64")
        assert found == tables.ARROW_TYPES[column.kind], column.name
        assert not (column.required and values.null_count), column.name
        if column.allowed:
            assert set(pc.unique(values.drop_null()).to_pylist()) <= set(column.allowed)
        if column.low is not None and len(values.drop_null()):
            least = pc.min(values).as_py()
            assert least > column.low if column.low_open else least >= column.low, column.name
        if column.high is not None and len(values.drop_null()):
            assert pc.max(values).as_py() <= column.high, column.name


@pytest.mark.parametrize("name", [*tables.CANONICAL, "memberships"])
def test_every_key_is_unique(made: samples.Company, name: str) -> None:
    key = ", ".join(f'"{column}"' for column in tables.named(name).key)

    assert not _rows(made, f"SELECT {key} FROM {name} GROUP BY ALL HAVING count(*) > 1 LIMIT 3")


@pytest.mark.parametrize(
    ("name", "column", "target"),
    [
        (table.name, column.name, column.references)
        for table in (*tables.CANONICAL.values(), tables.MEMBERSHIPS)
        for column in table
        if column.references
    ],
)
def test_every_reference_resolves(
    made: samples.Company, name: str, column: str, target: str
) -> None:
    key = tables.named(target).key[0]

    lost = _rows(
        made,
        f"SELECT {column} FROM {name} WHERE {column} IS NOT NULL"
        f" AND {column} NOT IN (SELECT {key} FROM {target}) LIMIT 3",
    )

    assert not lost


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("subscriptions", "ended_on <= started_on"),
        ("subscriptions", "(account_id IS NULL) = (customer_id IS NULL)"),
        ("deals", "closed_on < opened_on"),
        ("deals", "(won IS NULL) <> (closed_on IS NULL)"),
        ("deliveries", "started_on < created_on OR finished_on < started_on"),
        ("deliveries", "finished_on IS NOT NULL AND started_on IS NULL"),
        ("features", "NOT effort_low <= effort_likely OR NOT effort_likely <= effort_high"),
        ("features", "status = 'shipped' AND NOT release_on <= DATE '2026-06-30'"),
        ("features", "status IN ('planned', 'building') AND NOT release_on > DATE '2026-06-30'"),
        ("products", "retired_on < launched_on OR cost_amount > price_amount"),
        ("spend", "clicks > impressions OR leads > clicks"),
        ("orders", "sign(quantity) <> sign(revenue_amount)"),
        ("orders", "quantity > 0 AND margin_amount > revenue_amount"),
        ("events", "(feature IS NOT NULL) <> (event = 'feature_used')"),
    ],
)
def test_no_row_contradicts_itself(made: samples.Company, name: str, wrong: str) -> None:
    assert not _rows(made, f"SELECT * FROM {name} WHERE {wrong} LIMIT 3")


@pytest.mark.parametrize(
    ("name", "moment", "compare"),
    [
        ("orders", "ordered_at", ">="),
        ("events", "occurred_at", ">="),
        ("feedback", "occurred_at", ">="),
        ("responses", "answered_at", ">="),
        ("exposures", "exposed_at", ">="),
        ("touches", "touched_at", "<"),
    ],
)
def test_people_act_after_they_sign_up_and_are_touched_before(
    made: samples.Company, name: str, moment: str, compare: str
) -> None:
    early = _rows(
        made,
        f"SELECT * FROM {name} JOIN customers USING (customer_id)"
        f" WHERE NOT {moment} {compare} signed_up_on LIMIT 3",
    )

    assert not early


def test_nothing_happens_after_the_last_day_or_before_the_history(made: samples.Company) -> None:
    first = made.today - datetime.timedelta(days=730)
    for name, table in made.tables.items():
        moment = tables.named(name).moment
        if moment and name not in ("features", "products", "deals"):
            found = pc.min_max(table[moment].cast(pa.date32())).as_py()
            assert found["max"] <= made.today, name
            assert found["min"] >= first, name


def test_contracts_of_people_who_left_hold_no_event_after_they_ended(
    made: samples.Company,
) -> None:
    late = _rows(
        made,
        "SELECT * FROM events JOIN subscriptions USING (customer_id)"
        " WHERE occurred_at >= ended_on LIMIT 3",
    )

    assert not late


def test_recurring_revenue_of_an_account_is_twelve_times_its_open_contracts(
    made: samples.Company,
) -> None:
    wrong = _rows(
        made,
        "SELECT account_id, arr_amount, total FROM accounts LEFT JOIN ("
        " SELECT account_id, 12 * sum(mrr_amount) AS total FROM subscriptions"
        " WHERE ended_on IS NULL GROUP BY account_id) USING (account_id)"
        " WHERE arr_amount <> coalesce(total, 0) LIMIT 3",
    )

    assert not wrong


def test_order_lines_cost_the_list_price_or_a_tenth_less(made: samples.Company) -> None:
    wrong = _rows(
        made,
        "SELECT * FROM orders JOIN products USING (product_id)"
        " WHERE round(revenue_amount / (quantity * price_amount), 6) NOT IN (1, 0.9)"
        " OR abs(margin_amount - revenue_amount + quantity * cost_amount) > 1e-6"
        " OR ordered_at < launched_on OR ordered_at > retired_on LIMIT 3",
    )

    assert not wrong


def test_contacts_share_plan_channel_and_segment_of_their_account(made: samples.Company) -> None:
    mixed = _rows(
        made,
        "SELECT account_id FROM customers JOIN memberships USING (customer_id)"
        " JOIN accounts USING (account_id) GROUP BY account_id"
        " HAVING count(DISTINCT segment) > 1 OR count(DISTINCT acquisition_channel) > 1"
        " OR min(customers.plan) <> max(accounts.plan)"
        " OR count(*) FILTER (buying_role = 'decision_maker') <> 1 LIMIT 3",
    )

    assert not mixed


def test_work_waits_for_what_it_depends_on_and_never_in_a_circle(made: samples.Company) -> None:
    early = _rows(
        made,
        "SELECT * FROM deliveries AS one JOIN deliveries AS needed"
        " ON one.depends_on = needed.item_id"
        " WHERE needed.finished_on > one.started_on"
        " OR (one.started_on IS NOT NULL AND needed.finished_on IS NULL)"
        " OR needed.item_id >= one.item_id LIMIT 3",
    )

    assert not early


def _fingerprint(made: samples.Company) -> str:
    digest = hashlib.sha256()
    for table in (*made.tables.values(), made.truth.assignments):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
        digest.update(sink.getvalue())
    return digest.hexdigest()


@pytest.mark.slow
def test_the_same_seed_gives_the_same_company_and_another_a_different_one() -> None:
    first, again, other = (samples.company(seed, 1_000) for seed in (11, 11, 12))

    assert _fingerprint(first) == _fingerprint(again)
    assert _fingerprint(first) != _fingerprint(other)


def test_the_history_ends_on_the_day_that_was_asked_for() -> None:
    made = samples.company(size=1_000, today=datetime.date(2025, 3, 2))

    assert pc.max(made.tables["events"]["occurred_at"]).as_py().date() == datetime.date(2025, 3, 2)


@pytest.mark.parametrize("size", [0, 999, 1_000_001])
def test_sizes_that_cannot_bear_the_facts_are_refused(size: int) -> None:
    with pytest.raises(errors.ParameterError, match=r"must lie between 1,000 and 1,000,000"):
        samples.company(size=size)


def test_a_written_home_opens_with_its_settings_and_batches(
    company: samples.Company, home: Path
) -> None:
    data = ff.open(home)

    assert data.workspace.currency == "EUR"
    assert data.workspace.prices == {"Basic": 6.0, "Plus": 19.0, "Team": 129.0, "Enterprise": 590.0}
    assert set(data) == {*company.tables, "batches"}
    assert data.orders.revenue_amount.sum().to_pyarrow().as_py() == pc.sum(
        company.tables["orders"]["revenue_amount"]
    ).as_py().quantize(Decimal("0.0001"))


@pytest.mark.slow
def test_writing_twice_leaves_one_company(company: samples.Company, tmp_path: Path) -> None:
    company.write(tmp_path)
    company.write(tmp_path)

    assert ff.open(tmp_path).customers.count().to_pyarrow().as_py() == 2_000


@pytest.mark.slow
def test_company_in_memory_knows_its_segments(company: samples.Company) -> None:
    scores = ff.surveys.nps(company.data().responses, by="segment").table

    assert set(scores["segment"].to_pylist()) == set(company.truth.segments)


@pytest.mark.slow
def test_a_company_written_over_another_leaves_nothing_of_what_was_found_in_it(
    tmp_path: Path,
) -> None:
    company = samples.company(size=1_000)
    company.write(tmp_path)
    store = lake.Lake(tmp_path / "lake")
    store.keep("assignments", pa.table({"feedback_id": ["f"], "theme": ["t"]}))

    company.write(tmp_path)

    assert "assignments" not in sources.open(tmp_path)
