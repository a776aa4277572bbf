"""A file that somebody names on the command line: it lies anywhere, and may be of any kind."""

from __future__ import annotations

from pathlib import Path

from cpl_registry.edges.failure import CannotJudge
from cpl_registry.records.shown import shown

_LONGEST_NAME = 200


def given(path: Path, most: int) -> bytes:
    """Its bytes, and one more than the `most` that it may have where it has too many: no device ends.

    Raises:
        CannotJudge: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise CannotJudge(f"{name_of(path)} cannot be read: {error.strerror}") from None


def name_of(path: Path) -> str:
    """Its name, in a form that a terminal shows as it is."""
    return shown(str(path), _LONGEST_NAME)
