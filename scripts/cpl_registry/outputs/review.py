"""What a review says, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from cpl_registry.records.findings import Finding, Severity

if TYPE_CHECKING:
    from cpl_registry.records.device_model import EntryId
    from cpl_registry.state.changes import ExtractChange, FileChange
    from cpl_registry.state.delivery import Hold


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """What must be delivered by the end of which day: entry, event, its day, the last day.

    `due` is None where the list of bank holidays does not reach, and where no Working Day runs:
    while a `hold` pauses it, and where the row stays as it is (`idle`).
    """

    entry_id: EntryId
    event: str
    day: date
    due: date | None
    hold: Hold | None = None
    idle: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """Everything that a review says. `findings` are new with the submission, `older` were there.

    `approvals` are sentences: who must approve, and what happens next. `outlooks` says of each
    newly held entry until when.
    """

    base: str
    head: str
    on: date
    actor: str | None
    files: tuple[FileChange, ...]
    findings: tuple[Finding, ...]
    older: int
    extract: ExtractChange
    outlooks: dict[EntryId, str]
    clock: tuple[Due, ...]
    approvals: tuple[str, ...]

    @property
    def rejected(self) -> bool:
        """Whether the submission adds an error."""
        return any(one.severity is Severity.ERROR for one in self.findings)

    @property
    def verdict(self) -> str:
        """The verdict in one sentence."""
        errors = sum(one.severity is Severity.ERROR for one in self.findings)
        if errors:
            return f"Not acceptable yet: {errors} {'error' if errors == 1 else 'errors'} to mend."
        if not self.files:
            return "Nothing to review: the two revisions hold the same files."
        return "Acceptable: the checks find no error in this submission."
