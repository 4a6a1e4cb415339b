"""How fields are drawn; texts of several lines; forms about records that two people change."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfits_web.core.forms import SEEN, LinesField, RecordForm, Renderer

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


class Tried(forms.Form):
    """A field of each kind that the frame tells apart."""

    name = forms.CharField(label='Name <of "it">', help_text="As <b>customers</b> say.")
    price = forms.IntegerField(required=False)
    agreed = forms.BooleanField(label="Agreed & sent")
    fits = forms.MultipleChoiceField(
        choices=CHOICES, widget=forms.CheckboxSelectMultiple, required=False, help_text="Any."
    )


def framed(name: str, data: dict[str, Any] | None = None) -> str:
    """The field with its label, hint and problem, without line ends."""
    field: Any = Tried(data, renderer=Renderer())[name]
    return field.as_field_group().replace("\n", "")


def test_a_field_stands_under_its_label_with_its_hint() -> None:
    assert framed("name") == (
        '<div class="field field-text"><label for="id_name">Name &lt;of &quot;it&quot;&gt;</label>'
        '<input type="text" name="name" required aria-describedby="id_name_helptext" id="id_name">'
        '<div class="form-hint" id="id_name_helptext">As <b>customers</b> say.</div></div>'
    )


def test_what_may_be_left_out_says_so() -> None:
    assert framed("price") == (
        '<div class="field field-number"><label for="id_price">Price '
        '<span class="optional">optional</span></label>'
        '<input type="number" name="price" id="id_price"></div>'
    )


def test_a_box_to_tick_stands_before_its_words() -> None:
    assert framed("agreed") == (
        '<div class="field field-checkbox"><label class="check" for="id_agreed">'
        '<input type="checkbox" name="agreed" required id="id_agreed">'
        "<span>Agreed &amp; sent</span></label></div>"
    )


def test_several_boxes_stand_in_a_group_that_is_named() -> None:
    drawn = framed("fits")

    assert drawn.startswith(
        '<div class="field field-checkboxselectmultiple">'
        '<fieldset aria-describedby="id_fits_helptext"><legend>Fits '
        '<span class="optional">optional</span></legend><div id="id_fits">'
    )
    assert drawn.count('<input type="checkbox"') == len(CHOICES)
    assert drawn.endswith(
        '</fieldset><div class="form-hint" id="id_fits_helptext">Any.</div></div>'
    )


def test_what_is_wrong_stands_beside_the_field() -> None:
    drawn = framed("price", {"price": "<much>"})

    assert drawn.startswith('<div class="field has-problem field-number">')
    assert 'value="&lt;much&gt;"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert drawn.endswith(
        '<ul class="errorlist" id="id_price_error"><li>Enter a whole number.</li></ul></div>'
    )


def test_a_line_counts_its_end_once_as_browsers_do() -> None:
    field = LinesField(max_length=5)

    assert field.clean("ab\r\ncd") == "ab\ncd"
    assert field.clean("ab\rcd") == "ab\ncd"
    with pytest.raises(forms.ValidationError):
        field.clean("ab\r\ncde")


class Planned(RecordForm):
    name = forms.CharField(max_length=50)
    why = LinesField(required=False)
    day = forms.DateField(required=False)
    kind = forms.ChoiceField(choices=[("new", "New work"), ("mend", "Mending")])
    is_open = forms.BooleanField(required=False)


KEPT = {"name": "Export", "why": "a\r\nb", "day": datetime.date(2026, 8, 9), "kind": "new",
        "is_open": False}  # fmt: skip
SENT = {"name": "Export", "why": "a\r\nb", "day": "2026-08-09", "kind": "new"}


def sent(now: dict[str, Any], seen: str | None = None, **changed: Any) -> Planned:
    """What somebody sends who opened the form on what was kept, while the record is as it is now."""
    drawn = Planned(initial=KEPT)[SEEN].value() if seen is None else seen
    return Planned({**SENT, SEEN: drawn, **changed}, initial={**KEPT, **now})


def test_what_the_writer_left_follows_the_record() -> None:
    other = {"why": "because", "day": None, "is_open": True}

    form = sent(other, name="Export to a file")

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {**KEPT, **other, "name": "Export to a file"}


def test_what_both_changed_is_refused_once_with_what_the_other_wrote() -> None:
    other = {"name": "Their <name>", "day": datetime.date(2026, 9, 1), "is_open": True}

    form = sent(other, name="Mine", day="2026-10-01")

    assert set(form.errors) == {"name", "day"}
    assert "it says “Their <name>” now" in form.errors["name"][0]
    assert "it says 1 Sep 2026 now" in form.errors["day"][0]
    drawn = form.render()
    assert 'value="Mine"' in drawn
    assert "Their &lt;name&gt;" in drawn
    again = sent(other, form[SEEN].value(), name="Mine", day="2026-10-01")
    assert again.is_valid(), again.errors
    assert again.cleaned_data["name"] == "Mine"
    assert again.cleaned_data["is_open"] is True, "what the writer never touched still follows"


def test_a_dispute_names_choices_and_ticks_in_words() -> None:
    form = sent({"kind": "mend", "why": ""}, kind="", why="mine")
    ticked = sent({"name": ""}, name="Mine")

    assert "it is empty now" in form.errors["why"][0]
    assert "it is empty now" in ticked.errors["name"][0]
    third = {**KEPT, "kind": "else"}
    opened = Planned(initial=third)[SEEN].value()
    told = Planned({**SENT, SEEN: opened}, initial={**KEPT, "kind": "mend"}).errors
    assert "it says “Mending” now" in told["kind"][0]


def test_both_who_wrote_the_same_agree() -> None:
    assert sent({"name": "Same"}, name="Same").is_valid()


@pytest.mark.parametrize("seen", ["", ":::", "kind:x:y other:z"])
def test_a_form_of_an_older_page_or_a_forged_one_is_read_too(seen: str) -> None:
    form = sent({}, seen, name="Mine")

    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == "Mine"
