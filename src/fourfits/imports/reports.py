"""What an import or its undoing did, to be read by a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from fourfits import errors


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did, or would do.

    Attributes:
        table: The table it went to.
        file: Name of the file.
        description: What kind of file it is.
        batch_id: Name under which it can be undone; of the earlier batch where the very same file
            was imported before; `None` for a dry run.
        n_read: Rows read.
        n_added: Rows that are new.
        n_changed: Rows that replaced an older one of the same key.
        n_known: Rows that stand there already, or earlier in the file, with the same content.
        n_quarantined: Rows set aside because they break the contract.
        notes: How columns were read, one sentence each.
        reasons: Why the first of the rows set aside were.
        version_before: Version of the table before; `None` where it did not exist.
        version_after: Version of the table after.
        dry_run: Whether nothing was written.
        repeated: Whether the very same file was imported before, so that nothing had to be done.
    """

    table: str
    file: str
    description: str = ""
    batch_id: str | None = None
    n_read: int = 0
    n_added: int = 0
    n_changed: int = 0
    n_known: int = 0
    n_quarantined: int = 0
    notes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    version_before: int | None = None
    version_after: int | None = None
    dry_run: bool = False
    repeated: bool = False

    def __str__(self) -> str:
        """The counts, the first reasons, and how to take it back."""
        kind = f" ({self.description})" if self.description else ""
        lines = [
            f"{self.table}: {errors.counted(self.n_read, 'row')} read from {self.file}{kind}; {self.n_added:,} added, "
            f"{self.n_changed:,} changed, {self.n_known:,} known already, "
            f"{self.n_quarantined:,} set aside."
        ]
        lines += [f"  {note}" for note in self.notes]
        lines += [f"  Set aside: {reason}" for reason in self.reasons]
        more = self.n_quarantined - len(self.reasons)
        lines += [f"  ... and {more:,} more."] if self.reasons and more > 0 else []
        lines.append(self._ending())
        return "\n".join(lines)

    def _ending(self) -> str:
        if not self.n_read:
            return "The file holds a header and no row: nothing was added."
        if self.dry_run:
            return "Nothing was written: this was a dry run."
        if self.repeated:
            return f"Nothing was written: this very file came as batch {self.batch_id}."
        return f"Batch {self.batch_id}; `fourfits undo {self.batch_id}` takes it back."


@dataclass(frozen=True, kw_only=True)
class UndoReport:
    """What undoing an import did.

    Attributes:
        batch_id: The import that was taken back.
        table: The table that it had gone to.
        n_removed: Rows of it that stood in the table and are gone.
        n_restored: Older rows that stand again where it had replaced them.
        n_quarantined: Rows that it had set aside, gone too.
        version_after: Version of the table after.
    """

    batch_id: str
    table: str
    n_removed: int
    n_restored: int
    n_quarantined: int
    version_after: int | None

    def __str__(self) -> str:
        """The counts in one sentence."""
        return (
            f"{self.batch_id} is undone: {errors.counted(self.n_removed, 'row')} removed from {self.table}, "
            f"{self.n_restored:,} older ones restored, {self.n_quarantined:,} removed from "
            "quarantine."
        )


@dataclass(frozen=True, kw_only=True)
class MendReport:
    """What became of rows that were set aside and corrected.

    Attributes:
        batch: The import that had set them aside.
        table: The table that they were meant for.
        batch_id: Name under which this can be undone; `None` where no row landed.
        n_added: Rows that are new.
        n_changed: Rows that replaced an older one of the same key.
        n_known: Rows that stood there already with the same content.
        landed: Lines that keep the contract now, and are in quarantine no more.
        reasons: Line to why it still breaks the contract.
    """

    batch: str
    table: str
    batch_id: str | None = None
    n_added: int = 0
    n_changed: int = 0
    n_known: int = 0
    landed: tuple[int, ...] = ()
    reasons: dict[int, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The counts in one sentence."""
        every = len(self.landed) + len(self.reasons)
        rows = f"{len(self.landed):,} of {errors.counted(every, 'row')}"
        end = f" as {self.batch_id}" if self.batch_id else ""
        return f"{rows} that {self.batch} had set aside landed in {self.table}{end}."
