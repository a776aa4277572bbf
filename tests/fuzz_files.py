"""Files from outside, spoilt at random: inventories, firmware, answers, workbooks, tables, selectors.

Each kind has its seeds and a judge, which says what came of a file and asserts what must hold of it.
"""

import hashlib
import io
import json
import random
import struct
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cpl_registry.edges import installation
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.import_workbook import Import, import_file
from cpl_registry.outputs.import_told import report_json, report_text
from cpl_registry.outputs.inventory_tables import report_csv
from cpl_registry.outputs.inventory_tables import report_json as inventory_json
from cpl_registry.outputs.inventory_told import report_text as inventory_text
from cpl_registry.records.answer_file import Answer, answer_bytes, read_answer
from cpl_registry.records.delivery import Result, Serial
from cpl_registry.records.documents import Document, Kind, TreeFile
from cpl_registry.records.findings import Problem
from cpl_registry.records.firmware_image import read_image
from cpl_registry.records.inventory import read_inventory
from cpl_registry.records.register import sort_files
from cpl_registry.records.selector import parse_selector
from cpl_registry.rules.run import validate
from cpl_registry.state.history import standing
from cpl_registry.state.inventory_check import check_inventory
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.selection import Selecting

from tests import fuzzing
from tests.firmware_samples import firmware_file
from tests.inventories import JSON, ODD, XML, real_state
from tests.registers import GBCS_1_1, files_of, smaller_shipped
from tests.repository import ROOT
from tests.workbooks import published

ON, DAY = date(2026, 11, 22), date(2018, 5, 1)
READ, PARTLY, REFUSED = "read", "read in part", "refused"
NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFF)


@dataclass(frozen=True, kw_only=True)
class Target:
    """A kind of file: what is spoilt, how, and what is asked of each; `full` is for `make fuzz`."""

    name: str
    seeds: Callable[[], tuple[bytes, ...]]
    spoil: Callable[[bytes, random.Random], bytes]
    judge: Callable[[bytes], str]
    full: int
    usual: int


# --------------------------------------------------------------------------------------------- spoiling


