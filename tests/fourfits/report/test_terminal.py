"""The loop on one screen."""

from __future__ import annotations

from fourfits import report


def test_the_summary_names_fits_conflicts_and_the_plan(loop: report.Loop) -> None:
    text = report.text(loop)

    for heading in ("The four fits", "Conflicts", "Build next", "Also found"):
        assert heading in text
    assert "Not answered" not in text
