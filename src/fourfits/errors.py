"""Every error that fourfits raises on purpose.

Each message is a sentence that says what was found and what is allowed; the hint says what to do.

    FourfitsError
    ├── InputError (ValueError)            what was given cannot be used; exit code 2
    │   ├── FileError (OSError)            a file is missing, empty, or not what its name says
    │   ├── TableError (LookupError)       a table is unknown or absent
    │   ├── ColumnError (LookupError)      a column is missing, doubled or unknown
    │   ├── RangeError                     a value lies outside what is allowed
    │   ├── AmbiguityError                 a value has two readings and the data do not decide
    │   ├── ParameterError                 an option or argument makes no sense
    │   └── VersionError (LookupError)     a version or batch does not exist
    ├── AnalysisError                      the data cannot support the answer; exit code 1
    │   ├── NotEnoughDataError
    │   ├── InfeasibleError                no plan meets all conditions; says which cannot be met
    │   └── ConvergenceError (ArithmeticError)
    └── StorageError (OSError)             the home could not be read or written; exit code 1
        ├── BusyError                      another process writes; try again
        └── SpaceError                     the disk is full; exit code 2: it can be put right
"""

from __future__ import annotations

from typing import Any, ClassVar


def counted(n: int, noun: str) -> str:
    """How many there are, in words of sentences.

    >>> counted(1, "row"), counted(2300, "customer")
    ('1 row', '2,300 customers')
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


class FourfitsError(Exception):
    """The root of the tree; catch it to catch everything that fourfits raises on purpose."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "", **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.fields = fields

    def __str__(self) -> str:
        return f"{self.message} Hint: {self.hint}" if self.hint else self.message


class InputError(FourfitsError, ValueError):
    """What was given cannot be used."""

    code = "input"
    exit_code = 2


class FileError(InputError, OSError):
    """A file is missing, empty, or not what its name says."""

    code = "file"


class TableError(InputError, LookupError):
    """A table is unknown, or absent from this source."""

    code = "table"


class ColumnError(InputError, LookupError):
    """A column is missing, doubled or unknown."""

    code = "column"


class RangeError(InputError):
    """A value lies outside what is allowed."""

    code = "range"


class AmbiguityError(InputError):
    """A value has two readings and the data do not decide."""

    code = "ambiguity"


class ParameterError(InputError):
    """An option or an argument makes no sense."""

    code = "parameter"


class VersionError(InputError, LookupError):
    """A version or batch does not exist."""

    code = "version"


class AnalysisError(FourfitsError):
    """The data cannot support the answer."""

    code = "analysis"


class NotEnoughDataError(AnalysisError):
    """There are too few rows, groups or answers for this method."""

    code = "not_enough_data"


class InfeasibleError(AnalysisError):
    """No plan meets all conditions."""

    code = "infeasible"


class ConvergenceError(AnalysisError, ArithmeticError):
    """The solver found no optimum."""

    code = "convergence"


class StorageError(FourfitsError, OSError):
    """The home could not be read or written."""

    code = "storage"


class BusyError(StorageError):
    """Another process is writing; nothing was changed, try again."""

    code = "busy"


class SpaceError(StorageError):
    """The disk is full; nothing was changed."""

    code = "space"
    exit_code = 2
