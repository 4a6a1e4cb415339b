"""How fields are drawn."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfits_web.core.forms import Renderer

CHOICES = [(1, "Product <market>"), ("b&c", mark_safe("<b>Price</b>")), (None, "Nothing")]
GROUPED = [("", "Any"), ('Fits "four"', CHOICES), ("Others", [("x", "X")])]
ATTRS = [
    {},
    {"id": "id_fits", "class": "many", "disabled": True, "hidden": False, "max": 1_000},
    {"id": "", "placeholder": 'a "b" <c>', "step": 0.5},
]
PLAIN = [
    forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.PasswordInput,
    forms.HiddenInput, forms.DateInput, forms.DateTimeInput, forms.TimeInput, forms.CheckboxInput,
    forms.FileInput, forms.Textarea, forms.ClearableFileInput, forms.MultipleHiddenInput,
]  # fmt: skip
CHOOSING = [
    forms.Select, forms.SelectMultiple, forms.RadioSelect, forms.CheckboxSelectMultiple,
    forms.NullBooleanSelect,
]  # fmt: skip


def both(widget: forms.Widget, value: Any, attrs: dict[str, Any]) -> tuple[str, str]:
    """As we draw it, as Django does."""
    drawn = [widget.render("fits", value, attrs, each) for each in (Renderer(), DjangoTemplates())]
    return drawn[0], drawn[1]


@pytest.mark.parametrize("attrs", ATTRS)
@pytest.mark.parametrize("kind", PLAIN)
@settings(max_examples=10)
@given(value=st.none() | st.text() | st.integers() | st.booleans())
def test_a_field_is_drawn_letter_by_letter_as_django_draws_it(
    kind: type[forms.Widget], attrs: dict[str, Any], value: Any
) -> None:
    ours, theirs = both(kind(), [value] if kind is forms.MultipleHiddenInput else value, attrs)

    assert ours == theirs


@pytest.mark.parametrize("attrs", ATTRS)
@pytest.mark.parametrize("kind", CHOOSING)
@pytest.mark.parametrize("choices", [CHOICES, GROUPED, []])
@pytest.mark.parametrize("chosen", [None, "", [], [1], ["b&c"], [1, "b&c"]])
def test_choices_are_drawn_letter_by_letter_as_django_draws_them(
    kind: type[forms.ChoiceWidget], choices: Any, chosen: Any, attrs: dict[str, Any]
) -> None:
    widget = kind()
    if kind is not forms.NullBooleanSelect:
        widget.choices = choices
    elif isinstance(chosen, list):
        chosen = None

    ours, theirs = both(widget, chosen, attrs)

    assert ours == theirs


def test_what_is_known_of_no_kind_is_drawn_by_its_template() -> None:
    ours, theirs = both(forms.SplitDateTimeWidget(), None, {"id": "id_at"})

    assert ours == theirs
    assert ours.count("<input") == 2
