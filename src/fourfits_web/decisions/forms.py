"""What people say of a decision."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from fourfits_web.core.forms import LinesField, RecordForm
from fourfits_web.decisions.models import Fit, Kind, Look

USUAL_LOOK = datetime.timedelta(days=90)


def _day_field() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class DecisionForm(RecordForm):
    """What, why, and what should come of it."""

    what = forms.CharField(
        label="What was decided",
        max_length=300,
        widget=forms.TextInput({"autofocus": True}),
        help_text="One sentence that somebody who was not there understands.",
    )
    why = LinesField(
        label="Why", max_length=10_000, widget=forms.Textarea({"rows": 5}),
        help_text="What the evidence says, what else was weighed, what spoke against it.",
    )  # fmt: skip
    kind = forms.ChoiceField(label="About", choices=Kind.choices)
    fits = forms.MultipleChoiceField(
        label="Fits that it touches",
        choices=Fit.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    expected_effect = LinesField(
        label="Expected effect",
        max_length=5_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="With a number and a day, so that it can be checked.",
    )
    look_again_on = forms.DateField(label="Look again on", required=False, widget=_day_field())

    def __init__(self, *args: Any, reports: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reports = {str(report.pk): report for report in reports}
        if self.reports:
            self.fields["reports"] = forms.MultipleChoiceField(
                label="Reports that it rests on",
                choices=[(pk, str(report)) for pk, report in self.reports.items()],
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text="Kept as they stand today, with their data.",
            )

    @property
    def chosen_reports(self) -> list[Any]:
        """The reports that were ticked."""
        return [self.reports[pk] for pk in self.cleaned_data.get("reports", [])]

    @property
    def words(self) -> dict[str, Any]:
        """The fields of the decision alone."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reports"}


class LookForm(forms.Form):
    """What happened since, and what follows."""

    happened = LinesField(
        label="What happened", max_length=10_000, widget=forms.Textarea({"rows": 4}),
        help_text="What was expected, what came, and why.",
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label="The decision",
        choices=Look.Outcome.choices,
        initial=Look.Outcome.STANDS,
        widget=forms.RadioSelect,
    )
    look_again_on = forms.DateField(label="Look again on", required=False, widget=_day_field())


class OpinionForm(forms.Form):
    """What the other role says."""

    note = LinesField(
        label="What you would add, or do instead",
        max_length=10_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


def first_look() -> datetime.date:
    """The day to look again unless people choose another."""
    return timezone.localdate() + USUAL_LOOK