def some_bytes(raw: bytes, chance: random.Random) -> bytes:
    """Bytes put in, taken out, exchanged, doubled, or set to a number at the edge of something."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randint(0, len(raw))
        some = chance.choice((1, 1, 2, 4, 16, 200))
        what = chance.randrange(6)
        if what == 0:
            raw = raw[:at] + chance.randbytes(some) + raw[at:]
        elif what == 1:
            raw = raw[:at] + raw[at + some :]
        elif what == 2:
            raw = raw[:at] + chance.randbytes(some) + raw[at + some :]
        elif what == 3:
            raw = raw[:at]
        elif what == 4:
            raw = raw[:at] + raw[at : at + some] * chance.choice((2, 3, 60)) + raw[at + some :]
        else:
            number = chance.choice(NUMBERS).to_bytes(4, chance.choice(("little", "big")))
            raw = raw[:at] + number + raw[at + 4 :]
    return raw


def some_text(raw: bytes, chance: random.Random) -> bytes:
    """Pieces that mean something to a reader, lines out of place, and now and then bytes."""
    text = raw.decode("utf-8", "surrogateescape")
    if chance.random() < 0.2:
        return chance.choice(HARMLESS)(text).encode("utf-8", "surrogatepass")
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        text = chance.choice((*fuzzing.WAYS, _token, _token, _cells))(text, chance)
    spoilt = text.encode("utf-8", "surrogatepass")
    return some_bytes(spoilt, chance) if chance.random() < 0.15 else spoilt


TOKENS = (
    *("<", ">", "</", "/>", "<!--", "<![CDATA[", "]]>", "&lt;", "&#0;", "&#x1F600;", "&x;", "<!DOCTYPE a>"),
    *('<?xml version="1.1"?>', "xmlns:a=''", "{", "}", "[", "]", ":", ",", '"', "\\u0000", "1e999", "null"),
    *("true", "NaN", "-0", ",,", '""', '"\r\n"', "\r", "\n", "\r\n", "\0", ";", "\t", "=1+1", "*", "loaded"),
    *("rejected", "CHF", "2026-11-22T24:00:00Z", "2026-02-30", "é", "\ufeff", "\u202e", "'", "Ａ"),
)  # fmt: skip


HARMLESS: tuple[Callable[[str], str], ...] = (
    lambda text: text.replace("\r\n", "\n"),
    lambda text: f"\ufeff{text}",
    lambda text: text.rstrip("\r\n"),
    lambda text: text.replace(",loaded,", ',"loaded",'),
    lambda text: text.replace("><", ">\n<"),
)
"""Changes that may change nothing of what a file says."""


def _token(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice(TOKENS) + text[at + chance.choice((0, 0, 1, 5)) :]


def _cells(text: str, chance: random.Random) -> str:
    """Two cells of a table, or two parts of anything with commas, change places."""
    cells = text.split(",")
    one, other = chance.randrange(len(cells)), chance.randrange(len(cells))
    cells[one], cells[other] = cells[other], cells[one]
    return ",".join(cells)


def some_workbook(raw: bytes, chance: random.Random) -> bytes:
    """A part of the package spoilt and packed again; or the package itself."""
    if chance.random() < 0.2:
        return some_bytes(raw, chance)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(made, "w") as new:
        parts = old.namelist()
        spoilt = chance.choice(parts)
        for name in parts:
            content = old.read(name)
            if name == spoilt:
                if chance.random() < 0.05:
                    continue
                content = some_text(content, chance)
            new.writestr(name, content, chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))
            if name == spoilt and chance.random() < 0.05:
                new.writestr(f"{name}/../{name}", content)
    return made.getvalue()


# ---------------------------------------------------------------------------------------------- judging


def told(problem: Problem) -> None:
    """A problem says what, and how to mend it; both can be shown as they are."""
    assert problem.message
    assert problem.message.isprintable()
    assert (problem.fix or "").isprintable()


@cache
def _state() -> PublishedState:
    return real_state()


def inventory(raw: bytes) -> str:
    found = read_inventory(raw)
    if isinstance(found, Problem):
        told(found)
        assert found.fix
        return REFUSED
    verdicts = check_inventory(found, _state())
    assert len(verdicts) == len(found)
    assert len(json.loads(inventory_json(verdicts, _state()))["devices"]) == len(found)
    report_csv(verdicts, _state()).decode("utf-8")
    assert "\x1b" not in inventory_text(verdicts, _state())
    return READ


def firmware(raw: bytes) -> str:
    """What is read is held against a reading of its own: the fixed header, and what lies behind."""
    reading = read_image(raw)
    if reading.image is None:
        assert all(one.message.isprintable() and one.fix for one in reading.problems)
        assert all(0 <= one.offset <= len(raw) for one in reading.problems)
        return REFUSED
    assert not reading.problems
    magic, version, length, control, maker, _, firmware_version, _, _, total = struct.unpack_from(
        "<IHHHHHIH32sI", raw
    )
    assert (magic, version, total) == (0x0BEEF11E, 0x0100, len(raw))
    assert control & 4
    assert length == 60 + (1 if control & 1 else 0) + (8 if control & 2 else 0)
    one = reading.image
    assert int(one.manufacturer_identifier, 16) == maker
    assert int(one.firmware_version, 16) == firmware_version
    image = raw[length:-66]
    assert one.sha256 == hashlib.sha256(image).hexdigest().upper()
    assert one.image_bytes == len(image) > 0
    return READ


def answer(raw: bytes) -> str:
    """What is read says the same when it is written again."""
    found = read_answer(raw)
    if isinstance(found, Answer):
        again = read_answer(answer_bytes(found.serial, found.results))
        assert isinstance(again, Answer)
        assert (again.serial, again.results) == (found.serial, found.results)
        assert found.sha256 == hashlib.sha256(raw).hexdigest()
        return READ
    assert found
    for one in found:
        told(one)
    return REFUSED


@cache
def _scratch() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="cpl-fuzz-"))
    for path, text in files_of(GBCS_1_1).items():
        if not path.startswith("cpl/devices/"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8", newline="")
    return folder


def imported(raw: bytes) -> str:
    """Whatever is made is canonical, lies among the entries, and passes every rule."""
    root = _scratch()
    file = root / "given"
    file.write_bytes(raw)
    try:
        made = import_file(file, None, root, DAY, partial=True)
    except CannotJudge as error:
        refusal = str(error)
    else:
        return _import_holds(made)
    assert refusal.isprintable()
    return REFUSED


def _import_holds(made: Import) -> str:
    json.loads(report_json(made.report))
    assert "\x1b" not in report_text(made.report)
    if not made.edits:
        return PARTLY
    files = {path: text.encode() for path, text in files_of(GBCS_1_1).items()}
    kept = {path: raw for path, raw in files.items() if not path.startswith("cpl/devices/")}
    for edit in made.edits:
        assert edit.before is None
        assert edit.path.startswith("cpl/devices/")
        assert ".." not in edit.path
        kept[edit.path] = edit.after
    tree = sort_files(TreeFile(path=path, raw=raw) for path, raw in kept.items())
    report = validate(tree, installation.schemas(), DAY)
    assert not report.failed, report.findings
    return PARTLY if made.report.errors else READ


@cache
def _selecting() -> Selecting:
    files = smaller_shipped()
    tree = sort_files(TreeFile(path=path, raw=text.encode()) for path, text in files.items())
    return Selecting(register=validate(tree, installation.schemas(), ON).register)


def selector(raw: bytes) -> str:
    """Whatever a file asks is answered, and as its words say when each entry is asked one by one."""
    document = Document("cpl/panel/incidents/INC-2026-900.yaml", Kind.INCIDENT, raw)
    data: Any = document.data
    if not document.usable or not installation.schemas()[Kind.INCIDENT].fits(data or ""):
        return REFUSED
    asked = data["selector"]
    one = parse_selector(asked)
    found = _selecting().selected(one, ON)
    # Asked the other way round: an entry that was left out must lack one of the properties.
    for entry in _selecting().register.entries:
        if entry.history[-1].day > ON or asked.get("held"):
            continue
        specification = entry.technical_specification
        families = asked.get("technical_specifications")
        meant = (
            ("status" not in asked or standing(entry, ON).status == asked["status"])
            and entry.device_type in asked.get("device_types", [entry.device_type])
            and entry.manufacturer in asked.get("manufacturers", [entry.manufacturer])
            and entry.gbcs_version in asked.get("gbcs_versions", [entry.gbcs_version])
            and (not families or specification.version in families.get(specification.name, []))
        )
        assert meant == (entry in found), entry.entry_id
    return READ


# ---------------------------------------------------------------------------------------------- targets


@cache
def answers() -> tuple[bytes, ...]:
    at = datetime(2026, 11, 22, 10, tzinfo=UTC)
    results = [
        Result(entry_id="*", logical_device=None, loaded=True, reason=None, at=at),
        Result(entry_id="esme-f0a1-0005-02-03-38040401", logical_device=None, loaded=True, reason=None, at=at),
        Result(entry_id="ch-f0b3-0041-01-02-04000001", logical_device="CHF", loaded=False, reason="GBCS 9.1", at=at),
        Result(entry_id="ch-f0b3-0041-01-02-04000001", logical_device="GPF", loaded=True, reason=None, at=at),
    ]  # fmt: skip
    serial = Serial("2026-11-21-01")
    return answer_bytes(serial, results[:1]), answer_bytes(serial, results[1:])


@cache
def selectors() -> tuple[bytes, ...]:
    files = files_of(ROOT)
    return tuple(
        text.encode() for path, text in files.items() if path.startswith("cpl/panel/incidents/")
    )


@cache
def table() -> tuple[bytes, ...]:
    """The table of entries that an import takes, as CSV."""
    import csv

    from tests.workbooks import tables_of

    rows = next(iter(tables_of(published(GBCS_1_1, DAY)).values()))
    names = list(dict.fromkeys(name for row in rows for name in row))
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return (made.getvalue().encode(),)


@cache
def books() -> tuple[bytes, ...]:
    return (published(GBCS_1_1, DAY),)


def firmware_files() -> tuple[bytes, ...]:
    return firmware_file(), firmware_file(control=5, optional=b"\x02" + struct.pack("<HH", 1, 2))


def inventories() -> tuple[bytes, ...]:
    return XML.read_bytes(), JSON.read_bytes(), ODD.read_bytes()


TARGETS = (
    Target(name="inventory (XML, JSON, CSV)", seeds=inventories, spoil=some_text, judge=inventory, full=60_000, usual=400),
    Target(name="firmware file (OTA)", seeds=firmware_files, spoil=some_bytes, judge=firmware, full=200_000, usual=3_000),
    Target(name="answer of the DCC", seeds=answers, spoil=some_text, judge=answer, full=100_000, usual=1_500),
    Target(name="selector", seeds=selectors, spoil=some_text, judge=selector, full=20_000, usual=300),
    Target(name="import of a workbook", seeds=books, spoil=some_workbook, judge=imported, full=6_000, usual=30),
    Target(name="import of a CSV", seeds=table, spoil=some_text, judge=imported, full=6_000, usual=30),
)  # fmt: skip


def run(target: Target, inputs: int, seed: int) -> fuzzing.Tally:
    """Judges so many files of a kind; the same seed gives the same ones."""
    chance = random.Random(f"{target.name} {seed}")  # noqa: S311  # must be the same again
    tally = fuzzing.Tally()
    assert all(target.judge(raw) == READ for raw in target.seeds())  # and what is made once is made
    for number in range(inputs):
        raw = target.seeds()[chance.randrange(len(target.seeds()))]
        raw = target.spoil(raw, chance)
        with tally.timed(raw):
            try:
                outcome = target.judge(raw)
            except Exception as error:
                error.add_note(f"{target.name}, input {number} of seed {seed}: {raw[:4000]!r}")
                raise
        tally.outcomes[outcome] += 1
    return tally
