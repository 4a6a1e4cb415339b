"""How every form is drawn: label, field, hint, problem."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.forms import Form, ModelChoiceField
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


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


def choose(form: Form, name: str, choices: Iterable[tuple[Any, str]]) -> None:
    """Let a field that takes a record offer keys and names, instead of reading every record whole."""
    field = form.fields[name]
    assert isinstance(field, ModelChoiceField)  # noqa: S101 - for the type checker
    nothing = [] if field.empty_label is None else [("", field.empty_label)]
    field.choices = [*nothing, *choices]


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
