"""What countries are called."""

from __future__ import annotations

from fourfits_web.core import countries


def test_every_code_of_the_standard_has_a_name() -> None:
    assert len(countries.NAMES) == 249
    assert all(len(code) == 2 and code.isupper() for code in countries.NAMES)
    assert len(set(countries.NAMES.values())) == 249
