"""Campaigns, incidents and notices at random over the entries of a register, and edits to them."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from cpl_registry.edges import installation
from cpl_registry.edges.worktree import read_files
from cpl_registry.records.canonical import canonical
from cpl_registry.records.device_model import Entry, id_of_path
from cpl_registry.records.documents import Kind
from cpl_registry.records.findings import Severity
from cpl_registry.records.register import Register, sort_files
from cpl_registry.records.selector import parse_selector
from cpl_registry.rules.run import validate
from cpl_registry.state.selection import Selecting

from tests.random_edits import (
    Edit,
    another_value,
    copied,
    entries,
    no_reference,
    renamed,
    waived,
)

PANEL = Path("cpl/panel")
_ID = re.compile("[a-z]+(?:-[0-9a-f]{2,8}){5}")


def overseen(root: Path, on: date, random: Random) -> None:
    """Lays papers into a register; those with an error in them are taken out again."""
    register = _register(root, on)
    for path, kind, data in _papers(register, on, random):
        lay(root, path, kind, data)
    for wrong in _wrong(root, on):
        (root / wrong).unlink()
    assert _wrong(root, on) == set()


def lay(root: Path, path: Path, kind: Kind, data: dict[str, Any]) -> None:
    """Writes a paper as the commands write it."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    text = canonical(data, installation.schemas()[kind].plan)
    (root / path).write_text(text, encoding="utf-8")


def _register(root: Path, on: date) -> Register:
    return validate(sort_files(read_files(root)), installation.schemas(), on).register


def _wrong(root: Path, on: date) -> set[str]:
    found = validate(sort_files(read_files(root)), installation.schemas(), on).findings
    return {one.path for one in found if one.severity is Severity.ERROR}


def _papers(
    register: Register, on: date, random: Random
) -> Iterator[tuple[Path, Kind, dict[str, Any]]]:
    for number in range(1, 5):
        reference = f"CAM-2030-{number:03}"
        data = {"reference": reference, "title": "x", **_campaign(register, on, random)}
        yield PANEL / f"campaigns/{reference}.yaml", Kind.CAMPAIGN, data
    for number in range(1, 5):
        reference = f"INC-2030-{number:03}"
        data = {"reference": reference, "title": "x", **_incident(register, on, random)}
        yield PANEL / f"incidents/{reference}.yaml", Kind.INCIDENT, data
    named = random.sample(register.entries, 2)
    yield (
        PANEL / "notices/NOT-2030-001.yaml",
        Kind.NOTICE,
        {
            "reference": "NOT-2030-001",
            "title": "x",
            "about": "CAM-2026-001",
            "audience": "panel",
            "sha256": "0" * 64,
            "entries": sorted(one.entry_id for one in named),
        },
    )


def _campaign(register: Register, on: date, random: Random) -> dict[str, Any]:
    ids = [one.entry_id for one in register.entries]
    opened = _day(random, date(2018, 1, 1), on - timedelta(days=40))
    noticed = random.random() < 0.8
    selector = _selector(register, random)
    meant = Selecting(register=register).selected(parse_selector(selector), opened)
    most = {*(one.entry_id for one in meant if random.random() < 0.9), *random.sample(ids, 3)}
    targets = sorted(most) if noticed else []
    data: dict[str, Any] = {
        "selector": selector,
        "corrected_by": random.choice(
            [["amendment"], ["newer-firmware"], ["amendment", "newer-firmware"]]
        ),
        "opened": opened.isoformat(),
        **({"notice": opened.isoformat()} if noticed else {}),
        "notice_months": "1",
        "body": "x",
        **({"targets": targets} if noticed else {}),
        "exemptions": [
            {
                "entry_id": random.choice(targets or ids),
                "reason": "x",
                "reference": random.choice(sorted(register.decisions)),
            }
        ],
        "disputes": [
            {"entry_id": random.choice(targets or ids), "since": on.isoformat(), "reason": "x"}
        ],
    }
    if noticed and random.random() < 0.7:
        data["closed"] = _day(random, opened + timedelta(days=32), on).isoformat()
    return data


def _incident(register: Register, on: date, random: Random) -> dict[str, Any]:
    start = _day(random, date(2018, 1, 1), on - timedelta(days=40))
    end = random.choice([None, on - timedelta(days=1), _day(random, start, on)])
    return {
        "severity": "2",
        "start": start.isoformat(),
        **({"end": end.isoformat()} if end else {}),
        "fact": "x",
        "selector": _selector(register, random),
        "timeline": [{"date": start.isoformat(), "text": "x"}],
    }


