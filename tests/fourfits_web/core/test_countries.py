"""What countries are called."""

from __future__ import annotations

import pytest

from fourfits_web.core import countries


@pytest.mark.parametrize(
    ("code", "called"),
    [("AT", "Austria"), ("gb", "United Kingdom"), ("XK", "Kosovo"), ("TR", "Türkiye")],
)
def test_a_code_of_the_data_reads_as_the_country(code: str, called: str) -> None:
    assert countries.name(code) == called


@pytest.mark.parametrize("word", ["EU", "ZZ", "150", "Bavaria", ""])
def test_what_is_no_country_stays_as_it_is(word: str) -> None:
    assert countries.name(word) == word
