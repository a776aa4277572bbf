"""A register of which all but a few entries were judged before: those entries and their families."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, TypeAlias

from cpl_registry.edges import installation
from cpl_registry.edges.folder import EXECUTABLE, REGULAR
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.documents import DEVICES, Kind, TreeFile
from cpl_registry.records.entry_file import parse_entry
from cpl_registry.records.findings import Finding, Verdict, in_order
from cpl_registry.records.register import Register, Tree, assemble, sort_files
from cpl_registry.rules.families import (
    Elsewhere,
    citations_of,
    family,
    marks_of,
    marks_of_path,
)
from cpl_registry.rules.rule import Concerned
from cpl_registry.rules.run import Report, validate

_MOST_CHANGED = 200
_MOST_AGAIN = 0.5
"""Where more than half would be judged again, the whole is."""


class Known(NamedTuple):
    """A file that was judged before: Git's mode and object id, when it was written, its marks."""

    path: str
    mode: str
    blob: str
    stamp: str
    marks: str = ""
    cites: str = ""

    @property
    def entry_id(self) -> EntryId:
        """The id of the entry that was read in the file: the first of its marks."""
        return EntryId(self.marks.partition(" ")[0])


class Before(NamedTuple):
    """A register that was judged: its files, and the entries that the papers of a rule concern."""

    files: Mapping[str, Known]
    concerned: Mapping[str, Concerned]

    def but_for(self, paths: Collection[str]) -> dict[str, Concerned]:
        """The entries that the papers concern, without those of some paths."""
        gone = {one.entry_id for one in self.files.values() if one.marks and one.path in paths}
        return {
            rule: {paper: ids - gone for paper, ids in concerned.items()}
            for rule, concerned in self.concerned.items()
        }


def marked(files: Iterable[Known], register: Register) -> list[Known]:
    """Files with the marks of the entries that a register has at their paths."""
    marks = {one.path: " ".join(marks_of(one)) for one in register.entries}
    cites = {one.path: " ".join(citations_of(one)) for one in register.citing}
    return [
        Known(one.path, one.mode, one.blob, one.stamp, marks[one.path], cites.get(one.path, ""))
        if one.path in marks
        else one
        for one in files
    ]


Lines: TypeAlias = dict[str, dict[str, list[int]]]
"""Whom the papers of a rule concern, each entry as the number of its file's line."""


def told(files: Iterable[Known], concerned: Mapping[str, Concerned]) -> tuple[Lines, str]:
    """What is kept of a register so that a part of it can be judged later: a line a file."""
    lines, numbers = [], {}
    for number, one in enumerate(files):
        lines.append("\t".join(one) + "\n")
        if one.marks:
            numbers[one.entry_id] = number
    by_line = {
        rule: {paper: sorted([numbers[one] for one in ids]) for paper, ids in papers.items()}
        for rule, papers in concerned.items()
    }
    return by_line, "".join(lines)


def before_of(concerned: Lines, lines: str) -> Before:
    """The register that was judged, from what was kept of it."""
    files = [Known._make(line.split("\t")) for line in lines.splitlines()]
    return Before(
        files={one.path: one for one in files},
        concerned={
            rule: {
                paper: frozenset([files[number].entry_id for number in numbers])
                for paper, numbers in papers.items()
            }
            for rule, papers in concerned.items()
        },
    )


