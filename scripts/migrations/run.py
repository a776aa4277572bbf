"""`make migrations` tells which migrations a register has passed; `make migrate` takes it through the rest.

Whole or not at all: every file is changed in memory, the register is judged as it would stand then,
and the folder of entries is put in its place in one step. What was committed before can always be
brought back, so nothing is done to files that differ from their commit.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from cpl_registry.edges.clock import today
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.git_history import repository
from cpl_registry.edges.git_trees import uncommitted
from cpl_registry.edges.installation import schemas
from cpl_registry.edges.worktree import read_files
from cpl_registry.edges.writer import ASIDE, bring_back, replaced_folder, write_artefacts
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.records.documents import DEVICES, REGULAR, Kind, TreeFile
from cpl_registry.records.findings import Severity
from cpl_registry.records.register import sort_files
from cpl_registry.records.schemas import Schema
from cpl_registry.rules.run import validate

from migrations import MIGRATIONS
from migrations.migration import Migration, NotMigrated

Files = dict[str, TreeFile]
_SHOWN = 5


def changed(files: Mapping[str, TreeFile], migration: Migration) -> Files:
    """The entries that a migration changes, as they are after it.

    Raises:
        NotMigrated: one cannot be read, or the migration would change it again and again.
    """
    found: Files = {}
    for path, file in files.items():
        if not path.startswith(DEVICES):
            continue
        try:
            text = file.raw.decode("utf-8")
            after = migration.change(text)
            again = migration.change(after)
        except (NotMigrated, UnicodeDecodeError) as error:
            raise NotMigrated(f"{path}: {error}") from error
        if again != after:
            raise NotMigrated(f"{path}: {migration} changes it a second time: mend the migration")
        if after != text:
            found[path] = replace(file, raw=after.encode())
    return found


def errors(files: Iterable[TreeFile], known: Mapping[str, Schema], on: date) -> list[str]:
    """What the rules find wrong with a register, a line each."""
    report = validate(sort_files(files), known, on)
    return [
        f"{one.path}:{one.line or 1}: {one.message}"
        for one in report.findings
        if one.severity is Severity.ERROR
    ]


def rehearse(files: Mapping[str, TreeFile], migration: Migration, on: date) -> str:
    """Plays a rehearsal in memory, and says what came of it.

    Raises:
        NotMigrated: the register would have errors after it.
    """
    known = dict(schemas())
    if migration.schema is not None:
        own = known[Kind.ENTRY]
        known[Kind.ENTRY] = Schema(own.name, migration.schema(own.schema))
    after = changed(files, migration)
    _must_hold({**files, **after}.values(), known, on, migration)
    return f"{migration}: {len(after)} files would change, and every rule holds; nothing is written"


def migrate(root: Path, on: date, migrations: Sequence[Migration], *, write: bool) -> Iterator[str]:
    """Takes a register through what it has not passed, or only says what that is; a line each.

    Raises:
        NotMigrated: it cannot go through; it is as it was.
        CannotJudge: there is no register.
    """
    bring_back(root / DEVICES, root / ASIDE)
    before = {file.path: file for file in read_files(root)}
    strange = [path for path, file in before.items() if file.mode != REGULAR]
    if strange:
        raise NotMigrated(f"{strange[0]}: is no ordinary file: mend it first (cpl validate)")
    files = dict(before)
    for migration in migrations:
        if migration.schema is not None:
            yield rehearse(before, migration, on)
            continue
        after = changed(files, migration)
        files |= after
        yield f"{migration}: {f'{len(after)} files change' if after else 'passed'}"
    due = {path: file for path, file in files.items() if file.raw != before[path].raw}
    if not due:
        yield "every migration is passed"
        return
    if not write:
        yield f"{len(due)} files are to be migrated: make migrate"
        return
    _must_hold(files.values(), schemas(), on, None)
    _must_be_committed(root)
    entries = [file for path, file in files.items() if path.startswith(DEVICES)]
    with replaced_folder(root / DEVICES, aside_in=root / ASIDE) as new:
        write_artefacts(
            new,
            [Artefact(path=one.path.removeprefix(DEVICES), content=one.raw) for one in entries],
        )
    yield f"{len(due)} files are migrated: look at them with git diff, then commit them in one commit"


def _must_hold(
    files: Iterable[TreeFile], known: Mapping[str, Schema], on: date, migration: Migration | None
) -> None:
    if found := errors(files, known, on):
        what = migration or "the register"
        more = f" (and {len(found) - _SHOWN} more)" if len(found) > _SHOWN else ""
        lines = "\n  ".join(found[:_SHOWN])
        raise NotMigrated(f"{what}: errors after it, so nothing is written:\n  {lines}{more}")


def _must_be_committed(root: Path) -> None:
    if repository(root) is None:
        raise NotMigrated(f"{root} is in no Git repository: nothing could be brought back")
    if uncommitted(root):
        raise NotMigrated("the register differs from its commit: commit it first, or take it back")


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 done or passed, 1 not done or to be done, 2 no register."""
    parser = argparse.ArgumentParser(description="Numbered migrations of the entry files.")
    parser.add_argument("--write", action="store_true", help="change the files")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the folder that holds cpl/")
    options = parser.parse_args(arguments)
    try:
        lines = list(migrate(options.root.resolve(), today(), MIGRATIONS, write=options.write))
    except NotMigrated as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except CannotJudge as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write("\n".join(lines) + "\n")
    return int("make migrate" in lines[-1])


if __name__ == "__main__":
    sys.exit(main())
