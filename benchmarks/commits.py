"""The history of a made register in Git: a commit for each day on which a maker's entries changed.

Written by one `git fast-import`. What an entry said after each of its history lines is worked out
backwards from what it says today.
"""

from __future__ import annotations

import calendar
import subprocess
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import IO

from cpl_registry.records.device_model import entry_id, entry_path

from benchmarks.lives import FIRST_DAY, TODAY, Lives, Record, maker_slug
from benchmarks.registers import entry_text, lives_of, other_files

SUBMITTED = 5
"""So many files are in the submission that is reviewed."""
_RECENT = TODAY - timedelta(days=400)
Files = Iterable[tuple[str, bytes]]


def write_history(root: Path, entries: int, *, seed: int, home: Path) -> None:
    """Makes a repository of a register that `registers.write` made with the same arguments.

    `main` is the register, with its index and working tree; `submission` brings five new entries.
    """
    lives = lives_of(seed, home)
    records = list(lives.records(entries))
    _git(root, "init", "--quiet", "--initial-branch=main")
    with subprocess.Popen(
        ["git", "-C", str(root), "fast-import", "--quiet", "--force"], stdin=subprocess.PIPE
    ) as importer:
        assert importer.stdin  # noqa: S101  # asked for in the line above
        _tell(importer.stdin, records, lives, home)
    if importer.returncode != 0:
        raise subprocess.CalledProcessError(importer.returncode, "git fast-import")
    _git(root, "read-tree", "main")
    _git(root, "update-index", "-q", "--refresh")


def _tell(stream: IO[bytes], records: list[Record], lives: Lives, home: Path) -> None:
    first = FIRST_DAY - timedelta(days=1)
    _commit(stream, "main", "administrator", first, other_files(lives, home))
    changes: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for number, record in enumerate(records):
        for index, line in enumerate(record["history"]):
            changes.setdefault((line["date"], record["manufacturer"]), []).append((number, index))
    for (day, maker), lines in sorted(changes.items()):
        files = (
            (entry_path(records[number]), entry_text(as_of(records[number], index)))
            for number, index in lines
        )
        _commit(stream, "main", maker, date.fromisoformat(day), files)
    new = submission(records)
    files = ((entry_path(record), entry_text(record)) for record in new)
    _commit(stream, "submission", new[0]["manufacturer"], TODAY, files, after="main")


def as_of(record: Record, index: int) -> Record:
    """What an entry said when its history line of this index was its last."""
    history = record["history"]
    before: Record = {**record, "history": history[: index + 1]}
    for line in reversed(history[index + 1 :]):
        for place, change in line.get("changed", {}).items():
            before = _undone(before, place.split("."), change)
    return before


def _undone(record: Record, place: list[str], change: Record) -> Record:
    if len(place) == 1:
        return _with(record, place[0], change)
    section, scheme, field = place
    certificates = [
        _with(one, field, change) if one["scheme"] == scheme else one for one in record[section]
    ]
    return {**record, section: certificates}


def _with(data: Record, field: str, change: Record) -> Record:
    kept = {key: value for key, value in data.items() if key != field}
    return {**kept, field: change["from"]} if "from" in change else kept


def submission(records: list[Record]) -> list[Record]:
    """New firmware of five Device Models of one maker, submitted today."""
    known = {entry_id(record) for record in records}
    found: list[Record] = []
    for record in records:
        first = record["history"][0]
        recent = date.fromisoformat(first["date"]) >= _RECENT
        if not recent or record["manufacturer"] != maker_slug(0) or len(found) == SUBMITTED:
            continue
        new = {
            **record,
            "firmware_version": f"{int(record['firmware_version'], 16) + 1:08X}",
            "manufacturer_image": {
                "sha256": record["manufacturer_image"]["sha256"][::-1],
                "upgrades_from": [entry_id(record)],
            },
            "history": [{**first, "date": TODAY.isoformat()}],
        }
        if entry_id(new) not in known:
            found.append(new)
    if len(found) < SUBMITTED:
        raise ValueError(
            f"{len(records)} entries are too few for a submission of {SUBMITTED}: make more"
        )
    return found


def _commit(
    stream: IO[bytes], branch: str, who: str, day: date, files: Files, after: str | None = None
) -> None:
    seconds = calendar.timegm(day.timetuple()) + 12 * 3600
    message = f"{who}, {day.isoformat()}\n".encode()
    told = [
        f"commit refs/heads/{branch}\n",
        f"committer {who} <{who}@example.invalid> {seconds} +0000\n",
        f"data {len(message)}\n",
    ]
    stream.write("".join(told).encode() + message)
    if after:
        stream.write(f"from refs/heads/{after}\n".encode())
    stream.writelines(_modified(files))


def _modified(files: Files) -> Iterator[bytes]:
    for path, content in files:
        yield f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n"


def _git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(root), *arguments], check=True, stdout=subprocess.DEVNULL)
