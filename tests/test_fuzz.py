"""20,000 spoilt files of the register and some of every other kind: `make fuzz` judges many more."""

import random
from dataclasses import replace

import pytest
from cpl_registry.edges import installation
from cpl_registry.records.documents import Document
from cpl_registry.rules.run import validate

from tests import fuzz, fuzz_files, fuzz_trees, fuzzing


@pytest.mark.parametrize("seed", range(5))
def test_spoilt_files_end_in_a_report_that_two_parsers_agree_on(seed: int) -> None:
    tally = fuzzing.run(2_000, seed)
    assert sum(tally.outcomes.values()) == 2_000
    # Inputs that are all refused at the door, or all let in, would try nothing.
    assert all(tally.outcomes[name] > 40 for name in ("accepted", "refused", "not read"))


def test_what_is_known_of_the_files_around_changes_no_report() -> None:
    chance = random.Random(4)  # noqa: S311  # the same every time
    for _ in range(60):
        path, raw = fuzzing.spoilt(chance)
        _, tree, report = fuzzing.judge(path, raw)
        texts = {name: one.text.encode() for name, one in tree.documents.items()} | {path: raw}
        anew = {name: Document(name, one.kind, texts[name]) for name, one in tree.documents.items()}
        plainly = validate(replace(tree, documents=anew), installation.schemas(), fuzzing.ON)
        assert (report.findings, report.halted) == (plainly.findings, plainly.halted)


def test_a_parser_that_reads_otherwise_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    path, text = fuzzing.seeds()[0]
    document, _, report = fuzzing.judge(path, text.encode())
    assert not report.failed
    fuzzing.agree(document)
    monkeypatch.setattr(type(document), "data", [])
    with pytest.raises(AssertionError):
        fuzzing.agree(document)


@pytest.mark.parametrize("target", fuzz_files.TARGETS, ids=lambda one: one.name)
def test_spoilt_files_from_outside_are_read_or_refused(target: fuzz_files.Target) -> None:
    tally = fuzz_files.run(target, target.usual, 0)
    assert sum(tally.outcomes.values()) == target.usual
    assert tally.outcomes[fuzz_files.REFUSED] > target.usual // 20
    assert tally.outcomes[fuzz_files.REFUSED] < target.usual * 19 // 20


def test_hostile_trees_are_judged_or_refused_and_none_passes() -> None:
    tally = fuzz_trees.run(40, 0)
    names = (fuzz_trees.ACCEPTED, fuzz_trees.TO_MEND, fuzz_files.REFUSED)
    assert all(tally.outcomes[name] > 3 for name in names)


def test_a_tree_in_which_a_name_stands_twice_is_refused() -> None:
    """What one command of Git lists, another does not compare."""
    for doing in (fuzz_trees._twice, fuzz_trees._shuffled):
        tree = fuzz_trees.tree_of(fuzz_trees.base_files())
        folder = next(one for one in tree.folders() if len(one.entries) > 2 and one is not tree)
        doing(folder, random.Random(3))  # noqa: S311  # one that puts them out of order
        assert fuzz_trees.judge(tree) == fuzz_files.REFUSED


def test_every_kind_has_its_name_once() -> None:
    names = [one.name for one in fuzz.kinds()]
    assert len(names) == len(set(names)) == 8
