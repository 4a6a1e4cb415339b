"""What people say of segments."""

from __future__ import annotations

from typing import Any

from django import forms

from fourfits_web.core.forms import LinesField, RecordForm
from fourfits_web.segments.models import Segment


class DescribeForm(RecordForm):
    """What a segment is called, and who these people are."""

    label = forms.CharField(
        required=False, max_length=100, label="Name", help_text="Empty keeps the name in the data."
    )
    description = LinesField(
        required=False,
        max_length=5_000,
        widget=forms.Textarea({"rows": 4}),
        label="Who they are",
        help_text="What they have in common, what they come for, how to speak to them.",
    )

    def __init__(self, *args: Any, segment: Segment, **kwargs: Any) -> None:
        kept = {"label": segment.label, "description": segment.description}
        super().__init__(*args, initial=kept, **kwargs)
