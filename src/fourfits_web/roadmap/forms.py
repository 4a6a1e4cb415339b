"""What people type about the roadmap."""

from __future__ import annotations

import functools
from typing import Any

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from fourfits_web.core.forms import LinesField, RecordForm
from fourfits_web.roadmap import telling
from fourfits_web.roadmap.models import BOARD, Channel, Item, Lane, Note, Release, Vision

LANES = [(lane.value, lane.label) for lane in (*BOARD, Lane.OFF)]


class MoveForm(forms.Form):
    """Where an item goes: as the board's script or a button tells it."""

    item = forms.IntegerField(min_value=1)
    lane = forms.ChoiceField(choices=Lane.choices)
    place = forms.IntegerField(required=False, min_value=0, max_value=100_000)
    after = forms.IntegerField(required=False, min_value=1)
    exact = forms.BooleanField(required=False)
    """Whether `place` counts all items of the lane, not only those that a filter shows."""


class PutForm(forms.Form):
    """What goes on the roadmap, and where."""

    feature = forms.IntegerField(min_value=1)
    lane = forms.ChoiceField(choices=LANES)


class ItemForm(RecordForm):
    """Where it stands, who builds it, in which release it goes out, what outsiders see."""

    lane = forms.ChoiceField(choices=LANES, label="Place")
    position = forms.IntegerField(required=False, min_value=1, max_value=100_000, label="Position there",
                                  help_text="1 is first. Empty: the end.")  # fmt: skip
    team = forms.CharField(required=False, max_length=80, label="Team",
                           help_text="Empty: the team that has most of its work items.")  # fmt: skip
    release = forms.ModelChoiceField(
        Release.objects.none(), required=False, label="Release", empty_label="None yet"
    )
    is_shared = forms.BooleanField(required=False, label="Show in the shared view")
    shared_name = forms.CharField(
        required=False, max_length=200, label="Name in the shared view",
        help_text="Empty: the feature’s own name. Leave customers’ names out.",
    )  # fmt: skip
    shared_note = LinesField(
        required=False, max_length=500, label="One sentence for customers",
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, releases: Any, item: Item | None = None, **kwargs: Any) -> None:
        if item is not None:
            kwargs["initial"] = {
                "lane": item.lane, "position": item.place + 1, "team": item.team, "release": item.release,
                "is_shared": item.is_shared, "shared_name": item.shared_name,
                "shared_note": item.shared_note,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        field = self.fields["release"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = releases
        if item is not None and item.release_id:  # one that has shipped stays what it was
            field.queryset = releases | Release.objects.filter(pk=item.release_id)
        if item is not None and item.lane == Lane.DONE:
            lane = self.fields["lane"]
            assert isinstance(lane, forms.ChoiceField)  # noqa: S101 - for the type checker
            lane.choices = [*LANES, (Lane.DONE.value, Lane.DONE.label)]


class VisionForm(RecordForm):
    """What the product is for."""

    text = LinesField(
        required=False, max_length=Vision.MOST, label="Vision",
        widget=forms.Textarea({"rows": 5}),
        help_text="What should be true, for whom, by when. Two or three sentences that decide "
        f"something: what would not be built under it? Up to {Vision.MOST} characters; empty takes it back.",
    )  # fmt: skip
    is_shared = forms.BooleanField(required=False, label="Show it in the shared view")


class ReleaseForm(RecordForm):
    """What a release is."""

    name = forms.CharField(max_length=120, label="Name")
    release_on = forms.DateField(
        required=False, label="Date", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    notice = LinesField(
        required=False, max_length=5_000, widget=forms.Textarea({"rows": 5}),
        label="Notice for companies",
        help_text="What changes for them, what they have to prepare, whom to ask.",
    )  # fmt: skip
    is_shared = forms.BooleanField(required=False, label="Announce it in the shared view")


@functools.lru_cache(maxsize=200)
def message_fields(subject: str, text: str) -> SafeString:
    """The fields with what stands in them, drawn once: every look at the list shows them."""
    return MessageForm(initial={"subject": subject, "text": text}).render()


class ToldForm(forms.Form):
    """How people were told."""

    OPTIONS = format_html_join(
        "", '<option value="{}">{}</option>', ((one.value, one.label) for one in Channel)
    )
    """The same for every page: they stand on each look at the list twice."""

    channel = forms.ChoiceField(choices=Channel.choices, label="How")


class AnswerForm(forms.Form):
    """What one who asked answered, and whether it is written down as feedback too."""

    kind = forms.ChoiceField(
        choices=[(one.value, one.label) for one in (Note.Kind.HELPED, Note.Kind.NOT_HELPED)],
        label="Their answer",
        widget=forms.RadioSelect,
    )
    words = LinesField(
        required=False, max_length=telling.LONGEST_WORDS, widget=forms.Textarea({"rows": 4}),
        label="In their words", help_text="What helped, or what is still missing.",
    )  # fmt: skip
    need = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label="Write it down as feedback on",
        help_text="Then it counts among what customers say, under their name.",
    )  # fmt: skip

    def __init__(self, *args: Any, needs: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["need"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", "Nothing, only note it here"), *((one.pk, str(one)) for one in needs)]

    def clean(self) -> dict[str, Any]:
        """Feedback needs words."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("need") and not given.get("words", "").strip():
            self.add_error("words", "Feedback needs words: what did they say?")
        return given


class MessageForm(RecordForm):
    """What those who asked are written."""

    subject = forms.CharField(max_length=200, label="Subject")
    text = LinesField(
        max_length=telling.LONGEST_TEXT, label="Message", widget=forms.Textarea({"rows": 11}),
        help_text="{name} becomes the name of each person.",
    )  # fmt: skip
