"""What holds for every analysis; a new one is held to it by standing in `analyses.ALL`."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import altair as alt
import pyarrow as pa
import pytest

from fourfits import analyses, charts, lake, results, sums, tables
from rules import alike
from rules.conftest import Run

EVERY = pytest.mark.parametrize("name", analyses.ALL)

WITHOUT_INTERVAL = {"scores": "arithmetic on stated inputs; `ranking` gives their intervals"}
WITHOUT_COUNT = {
    "scores": "inputs are stated, not counted",
    "ranking": "inputs are stated, not counted",
    "conflicts": "joins fits and plan; each fit shows its own counts",
}

MOST_QUERIES = {
    "demand": 6,
    "tally": 7,
    "product_market": 6,
    "product_channel": 10,
    "scorecard": 21,
    "conflicts": 20,
}
"""Analyses that put several pieces of evidence together; all others send at most three."""

UNSUPPORTED: dict[tuple[str, str], type[Exception]] = {}
"""Analysis and dialect that cannot express it, with the error that says so."""

SIMPLE = (int, float, str, bool, tuple, type(None))


def docstring(name: str) -> str:
    return inspect.getdoc(analyses.named(name).function) or ""


def result_class(name: str) -> type[results.Result]:
    function = inspect.unwrap(analyses.named(name).function)
    annotation = str(inspect.signature(function).return_annotation).rpartition(".")[2]
    found = vars(sys.modules[function.__module__])[annotation]
    assert issubclass(found, results.Result)
    return found


@EVERY
def test_it_answers_a_question_in_one_sentence(name: str) -> None:
    meaning = analyses.named(name).meaning

    assert meaning[0].isupper()
    assert meaning.endswith((".", "?"))


@EVERY
def test_it_has_an_example_that_runs_where_a_user_calls_it(name: str) -> None:
    assert ">>> " in docstring(name)


@EVERY
def test_it_says_what_it_returns_and_raises_and_where_it_comes_from(name: str) -> None:
    told = docstring(name)

    assert [part for part in ("Returns:", "Raises:", "ource") if part not in told] == []


@EVERY
def test_its_parameters_are_documented(name: str) -> None:
    analysis = analyses.named(name)
    section = re.search(r"^Args:\n((?:    .*\n|\n)+)", docstring(name) + "\n", re.MULTILINE)
    documented = re.findall(r"^    \*{0,2}(\w+):", section[1] if section else "", re.MULTILINE)

    assert documented == list(inspect.signature(analysis.function).parameters)


@EVERY
def test_tables_come_first_and_settings_by_name(name: str) -> None:
    analysis = analyses.named(name)
    parameters = list(inspect.signature(analysis.function).parameters.values())
    given, settings = parameters[: len(analysis.inputs)], parameters[len(analysis.inputs) :]
    by_name = [
        one
        for one in settings
        if one.kind is not one.VAR_KEYWORD and one.name not in analysis.optional
    ]

    assert [one.name for one in given] == list(analysis.inputs)
    assert all(one.kind is one.KEYWORD_ONLY for one in by_name)
    assert all(one.default is not one.empty for one in by_name)


@EVERY
def test_defaults_can_be_written_on_the_command_line(name: str) -> None:
    for parameter in analyses.named(name).parameters.values():
        default = parameter.default
        assert isinstance(default, SIMPLE), parameter


@EVERY
def test_its_result_says_what_it_means(name: str) -> None:
    result = result_class(name)

    assert result.analysis == name
    for said in (result.definition, result.assumptions, result.source):
        assert said.strip().endswith((".", ")")), said
    assert result.chart is not results.Result.chart
    assert result.__doc__


@pytest.mark.slow
@EVERY
def test_its_result_names_its_columns(name: str, run: Callable[[str], Run]) -> None:
    described = " ".join(inspect.getdoc(one) or "" for one in result_class(name).__mro__)
    known = {column for table in tables.CANONICAL.values() for column in table.names}

    for column in run(name).result.table.column_names:
        whole = re.sub(r"_(50|70|85|95)(?=_|$)", "_50", column)
        stem = re.sub(r"_(low|high|amount|share)$", "", column)
        spellings = {column, whole, stem, f"{stem}_share", f"{stem}_amount"}
        assert spellings & {*re.findall(r"\w+", described), *known}, column


@EVERY
def test_its_estimates_have_an_interval_and_a_number_of_rows(
    name: str, run: Callable[[str], Run]
) -> None:
    names = run(name).result.table.column_names
    low = [column for column in names if column.endswith("_low")]

    assert low or name in WITHOUT_INTERVAL
    assert all(column.removesuffix("_low") + "_high" in names for column in low)
    assert any(column.startswith("n_") for column in names) or name in WITHOUT_COUNT


@EVERY
def test_intervals_are_in_order(name: str, run: Callable[[str], Run]) -> None:
    for row in run(name).result.table.to_pylist():
        for column, low in row.items():
            high = row.get(column.removesuffix("_low") + "_high")
            if column.endswith("_low") and low is not None and high is not None:
                assert not low > high, (column, low, high)


@EVERY
def test_its_result_is_plain_data(name: str, run: Callable[[str], Run]) -> None:
    found = run(name).result.to_dict()

    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert set(found) >= {"analysis", "parameters", "as_of", "data", "rows", "summary", "warnings"}
    assert found["analysis"] == name
    assert found["rows"]
    assert found["data"]


@EVERY
def test_its_parameters_are_kept_with_the_result(name: str, run: Callable[[str], Run]) -> None:
    asked = set(run(name).result.parameters)

    assert asked >= set(analyses.named(name).parameters)


@pytest.mark.slow
@EVERY
def test_it_draws_the_same_chart_everywhere(name: str, run: Callable[[str], Run]) -> None:
    result = run(name).result

    assert result.chart().to_dict()  # compares with Vega-Lite's schema
    assert alt.Chart.from_dict(result.spec()) is not None  # and so does this, as it is worded
    assert charts.spec(result.chart(), None) == result.spec()
    assert charts.svg(result.chart()).startswith("<svg")
    assert charts.svg(result.chart(), "dark").startswith("<svg")
    assert "<svg" in result._repr_html_()
    assert "<table" in result._repr_html_()


@EVERY
def test_it_says_at_a_glance_what_was_found(name: str, run: Callable[[str], Run]) -> None:
    told = run(name).result.summary()

    assert len(told) > 1
    assert any(isinstance(value, int | float | dict) for value in told.values())
    assert json.loads(json.dumps(results.plain(told)))


@EVERY
def test_it_prints_as_a_table(name: str, run: Callable[[str], Run]) -> None:
    result = run(name).result

    header = str(result).splitlines()[0].split()
    assert header
    assert set(header) <= set(result.table.column_names)


@EVERY
def test_its_warnings_are_sentences(name: str, run: Callable[[str], Run]) -> None:
    for warning in run(name).result.warnings:
        assert warning[0].isupper() or not warning[0].isalpha() or ": " in warning, warning
        assert warning.endswith((".", "!", ")")), warning


@pytest.mark.slow
@EVERY
def test_the_same_question_gives_the_same_answer(
    name: str, run: Callable[[str], Run], again: Callable[[str], results.Result]
) -> None:
    first, second = run(name).result, again(name)

    # An engine adds numbers in any order, so that the last digits may differ.
    assert alike.difference(first.table, second.table, rel=1e-6) == ""
    assert [str(row) for row in first.table[first.table.column_names[0]]] == [
        str(row) for row in second.table[second.table.column_names[0]]
    ]


@EVERY
def test_it_sends_few_queries_through_the_one_door(name: str, run: Callable[[str], Run]) -> None:
    assert 1 <= len(run(name).queries) <= MOST_QUERIES.get(name, 3)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", sums.DIALECTS)
@EVERY
def test_every_query_compiles(
    name: str,
    dialect: sums.Dialect,
    run: Callable[[str], Run],
    request: pytest.FixtureRequest,
) -> None:
    expected = UNSUPPORTED.get((name, dialect))
    if expected is not None:
        request.applymarker(pytest.mark.xfail(raises=expected, strict=True))

    for query in run(name).queries:
        assert "SELECT" in sums.sql(query, dialect)


@EVERY
def test_what_it_keeps_fits_the_contract(
    name: str, run: Callable[[str], Run], tmp_path: Path
) -> None:
    found = run(name).result.derived()

    assert (found.table if found else "") == analyses.named(name).keeps
    if found is not None:
        rows = found.rows if isinstance(found.rows, pa.Table) else found.rows.to_pyarrow()
        kept = lake.Lake(tmp_path / "lake").keep(found.table, rows, part=found.part)
        assert kept.n_rows == len(rows) > 0
