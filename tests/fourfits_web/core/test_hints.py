"""Hints of the library say what to do in the workspace, and draw code as code."""

from __future__ import annotations

import pytest

from fourfits import errors, sources, tables
from fourfits_web.core import hints


def test_a_text_is_escaped_and_code_in_it_drawn_as_code() -> None:
    assert hints.coded("use `a<b` & <go>") == "use <code>a&lt;b</code> &amp; &lt;go&gt;"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("`fourfits import orders FILE` brings it in", '<a href="/data/">import orders</a>'),
        (
            "`fourfits analyse rfm --keep` fills it",
            '<a href="/reports/ask/rfm/">divide customers by what they buy</a>',
        ),
        (
            "`fourfits tables deals` says what each column holds",
            '<a href="/data/tables/deals/">the page of deals</a> says what each column holds',
        ),
        ("`fourfits tables` describes each", '<a href="/data/">the page Data</a> describes each'),
        ("wait, or take `unit=week`", "wait, or take <code>unit=week</code>"),
    ],
)
def test_a_command_gives_way_to_its_place_in_the_workspace(command: str, said: str) -> None:
    assert hints.hint(command) == said


@pytest.mark.parametrize("name", [*tables.CANONICAL, "memberships", "assignments", "values"])
def test_what_is_missing_is_never_told_as_a_command(name: str) -> None:
    with pytest.raises(errors.TableError) as refused:
        getattr(sources.Data({}), name)

    assert "fourfits" not in hints.hint(refused.value.hint)
