"""The stand-in's Smart Metering Inventory (SMI), kept in SQLite: what it holds, what it loaded.

A delivery goes in within one transaction, so that a crash at any moment leaves the inventory as it
was before or after, and two rehearsals at once take their turns.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cpl_registry.edges.failure import CannotJudge
from cpl_registry.records.delivery import Row, Serial, moment_text
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.extract_profile import ExtractProfile
from cpl_registry.records.shipment import Shipment
from cpl_registry.state.stand_in import NOTHING_HELD, Holding, Outcome, logical_devices

# What the file says of itself (SQLite's application_id), so that no other database is written to.
_MARK = 0x43504C53
_FORM = 1
_TABLES = """
CREATE TABLE loads (
    serial TEXT PRIMARY KEY, artefact TEXT NOT NULL, "on" TEXT NOT NULL, sent_at TEXT NOT NULL,
    manifest_sha256 TEXT NOT NULL, header TEXT NOT NULL,
    loaded INTEGER NOT NULL, removed INTEGER NOT NULL, rejected INTEGER NOT NULL
);
CREATE TABLE devices (
    entry_id TEXT NOT NULL, logical_device TEXT NOT NULL, device_type TEXT NOT NULL,
    manufacturer TEXT NOT NULL, model TEXT NOT NULL, firmware_version TEXT NOT NULL,
    specification_version TEXT NOT NULL, gbcs_version TEXT NOT NULL, status TEXT NOT NULL,
    "row" TEXT NOT NULL, PRIMARY KEY (entry_id, logical_device)
) WITHOUT ROWID;
"""
_ACTIVE = "Active"
"""The status of every model that the list delivers (DUIS V5.4, CPLStatus)."""
# Seconds to wait for another rehearsal to finish with the same inventory.
_PATIENCE = 10.0
# The fields that make what DUIS calls the device model: eight hex digits.
_MODEL = ("model_identifier", "hardware_version", "hardware_revision")


@dataclass(frozen=True, kw_only=True, slots=True)
class Smi:
    """An inventory within a transaction."""

    connection: sqlite3.Connection

    def holding(self) -> Holding:
        """What is held: the rows as they were loaded, and the last serial."""
        last = self.connection.execute(
            "SELECT serial, header FROM loads ORDER BY serial DESC LIMIT 1"
        ).fetchone()
        if last is None:
            return NOTHING_HELD
        rows = self.connection.execute('SELECT entry_id, "row" FROM devices ORDER BY entry_id')
        return Holding(
            serial=Serial(last[0]),
            header=tuple(json.loads(last[1])),
            rows={EntryId(entry_id): tuple(json.loads(row)) for entry_id, row in rows},
        )

    def load(
        self,
        shipment: Shipment,
        outcome: Outcome,
        layout: ExtractProfile,
        artefact: str,
        manifest_sha256: str,
    ) -> None:
        """Takes in what came of a delivery."""
        for one in outcome.handled:
            if not one.loaded:
                continue
            self.connection.execute("DELETE FROM devices WHERE entry_id = ?", (one.entry_id,))
            if not one.removed:
                row = outcome.holding.rows[one.entry_id]
                self.connection.executemany(
                    f"INSERT INTO devices VALUES ({','.join('?' * 10)})",  # noqa: S608  # constant
                    _devices(one.entry_id, row, layout),
                )
        removed = sum(one.removed for one in outcome.handled)
        loaded = sum(one.loaded for one in outcome.handled) - removed
        self.connection.execute(
            "INSERT INTO loads VALUES (?,?,?,?,?,?,?,?,?)",
            (
                shipment.serial,
                artefact,
                shipment.on.isoformat(),
                moment_text(shipment.sent_at),
                manifest_sha256,
                json.dumps(shipment.header),
                loaded,
                removed,
                len(outcome.handled) - loaded - removed,
            ),
        )


def _devices(entry_id: EntryId, row: Row, layout: ExtractProfile) -> Iterator[tuple[str, ...]]:
    """A row as the SMI knows devices: a hub as CHF and GPF, the model as one text."""
    cells = dict(zip((column.source for column in layout.columns), row, strict=True))
    for device in logical_devices(entry_id):
        yield (
            entry_id,
            device or "",
            device or cells.get("device_type", ""),
            cells.get("manufacturer_identifier", ""),
            "".join(cells.get(name, "") for name in _MODEL),
            cells.get("firmware_version", ""),
            cells.get("technical_specification.version", ""),
            cells.get("gbcs_version", ""),
            _ACTIVE,
            json.dumps(row),
        )


@contextmanager
def opened(path: Path) -> Iterator[Smi]:
    """An inventory, made where there is none. What the block does is kept if it ends well.

    Raises:
        CannotJudge: the file is something else, is in use, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            _settle(connection, path)
            yield Smi(connection=connection)
            connection.execute("COMMIT")
    except (OSError, sqlite3.Error, json.JSONDecodeError) as error:
        raise CannotJudge(
            f"the inventory {path} cannot be used: {error}; nothing was loaded;"
            " name another with --smi"
        ) from error


def _settle(connection: sqlite3.Connection, path: Path) -> None:
    """Makes the tables of a new inventory; refuses any other database."""
    mark, form, tables = (
        connection.execute(question).fetchone()[0]
        for question in (
            "PRAGMA application_id",
            "PRAGMA user_version",
            "SELECT count(*) FROM sqlite_master",
        )
    )
    if (mark, form, tables) == (0, 0, 0):
        for statement in _TABLES.split(";")[:-1]:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_MARK}")
        connection.execute(f"PRAGMA user_version = {_FORM}")
    elif (mark, form) != (_MARK, _FORM):
        raise CannotJudge(f"{path} is a database of something else; name another with --smi")