def _selector(register: Register, random: Random) -> dict[str, Any]:
    def of(one: Entry) -> dict[str, Any]:
        specification = one.technical_specification
        return {
            "status": "Active",
            "device_types": [one.device_type],
            "manufacturers": [one.manufacturer],
            "technical_specifications": {specification.name: [specification.version]},
            "gbcs_versions": [one.gbcs_version],
            "held": "true",
        }

    asked = of(random.choice(register.entries))
    names = {
        *random.sample(sorted(asked), random.randrange(1, 3)),
        random.choice(["held", "status"]),
    }
    return {name: value for name, value in asked.items() if name in names}


def _day(random: Random, first: date, last: date) -> date:
    return first + timedelta(days=random.randrange(max(1, (last - first).days)))


# ------------------------------------------------------------------------------------------- edits


def _named(root: Path, random: Random) -> Path:
    """An entry that a campaign names, most often; else any."""
    named = {
        id_of
        for path in sorted((root / PANEL / "campaigns").glob("*.yaml"))
        for id_of in _ID.findall(path.read_text(encoding="utf-8"))
    }
    everywhere = entries(root)
    found = [one for one in everywhere if id_of_path(one.relative_to(root).as_posix()) in named]
    return random.choice(found if found and random.random() < 0.8 else everywhere)


def deleted_although_named(root: Path, random: Random) -> None:
    _named(root, random).unlink()


def told_in_its_history(root: Path, random: Random) -> None:
    """Appends a line to an entry: an amendment of its GBCS version, or a removal."""
    path = _named(root, random)
    text = path.read_text(encoding="utf-8")
    day = f'  - date: "{random.choice(["2018-08-01", "2025-08-01", "2026-11-19"])}"\n'
    old = text.partition('gbcs_version: "')[2].partition('"')[0]
    new = random.choice(["1.0", "1.1", "3.2", "4.1", "4.2", "4.3"])
    if random.random() < 0.5:
        text += f'{day}    event: removed\n    status: Withdrawn\n    reason: "x"\n'
        text += '    cause: manufacturer-request\n    reference: "DEC-2018-001"\n'
    elif old and old != new:
        text = text.replace(f'gbcs_version: "{old}"', f'gbcs_version: "{new}"')
        text += f"{day}    event: amended\n    changed:\n      gbcs_version:\n"
        text += f'        from: "{old}"\n        to: "{new}"\n    reason: "x"\n'
    path.write_text(text, encoding="utf-8")


def another_gbcs_version(root: Path, random: Random) -> None:
    """As if it had always been so: a selector means it that did not, or the reverse."""
    theirs = random.choice(entries(root)).read_text(encoding="utf-8")
    new = theirs.partition('gbcs_version: "')[2].partition('"')[0]
    path = random.choice(entries(root))
    text = path.read_text(encoding="utf-8")
    old = text.partition('gbcs_version: "')[2].partition('"')[0]
    path.write_text(text.replace(f'gbcs_version: "{old}"', f'gbcs_version: "{new}"', 1), "utf-8")


def other_words_of_the_panel(root: Path, random: Random) -> None:
    """Takes lines out of a paper, or the whole paper: a target, a day, a decision."""
    path = random.choice(sorted((root / PANEL).rglob("*.yaml")))
    lines = path.read_text(encoding="utf-8").split("\n")
    if random.random() < 0.3:
        path.unlink()
        return
    gone = random.randrange(1, len(lines))
    path.write_text("\n".join(lines[:gone] + lines[gone + 1 :]), encoding="utf-8")


def other_words_of_the_dcc(root: Path, random: Random) -> None:
    """A step of the DSP less, or an answer."""
    answers = sorted((root / "cpl/dcc/acknowledgements").glob("*.yaml"))
    random.choice(answers).unlink()


OF_ENTRIES: tuple[Edit, ...] = (
    *(another_value, no_reference, copied, renamed),
    *([told_in_its_history] * 6),
    *([another_gbcs_version] * 4),
    *([deleted_although_named] * 2),
)
OF_ALL: tuple[Edit, ...] = (
    *OF_ENTRIES,
    *(waived, other_words_of_the_panel, other_words_of_the_dcc),
)
