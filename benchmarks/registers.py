"""Registers of any size from a seed: canonical files, valid, with the repository's reference data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from cpl_registry.edges import installation
from cpl_registry.records.canonical import ENTRY_FIRST_LINE, canonical
from cpl_registry.records.device_model import entry_path
from cpl_registry.records.documents import Kind
from cpl_registry.records.specifications import parse_device_types, parse_specifications
from cpl_registry.records.yaml_text import quick_data

from benchmarks.lives import MAKERS, Lives, Record, maker_code, maker_slug

TAKEN = (
    "cpl/reference/specifications.yaml",
    "cpl/reference/device-types.yaml",
    "cpl/reference/zigbee-manufacturer-codes.csv",
    "cpl/reference/bank-holidays.csv",
    "cpl/reference/administrators.yaml",
    "cpl/dcc/dsp-profile.yaml",
    "cpl/dcc/delivery-policy.yaml",
    "cpl/dcc/extract-profile.yaml",
    "cpl/dcc/keys.yaml",
)


def write(root: Path, entries: int, *, seed: int, home: Path) -> None:
    """A whole register into an empty folder, the same for the same seed and reference data."""
    lives = lives_of(seed, home)
    made: set[Path] = set()
    for record in lives.records(entries):
        path = root / entry_path(record)
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_bytes(entry_text(record))
    for name, content in other_files(lives, home):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


def lives_of(seed: int, home: Path) -> Lives:
    """The lives that a seed gives with a repository's reference data."""
    return Lives(
        seed,
        parse_specifications(_data(home / TAKEN[0])),
        parse_device_types(_data(home / TAKEN[1])),
    )


def entry_text(record: Record) -> bytes:
    """An entry's file."""
    return canonical(record, installation.schemas()[Kind.ENTRY].plan, ENTRY_FIRST_LINE).encode()


def other_files(lives: Lives, home: Path) -> Iterator[tuple[str, bytes]]:
    """The files that are no entries, by path; what the lives refer to is known once they were told."""
    for name in TAKEN:
        yield name, (home / name).read_bytes()
    others: dict[str, tuple[Kind, Any]] = {
        "cpl/reference/manufacturers.yaml": (Kind.MANUFACTURERS, _makers()),
        "cpl/reference/waivers.yaml": (Kind.WAIVERS, []),
    }
    for reference, day in sorted(lives.decisions.items()):
        name = f"cpl/panel/decisions/{reference}.yaml"
        others[name] = (Kind.DECISION, _decision(reference, day))
    for name, (kind, data) in others.items():
        yield name, canonical(data, installation.schemas()[kind].plan).encode()


def _data(path: Path) -> Any:
    return quick_data(path.read_text(encoding="utf-8"))


def _makers() -> Record:
    return {
        maker_slug(number): {
            "name": f"Maker {number:02} Ltd",
            "zigbee_codes": [maker_code(number)],
            "submitters": [f"github:{30000000 + number}"],
            "illustrative": "true",
        }
        for number in range(MAKERS)
    }


def _decision(reference: str, day: date) -> Record:
    return {
        "reference": reference,
        "date": day.isoformat(),
        "body": "Benchmark Panel",
        "title": "Removals of the quarter",
        "text": "Made up for the benchmark registers.",
        "classification": "white",
        "status": "published",
        "illustrative": "true",
    }
