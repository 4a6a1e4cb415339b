"""What a run says of an experiment, in words."""

import pytest

from fourfits_web.experiments import analyses


@pytest.mark.parametrize(
    ("p", "words"), [(0.0000002, "< 0.001"), (0.001, "0.001"), (0.0254, "0.025"), (None, "–")]
)
def test_a_small_p_value_is_never_said_to_be_nothing(p: float | None, words: str) -> None:
    effect = analyses.Effect(
        metric="converted",
        title="Bought anything",
        unit="share",
        arm="treatment",
        against="control",
        row={"p_value": p, "p_adjusted": p},
    )

    assert (effect.p_value, effect.p_adjusted) == (words, words)


@pytest.mark.parametrize(
    ("correction", "n", "words"),
    [
        ("holm", 2, "adjusted for 2 comparisons (Holm)"),
        ("benjamini-hochberg", 3, "adjusted for 3 comparisons (Benjamini–Hochberg)"),
        ("none", 2, "not adjusted for there being 2 comparisons"),
        ("holm", 1, "one comparison"),
    ],
)
def test_what_p_values_are_adjusted_for_is_said(correction: str, n: int, words: str) -> None:
    rows = [{"metric": "converted", "kind": "proportion", "arm": "b", "against": "a", "p_value": p}
            for p in [0.01] * n + [None]]  # fmt: skip

    assert words in analyses.adjusted(analyses.effects(rows, "EUR"), correction)
