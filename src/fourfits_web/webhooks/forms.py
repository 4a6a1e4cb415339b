"""What an owner types about a webhook."""

from __future__ import annotations

from typing import Any

from django import forms

from fourfits.errors import ParameterError
from fourfits_web.core.forms import RecordForm
from fourfits_web.webhooks import queries


class EndpointForm(RecordForm):
    """Where events go, and which."""

    name = forms.CharField(max_length=100, help_text="What hears there.")
    url = forms.URLField(label="Address", max_length=500, assume_scheme="https")
    events = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked means all, those of later versions too.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = [(name, name) for name in queries.events()]  # type: ignore[attr-defined]

    def refuse(self, problem: ParameterError) -> None:
        """Say beside the address why nothing may be sent there; what was typed stays."""
        self.add_error("url", f"{problem.message} Hint: {problem.hint}.")
