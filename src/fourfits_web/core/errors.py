"""What the workspace refuses, beyond what the library refuses."""

from __future__ import annotations

from fourfits.errors import FourfitsError


class RefusedError(FourfitsError, PermissionError):
    """The actor's role or key does not allow it."""

    code = "refused"


class ConflictError(FourfitsError, ValueError):
    """Somebody else was quicker, or the record is in a state that does not allow it."""

    code = "conflict"


class CancelledError(FourfitsError, RuntimeError):
    """A job was cancelled by a person."""

    code = "cancelled"
