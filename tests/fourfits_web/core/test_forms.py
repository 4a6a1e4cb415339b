"""How fields are drawn."""

from __future__ import annotations

import re

from django import forms

from fourfits_web.core.forms import CheckboxSelectMultiple

CHOICES = [(1, "Product <market>"), ("b&c", "Price")]
CHOSEN = [None, [], [1], ["b&c"], [1, "b&c"]]


def test_boxes_are_drawn_as_django_draws_them() -> None:
    ours, theirs = CheckboxSelectMultiple(), forms.CheckboxSelectMultiple()
    ours.choices = theirs.choices = CHOICES

    for chosen in CHOSEN:
        for attrs in ({}, {"id": "id_fits", "class": "many", "disabled": True, "hidden": False}):
            drawn, expected = (
                re.sub(r"\s+", " ", each.render("fits", chosen, attrs)).strip()
                for each in (ours, theirs)
            )
            assert drawn == expected
