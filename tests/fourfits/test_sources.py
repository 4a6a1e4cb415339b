"""Where customer data live, opened."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pytest

import fourfits as ff
from fourfits import config, errors, lake, sources

ANSWERS = pa.table(
    {
        "response_id": ["1", "2"],
        "question_id": ["q", "q"],
        "kind": ["nps", "nps"],
        "value_number": [10.0, 3.0],
    }
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A home with two versions of one table."""
    store = lake.Lake(tmp_path / "lake")
    store.append("responses", ANSWERS.slice(0, 1))
    store.append("responses", ANSWERS.slice(1, 1))
    config.write_workspace(tmp_path, config.Workspace(name="A shop", currency="GBP"))
    return tmp_path


def test_open_reads_a_home(folder: Path) -> None:
    data = ff.open(folder)

    assert list(data) == ["responses"]
    assert data.versions == {"responses": 1}
    assert data.workspace.currency == "GBP"
    assert ff.surveys.nps(data.responses).summary()["n_responses"] == 2


def test_a_file_that_is_damaged_is_named_with_what_to_do(folder: Path) -> None:
    file = next((folder / "lake" / "responses").glob("*.parquet"))
    file.write_bytes(file.read_bytes()[:100])

    with pytest.raises(errors.StorageError, match="A file of responses cannot be read") as problem:
        ff.open(folder)

    assert file.name in problem.value.message
    assert "restore a backup" in str(problem.value.hint)


def test_open_as_of_before_the_first_import_holds_nothing(folder: Path) -> None:
    data = ff.open(folder, as_of=datetime.date(2020, 1, 1))

    assert "responses" not in data


def test_open_reads_as_of_as_text(folder: Path) -> None:
    assert list(ff.open(folder, as_of="2020-01-01")) == []
    assert list(ff.open(folder, as_of="2100-01-01T12:00")) == ["responses"]
    with pytest.raises(errors.ParameterError, match="as_of is 'soon', must be a date"):
        ff.open(folder, as_of="soon")


def test_a_table_that_was_not_there_yet_is_refused_with_the_moment(folder: Path) -> None:
    data = ff.open(folder, as_of=datetime.date(2020, 1, 1))

    with pytest.raises(errors.TableError, match="no data for responses as of 2020-01-01 23:59"):
        data.table("responses")


def test_a_table_that_an_analysis_fills_is_refused_with_its_name(folder: Path) -> None:
    with pytest.raises(errors.TableError) as caught:
        ff.open(folder).table("assignments")

    assert caught.value.hint == "`fourfits analyse themes --keep` fills it"


def test_open_as_of_today_includes_today(folder: Path) -> None:
    today = datetime.datetime.now(datetime.UTC).date()

    assert ff.open(folder, as_of=today).versions == {"responses": 1}


@pytest.mark.parametrize(
    "where",
    [lambda file: file, str, lambda file: f"duckdb://{file}", ibis.duckdb.connect],
    ids=["path", "text", "address", "connection"],
)
def test_open_reads_a_duckdb_file(tmp_path: Path, where: Callable[[Path], object]) -> None:
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.register("answers", ANSWERS)
        connection.execute("CREATE TABLE responses AS FROM answers")
        connection.execute("CREATE TABLE unrelated AS SELECT 1 AS x")

    assert list(ff.open(where(file))) == ["responses"]


def test_open_refuses_a_database_that_breaks_the_contract(tmp_path: Path) -> None:
    connection = ibis.duckdb.connect()
    connection.create_table("responses", ANSWERS.drop(["kind"]))

    with pytest.raises(errors.ColumnError, match="responses lacks kind; it has response_id"):
        ff.open(connection)


def test_open_refuses_a_home_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(errors.FileError, match="There is no home at"):
        ff.open(tmp_path / "nowhere")


def test_open_refuses_a_moment_where_no_versions_are_kept() -> None:
    with pytest.raises(errors.ParameterError, match="duckdb does not"):
        ff.open(ibis.duckdb.connect(), as_of=datetime.date(2024, 1, 1))


