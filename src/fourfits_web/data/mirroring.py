"""After the lake changed: note its versions, and copy to the mirrors what pages need."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from fourfits import lake
from fourfits_web.core import jobs, registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import Job
from fourfits_web.data import queries
from fourfits_web.data.models import TableState

OF_IMPORTS = ("batches", "quarantine")
"""Tables that every import writes beside its own."""
LATER = datetime.timedelta(seconds=30)
"""So much later pages follow small changes that come in a row."""


def refresh(
    actor: Actor, tables: Iterable[str] = (), *, after: datetime.timedelta | None = None
) -> Job:
    """Queue the copying; without tables named, all of them.

    With `after` it waits so long, and one copying serves all that ask for it meanwhile.
    """
    names = sorted(tables)
    once_key = "+".join(names)[:64] if after else ""
    title = "Bring pages up to date"
    return jobs.start(actor, "data.mirror", title, once_key=once_key, after=after, tables=names)


@jobs.job("data.mirror")
def mirror(progress: jobs.Progress, *, tables: list[str]) -> dict[str, object]:
    """Copy; what runs twice writes the same rows again."""
    return copy(tables, progress)


def copy(tables: Iterable[str], progress: Callable[[float, str], None]) -> dict[str, object]:
    """Copy here and now, for jobs that changed the lake themselves."""
    data = queries.source()
    changed = set(tables) or {*data, *queries.states()}
    wanted = [item for item in registry.MIRRORS if item.tables & changed]
    for place, item in enumerate(wanted):
        progress(place / len(wanted), item.name)

        def part(share: float, step: str = "", place: int = place, name: str = item.name) -> None:
            progress((place + share) / len(wanted), step or name)

        item.run(data, part)
    note(data, changed)
    return {"mirrors": [item.name for item in wanted]}


def note(data: Any, tables: Iterable[str] = ()) -> None:
    """Write down the versions of the lake; a table that was emptied stands there with no rows.

    A table that pages copy is passed over: what changed outside is not known before it is copied.

    Args:
        data: The lake as it stands.
        tables: Those that were copied, or that nobody has to copy now.
    """
    now = timezone.now()
    waiting = {name for item in registry.MIRRORS for name in item.tables} - set(tables)
    versions = _emptied(data) | data.versions
    for name, version in versions.items():
        if name in waiting or TableState.objects.filter(name=name, version=version).exists():
            continue
        rows = int(data.table(name).count().to_pyarrow().as_py()) if name in data else 0
        TableState.objects.update_or_create(
            name=name, defaults={"version": version, "n_rows": rows, "changed_at": now}
        )
    TableState.objects.exclude(name__in=[*versions, *waiting]).delete()


def _emptied(data: Any) -> dict[str, int]:
    """Tables whose rows are all gone, which the source therefore does not offer."""
    found = {name: version for name, version in lake_versions().items() if name not in data}
    return {name: version for name, version in found.items() if not _lake().files(name, version)}


def lake_versions() -> dict[str, int]:
    """The newest version of each table of the lake, from its log alone; none for other engines."""
    if settings.WORKSPACE.engine != "duckdb":
        return {}
    store = _lake()
    found = {name: store.version(name) for name in store.names()}
    return {name: version for name, version in found.items() if version is not None}


def _lake() -> lake.Lake:
    return lake.Lake(Path(settings.HOME) / "lake")


def remembered(column: str, values: Collection[str]) -> set[str] | None:
    """Those of the values that some version of the customer data still holds; none where none tells.

    What an undo took away can come back; what was erased is in no version, and must go here too.
    """
    if not values or not lake_versions():
        return None
    return _lake().remembered(column, values)


def notice() -> None:
    """Queue the copying of tables that changed outside: by the command line, or a restored backup."""
    known = dict(TableState.objects.values_list("name", "version"))
    now = lake_versions()
    changed = sorted(name for name in {**known, **now} if known.get(name) != now.get(name))
    if not changed or _is_at_work() or jobs.failed_lately("data.mirror"):
        return
    actor, title = Actor.workspace(), "Bring pages up to date"
    jobs.start(actor, "data.mirror", title, once_key="changed", tables=changed)
    jobs.start(actor, "data.quality", "Look at the quality of the data", once_key="all")


def _is_at_work() -> bool:
    """Whether a job is changing the lake, or copying from it, and will note that itself."""
    changing = Q(kind__in=("data.import", "data.undo", "data.mend"))
    under_way = Q(status__in=(Job.Status.QUEUED, Job.Status.RUNNING))
    copying = Q(kind="data.mirror", status=Job.Status.RUNNING)
    return Job.objects.filter((changing & under_way) | copying).exists()
