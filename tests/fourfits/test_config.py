"""Settings of a home."""

from __future__ import annotations

from pathlib import Path

import pytest

from fourfits import config, errors


def test_settings_survive_writing_and_reading(tmp_path: Path) -> None:
    settings = config.Workspace(
        name='The "best" shop \\ Ünï',
        currency="CHF",
        product_kind="both",
        prices={"Pro plan": 49.5},
    )

    config.write_workspace(tmp_path, settings)

    assert config.workspace(tmp_path) == settings


def test_a_home_without_settings_has_the_defaults(tmp_path: Path) -> None:
    assert config.workspace(tmp_path) == config.Workspace()


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('curency = "EUR"\n')

    with pytest.raises(errors.ParameterError, match="holds curency; allowed are currency"):
        config.workspace(tmp_path)


def test_broken_toml_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("name = \n")

    with pytest.raises(errors.ParameterError, match="not valid TOML"):
        config.workspace(tmp_path)


def test_home_is_the_argument_then_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FOURFITS_HOME", str(tmp_path / "environment"))

    assert config.home(tmp_path / "given") == tmp_path / "given"
    assert config.home() == tmp_path / "environment"


@pytest.mark.parametrize("name", config.FIT_SCALES)
def test_every_scale_runs_one_way(name: str) -> None:
    scale = config.FIT_SCALES[name]

    rising = scale.floor < scale.threshold < scale.excellent
    falling = scale.floor > scale.threshold > scale.excellent
    assert rising or falling
