"""Addresses with nothing but a chart, a board, a form: what scripts of the frame do to them is tested there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from fourfits_web.project.urls import urlpatterns as real

FRAME = """{% extends "core/base.html" %}{% load static %}{% block title %}Parts{% endblock %}
{% block heading %}Parts{% endblock %}{% block scripts %}
<script src="{% static 'vendor/sortable.js' %}" defer></script>
<script src="{% static 'core/board.js' %}" type="module"></script>{% endblock %}
{% block content %}PART{% endblock %}"""
BOARD = """<div class="board" id="board" data-board data-move-url="/parts/board/">
{% for lane, items in lanes.items %}<section class="lane"><h2>{{ lane }}</h2>
<ol data-lane="{{ lane }}">{% for item in items %}<li class="ticket" data-item="{{ item }}" tabindex="0">{{ item }}</li>{% endfor %}</ol>
</section>{% endfor %}</div>"""
FORM = """<form method="post" enctype="multipart/form-data">{% csrf_token %}{{ form }}
<div class="dropzone" data-dropzone>{% icon "upload" %}<label for="file">Choose a file</label>
<input class="visually-hidden" type="file" id="file" name="file"><span data-dropzone-names></span></div>
<div class="form-foot"><button class="btn btn-primary" name="ask" value="Send it?|It cannot be taken back.">Send</button></div></form>"""
SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "mark": "bar",
    "data": {"values": [{"plan": "Pro", "share": 0.4}, {"plan": "Scale", "share": 0.7}]},
    "transform": [{"calculate": "datum.share * 100", "as": "percent"}],
    "encoding": {
        "y": {"field": "plan", "type": "nominal"},
        "x": {"field": "percent", "type": "quantitative"},
        "tooltip": {"field": "percent", "type": "quantitative"},
    },
}

GROUPED = SPEC | {"encoding": SPEC["encoding"] | {"yOffset": {"field": "share"}}}


class OneOfEach(forms.Form):
    """One field of each kind."""

    title = forms.CharField(help_text="One line.")
    quote = forms.CharField(widget=forms.Textarea, required=False)
    source = forms.ChoiceField(choices=[("review", "Review"), ("sales", "Sales call")])
    kind = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "A person"), ("b", "All")])
    urgent = forms.BooleanField(required=False)


def chart(request: HttpRequest) -> HttpResponse:
    return _drawn(request, '{% chart spec "Retention by plan" %}', spec=SPEC)


def grouped(request: HttpRequest) -> HttpResponse:
    return _drawn(request, '{% chart spec "Retention by plan" %}', spec=GROUPED)


def board(request: HttpRequest) -> HttpResponse:
    lanes = {"now": ["export", "roles"], "next": ["audit"], "later": []}
    if request.method == "POST":
        asked = request.POST
        if asked["lane"] == "later":
            return HttpResponse(status=403)
        return HttpResponse(status=204, headers={"X-Moved": f"{asked['item']} {asked['place']}"})
    return _drawn(request, BOARD, lanes=lanes)


def form(request: HttpRequest) -> HttpResponse:
    filled = OneOfEach(request.POST or None)
    filled.is_valid()
    return _drawn(request, FORM, form=filled)


def _drawn(request: HttpRequest, part: str, **context: Any) -> HttpResponse:
    template = engines["django"].from_string(FRAME.replace("PART", part))
    return HttpResponse(template.render(context, request))


urlpatterns = [
    path("parts/chart/", chart),
    path("parts/grouped/", grouped),
    path("parts/board/", board),
    path("parts/form/", form),
    *real,
]
