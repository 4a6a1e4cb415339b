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
