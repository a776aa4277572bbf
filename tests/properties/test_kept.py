"""What was found before, told again: always the verdict that the whole register gives."""

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp

import pytest
from cpl_registry.edges import installation, judging, kept
from cpl_registry.edges.collection import without_collection
from cpl_registry.edges.reading import judged
from cpl_registry.edges.worktree import read_files
from cpl_registry.rules import families
from cpl_registry.rules.rule import Scope
from cpl_registry.rules.run import RULES, validate

from benchmarks.lives import TODAY
from benchmarks.registers import write
from tests.kept_ways import Ways, agree, counted, git, reviewed
from tests.random_edits import EDITS, entries
from tests.registers import smaller_root
from tests.repository import ROOT

ENTRIES = 60
LIVES = 4
EDITS_A_LIFE = 10


@pytest.fixture(autouse=True)
def ways(tmp_path: Path) -> Iterator[Ways]:
    with counted(tmp_path / "state") as gone:
        yield gone


@cache
def made() -> Path:
    folder = Path(mkdtemp(prefix="cpl-kept-")) / "register"
    folder.mkdir()
    write(folder, ENTRIES, seed=3, home=ROOT)
    return folder


@pytest.fixture(scope="module", autouse=True)
def _away() -> Iterator[None]:
    yield
    shutil.rmtree(made().parent)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return Path(shutil.copytree(made(), tmp_path / "register"))


def test_any_edits_to_a_register_give_what_the_whole_gives(register: Path, ways: Ways) -> None:
    for life in range(LIVES):
        random = Random(life)  # noqa: S311  # nothing here is secret
        root = Path(shutil.copytree(register, register.parent / f"life-{life}"))
        agree(root, TODAY)
        for _ in range(EDITS_A_LIFE):
            random.choice(EDITS)(root, random)
            agree(root, TODAY)
            if random.random() < 0.3:  # the last good register comes back
                shutil.rmtree(root / "cpl")
                shutil.copytree(register / "cpl", root / "cpl")
                agree(root, TODAY)
    assert ways.part > LIVES * 3  # else this would say nothing of a part


def test_a_register_that_stays_as_it_is_is_not_read_again(
    register: Path, ways: Ways, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(register, TODAY)
    assert ways.whole == 1
    monkeypatch.setattr(judging, "_looked_at_again", None)
    agree(register, TODAY)
    assert (ways.whole, ways.part) == (1, 0)


def test_another_day_and_other_tools_are_judged_anew(
    register: Path, ways: Ways, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(register, TODAY)
    judging.judge(register, TODAY.replace(year=TODAY.year + 1))
    assert ways.whole == 2
    agree(register, TODAY)
    assert ways.whole == 3
    monkeypatch.setattr(kept, "tools", lambda: "another rule")
    agree(register, TODAY)
    assert ways.whole == 4


def test_what_fails_is_not_kept(register: Path, ways: Ways) -> None:
    path = entries(register)[0]
    path.write_text(path.read_text(encoding="utf-8") + "oops", encoding="utf-8")
    for _ in range(2):
        agree(register, TODAY)
    assert ways.whole == 2
    assert not (register / ".cache").exists()


@pytest.mark.parametrize("seed", range(8))
def test_a_review_of_any_submission_says_what_the_whole_registers_say(
    seed: int, register: Path, ways: Ways
) -> None:
    random = Random(100 + seed)  # noqa: S311  # nothing here is secret
    git(register, "init", "--quiet")
    git(register, "add", "cpl")
    git(register, "commit", "--quiet", "--message", "base")
    if seed % 2:
        agree(
            register, TODAY
        )  # the base is kept as it lies in its folder, else as the review finds it
    for _ in range(1 + seed % 4):
        random.choice(EDITS[:-2])(register, random)
    git(register, "add", "cpl")
    git(register, "commit", "--quiet", "--allow-empty", "--message", "head")

    first, again = reviewed(register, TODAY), reviewed(register, TODAY)
    assert ways.part >= 2
    shutil.rmtree(register / ".cache")
    assert first == again == reviewed(register, TODAY)


def test_every_rule_on_the_register_says_which_entries_it_looks_at() -> None:
    sorts = (
        families.WITHIN_FAMILIES,
        families.BY_WITNESS,
        families.BY_CONCERN,
        families.ON_PAPERS,
    )
    told = [rule for sort in sorts for rule in sort]
    assert sorted(told) == sorted(rule.id for rule in RULES if rule.scope is Scope.REGISTER)


class Untouchable(tuple[object, ...]):
    """Entries that nobody may look at."""

    __slots__ = ()

    def __iter__(self) -> Iterator[object]:
        raise AssertionError("a rule on papers or on one entry looked at the entries")

    __len__ = __getitem__ = __iter__  # type: ignore[assignment]


@pytest.mark.parametrize("papers", ["none", "all kinds"])
def test_rules_on_papers_and_on_one_entry_look_at_no_other_entry(
    papers: str, register: Path
) -> None:
    with without_collection():
        files = read_files(register if papers == "none" else smaller_root())
        _, report = judged(files, TODAY)
    found = report.register
    looked = list(found.entries)
    object.__setattr__(found, "entries", Untouchable())
    for name in ("by_id", "citing"):
        found.__dict__.pop(name, None)
    with pytest.raises(AssertionError, match="looked at the entries"):
        len(found.by_id)
    for rule in RULES:
        asked = rule.concerned or rule.check
        dated = asked.__code__.co_argcount == (3 if rule.scope is Scope.ENTRY else 2)
        more = (TODAY,) if dated else ()
        if rule.scope is Scope.ENTRY:
            for entry in looked:
                list(rule(entry, found, *more))
        elif rule.id in families.ON_PAPERS and rule.id not in {"CPL801", "CPL802"}:
            list(rule(found, *more))
        elif rule.id in families.BY_CONCERN:
            list(rule.check(found, *more, report.concerned[rule.id]))


def test_validation_is_that_of_the_rules_run(register: Path) -> None:
    """The oracle of this module is the plain function and nothing that keeps."""
    tree, report = judged(read_files(register), TODAY)
    assert validate(tree, installation.schemas(), TODAY) == report
