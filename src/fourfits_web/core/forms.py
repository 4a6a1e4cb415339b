"""How every form is drawn: label, field, hint, problem; texts of several lines; forms about records."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Model
from django.forms import CharField, ChoiceField, Field, Form, HiddenInput, ModelChoiceField
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from fourfits_web.core import display

SEEN = "seen"
"""Field of a form about a record that tells how the others stood when it was drawn."""


class Renderer(DjangoTemplates):
    """Django's fields inside our frame: label, field, hint, problem; the stylesheet knows their place.

    The fields themselves are drawn letter by letter as Django draws them, but not by its templates:
    these are three or four within each other for each option, and took half of a page with a form.
    """

    form_template_name = "core/form.html"
    field_template_name = "core/field"
    """No file: drawn here."""

    def render(self, template_name: str, context: Any, request: Any = None) -> SafeString:
        """Draw a field here where it is of a kind that is known, by its template otherwise."""
        if template_name == self.field_template_name:
            return mark_safe(_framed(context["field"]))  # noqa: S308 - all that is given is escaped
        draw = _DRAWN.get(template_name)
        if draw is None:
            return super().render(template_name, context, request)  # type: ignore[return-value]
        return mark_safe(draw(context["widget"]))  # noqa: S308 - all that is given is escaped


class LinesField(CharField):
    """A text of several lines: browsers send two characters at the end of each and count one."""

    def to_python(self, value: Any) -> Any:
        """The text with one character at the end of each line."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text