def test_a_missing_table_says_how_to_bring_it(folder: Path) -> None:
    with pytest.raises(errors.TableError, match="no data for orders; here are responses") as caught:
        ff.open(folder).orders  # noqa: B018 - the access is the test

    assert "fourfits import orders FILE" in caught.value.hint


def test_an_unknown_table_is_an_attribute_error(folder: Path) -> None:
    with pytest.raises(AttributeError, match="it can have accounts"):
        ff.open(folder).order  # noqa: B018 - the access is the test


def test_adding_joins_tables_in_memory_without_writing(folder: Path) -> None:
    data = ff.open(folder)
    answers = data.responses.mutate(customer_id=data.responses.response_id)
    with_people = sources.Data({"responses": answers})

    richer = with_people.adding(customers={"customer_id": ["1", "2"], "plan": ["Pro", "Free"]})

    found = ff.surveys.nps(richer.responses, by="plan").table
    assert dict(zip(found["plan"].to_pylist(), found["nps"].to_pylist(), strict=True)) == {
        "Pro": 100.0,
        "Free": -100.0,
    }
    assert lake.Lake(folder / "lake").names() == ("responses",)


def test_adding_a_table_that_is_there_leaves_the_first_source_as_it_was() -> None:
    data = sources.from_tables({"features": {"feature_id": ["f1", "f2"], "name": ["a", "b"]}})

    changed = data.adding(features=data.features.filter(data.features.name == "a"))

    assert changed.features.count().to_pyarrow().as_py() == 1
    assert data.features.count().to_pyarrow().as_py() == 2


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A home with orders of nine customers."""
    orders = {
        "order_id": [str(i) for i in range(21)],
        "line": [1] * 21,
        "customer_id": [f"c{i * i % 17}" for i in range(21)],
        "ordered_at": [datetime.date(2024, 1, 1) + datetime.timedelta(days=i) for i in range(21)],
        "revenue_amount": [10.0 + i for i in range(21)],
    }
    lake.Lake(tmp_path / "lake").append("orders", pa.table(orders))
    return tmp_path


def test_what_is_kept_divides_every_other_analysis(folder: Path) -> None:
    lake.Lake(folder / "lake").replace(
        "responses", ANSWERS.append_column("customer_id", pa.array(["a", "b"]))
    )
    members = pa.table(
        {"segmentation": ["s"] * 2, "customer_id": ["a", "b"], "segment": ["x", "y"]}
    )
    lake.Lake(folder / "lake").keep("memberships", members)

    data = ff.open(folder)

    assert data.memberships.count().to_pyarrow().as_py() == 2
    assert ff.surveys.nps(data.responses, by="segment").table["segment"].to_pylist() == ["x", "y"]


@pytest.mark.slow
def test_a_result_is_kept_in_the_home_once(shop: Path) -> None:
    data = ff.open(shop)
    result = ff.segments.rfm(data.orders)

    first, again = data.keep(result), ff.open(shop).keep(ff.segments.rfm(ff.open(shop).orders))

    assert first.changed
    assert (again.changed, again.version) == (False, first.version)
    found = ff.open(shop).memberships.execute()
    assert set(found["segmentation"]) == {"rfm"}
    assert len(found) == first.n_rows == found["customer_id"].nunique()


@pytest.mark.slow
def test_a_result_can_be_kept_after_tables_were_added(shop: Path) -> None:
    data = ff.open(shop).adding(responses=ANSWERS)

    assert data.keep(ff.segments.rfm(data.orders)).table == "memberships"


@pytest.mark.slow
def test_only_a_home_of_today_keeps_results_that_fill_a_table(shop: Path) -> None:
    data, answers = ff.open(shop), sources.from_tables({"responses": ANSWERS})

    with pytest.raises(errors.ParameterError, match="nps fills no table"):
        data.keep(ff.surveys.nps(answers.responses))
    with pytest.raises(errors.ParameterError, match="kept in a home, as of today"):
        answers.keep(ff.segments.rfm(data.orders))
    with pytest.raises(errors.ParameterError, match="kept in a home, as of today"):
        ff.open(shop, as_of=datetime.date(2100, 1, 1)).keep(ff.segments.rfm(data.orders))
