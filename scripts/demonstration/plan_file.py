"""The plan read from TOML files. A mistake in one is a `PlanError` that names the table and the key.

The first file names its further parts; each brings families, stories and the like of its own. What
a part adds leaves the files that the parts before it give as they were.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, TypeVar

from demonstration.plan import (
    Ending,
    Era,
    Family,
    Migration,
    Mistake,
    Pause,
    Plan,
    PlanError,
    Ruling,
    Story,
    Waived,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Record = TypeVar("Record")


def read_plan(path: Path) -> Plan:
    """The plan in a TOML file and its parts; a table or key that does not fit is a `PlanError`."""
    first = tomllib.loads(path.read_text(encoding="utf-8"))
    register = first["register"]
    names = register.pop("parts", [])
    parts = [first, *(tomllib.loads((path.parent / one).read_text("utf-8")) for one in names)]
    codes = {slug: code for part in parts for slug, code in part["manufacturers"].items()}
    return Plan(
        **register,
        specification_of=first["specification_of"],
        certificates_of=_tuples(first["certificates_of"]),
        words=first["words"],
        eras=tuple(_made(Era, row) for row in first["era"]),
        families=tuple(
            family
            for number, part in enumerate(parts, 1)
            for family in _families(part, number, codes)
        ),
        stories=_all(Story, parts, "story"),
        mistakes=_all(Mistake, parts, "mistake"),
        migrations=_all(Migration, parts, "migration"),
        endings=_all(Ending, parts, "ending"),
        waivers=_all(Waived, parts, "waiver"),
        pauses=_all(Pause, parts, "pause"),
    )


def _families(part: Mapping[str, Any], number: int, codes: Mapping[str, str]) -> Iterator[Family]:
    """The families of a part: single tables, or rows under their manufacturer with a kind each."""
    rows = [*part.get("family", [])]
    for manufacturer, lines in part.get("families", {}).items():
        rows += [{"manufacturer": manufacturer, **line} for line in lines]
    kinds = part.get("kind", {})
    for row in rows:
        kind = row.pop("kind", None)
        if kind is not None and kind not in kinds:
            raise PlanError(f"family {row.get('key')}: no kind {kind}")
        usual = {**part["usual"], **(kinds[kind] if kind else {})}
        code = codes.get(row["manufacturer"])
        if code is None:
            raise PlanError(f"family {row.get('key')}: no manufacturer {row['manufacturer']}")
        yield _made(Family, {"code": code, "part": number, **usual, **row})


def _all(kind: type[Record], parts: Iterable[Mapping[str, Any]], table: str) -> tuple[Record, ...]:
    """The records of one kind, part by part."""
    return tuple(_made(kind, row) for part in parts for row in part.get(table, []))


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its lists as tuples, so that a record cannot be changed through them."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _made(kind: type[Record], row: Mapping[str, Any]) -> Record:
    """A record of a kind from a table of the plan; a ruling inside becomes a record too."""
    values = _tuples(row)
    if "decision" in values:
        values["decision"] = _made(Ruling, values["decision"])
    try:
        return kind(**values)
    except TypeError as wrong:
        raise PlanError(f"{kind.__name__} {row}: {wrong}") from wrong
