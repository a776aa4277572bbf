"""Numbered migrations: each on files before and after, and the way of a register through them."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cpl_registry.edges.installation import schemas
from cpl_registry.records.documents import DEVICES, Kind, TreeFile
from migrations import MIGRATIONS, m0000_rehearsal, run
from migrations.migration import Migration, NotMigrated, renamed, rewritten

from tests.clones import Clone, new_clone
from tests.registers import GBCS_1_1, files_of, smaller_root
from tests.rehearsals import Signer
from tests.repository import ROOT

FILES = ROOT / "tests" / "migrations"
ON = date(2018, 6, 25)
PAIRS = [
    pytest.param(one, path, id=f"{one.number:04}-{path.stem.removeprefix('before-')}")
    for one in MIGRATIONS
    for path in sorted((FILES / f"m{one.number:04}").glob("before-*.yaml"))
]


REAL = Migration(number=1, name="another form", change=lambda text: text)
"""For real: it holds by today's schema. What it does, each test says."""


@pytest.mark.parametrize(("migration", "before"), PAIRS)
def test_each_migration_on_a_file_before_and_after(migration: Migration, before: Path) -> None:
    after = before.with_name(before.name.replace("before-", "after-")).read_text("utf-8")
    assert migration.change(before.read_text("utf-8")) == after
    assert migration.change(after) == after


def test_every_migration_has_its_files_and_its_number() -> None:
    assert [one.number for one in MIGRATIONS] == list(range(len(MIGRATIONS)))
    for one in MIGRATIONS:
        folder = FILES / f"m{one.number:04}"
        befores = list(folder.glob("before-*.yaml"))
        assert len(list(folder.iterdir())) == 2 * len(befores) >= 4
        assert any(
            one.change(path.read_text("utf-8")) != path.read_text("utf-8") for path in befores
        )
    modules = sorted(path.stem for path in (ROOT / "scripts/migrations").glob("m[0-9]*.py"))
    assert [int(name[1:5]) for name in modules] == [one.number for one in MIGRATIONS]


def test_the_shipped_register_has_passed_all_that_are_meant() -> None:
    files = {path: TreeFile(path=path, raw=text.encode()) for path, text in files_of(ROOT).items()}
    meant = [one for one in MIGRATIONS if one.schema is None]
    assert [one for one in meant if run.changed(files, one)] == []


def test_the_rehearsal_goes_through_and_back_to_the_same_bytes() -> None:
    """No fact is lost: the other way round gives every file as it was."""
    schema = schemas()[Kind.ENTRY].schema
    names = (m0000_rehearsal.AFTER, m0000_rehearsal.BEFORE)
    files = {
        path: text for path, text in files_of(smaller_root()).items() if path.startswith(DEVICES)
    }
    different = 0
    for text in files.values():
        after = m0000_rehearsal.to_trade_name(text)
        different += after != text
        assert rewritten(after, lambda data: renamed(data, *names), schema) == text
    assert different > 10


def test_the_rehearsal_is_played_on_a_register_and_writes_nothing() -> None:
    before = files_of(smaller_root())
    lines = list(run.migrate(smaller_root(), date(2026, 11, 22), MIGRATIONS, write=True))
    assert re.fullmatch(r"0000 .*: [0-9]+ files would change, and every rule holds; .*", lines[0])
    assert lines[1:] == ["every migration is passed"]
    now = {
        path.relative_to(smaller_root()).as_posix(): path.read_text("utf-8")
        for path in smaller_root().rglob("*.yaml")
    }
    assert now == {path: text for path, text in before.items() if path.endswith(".yaml")}


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    nobody = Signer(key=tmp_path, certificate=tmp_path)
    return new_clone(tmp_path / "register", GBCS_1_1, nobody)


def entries(clone: Clone) -> dict[str, str]:
    return {
        path.relative_to(clone.root).as_posix(): path.read_text("utf-8")
        for path in sorted((clone.root / DEVICES).rglob("*.yaml"))
    }


def through(clone: Clone, *migrations: Migration, write: bool = True) -> list[str]:
    return list(run.migrate(clone.root, ON, migrations, write=write))


