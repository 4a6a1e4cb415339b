"""Records of other slices as evidence: found by `app.model:pk`, shown as they were on a day."""

from __future__ import annotations

import datetime
import json
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import NoReverseMatch

from fourfits_web.core import audit, display
from fourfits_web.core.models import AuditEntry

PRIVATE = frozenset({"core", "members", "webhooks"})
"""Slices whose records are nobody's evidence: secrets, addresses, the log itself."""


def named(text: str) -> models.Model | None:
    """The record that an address names as `app.model:pk`; none if it may not be evidence."""
    kind, _, key = text.partition(":")
    return found(kind, key)


def found(kind: str, key: str) -> models.Model | None:
    """The record of a kind by its key, as it is now."""
    app, _, name = kind.partition(".")
    try:
        config = apps.get_app_config(app)
        if app in PRIVATE or not config.name.startswith("fourfits_web."):
            return None
        return config.get_model(name)._base_manager.filter(pk=key).first()
    except (LookupError, ValueError, TypeError):
        return None


def name_of(record: models.Model) -> str:
    """How an address names a record: `reports.report:7`."""
    return f"{record._meta.label_lower}:{record.pk}"


def address_of(record: models.Model) -> str:
    """The page of a record, where it has one."""
    page = getattr(record, "get_absolute_url", None)
    try:
        return str(page()) if page else ""
    except NoReverseMatch:
        return ""


def plain(record: models.Model | None) -> dict[str, Any] | None:
    """A record's fields as JSON can hold them."""
    fields = audit.snapshot(record)
    kept: dict[str, Any] | None = json.loads(json.dumps(fields, default=str))
    return kept


def on_the_day(kind: str, key: str, moment: datetime.datetime) -> dict[str, Any] | None:
    """The record as the audit log saw it after the last write before a moment."""
    entries = AuditEntry.objects.filter(subject_kind=kind, subject_id=key, at__lte=moment)
    after = entries.order_by("-id").values_list("after", flat=True).first()
    seen: dict[str, Any] | None = json.loads(after) if after else None
    return seen


def compared(
    kind: str, then: dict[str, Any] | None, now: dict[str, Any] | None
) -> list[tuple[str, str, str, bool]]:
    """Field, value then, value now, whether they differ; without fields that say nothing."""
    before, after = then or {}, now or {}
    fields = {field.attname: field for field in apps.get_model(kind)._meta.concrete_fields}
    return [
        (
            str(fields[name].verbose_name) if name in fields else name.replace("_", " "),
            _words(fields.get(name), before.get(name)),
            _words(fields.get(name), after.get(name)),
            now is not None and before.get(name) != after.get(name),
        )
        for name in {**before, **after}
        if name != "id" and (before.get(name) not in _EMPTY or after.get(name) not in _EMPTY)
    ]


def _words(field: Any, value: Any) -> str:
    """A stored value as people read it: the word of a choice, the name of another record."""
    if value in _EMPTY:
        return display.NOTHING
    if isinstance(value, list):
        return ", ".join(str(item).replace("_", " ") for item in value)
    if isinstance(field, models.ForeignKey):
        other = field.remote_field.model._base_manager.filter(pk=value).first()
        return str(other or value)
    if isinstance(field, models.DateTimeField):
        return display.moment(datetime.datetime.fromisoformat(value))
    if isinstance(field, models.DateField):
        return display.day(datetime.date.fromisoformat(value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(dict(field.flatchoices).get(value, value) if field is not None else value)


_EMPTY: tuple[Any, ...] = (None, "", [], {})
