"""How every form is drawn: label, field, hint, problem."""

from __future__ import annotations

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """Django's fields inside our frame; the stylesheet knows them by their place."""

    form_template_name = "core/form.html"
    field_template_name = "core/field.html"
