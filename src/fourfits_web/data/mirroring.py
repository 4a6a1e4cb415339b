"""After the lake changed: note its versions, and copy to the mirrors what pages need."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable

from django.utils import timezone

from fourfits_web.core import jobs, registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import Job
from fourfits_web.data import queries
from fourfits_web.data.models import TableState


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
    note(data)
    return {"mirrors": [item.name for item in wanted]}


def note(data: object) -> None:
    """Write down the versions of the lake."""
    now = timezone.now()
    for name, version in data.versions.items():  # type: ignore[attr-defined]
        standing = TableState.objects.filter(name=name, version=version)
        if standing.exists():
            continue
        rows = int(data.table(name).count().to_pyarrow().as_py())  # type: ignore[attr-defined]
        TableState.objects.update_or_create(
            name=name, defaults={"version": version, "n_rows": rows, "changed_at": now}
        )
    TableState.objects.exclude(name__in=list(data.versions)).delete()  # type: ignore[attr-defined]
