"""What a supervisor asks: is it alive, can it work."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError
from django.http import HttpRequest, JsonResponse


@login_not_required
def alive(request: HttpRequest) -> JsonResponse:
    """Answer while the process runs."""
    return JsonResponse({"status": "alive"})


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the records can be read and have today's form."""
    if not _is_there():
        return JsonResponse({"status": "the database's file is gone"}, status=503)
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    if waiting:
        return JsonResponse({"status": "the database waits for its migrations"}, status=503)
    return JsonResponse({"status": "ready"})


def _is_there() -> bool:
    """Whether a database that is a file stands where it should: a removed one answers on, unread."""
    name = settings.DATABASES["default"]["NAME"]
    return not isinstance(name, Path) or name.exists()
