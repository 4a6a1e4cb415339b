"""The form that is built from an analysis's parameters."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from fourfits import analyses
from fourfits_web.reports import forms


def _filled(analysis: str, asked: dict[str, object], **changes: str) -> forms.SettingsForm:
    """The form as a browser posts it: what stood in it, and what was changed."""
    given = QueryDict(mutable=True)
    for bound in forms.SettingsForm(analysis=analysis, asked=asked):
        value = bound.value()
        if value not in {None, False} if not isinstance(value, list | dict) else value:
            given[bound.name] = str(bound.field.prepare_value(bound.initial))
    given.update(changes)
    return forms.SettingsForm(given, analysis=analysis, asked=asked)


@pytest.mark.parametrize("analysis", list(analyses.ALL))
def test_a_form_left_as_it_was_asks_the_same_question(analysis: str) -> None:
    form = _filled(analysis, {})

    assert form.is_valid(), form.errors
    assert form.asked == {}
    assert form.as_of is None


def test_what_was_asked_stays_asked_unless_it_is_changed() -> None:
    kept = _filled("acquisition", {"by": ["channel"]})
    changed = _filled("acquisition", {"by": ["channel"]}, by="plan, segment", months="6")

    assert kept.is_valid()
    assert changed.is_valid()
    assert kept.asked == {"by": ["channel"]}
    assert changed.asked == {"by": ["plan", "segment"], "months": 6.0}


def test_numbers_by_name_are_read() -> None:
    form = _filled("scorecard", {}, prices="Pro = 19, Team = 129.5")

    assert form.is_valid()
    assert form.asked == {"prices": {"Pro": 19, "Team": 129.5}}


def test_a_wrong_number_is_refused_in_words() -> None:
    form = _filled("scorecard", {}, prices="Pro = much, Team = 2")

    assert not form.is_valid()
    assert "much" in form.errors["prices"].as_text()
    assert "is not a number" in form.errors["prices"].as_text()


def test_settings_come_with_what_their_docstring_says() -> None:
    form = forms.SettingsForm(analysis="nps", asked={})

    assert form.fields["by"].help_text == "Column or columns to group by; empty gives one row."


def test_what_is_posted_in_the_hidden_field_may_be_anything() -> None:
    assert forms.remembered('{"by": "plan"}') == {"by": "plan"}
    assert forms.remembered("[1]") == forms.remembered("x{") == {}


def test_what_is_said_of_further_tables_does_not_hang_on_the_setting_before() -> None:
    said = forms.described(
        """Fit.

        Args:
            seed: Of all draws.
            **tables: `events`: who stays; `accounts`.
        """.replace("\n        ", "\n")
    )

    assert said == {"seed": "Of all draws.", "tables": "`events`: who stays; `accounts`."}


def test_a_column_of_the_contract_is_named_in_words_and_as_it_is_typed() -> None:
    said = forms.described("""Fit.

Args:
    per: Column such as `account_id`; `None` takes `quantity`.
    cohort: `first_event` or `every_event`.
    capacity: For all or by name (`["app=2"]`).
    share: What is recorded, and `config.ASSUMED_MARGIN_SHARE` of the rest.
""")

    assert said == {
        "per": "Column such as account `account_id`; empty takes `quantity`.",
        "cohort": "`first_event` or `every_event`.",
        "capacity": "For all or by name.",
        "share": "What is recorded, and 80% of the rest.",
    }