class RecordForm(Form):
    """A form about a record that others may change meanwhile: nobody's work is lost in silence.

    It remembers how each field stood when it was drawn. What the writer left so follows the record;
    what both changed is refused once, with what the other wrote. `initial` holds the record's values
    as `cleaned_data` would.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[SEEN] = CharField(required=False, widget=HiddenInput)
        self.initial = {**self.initial, SEEN: self._drawn_of}

    def _drawn_of(self) -> str:
        """A mark for each field of the record as it is now."""
        held = {name: _mark(self.initial[name]) for name in self.fields if name in self.initial}
        return _joined({name: mark for name, mark in held.items() if name != SEEN})

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        told = self.cleaned_data.pop(SEEN, "").split()
        seen = {name: mark for name, _, mark in (each.partition(":") for each in told)}
        disputed = {}
        for name in seen.keys() & self.cleaned_data.keys() & self.initial.keys():
            mark, now = seen[name], self.initial[name]
            if mark == _mark(now):
                continue
            given = _mark(self.cleaned_data[name])
            if given == mark:
                self.cleaned_data[name] = now
            elif given != _mark(now):
                disputed[name] = _mark(now)
                self.add_error(name, _dispute(self.fields[name], now))
        if disputed:
            data: Any = self.data
            self.data = again = data.copy()
            again[self.add_prefix(SEEN)] = _joined(seen | disputed)


def choose(form: Form, name: str, choices: Iterable[tuple[Any, str]]) -> None:
    """Let a field that takes a record offer keys and names, instead of reading every record whole."""
    field = form.fields[name]
    assert isinstance(field, ModelChoiceField)  # noqa: S101 - for the type checker
    nothing = [] if field.empty_label is None else [("", field.empty_label)]
    field.choices = [*nothing, *choices]


def _joined(marks: Mapping[str, str]) -> str:
    return " ".join(f"{name}:{mark}" for name, mark in marks.items())


def _mark(value: Any) -> str:
    """What tells two values of a field apart, however forms and records write them."""
    held = value.pk if isinstance(value, Model) else value
    text = "" if held is None else "\n".join(str(held).strip().splitlines())
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _dispute(field: Field, now: Any) -> str:
    """What stands in a field that two people changed."""
    if isinstance(field, ChoiceField) and not isinstance(field, ModelChoiceField):
        now = dict(field.choices).get(now, now)  # type: ignore[arg-type]
    if isinstance(now, bool):
        told = "is ticked now" if now else "is not ticked now"
    elif isinstance(now, datetime.date):
        told = f"says {display.day(now)} now"
    else:
        told = f"says “{now}” now" if now or now == 0 else "is empty now"
    return f"Somebody changed this while you wrote: it {told}. Save again to put yours there."


def _framed(field: BoundField) -> str:
    classes = (
        f"field has-problem field-{field.widget_type}"
        if field.errors
        else f"field field-{field.widget_type}"
    )
    title, own = _text(field.label), _text(field)
    optional = "" if field.field.required else ' <span class="optional">optional</span>'
    if field.use_fieldset:
        told = _attributes({"aria-describedby": field.aria_describedby or False})
        inner = f"<fieldset{told}><legend>{title}{optional}</legend>{own}</fieldset>"
    else:
        of = f'for="{_text(field.id_for_label)}"'
        if field.widget_type == "checkbox":
            inner = f'<label class="check" {of}>{own}<span>{title}</span></label>'
        else:
            inner = f"<label {of}>{title}{optional}</label>{own}"
    hint = f'<div class="form-hint" id="{_text(field.auto_id)}_helptext">{field.help_text}</div>'
    problems = _text(field.errors) if field.errors else ""
    return f'<div class="{classes}">\n{inner}\n{hint if field.help_text else ""}\n{problems}</div>'


def _input(widget: Mapping[str, Any]) -> str:
    value = widget["value"]
    given = "" if value is None else f' value="{_text(value)}"'
    named = f'type="{_text(widget["type"])}" name="{_text(widget["name"])}"'
    return f"<input {named}{given}{_attributes(widget['attrs'])}>"


def _textarea(widget: Mapping[str, Any]) -> str:
    value = _text(widget["value"]) if widget["value"] else ""
    named = f'name="{_text(widget["name"])}"{_attributes(widget["attrs"])}'
    return f"<textarea {named}>\n{value}</textarea>"


def _select(widget: Mapping[str, Any]) -> str:
    groups = _grouped(widget, "\n  {}\n", _option, '<optgroup label="{}">', "</optgroup>")
    named = f'name="{_text(widget["name"])}"{_attributes(widget["attrs"])}'
    return f"<select {named}>{groups}\n</select>"


def _option(option: Mapping[str, Any]) -> str:
    given = f'value="{_text(option["value"])}"{_attributes(option["attrs"])}'
    return f"<option {given}>{_text(option['label'])}</option>"


def _ticks(widget: Mapping[str, Any]) -> str:
    """Boxes or buttons to choose from, in groups or not."""
    groups = _grouped(widget, "<div>\n    {}\n\n</div>", _tick, "<div><label>{}</label>", "</div>")
    named = {name: widget["attrs"].get(name) or False for name in ("id", "class")}
    return f"<div{_attributes(named)}>{groups}\n</div>"


def _grouped(
    widget: Mapping[str, Any], around: str, draw: Callable[..., str], opening: str, closing: str
) -> str:
    """Every option within its frame; those of a group that has a title within the group's."""
    drawn = []
    for title, options, _ in widget["optgroups"]:
        inner = "".join(around.format(draw(one)) for one in options)
        whole = f"\n  {opening.format(_text(title))}{inner}\n  {closing}"
        drawn.append(whole if title else inner)
    return "".join(drawn)


def _tick(option: Mapping[str, Any]) -> str:
    if not option["wrap_label"]:
        return _input(option)
    label = _attributes({"for": option["attrs"].get("id") or False})
    return f"<label{label}>{_input(option)}\n {_text(option['label'])}</label>"


def _attributes(attrs: Mapping[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{_text(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def _text(value: Any) -> str:
    return conditional_escape(value if isinstance(value, SafeString) else str(value))


_INPUTS = ("text", "number", "email", "url", "password", "hidden", "date", "datetime", "time",
           "checkbox", "file", "search", "tel", "color")  # fmt: skip
_DRAWN: dict[str, Callable[[Mapping[str, Any]], str]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in _INPUTS},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/checkbox_select.html": _ticks,
    "django/forms/widgets/radio.html": _ticks,
}
