"""What people type about features."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html_join

from fourfits.errors import RangeError
from fourfits_web.core.forms import LinesField, RecordForm, choose
from fourfits_web.features import actions, queries
from fourfits_web.features.models import Feature, Kind, Status, Strength
from fourfits_web.features.scales import SCALES
from fourfits_web.members import queries as members
from fourfits_web.needs import queries as needs

SURE = (
    ("", "Not stated"),
    ("1", "100%, measured"),
    ("0.8", "80%, well founded"),
    ("0.5", "50%, a guess"),
)


class FeatureForm(forms.Form):
    """What a feature is."""

    name = forms.CharField(max_length=300, label="Name", help_text="What customers can do with it.")
    description = LinesField(
        required=False, max_length=20_000, widget=forms.Textarea({"rows": 5}), label="Description"
    )
    kind = forms.ChoiceField(
        choices=[("", "Not stated"), *Kind.choices], required=False, label="Kind of work"
    )
    status = forms.ChoiceField(choices=Status.choices, initial=Status.IDEA, label="Status")
    segment = forms.CharField(
        required=False, max_length=200, label="Segment", help_text="Whom it is for.",
        widget=forms.TextInput({"list": "segments", "autocomplete": "off"}),
    )  # fmt: skip
    product_id = forms.CharField(required=False, max_length=200, label="Product")
    release_on = forms.DateField(
        required=False, label="Planned for", widget=forms.DateInput({"type": "date"})
    )
    owner = forms.ModelChoiceField(
        members.active(), required=False, label="Owner", empty_label="Nobody yet"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.segments = queries.segments()
        choose(self, "owner", members.choices())


class ChangeFeatureForm(RecordForm, FeatureForm):
    """A feature that stands, to be changed."""

    def __init__(self, *args: Any, feature: Feature, **kwargs: Any) -> None:
        kept = {name: getattr(feature, name) for name in self.base_fields}
        super().__init__(*args, initial=kept, **kwargs)
        self.feature = feature
        if feature.status not in Status.values:
            status = self.fields["status"]
            assert isinstance(status, forms.ChoiceField)  # noqa: S101 - for the type checker
            status.choices = [*Status.choices, (feature.status, feature.status_word)]

    def changes(self) -> dict[str, Any]:
        """What differs from the feature as it stands."""
        given = self.cleaned_data
        return {
            name: value for name, value in given.items() if value != getattr(self.feature, name)
        }


class NewFeatureForm(FeatureForm):
    """A new feature, with the need that it answers."""

    need_link = forms.ModelChoiceField(
        needs.active(),
        required=False,
        label="Need",
        empty_label="None yet",
        help_text="The need of customers that it answers.",
    )
    field_order = ("name", "need_link", "description")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "need_link", needs.choices())


class LinkForm(forms.Form):
    """A need that a feature answers."""

    need_link = forms.ModelChoiceField(needs.active(), label="Need", empty_label="Choose a need")
    strength = forms.ChoiceField(
        choices=Strength.choices, initial=Strength.IMPORTANT, label="How much it matters for it"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "need_link", needs.choices())


class InputForm(forms.Form):
    """A statement about one input of the score."""

    input = forms.ChoiceField(
        choices=[(scale.name, scale.title) for scale in SCALES.values()],
        label="Input",
        help_text=format_html_join(
            "", '<span data-scale="{}">{}</span>', ((one.name, one.told) for one in SCALES.values())
        ),
    )
    likely = forms.FloatField(label="Likely value", widget=forms.NumberInput({"step": "any"}))
    low = forms.FloatField(
        required=False, label="At least", widget=forms.NumberInput({"step": "any"})
    )
    high = forms.FloatField(
        required=False, label="At most", widget=forms.NumberInput({"step": "any"})
    )
    confidence = forms.ChoiceField(
        choices=SURE, required=False, label="How sure",
        help_text="Where no range is stated, this says how wide it is.",
    )  # fmt: skip
    source = forms.CharField(
        max_length=300,
        label="Source",
        help_text="Where the number comes from: a survey, usage, the team.",
    )

    def clean(self) -> dict[str, Any]:
        """The values lie on the input's scale, and its ends around the likely one."""
        given = super().clean() or {}
        if not self.errors:
            try:
                actions.check_input(
                    given["input"], likely=given["likely"], low=given["low"], high=given["high"]
                )
            except RangeError as refused:
                self.add_error("likely", str(refused))
        return given

    def statement(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        sure = given["confidence"]
        return {
            "name": given["input"],
            "likely": given["likely"],
            "low": given["low"],
            "high": given["high"],
            "source": given["source"],
            "confidence_share": float(sure) if sure else None,
        }