Files = Mapping[str, TreeFile | None]
"""Changed files by path as they are in one state; None where the file is not there."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """The part of a register that had to be judged again, and what follows for the whole.

    `verdict` is that on the whole register; `tree` and `report` are of the part alone.
    """

    verdict: Verdict
    tree: Tree
    report: Report


@dataclass(frozen=True, kw_only=True)
class Parts:
    """States of one register that differ from one that was judged before in a few entries.

    `again` are the paths of what is judged again, `witnesses` those of entries that only stand
    beside it; `same` are the files of both kinds that are the same in all states. `concerned` are
    the entries that papers concern, but for those judged again. `unchanged` is the state that the
    verdict before is on, if it is one of them.
    """

    before: Verdict
    changed: frozenset[str]
    known_entries: int
    again: frozenset[str]
    witnesses: frozenset[str]
    concerned: Mapping[str, Concerned]
    papers: Tree
    same: Tree
    states: tuple[Tree, ...]
    unchanged: int | None
    on: date

    def judged(self, state: int) -> Part:
        """One of the states: the part of it that was judged, and the verdict on the whole."""
        changed = self.states[state]
        tree = _together(self.papers, self.same, changed)
        if state == self.unchanged:
            return Part(verdict=self.before, tree=tree, report=self._as_before(tree))
        elsewhere = Elsewhere(concerned=self.concerned, witnesses=self.witnesses)
        report = validate(tree, installation.schemas(), self.on, elsewhere)
        # A witness is judged without its family: what is found of it is not to be believed.
        findings = [one for one in report.findings if one.path not in self.witnesses]
        report = replace(report, findings=tuple(findings))
        verdict = Verdict(
            findings=in_order([*findings, *self.elsewhere]),
            entries=self.before.entries - self.known_entries + len(changed.documents),
            halted=report.halted,
        )
        return Part(verdict=verdict, tree=tree, report=report)

    def _as_before(self, tree: Tree) -> Report:
        """The report on the part as it was judged before: every file of it was found readable."""
        elsewhere = set(self.elsewhere)
        entries = sum(one.kind is Kind.ENTRY for one in tree.documents.values())
        return Report(
            findings=tuple(one for one in self.before.findings if one not in elsewhere),
            register=assemble(tree, tree.documents),
            entries=entries,
        )

    @property
    def elsewhere(self) -> list[Finding]:
        """What was found before and still holds: of entries that are of no changed family."""
        return [
            one
            for one in self.before.findings
            if one.path.startswith(DEVICES) and one.path not in self.again
        ]


def parts_of(
    before: Before,
    verdict: Verdict,
    states: tuple[Files, ...],
    read: Callable[[Iterable[Known]], list[TreeFile]],
    on: date,
    unchanged: int | None = None,
) -> Parts | None:
    """What must be judged again where a few entries changed; None where the whole must be.

    `verdict` is that on `before`; each of `states` are the files that differ from those, `unchanged`
    is the state that does not. `read` gives files that are the same in all.
    """
    known = before.files
    changed = frozenset(path for files in states for path in files)
    if verdict.halted or not _few_entries(changed):
        return None
    trees = tuple(sort_files([one for one in files.values() if one]) for files in states)
    papers = sort_files(read(one for one in known.values() if not one.path.startswith(DEVICES)))
    register = assemble(papers, papers.documents)
    first = {*changed, *(one.path for one in register.waivers)}
    again = (_families(first, known, trees) | first) & {*known, *changed}
    witnesses = _witnesses(register, known, changed) - again
    beside = [one for path, one in known.items() if path in witnesses or path in again - changed]
    if len(beside) > _MOST_AGAIN * len(known):
        return None
    was_entry = [path for path in changed if path in known and _is_entry(known[path])]
    return Parts(
        before=verdict,
        changed=changed,
        known_entries=len(was_entry),
        again=frozenset(again),
        witnesses=frozenset(witnesses),
        concerned=before.but_for(again),
        papers=papers,
        same=sort_files(read(one for one in beside if one.path.startswith(DEVICES))),
        states=trees,
        unchanged=unchanged,
        on=on,
    )


def _few_entries(changed: Collection[str]) -> bool:
    """Whether only entries changed, and few of them."""
    return len(changed) <= _MOST_CHANGED and all(path.startswith(DEVICES) for path in changed)


def _families(first: Iterable[str], known: Mapping[str, Known], trees: Iterable[Tree]) -> set[str]:
    """The paths of the families of some files, as they were before and as they are in all states."""
    marks = {one.path: tuple(one.marks.split(" ")) for one in known.values() if one.marks}
    start = [ones for path in first for ones in (marks.get(path, ()), marks_of_path(path))]
    schema = installation.schemas()[Kind.ENTRY]
    start += [
        marks_of(parse_entry(document.path, document.data))
        for tree in trees
        for document in tree.documents.values()
        if document.usable and document.data is not None and schema.fits(document.data)
    ]
    return family(marks, start)


def _witnesses(
    register: Register, known: Mapping[str, Known], changed: Collection[str]
) -> set[str]:
    """An unchanged entry for each reference that any cites, and the entries that papers name."""
    named = {one for notice in register.oversight.notices for one in notice.entries}
    for campaign in register.oversight.campaigns:
        named.update(one.entry_id for one in campaign.exemptions)
        named.update(one.entry_id for one in campaign.disputes)
    cited: set[str] = set()
    found = set()
    for one in known.values():
        if not one.marks or one.path in changed:
            continue
        new = set(one.cites.split()) - cited
        if new or one.entry_id in named:
            cited |= new
            found.add(one.path)
    return found


def _is_entry(one: Known) -> bool:
    return one.mode in {REGULAR, EXECUTABLE} and one.path.endswith(".yaml")


def _together(*trees: Tree) -> Tree:
    """Files from several trees as one tree, in the order of the paths."""
    documents = [item for tree in trees for item in tree.documents.items()]
    return Tree(
        documents=dict(sorted(documents, key=lambda item: item[0])),
        tables={path: raw for tree in trees for path, raw in tree.tables.items()},
        strays=tuple(sorted((x for tree in trees for x in tree.strays), key=lambda x: x.path)),
    )
