"""What a migration is, and the steps that several of them take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from cpl_registry.records.canonical import ENTRY_FIRST_LINE, canonical, plan_of
from cpl_registry.records.documents import Document, Kind
from cpl_registry.records.yaml_text import Data

Record = dict[str, Any]


class NotMigrated(Exception):
    """A file that cannot go through, or a migration that breaks a promise; nothing is written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Migration:
    """A change of form: its number, what it does in a few words, and the change of one file's text.

    A rehearsal brings along the `schema` that it needs, made of the one in force. It is played in
    memory and never written. Every other relies on the schema that stands in schema/ already.
    """

    number: int
    name: str
    change: Callable[[str], str]
    schema: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None

    def __str__(self) -> str:
        return f"{self.number:04} {self.name}"


def rewritten(text: str, change: Callable[[Record], Record], schema: Mapping[str, Any]) -> str:
    """An entry's text with its record changed, in the canonical form of a schema.

    Raises:
        NotMigrated: the file cannot be read.
    """
    document = Document("entry.yaml", Kind.ENTRY, text.encode())
    if not document.usable or not isinstance(document.data, dict):
        raise NotMigrated("it cannot be read: mend it first (cpl validate)")
    data = cast("Record", document.data)
    after = change(data)
    return (
        text if after == data else canonical(cast("Data", after), plan_of(schema), ENTRY_FIRST_LINE)
    )


def renamed(data: Record, before: str, after: str) -> Record:
    """A record with a field of another name, there and where its history tells of the field.

    Keys stay where they are; one that is absent stays absent.
    """
    record = _renamed_key(data, before, after)
    record["history"] = [
        {**line, "changed": _renamed_key(line["changed"], before, after)}
        if "changed" in line
        else line
        for line in record["history"]
    ]
    return record


def _renamed_key(data: Record, before: str, after: str) -> Record:
    return {after if key == before else key: value for key, value in data.items()}