def change_to(before: str, after: str) -> Migration:
    return replace(REAL, change=lambda text: text.replace(before, after))


def name_in(clone: Clone) -> str:
    """A model name that stands in some of the entries."""
    found = re.findall(r'model_name: "([^"]+)"', "".join(entries(clone).values()))
    return str(found[0])


def test_a_register_goes_through_whole(clone: Clone) -> None:
    name, before = name_in(clone), entries(clone)
    migration = change_to(f'"{name}"', '"Another name"')
    told = through(clone, migration, write=False)
    assert entries(clone) == before
    assert told[-1].endswith("files are to be migrated: make migrate")
    through(clone, migration)
    assert (
        entries(clone) == {path: migration.change(text) for path, text in before.items()} != before
    )
    assert list((clone.root / ".cache/cpl").iterdir()) == []
    # What it has passed is told by the register itself.
    assert through(clone, migration, write=False) == [
        "0001 another form: passed",
        "every migration is passed",
    ]
    assert clone.cpl("validate", "--on", str(ON)).code == 0


def not_done(clone: Clone, match: str, *migrations: Migration) -> None:
    before = entries(clone)
    with pytest.raises(NotMigrated, match=match):
        through(clone, *migrations)
    assert entries(clone) == before


def test_what_would_leave_errors_is_not_done(clone: Clone) -> None:
    broken = change_to("device_type: GSME", "device_type: GAS")
    not_done(clone, "errors after it, so nothing is written", broken)
    fine = change_to(f'"{name_in(clone)}"', '"Another name"')
    not_done(clone, "errors after it", fine, broken)
    not_done(clone, "errors after it", replace(broken, schema=lambda schema: schema))


def test_one_that_never_ends_is_not_done(clone: Clone) -> None:
    not_done(clone, "changes it a second time", change_to('model_name: "', 'model_name: "A '))


def test_what_is_not_committed_is_not_touched(clone: Clone) -> None:
    clone.append("cpl/dcc/dsp-profile.yaml", "# looked at\n")
    migration = change_to(f'"{name_in(clone)}"', '"Another name"')
    not_done(clone, "differs from its commit", migration)
    shutil.rmtree(clone.root / ".git")
    not_done(clone, "no Git repository", migration)


def test_a_file_that_cannot_be_read_stops_it(clone: Clone) -> None:
    path = next(iter(entries(clone)))
    clone.write({path: "nonsense: [\n"})
    not_done(clone, f"{path}: it cannot be read", *MIGRATIONS)
    (clone.root / path).unlink()
    (clone.root / path).symlink_to("elsewhere")
    with pytest.raises(NotMigrated, match="is no ordinary file"):
        through(clone, REAL)


def test_an_interruption_leaves_the_old_files_or_the_new(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each of the two renames that put the folder in its place."""
    migration, before = change_to(f'"{name_in(clone)}"', '"Another name"'), entries(clone)
    rename, count = Path.rename, iter(range(9))

    def stops_at(number: int) -> Callable[[Path, Path], Path]:
        def stop(self: Path, target: Path) -> Path:
            if next(count) == number:
                raise KeyboardInterrupt
            return rename(self, target)

        return stop

    for number in (0, 1):
        count = iter(range(9))
        with monkeypatch.context() as patched:
            patched.setattr(Path, "rename", stops_at(number))
            with pytest.raises(KeyboardInterrupt):
                through(clone, migration)
        assert through(clone, migration, write=False)[-1].endswith("make migrate")
        assert entries(clone) == before
    through(clone, migration)
    assert entries(clone) != before


def test_the_command_says_what_it_did(clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--root", str(clone.root)]) == 0
    assert capsys.readouterr().out.endswith("every migration is passed\n")
    clone.write({next(iter(entries(clone))): "nonsense: [\n"})
    assert run.main(["--root", str(clone.root)]) == 1
    assert "cannot be read" in capsys.readouterr().err
    shutil.rmtree(clone.root / "cpl")
    assert run.main(["--root", str(clone.root)]) == 2
    assert "no register" in capsys.readouterr().err
