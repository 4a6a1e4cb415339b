"""How every form is drawn: label, field, hint, problem."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


class Renderer(DjangoTemplates):
    """Django's fields inside our frame; the stylesheet knows them by their place."""

    form_template_name = "core/form.html"
    field_template_name = "core/field.html"


class CheckboxSelectMultiple(forms.CheckboxSelectMultiple):
    """Boxes to tick, as Django draws them, but without three templates for each."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Draw them; choices stand in no groups."""
        widget = self.get_context(name, value, attrs)["widget"]
        ticks = (_tick(option) for _, options, _ in widget["optgroups"] for option in options)
        whole = {key: widget["attrs"].get(key) for key in ("id", "class")}
        return mark_safe(f"<div{_attributes(whole)}>{''.join(ticks)}\n</div>")  # noqa: S308 - escaped


def _tick(option: dict[str, Any]) -> str:
    attrs = {
        "type": "checkbox",
        "name": option["name"],
        "value": option["value"],
        **option["attrs"],
    }
    label = _attributes({"for": attrs.get("id")})
    words = conditional_escape(option["label"])
    return f"<div>\n    <label{label}><input{_attributes(attrs)}>\n {words}</label>\n</div>"


def _attributes(attrs: dict[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{conditional_escape(value)}"'
        for name, value in attrs.items()
        if value is not None and value is not False
    )
