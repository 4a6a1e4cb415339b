"""What people type about feedback."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from fourfits_web.core.forms import LinesField
from fourfits_web.customers import queries as customers
from fourfits_web.feedback import queries
from fourfits_web.feedback.models import Source, Strength


class AddForm(forms.Form):
    """What a customer said, written down by a member."""

    text = LinesField(
        label="What was said",
        max_length=20_000,
        widget=forms.Textarea({"rows": 6, "autofocus": True}),
        help_text="In the customer's own words.",
    )
    customer = forms.CharField(
        required=False,
        max_length=200,
        help_text="Type a name, an e-mail address or an id of a person or account, and choose.",
        widget=forms.TextInput(
            {
                "list": "voices",
                "autocomplete": "off",
                "hx-get": reverse_lazy("feedback:voices"),
                "hx-trigger": "input changed delay:150ms, load",
                "hx-target": "#voices",
            }
        ),
    )
    source = forms.ChoiceField(choices=Source.choices, initial=Source.INTERVIEW)
    said_on = forms.DateField(
        label="When", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    strength = forms.ChoiceField(
        label="How much it matters to them",
        required=False,
        choices=[("", "Not said"), *Strength.choices],
    )
    url = forms.URLField(
        label="Link to where it stands",
        required=False,
        max_length=2_000,
        assume_scheme="https",
        help_text="A call recording, a thread, a ticket.",
    )

    def clean_customer(self) -> dict[str, str]:
        """The person with their account, or the account."""
        given = self.cleaned_data["customer"].strip()
        if not given:
            return {"customer_id": "", "account_id": ""}
        if person := customers.person(given):
            return {"customer_id": person.customer_id, "account_id": person.account_id}
        if account := customers.account(given):
            return {"customer_id": "", "account_id": account.account_id}
        raise forms.ValidationError(
            "Nobody is known by that id; type a name and choose from the list."
        )

    def clean_said_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["said_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("That day is still to come.")
        return day

    def fields_of_item(self) -> dict[str, Any]:
        """What `actions.receive` takes."""
        said = self.cleaned_data
        noon = datetime.time(12, tzinfo=timezone.get_current_timezone())
        today = said["said_on"] == timezone.localdate()
        return {
            **said["customer"],
            "text": said["text"],
            "source": said["source"],
            "strength": said["strength"],
            "url": said["url"],
            "occurred_at": timezone.now()
            if today
            else datetime.datetime.combine(said["said_on"], noon),
        }


class AssignForm(forms.Form):
    """To whom; empty for nobody."""

    to = forms.ModelChoiceField(queries.assignable(), required=False)


class TagForm(forms.Form):
    """Tags to add, separated by commas, or one to remove."""

    add = forms.CharField(required=False, max_length=500)
    remove = forms.CharField(required=False, max_length=100)

    def clean_add(self) -> list[str]:
        return [name for name in self.cleaned_data["add"].split(",") if name.strip()]

    def clean_remove(self) -> list[str]:
        name = self.cleaned_data["remove"]
        return [name] if name else []
