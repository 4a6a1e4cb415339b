"""A form for the settings of any analysis, built from its function's signature."""

from __future__ import annotations

import datetime
import inspect
import json
import re
from collections.abc import Mapping
from typing import Any

from django import forms

from fourfits import analyses, config
from fourfits_web.core import display
from fourfits_web.data import wording
from fourfits_web.reports import words

TEMPLATE = "reports/_setting.html"
_GROUPS = ("segment", "plan", "country", "acquisition_channel", "industry")


class SettingsForm(forms.Form):
    """Settings of one analysis, and the day whose data it runs on.

    What is left as it was stays out of the question, so that the same question keeps its key.
    """

    def __init__(self, *args: Any, analysis: str, asked: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = analyses.named(analysis)
        self.analysis = analysis
        self.before = {name: value for name, value in asked.items() if name in known.parameters}
        notes = described(inspect.getdoc(known.function) or "")
        for name, parameter in known.parameters.items():
            field = _field(name, str(parameter.annotation))
            field.label = words.setting(name)
            field.template_name = TEMPLATE  # type: ignore[attr-defined]
            field.help_text = notes.get(name, "")
            field.required = False
            field.initial = _typed(self.before.get(name, parameter.default))
            self.fields[name] = field
        moment = forms.DateTimeField(
            label="On the data of",
            required=False,
            help_text="An earlier moment; empty for the data of now.",
            widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        )
        moment.template_name = TEMPLATE  # type: ignore[attr-defined]
        self.fields["data_of"] = moment

    @property
    def before_text(self) -> str:
        """The settings that stood, to be posted along."""
        return json.dumps(self.before)

    @property
    def as_of(self) -> datetime.datetime | None:
        """The moment whose data were asked for."""
        found: datetime.datetime | None = self.cleaned_data["data_of"]
        return found

    @property
    def asked(self) -> dict[str, Any]:
        """The settings of the question: those that stood in it, and those that were changed."""
        known = analyses.named(self.analysis).parameters
        chosen: dict[str, Any] = {}
        for name, field in self.fields.items():
            if name not in known:
                continue
            value = self.cleaned_data[name]
            if _typed(value) == _typed(field.initial):
                if name in self.before:
                    chosen[name] = self.before[name]
            elif value not in {None, ""} if not isinstance(value, list | dict) else value:
                chosen[name] = value
        return {name: _plain(value) for name, value in chosen.items()}


def described(docstring: str) -> dict[str, str]:
    """What a docstring says of each argument, its lines joined."""
    found: dict[str, str] = {}
    name, inside = "", False
    for line in docstring.splitlines():
        if re.match(r"^\w+:$", line):
            inside, name = line == "Args:", ""
        elif inside and (start := re.match(r"^    \*{0,2}(\w+): (.*)$", line)):
            name = start[1]
            found[name] = start[2]
        elif inside and name and line.strip():
            found[name] += f" {line.strip()}"
    return {name: _said(text) for name, text in found.items()}


def _said(text: str) -> str:
    """A docstring's words for people who see a form: what is left out is empty, not `None`.

    Names of the code stay between backticks: a page draws them as code, for they are typed in.
    """
    plain = re.sub(r" \(`[\[{][^)]*\)", "", text)  # how Python spells what the form takes otherwise
    plain = re.sub(r"`?\bNone\b`?", "empty", plain)
    plain = re.sub(r"`config\.(\w+)`", _setting_of_the_house, plain)
    plain = re.sub(r"`(\w+)`", _named, plain)
    return plain[:1].upper() + plain[1:]


def _setting_of_the_house(found: re.Match[str]) -> str:
    value = getattr(config, found[1])
    return display.share(value) if found[1].endswith("_SHARE") else str(value)


def _named(found: re.Match[str]) -> str:
    """A column of the contract with its words before it."""
    words = wording.within(found[1])
    return found[0] if words == found[1] else f"{words} {found[0]}"


def remembered(text: str) -> dict[str, Any]:
    """The settings of the report below which a form stood; what is not understood is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _field(name: str, annotation: str) -> forms.Field:
    """The field for a type, as the signature spells it."""
    kind = annotation.strip("'\"").split(" | ")[0]
    if kind == "bool":
        return forms.BooleanField()
    if kind == "int":
        return forms.IntegerField()
    if kind == "float":
        return forms.FloatField(widget=forms.NumberInput({"step": "any"}))
    if kind == "datetime.date":
        return forms.DateField(widget=forms.DateInput({"type": "date"}))
    if "Iterable" in annotation or "Sequence[str]" in annotation or name == "by":
        hint = ", ".join(_GROUPS[:3]) if name == "by" else "one, another"
        return _Words(widget=forms.TextInput({"placeholder": hint}))
    if kind == "str":
        return forms.CharField(max_length=200)
    return _Named(widget=forms.TextInput({"placeholder": "name = 1, other = 2"}))


class _Words(forms.CharField):
    """Some words, with commas between."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        parts = [part.strip() for part in str(value or "").split(",") if part.strip()]
        return parts[0] if len(parts) == 1 else parts or None


class _Named(forms.CharField):
    """Numbers by name, or one number for all."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return ", ".join(f"{name} = {number}" for name, number in value.items())
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        parts = [part.strip() for part in str(value or "").split(",") if part.strip()]
        if not parts:
            return None
        if len(parts) == 1 and "=" not in parts[0]:
            return _number(parts[0])
        pairs = [part.partition("=") for part in parts]
        if all(sign for _, sign, _ in pairs):
            return {name.strip(): _number(number.strip()) for name, _, number in pairs}
        return parts


def _number(text: str) -> float | str:
    try:
        number = float(text)
    except ValueError:
        raise forms.ValidationError(
            f"{text!r} is not a number; write for example Pro = 19"
        ) from None
    return int(number) if number.is_integer() else number


def _typed(value: Any) -> Any:
    """A value as a form gives it back: one word for a list of one, nothing for emptiness."""
    if isinstance(value, list | tuple):
        parts = list(value)
        return parts[0] if len(parts) == 1 else parts or None
    if isinstance(value, Mapping):
        return dict(value) or None
    if isinstance(value, datetime.date):
        return value.isoformat()
    return None if value == "" else value


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=lambda day: day.isoformat()))
