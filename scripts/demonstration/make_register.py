"""Write the demonstration register: `make demonstration`.

Writes the entries under `cpl/devices/`, the decisions under `cpl/panel/decisions/` and the waivers
that the plan beside this file gives, and takes away those that an earlier plan gave and this one does not.
Files that did not come from here are left alone. With `--check` nothing is written; the exit code
is 1 where a file differs.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from demonstration.canonical_text import decision_text, entry_text, waivers_text
from demonstration.draws import sha256_of
from demonstration.lives import live
from demonstration.plan import Plan, PlanError
from demonstration.plan_file import read_plan
from demonstration.references import Decision, refer, waivers_of
from demonstration.successions import succession
from demonstration.working_days import WorkingDays, read_working_days

if TYPE_CHECKING:
    from collections.abc import Mapping

    from demonstration.entries import Entry

PLAN = Path(__file__).with_name("plan.toml")
ROOT = Path(__file__).resolve().parents[2]
HOLIDAYS = Path("cpl/reference/bank-holidays.csv")
WAIVERS = "cpl/reference/waivers.yaml"


def make_entries(plan: Plan, days: WorkingDays) -> tuple[tuple[Entry, ...], tuple[Decision, ...]]:
    """All entries of a plan with their histories, and the decisions that these name."""
    made = succession(plan, days)
    live(plan, days, made)
    decisions = refer(plan, made.entries)
    ids = [entry.entry_id for entry in made.entries]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise PlanError(f"two entries under one id: {', '.join(twice)}")
    return made.entries, decisions


def make_files(plan: Plan, days: WorkingDays) -> dict[str, str]:
    """Path to text of every file of the demonstration, sorted by path."""
    entries, decisions = make_entries(plan, days)
    files = {entry.path: entry_text(entry) for entry in entries}
    files |= {decision.path: decision_text(decision) for decision in decisions}
    files[WAIVERS] = waivers_text(waivers_of(plan, entries, decisions))
    return dict(sorted(files.items()))


def differences(root: Path, files: Mapping[str, str], label: str) -> list[str]:
    """Paths whose file is missing, is not what the plan gives, or is left from an earlier plan."""
    wrong = [
        path
        for path, text in files.items()
        if not (root / path).is_file() or (root / path).read_bytes() != text.encode()
    ]
    return sorted([*wrong, *left_over(root, files, label)])


def left_over(root: Path, files: Mapping[str, str], label: str) -> list[str]:
    """Files that an earlier plan gave.

    They are known by their mark: an entry by the image hash made up from its own id, a decision
    by the plan's label in its text. An entry with the image of another has no such mark, and
    stays.
    """
    marks = {
        **{path: _made_up_hash(path) for path in (root / "cpl/devices").glob("*/*/*.yaml")},
        **dict.fromkeys((root / "cpl/panel/decisions").glob("*.yaml"), label),
    }
    return [
        path.relative_to(root).as_posix()
        for path, mark in sorted(marks.items())
        if path.relative_to(root).as_posix() not in files
        and mark in path.read_text(encoding="utf-8")
    ]


def _made_up_hash(path: Path) -> str:
    """The image hash that this generator gives an entry at that path."""
    code, model, hardware, firmware = path.stem.split("-")
    device_type = path.parent.parent.name
    name = f"{device_type}-{code}-{model}-{hardware[:2]}-{hardware[2:]}-{firmware}"
    return sha256_of(f"demonstration image {name}")


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or with `--check` compare them; returns the exit code."""
    parser = argparse.ArgumentParser(description="Write the demonstration register.")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository")
    parser.add_argument("--plan", type=Path, default=PLAN, help="the plan, a TOML file")
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    options = parser.parse_args(arguments)
    root: Path = options.root
    try:
        plan = read_plan(options.plan)
        files = make_files(plan, read_working_days(root / HOLIDAYS))
    except (PlanError, OSError, ValueError) as wrong:
        print(f"make_register: {wrong}", file=sys.stderr)
        return 2
    changed = differences(root, files, plan.words["label"])
    if not options.check:
        for path in changed:
            _write(root / path, files.get(path))
    for path in changed:
        print(path)
    print(f"{len(files)} files, {len(changed)} of them {'differ' if options.check else 'written'}")
    return 1 if options.check and changed else 0


def _write(path: Path, text: str | None) -> None:
    """One file as it must be; no text takes it away."""
    if text is None:
        path.unlink()
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
