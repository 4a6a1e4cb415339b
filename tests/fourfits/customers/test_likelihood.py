"""The climber on surfaces whose top is known."""

from __future__ import annotations

import numpy as np
import pytest

from fourfits import errors
from fourfits.customers import likelihood


def poisson(total: float, n: int) -> object:
    """Log-likelihood of a Poisson mean."""

    def at(mean: float) -> likelihood.Derivatives:
        value = total * np.log(mean) - n * mean
        return value, np.array([total / mean - n]), np.array([[-total / mean**2]])

    return at


def test_the_top_and_its_error_are_found_from_far_away() -> None:
    fit = likelihood.maximise(poisson(500, 100), {"mean": 4e3}, n=100, confidence=0.95)

    assert fit["mean"] == pytest.approx(5)
    row = fit.row("mean", "events each")
    assert row["error"] == pytest.approx(5 / np.sqrt(500))
    assert row["estimate_low"] == pytest.approx(5 * np.exp(-1.96 / np.sqrt(500)), rel=1e-4)


def test_a_function_of_the_parameters_gets_its_error_by_the_delta_method() -> None:
    fit = likelihood.maximise(poisson(500, 100), {"mean": 1.0}, n=100, confidence=0.95)

    row = fit.derived("square", "", lambda mean: mean**2)

    assert row["estimate"] == pytest.approx(25)
    assert row["error"] == pytest.approx(2 * 5 * fit.row("mean", "")["error"], rel=1e-5)


def test_a_slope_without_end_is_stopped_and_named() -> None:
    fit = likelihood.maximise(poisson(0, 100), {"mean": 1.0}, n=100, confidence=0.95)

    assert fit.runaways == ("mean low",)


def test_a_surface_without_sense_is_refused_in_words() -> None:
    def at(mean: float) -> likelihood.Derivatives:
        return -mean, np.array([mean]), np.array([[-1.0]])  # the slope lies

    with pytest.raises(errors.ConvergenceError, match="no maximum that could be found"):
        likelihood.maximise(at, {"mean": 1.0}, n=1, confidence=0.95)
