"""Deliveries played day by day by the commands alone, and told as text, a few lines a delivery."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cpl_registry.edges.installation import working_days
from cpl_registry.records.register import Register
from cpl_registry.state.clocks import EventClocks, clocks_of
from cpl_registry.state.sent_rows import SentRows

from tests.clones import Clone, Done
from tests.registers import days

MADE = ("cpl/dcc/deliveries", "cpl/dcc/acknowledgements")


def table(raw: bytes) -> list[dict[str, str]]:
    """A CSV file by its columns."""
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8"), newline="")))


@dataclass(frozen=True, kw_only=True)
class Sending:
    """One delivery on its way: the release's folder, what the stand-in and the register said."""

    on: date
    serial: str
    folder: Path
    rehearsed: Done
    acknowledged: Done

    def rows(self, name: str) -> list[dict[str, str]]:
        """One of the DCC's tables: extract, delta, held."""
        return table((self.folder / f"cpl-dcc-{name}.csv").read_bytes())

    def gbcs(self) -> set[str]:
        """The GBCS versions in the extract."""
        return {row["gbcs_version"] for row in self.rows("extract")}

    def held(self) -> dict[str, tuple[str, str, str]]:
        """What is held: since when, why, what stands in the extract instead."""
        return {
            row["entry_id"]: (row["since"], row["reason"], row["standing_row"])
            for row in self.rows("held")
        }

    def delta(self) -> list[tuple[str, str, str]]:
        """What changes: how, which entry, its GBCS version."""
        return [(row["change"], row["entry_id"], row["gbcs_version"]) for row in self.rows("delta")]

    def answers(self) -> list[tuple[str, str]]:
        """The stand-in's answer, each entry once."""
        rows = ((row["entry_id"], row["result"]) for row in table(self.rehearsed.out))
        return list(dict.fromkeys(rows))

    def substituted(self) -> list[tuple[str, str, str, str]]:
        """The cells that the manifest names as substituted: entry, true, sent, decision."""
        manifest = json.loads((self.folder / "manifest.json").read_bytes())
        return [
            (one["entry_id"], one["value"], one["sent"], one["decision"])
            for one in manifest["substituted"]
        ]

    @property
    def reconciled(self) -> bool:
        """Whether expected minus loaded was zero."""
        return b"expected minus loaded: zero" in self.acknowledged.out


@dataclass(kw_only=True)
class Replay:
    """A register that delivers: the stand-in's inventory, and the deliveries so far.

    `dsp` is the profile that the stand-in follows; None for the one of the register.
    """

    clone: Clone
    inventory: Path
    dsp: Path | None = None
    watched: Sequence[str] = ()
    sendings: list[Sending] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    _clocks: list[str] = field(default_factory=list)

    def take_over(self, on: date) -> None:
        """`cpl baseline` of the list of a day: what the DCC and the stand-in hold already."""
        path = self.inventory.with_name("held.csv")
        path.write_bytes(self.clone.must("extract", "--on", str(on)).out)
        self.clone.must("baseline", path, "--on", str(on))
        self.note(f"{on}-01  the list that the DCC holds is taken over")
        assert self.clone.commit(f"Baseline of {on}") == [f"{MADE[0]}/{on}-01.yaml"]

    def deliver(self, on: date, *options: str) -> Sending:
        """One delivery: released, verified, loaded by the stand-in, answered, committed."""
        clone = self.clone
        released = clone.release(on, *options)
        assert released.code == 0, released.told
        serial = released.out.decode().split()[0]
        folder = clone.folder(serial)
        trusted = ("--certificate", clone.signer.certificate)
        assert clone.cpl("verify", folder, "--chain", "--on", str(on), *trusted).code == 0
        profile = ("--profile", self.dsp) if self.dsp else ()
        rehearsed = clone.cpl("rehearse", folder, "--smi", self.inventory, *trusted, *profile)
        answer = self.inventory.with_name(f"{serial}.csv")
        answer.write_bytes(rehearsed.out)
        acknowledged = clone.cpl("acknowledge", answer, "--on", str(on))
        names = [f"{folder}/{serial}.yaml" for folder in sorted(MADE)]
        assert clone.commit(f"Delivery {serial}") == names, acknowledged.told
        made = Sending(
            on=on, serial=serial, folder=folder, rehearsed=rehearsed, acknowledged=acknowledged
        )
        self.lines += told(made, self.sendings[-1] if self.sendings else None)
        clocks = [*clock_lines(self.clocks(on))]
        if clocks != self._clocks:
            self.lines += clocks
        self._clocks = clocks
        self.sendings.append(made)
        return made

    def note(self, text: str) -> None:
        """A line of the story that is no delivery."""
        self.lines.append(text)

    @property
    def text(self) -> bytes:
        """The story so far."""
        return "".join(f"{line}\n" for line in self.lines).encode()

    def clocks(self, on: date, register: Register | None = None) -> dict[str, EventClocks]:
        """The clocks of the last event of each watched entry, as of a day, of the register of today."""
        register = register or self.clone.register(on)
        sent, calendar = SentRows(register=register, on=on), working_days(self.clone.root)
        clocks = {name: clocks_of(register.by_id[name], sent, calendar) for name in self.watched}  # type: ignore[index]
        return {name: told[-1] for name, told in clocks.items() if told}


def working_days_between(root: Path, first: date, last: date) -> list[date]:
    """The Working Days of a register's calendar, both ends included."""
    calendar = working_days(root)
    return [day for day in days(first, last) if calendar.is_working_day(day)]


def told(sending: Sending, before: Sending | None) -> Iterator[str]:
    """A delivery for people: what it holds, what changed, what is held, what came of it."""
    rows, held = sending.rows("extract"), sending.rows("held")
    results = [result for _, result in sending.answers()]
    first, *surprises = sending.acknowledged.out.decode().splitlines()[1:]
    yield (
        f"{sending.serial}  {len(rows)} rows, GBCS {' '.join(sorted(sending.gbcs()))};"
        f" {len(sending.delta())} changes, {len(sending.held())} held;"
        f" loaded {results.count('loaded')}, rejected {results.count('rejected')};"
        f" {first.split(';')[0]}"
    )
    yield from (f"    {' '.join(one)}" for one in sending.delta())
    if before is None or before.rows("held") != held:
        yield from (f"    held {' '.join(row.values())}" for row in held)
    yield from (
        f"    {entry_id}: true {true}, sent {sent}, by {decision}"
        for entry_id, true, sent, decision in sending.substituted()
        if before is None or before.substituted() != sending.substituted()
    )
    yield from (f"    {line.strip()}" for line in surprises if "profile is wrong" in line)


def clock_lines(clocks: Mapping[str, EventClocks]) -> Iterator[str]:
    """How the clocks of the watched entries stand."""
    for name, one in clocks.items():
        verdicts = f"delivered {one.delivered.verdict}, loaded {one.loaded.verdict}"
        yield f"    clocks of {name}, {one.event} {one.day}: {verdicts}"
