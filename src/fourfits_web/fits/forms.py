"""What people say about fits and conflicts."""

from __future__ import annotations

from typing import Any

from django import forms

from fourfits_web.core import roles
from fourfits_web.core.forms import LinesField
from fourfits_web.decisions import queries as decisions
from fourfits_web.decisions.models import Decision
from fourfits_web.members import queries as members

RECENT = 50


class OwnerForm(forms.Form):
    """Who answers for a fit."""

    member = forms.ModelChoiceField(
        members.active(),
        required=False,
        label="Owner",
        empty_label="Nobody by name",
        widget=forms.Select({"class": "form-select"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = [role for role in roles.Role if roles.may(role, "fits.change")]
        self.fields["member"].queryset = members.active().filter(role__in=able)  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """What the team does about a conflict."""

    decision = forms.ChoiceField(required=False, help_text="A decision that answers it.")
    note = LinesField(
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Or in a few words, for instance why it may stay as it is.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [("", "None of these"), *decisions.names(RECENT)]
        self.fields["decision"].choices = named  # type: ignore[attr-defined]

    def clean_decision(self) -> Decision | None:
        """The decision that was chosen."""
        chosen = self.cleaned_data["decision"]
        return Decision.objects.filter(pk=chosen).first() if chosen else None

    def clean(self) -> dict[str, Any]:
        """Something must be said."""
        cleaned = super().clean() or {}
        if not cleaned.get("decision") and not (cleaned.get("note") or "").strip():
            raise forms.ValidationError("Choose a decision, or write a note.")
        return cleaned
