"""What can go wrong, as classes: a code, one Chinese sentence, and the exit status of the command line.

    XlreportError
    ├── UsageError        status 2   a wrong combination of options
    ├── DefinitionError   status 2   a form definition or its Word template that does not hold together
    ├── InputError        status 3   a file that cannot be read as what it should be
    └── EnvironmentFault  status 4   disk, mail server, a missing program

Every message is one sentence for a person: what is wrong, where, and what to do.
Findings about the *content* of a workbook are no exceptions; see `xlreport.finding`.
"""

from __future__ import annotations

from typing import ClassVar


class XlreportError(Exception):
    """Base of all errors that end a command. `str(error)` is the Chinese sentence that staff see."""

    status: ClassVar[int] = 1
    code: ClassVar[str] = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UsageError(XlreportError, ValueError):
    """Options that do not fit together, or a value that an option does not take."""

    status = 2
    code = "usage"


class DefinitionError(XlreportError, ValueError):
    """A form definition that cannot be loaded: names file, table, key and what was expected."""

    status = 2
    code = "definition"


class InputError(XlreportError, ValueError):
    """A file that is not what it should be: not a workbook, not one of ours, damaged, locked."""

    status = 3
    code = "unreadable"


class EnvironmentFault(XlreportError, OSError):
    """The surroundings fail: the disk is full, a file is open in Word, LibreOffice is missing."""

    status = 4
    code = "environment"
