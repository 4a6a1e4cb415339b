"""What people type about needs."""

from __future__ import annotations

import functools
from typing import Any

from django import forms
from django.utils.safestring import SafeString

from fourfits_web.core.forms import LinesField, RecordForm
from fourfits_web.needs import queries


class AddForm(forms.Form):
    """A need that people name themselves."""

    name = forms.CharField(
        max_length=200,
        widget=forms.TextInput({"autofocus": True}),
        help_text="In the customer's words, a few of them: what is missing, not how to build it.",
    )
    description = LinesField(required=False, max_length=5_000, widget=forms.Textarea({"rows": 4}))


class ShapeForm(RecordForm):
    """Another name, another description."""

    name = forms.CharField(max_length=200)
    description = LinesField(required=False, max_length=5_000, widget=forms.Textarea({"rows": 3}))


@functools.lru_cache(maxsize=200)
def shape_fields(name: str, description: str) -> SafeString:
    """The fields with what stands in them, drawn once: the page of a need holds them unseen."""
    return ShapeForm(initial={"name": name, "description": description}).render()


class ChooseForm(forms.Form):
    """A need that stands, by its name."""

    need = forms.CharField(max_length=200)

    def clean_need(self) -> Any:
        found = queries.named(self.cleaned_data["need"])
        if found is None:
            raise forms.ValidationError("There is no need of that name.")
        return found


class SplitForm(forms.Form):
    """What goes to a need of its own, and what that is called."""

    name = forms.CharField(max_length=200)
    items = forms.TypedMultipleChoiceField(coerce=int, required=False)
    part = forms.IntegerField(required=False, min_value=0)

    def __init__(self, *args: Any, known: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].choices = [(pk, pk) for pk in known]  # type: ignore[attr-defined]
