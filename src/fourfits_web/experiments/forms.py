"""What people say about experiments."""

from __future__ import annotations

from typing import Any

from django import forms

from fourfits_web.core.forms import LinesField, RecordForm
from fourfits_web.experiments import analyses
from fourfits_web.experiments.models import State
from fourfits_web.members import queries as members

CORRECTIONS = (
    ("holm", "No false alarm at all (Holm)"),
    ("benjamini-hochberg", "Few among the alarms (Benjamini–Hochberg)"),
    ("none", "None"),
)


class PlanForm(forms.Form):
    """A new experiment."""

    experiment_id = forms.CharField(
        label="Id", max_length=200, help_text="What the exposures that you import will call it."
    )
    name = forms.CharField(required=False, max_length=200)
    hypothesis = LinesField(
        widget=forms.Textarea({"rows": 3}),
        help_text="What you change, for whom, and what you expect of it.",
    )
    owner = forms.ModelChoiceField(members.active(), required=False, empty_label="Nobody yet")


class DescribeForm(RecordForm):
    """What an experiment tries, who answers for it, how far it is."""

    name = forms.CharField(max_length=200)
    hypothesis = LinesField(required=False, widget=forms.Textarea({"rows": 3}))
    owner = forms.ModelChoiceField(members.active(), required=False, empty_label="Nobody yet")
    state = forms.ChoiceField(choices=State.choices)


class MeasureForm(forms.Form):
    """What is measured, and how."""

    metrics = forms.MultipleChoiceField(
        choices=list(analyses.METRICS.items()), widget=forms.CheckboxSelectMultiple
    )
    cuped = forms.BooleanField(
        required=False,
        label="Take away what was known before (CUPED)",
        help_text="Orders before exposure explain noise that no arm has caused.",
    )
    days = forms.IntegerField(
        label="Days after exposure",
        min_value=1,
        max_value=365,
        help_text="Orders until then count.",
    )
    correction = forms.ChoiceField(label="Correction for several looks", choices=CORRECTIONS)
    control = forms.ChoiceField(required=False, label="Control arm")

    def __init__(self, *args: Any, arms: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = [("", "The arm called control")]
        self.fields["control"].choices = [*usual, *((arm, arm) for arm in arms)]  # type: ignore[attr-defined]
