"""Entries of the audit log in words."""

from __future__ import annotations

from django import template

from fourfits_web.core import deeds

register = template.Library()
register.filter("said", deeds.said)
register.filter("field", deeds.field)
register.filter("held", deeds.value)
