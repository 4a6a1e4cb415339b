"""The one list of analyses."""

from __future__ import annotations

import pytest

from fourfits import analyses, errors, samples, sources, tables


def test_names_are_those_of_the_list() -> None:
    assert list(analyses.ALL) == [analysis.name for analysis in analyses.ALL.values()]


@pytest.mark.parametrize("analysis", analyses.ALL.values(), ids=lambda analysis: analysis.name)
def test_inputs_are_tables_of_the_contract(analysis: analyses.Analysis) -> None:
    known = tables.CANONICAL | tables.DERIVED

    assert analysis.inputs
    assert set(analysis.inputs) | set(analysis.optional) <= set(known)
    assert not set(analysis.parameters) & set(known)


def test_an_unknown_analysis_is_refused_with_the_list() -> None:
    with pytest.raises(errors.ParameterError, match="no analysis 'mps'; there are nps"):
        analyses.named("mps")


def test_an_unknown_setting_is_refused_with_the_list(company: samples.Company) -> None:
    data = sources.from_tables({"responses": company.tables["responses"]})

    with pytest.raises(errors.ParameterError, match="nps has no parameter colour; it has score"):
        analyses.named("nps").run(data, colour="red")


def test_a_missing_table_is_named() -> None:
    data = sources.from_tables({"feedback": {"feedback_id": ["1"], "text": ["x"]}})

    with pytest.raises(errors.TableError, match="There is no data for responses"):
        analyses.named("nps").run(data)
