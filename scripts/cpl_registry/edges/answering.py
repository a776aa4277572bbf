"""The DCC's side of a delivery: its answers, what it already held, a delivery declared bad."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cpl_registry.edges import publishing
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.given import given
from cpl_registry.edges.installation import schemas
from cpl_registry.edges.reading import Reading
from cpl_registry.edges.releasing import DELIVERIES, NotReleasable, moment_of, next_serial
from cpl_registry.edges.writer import ASIDE, write_file
from cpl_registry.outputs.answer_document import answer_document
from cpl_registry.outputs.delivery_file import delivery_file
from cpl_registry.outputs.manifest import Sending
from cpl_registry.records.answer_file import FIRST_LINE, Answer, read_answer
from cpl_registry.records.canonical import canonical
from cpl_registry.records.delivery import Row
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.documents import Document, Kind
from cpl_registry.records.file_text import DELIVERY_BYTES
from cpl_registry.records.findings import Finding, Severity
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.run import validate
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.reconciliation import Reconciliation, reconciled, wrong_profile

ANSWERS = Path("cpl/dcc/acknowledgements")


@dataclass(frozen=True, kw_only=True, slots=True)
class Acknowledged:
    """An answer that was taken in: its file, what is still missing, what the model got wrong."""

    file: Path
    reconciliation: Reconciliation
    surprises: tuple[str, ...]


def acknowledge(root: Path, on: date, answer_path: Path) -> Acknowledged:
    """Takes the DCC's answer into the register: whole or not at all.

    Raises:
        CannotJudge: the file cannot be read, or answers something that was not sent.
    """
    raw = _bytes(answer_path)
    answer = read_answer(raw)
    if not isinstance(answer, Answer):
        first = answer[0]
        place = f":{first.span.line}:{first.span.column}" if first.span else ""
        more = f" (and {len(answer) - 1} more)" if len(answer) > 1 else ""
        raise CannotJudge(f"{answer_path}{place}: {first.message}{more}; nothing was taken in")
    reading, state = publishing.published_state(root, on)
    delivery = next((one for one in state.sent.deliveries if one.serial == answer.serial), None)
    if delivery is None:
        raise CannotJudge(
            f"there is no delivery {shown(answer.serial)} up to {on}: check the serial"
        )
    digest = hashlib.sha256(raw).hexdigest()
    earlier = [one for one in state.register.acknowledgements if one.serial == answer.serial]
    if any(one.sha256 == digest for one in earlier):
        raise CannotJudge(f"this answer to {answer.serial} is in the register already")
    number = max((one.answer for one in earlier), default=0) + 1
    data = answer_document(answer, number, digest)
    name = answer.serial if number == 1 else f"{answer.serial}-{number}"
    file = root / ANSWERS / f"{name}.yaml"
    first_line = "# yaml-language-server: $schema=../../../schema/acknowledgement.schema.json"
    content = canonical(data, schemas()[Kind.ACKNOWLEDGEMENT].plan, first_line).encode()
    taken = _with(reading, f"{ANSWERS}/{name}.yaml", content)
    if taken.report.failed:
        raise CannotJudge(_refusal(answer_path, taken.report.findings))
    after = publishing.state_of(taken)
    write_file(file, content, aside_in=root / ASIDE)
    return Acknowledged(
        file=file,
        reconciliation=reconciled(after),
        surprises=tuple(wrong_profile(after, delivery)),
    )


def _refusal(answer_path: Path, findings: Sequence[Finding]) -> str:
    """Why an answer is not taken in, at its line in the file that the DCC sent.

    Without the answer the register had no error, so each of these is of the answer.
    """
    first, *others = (one for one in findings if one.severity is Severity.ERROR)
    result = re.match("/results/([0-9]+)", first.pointer or "")
    line = f":{int(result[1]) + FIRST_LINE}" if result else ""
    more = f" (and {len(others)} more)" if others else ""
    return (
        f"{answer_path}{line}: {first.message}{more} ({first.rule}); nothing was taken in:"
        f" {first.fix}"
    )


def _with(reading: Reading, path: str, content: bytes) -> Reading:
    """The register with one answer more, judged before it is written."""
    document = Document(path, Kind.ACKNOWLEDGEMENT, content)
    documents = dict(sorted({**reading.tree.documents, path: document}.items()))
    tree = replace(reading.tree, documents=documents)
    return replace(reading, tree=tree, report=validate(tree, schemas(), reading.on))


def baseline(root: Path, on: date, path: Path) -> Path:
    """Makes the list that the DCC already holds the first delivery: delivered and loaded.

    The file is an extract in the register's layout.

    Raises:
        CannotJudge: it is none.
        NotReleasable: there is a delivery already, or a row that the register does not know.
    """
    _, state = publishing.published_state(root, on)
    if state.register.deliveries:
        raise NotReleasable(
            [
                f"the first delivery was {state.register.deliveries[0].serial}: a baseline comes before all"
            ]
        )
    rows = _extract_rows(path, state)
    unknown = sorted(entry_id for entry_id in rows if entry_id not in state.by_id)
    if unknown:
        raise NotReleasable(
            [
                f"{len(unknown)} rows of {path} are of no entry of the register on {on}:",
                *(f"  {entry_id}" for entry_id in unknown),
                "add their entries first: what the DCC holds must not disappear without a removal",
            ]
        )
    sent_at = moment_of(on)
    sending = Sending(serial=next_serial(root, on), sent_at=sent_at, valid_until=sent_at)
    plan = schemas()[Kind.DELIVERY].plan
    content = delivery_file(state, rows, sending, plan, kind="baseline")
    file = root / DELIVERIES / f"{sending.serial}.yaml"
    write_file(file, content, aside_in=root / ASIDE)
    return file


def _extract_rows(path: Path, state: PublishedState) -> dict[EntryId, Row]:
    header = state.register.extract_profile.header
    try:
        lines = list(csv.reader(io.StringIO(_bytes(path).decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CannotJudge(f"{path} cannot be read as CSV in UTF-8: {error}") from error
    if not lines or tuple(lines[0]) != header:
        raise CannotJudge(f"{path}:1: the header must be {','.join(header)}")
    rows: dict[EntryId, Row] = {}
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(header):
            raise CannotJudge(f"{path}:{number}: {len(line)} cells, the header has {len(header)}")
        if line[0] in rows:
            raise CannotJudge(f"{path}:{number}: {shown(line[0], 60)} stands here twice")
        rows[EntryId(line[0])] = tuple(line)
    return dict(sorted(rows.items()))


def _bytes(path: Path) -> bytes:
    """What the DCC sent: no more is read than an answer or a list can have."""
    raw = given(path, DELIVERY_BYTES)
    if len(raw) > DELIVERY_BYTES:
        raise CannotJudge(f"{path} is larger than {DELIVERY_BYTES} bytes: it is no such file")
    return raw


def recall(root: Path, on: date, serial: str) -> Iterator[str]:
    """What to do about a delivery that was declared bad, line by line.

    Raises:
        CannotJudge: there is no such delivery.
    """
    _, state = publishing.published_state(root, on)
    made = state.sent.deliveries
    index = next((n for n, one in enumerate(made) if one.serial == serial), None)
    if index is None:
        raise CannotJudge(f"there is no delivery {shown(serial)} up to {on}")
    bad, good = made[index], made[index - 1] if index else None
    yield f"Delivery {bad.serial}, sent {bad.sent_at:%d %B %Y %H:%M} UTC, is declared bad."
    yield f"Rows that it added, changed or removed: {len(bad.delta)}."
    for row in bad.delta:
        yield f"  {row.change:<8} {row.entry_id}"
    if good is None:
        yield "It was the first: there is no earlier list. Load nothing until the next release."
    else:
        yield f"Where it is not loaded yet, keep what is loaded: {good.serial}, SHA-256 of the extract"
        yield f"{good.extract_sha256}, {good.extract_rows} rows. Do not load {bad.serial}."
    yield "Where it is loaded already, an older list is not loaded over it: the sequence only goes up."
    yield "Correct the entries, make the next release at once, and load its extract in full, not its"
    yield "delta: a full extract puts every row right, whatever was loaded before."
    later = made[index + 1 :]
    if later:
        names = ", ".join(one.serial for one in later)
        yield f"Deliveries made after it stand on it; look at their rows as well: {names}."
    yield "Then take in the DCC's answer, so that what it holds is known: cpl acknowledge FILE"
