"""What a database's error says about the machine: its disk, its rights, another writer; not about what was asked.

Loads nothing: the command line tells these errors before it has loaded anything else.
"""

from __future__ import annotations

from typing import Literal

Fault = Literal["locked", "full", "io", "read-only", "cannot open", "damaged"]

_FAULTS: dict[str, Fault] = {
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
    "SQLITE_FULL": "full",
    "SQLITE_IOERR": "io",
    "SQLITE_READONLY": "read-only",
    "SQLITE_PERM": "read-only",
    "SQLITE_CANTOPEN": "cannot open",
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged",
}
"""By SQLite's names of its errors, the longer names of which begin with these."""


def fault(error: BaseException) -> Fault | None:
    """The fault that a driver's error, or SQLAlchemy's around it, tells of; None for any other error."""
    name = str(getattr(getattr(error, "orig", None) or error, "sqlite_errorname", ""))
    return next((said for start, said in _FAULTS.items() if name == start or name.startswith(f"{start}_")), None)
