"""The last published state, proved from a clone: a release is made again and compared, byte for byte.

Everything is read as objects of Git, so that a bare clone is enough and nothing of the machine (no
hook, no filter, no working tree) has a say in what the bytes are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cpl_registry.edges import installation, verify
from cpl_registry.edges.delivery_chain import Chain, chain_of, judge_chain
from cpl_registry.edges.git_condition import damage, is_kept
from cpl_registry.edges.git_history import delivery_files
from cpl_registry.edges.git_trees import resolve, tree_files
from cpl_registry.edges.releasing import DELIVERIES, FRESH, release_files
from cpl_registry.edges.verify import Verdict
from cpl_registry.edges.verifying import files_of, verified
from cpl_registry.outputs.delivery_file import delivery_file
from cpl_registry.outputs.manifest import Sending
from cpl_registry.records.delivery import DeliveryFile
from cpl_registry.records.documents import Kind, TreeFile
from cpl_registry.records.findings import Severity
from cpl_registry.records.register import sort_files
from cpl_registry.records.tables import HOLIDAYS
from cpl_registry.rules.run import validate
from cpl_registry.state.publication import PublishedState, publish

_DELIVERIES = f"{DELIVERIES.as_posix()}/"
_ANSWERS = "cpl/dcc/acknowledgements/"
_Files = Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Clone:
    """What a clone holds: the files of its HEAD, with the delivery files of its other branches."""

    root: Path
    files: Mapping[str, TreeFile]
    chain: Chain


def recovered(
    folder: Path, certificate: Path | None, root: Path, on: date | None, memory: Path | None
) -> Verdict:
    """Judges a release by itself, and against what the repository in `root` makes of its commit.

    Raises:
        CannotJudge: something cannot be read, there is no repository, or it lacks the commit.
    """
    found = verified(folder, certificate, on=on, memory=memory)
    if found.manifest:
        _made_again(found, files_of(folder), root)
    return found


def _made_again(found: Verdict, files: _Files, root: Path) -> None:
    head = resolve(root, "HEAD")
    if broken := damage(root):
        found.faults.append(f"{root}: Git finds a broken object: {broken}: take another clone")
        return
    clone = _opened(root, head, found)
    judge_chain(found, dict(files), clone.chain)
    serial = found.manifest["serial"]
    own = next((one for one in clone.chain.deliveries if one.serial == serial), None)
    if own is None:
        return  # told by the chain
    if own.commit is None:
        found.unjudged.append(f"{_path(own)}: names no commit: it cannot be made again")
        return
    commit = resolve(root, own.commit)
    if not is_kept(root, commit):
        found.faults.append(
            f"{root}: no branch leads to commit {commit} any more: its history was rewritten"
        )
    differences = _differences(clone, commit, own, files)
    found.faults += differences
    if not differences:
        names = len([name for name in files if name not in {verify.SIGNATURE, verify.SUMS}])
        found.notes.append(
            f"made again from commit {commit}: {names} files and {_path(own)}, byte for byte"
        )


def _opened(root: Path, head: str, found: Verdict) -> _Clone:
    files = {file.path: file for file in tree_files(root, head)}
    for name, raw in sorted(delivery_files(root).items()):
        if (path := f"{_DELIVERIES}{name}") not in files:
            files[path] = TreeFile(path=path, raw=raw)
            found.notes.append(f"{path}: is on another branch than HEAD: merge it")
    return _Clone(root=root, files=files, chain=chain_of(files.values(), root))


def _path(own: DeliveryFile) -> str:
    return f"{_DELIVERIES}{own.serial}.yaml"


def _differences(clone: _Clone, commit: str, own: DeliveryFile, files: _Files) -> list[str]:
    """What differs from the release when it is made again at a commit."""
    at = {file.path: file for file in tree_files(clone.root, commit)}
    # A delivery goes on from those before it, committed by then or not.
    for path, file in clone.files.items():
        if path.startswith(_DELIVERIES) and path < _path(own):
            at.setdefault(path, file)
    # So may an answer to one of them be: taken in before this delivery, committed after it.
    answers = {
        path: file
        for path, file in clone.files.items()
        if path.startswith(_ANSWERS) and path < f"{_ANSWERS}{own.serial}" and path not in at
    }
    differences = list(_compared(clone, at, commit, own, files))
    if differences and answers:
        differences = list(_compared(clone, at | answers, commit, own, files)) and differences
    return differences


def _compared(
    clone: _Clone, at: Mapping[str, TreeFile], commit: str, own: DeliveryFile, files: _Files
) -> Iterator[str]:
    report = validate(sort_files(at.values()), installation.schemas(), own.on)
    if report.failed:
        first = next(one for one in report.findings if one.severity is Severity.ERROR)
        yield (
            f"{first.path}:{first.line or 1}: at commit {commit} {first.message}: nothing can be made"
            " again with these tools; use those of that commit"
        )
        return
    holidays = at.get(HOLIDAYS)
    days = installation.working_days_of(holidays.raw if holidays else None)
    state = publish(report.register, own.on, commit, days)
    sending = Sending(serial=own.serial, sent_at=own.sent_at, valid_until=own.sent_at + FRESH)
    made = {one.path: one.content for one in release_files(state, sending)}
    different = sorted(
        name
        for name in {*made, *files} - {verify.SIGNATURE, verify.SUMS}
        if made.get(name) != files.get(name)
    )
    for name in different:
        yield f"{verify.plain(name)}: {_how(made.get(name), files.get(name), commit)}"
    if different and not any(name.startswith("cpl-dcc") for name in different):
        yield (
            "only files of the list differ: were other tools installed then? Run this again with the"
            f" tools of commit {commit}"
        )
    kept = clone.files[_path(own)].raw
    if _delivery(state, own, sending, made) != kept:
        yield f"{_path(own)}: not what commit {commit} makes: it was changed after it was sent"


def _how(made: bytes | None, told: bytes | None, commit: str) -> str:
    if told is None:
        return f"missing: commit {commit} makes it"
    if made is None:
        return f"extra: commit {commit} does not make it"
    pairs = zip(made.splitlines(), told.splitlines(), strict=False)
    lines = [number for number, (one, other) in enumerate(pairs, 1) if one != other]
    line = lines[0] if lines else min(made.count(b"\n"), told.count(b"\n")) + 1
    return f"differs from what commit {commit} makes, first in line {line}"


def _delivery(
    state: PublishedState, own: DeliveryFile, sending: Sending, made: Mapping[str, bytes]
) -> bytes:
    plan = installation.schemas()[Kind.DELIVERY].plan
    manifest = made[verify.MANIFEST]
    return delivery_file(state, state.rows, sending, plan, manifest=manifest, decision=own.decision)
