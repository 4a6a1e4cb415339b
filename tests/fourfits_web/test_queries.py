"""How many questions each page asks the database: as many as `queries_per_page.toml` says.

They are counted in a workspace that has been worked in, and again when it holds more of everything;
`FOURFITS_WRITE_QUERIES=1` writes the file anew, for whoever changed a page on purpose.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

import worked_in
from fourfits_web.core.models import AuditEntry, Job

FILE = Path(__file__).with_name("queries_per_page.toml")
MORE = 60
"""Rows added of each kind: more than a page of a list shows."""
LEFT_AS_THEY_ARE = {AuditEntry, Job}
"""The log is a chain, and a job is background work that would run."""


@pytest.mark.slow
def test_each_page_asks_as_many_questions_as_are_written_down(filled: None, owner: Client) -> None:
    paths = dict(worked_in.pages(owner))
    _add_rows("a")
    counted = _counted(owner, paths)
    _add_rows("b")

    again = _counted(owner, paths)

    if os.environ.get("FOURFITS_WRITE_QUERIES"):
        FILE.write_text("".join(f'"{name}" = {n}\n' for name, n in sorted(counted.items())))
    assert again == counted, "a page asks more the more rows there are"
    assert counted == tomllib.loads(FILE.read_text())


def _counted(client: Client, paths: dict[str, str]) -> dict[str, int]:
    found = {}
    for name, path in paths.items():
        client.get(path)  # what is kept in memory is kept now
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        found[name] = len(asked)
    return found


def _add_rows(mark: str) -> None:
    ours = [model for model in apps.get_models() if model.__module__.startswith("fourfits_web")]
    for model in ours:
        rows = list(model._default_manager.all()[:MORE])
        is_part_of_another = model._meta.pk.is_relation
        if model in LEFT_AS_THEY_ARE or is_part_of_another or not rows:
            continue
        copies = [_copy(rows[n % len(rows)], f"{mark}{n}") for n in range(MORE)]
        model._default_manager.bulk_create(copies, ignore_conflicts=True)


def _copy(row: Any, mark: str) -> Any:
    """The row under other names, where names may stand once."""
    fields = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.primary_key:
            value = field.get_default() if field.has_default() else None
        if field.unique and isinstance(field, models.CharField) and value is not None:
            value = f"{value}-{mark}"[-(field.max_length or 100) :]
        fields[field.attname] = value
    return type(row)(**fields)
