"""An inventory as CSV: a header row, then a device a row. The comma separates.

The columns have the element names of DUIS, or the names under which a published Read Inventory
answer was written down as a table. Case does not matter, nor do columns that are not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cpl_registry.records.csv_cells import Cell, rows_of
from cpl_registry.records.findings import Problem
from cpl_registry.records.inventory_device import (
    BLANKS,
    DUIS_NAMES,
    MOST_BYTES,
    MOST_DEVICES,
    MOST_VALUES,
    InventoryDevice,
    Unreadable,
    put,
    too_many,
)
from cpl_registry.records.yaml_text import shown

_FAMILY = "specification_family"
"""A column of its own in the tables that write `SMETS` and `V4.2` apart."""
_TABLE_NAMES: Mapping[str, str] = {
    "duis_device_type": "device_type",
    "manufacturer_id": "manufacturer",
    "device_model_duis": "device_model",
    "tech_spec": _FAMILY,
    "tech_spec_version": "specification_version",
    "firmware_version": "firmware_version",
    "fw_version_status": "firmware_status",
    "cpl_status": "cpl_status",
    "gbcs_version": "gbcs_version",
    "esme_variant": "esme_variant",
}
_FIELDS = {name.lower(): field for name, field in (*DUIS_NAMES.items(), *_TABLE_NAMES.items())}
_REQUIRED = ("DeviceType", "DeviceManufacturer", "DeviceModel", "DeviceFirmwareVersion")


def read_csv(raw: bytes) -> list[InventoryDevice]:
    """The devices of a table, in its order. Blank lines are passed over.

    Raises:
        Unreadable: no table, a column missing or told twice, or a row of another length.
    """
    if raw.count(b",") + raw.count(b"\n") > MOST_VALUES:
        raise Unreadable(
            Problem(message=f"more than {MOST_VALUES:,} cells in one file", fix="split the file")
        )
    rows = rows_of(raw, MOST_BYTES)
    if isinstance(rows, Problem):
        raise Unreadable(rows)
    filled = [row for row in rows if any(cell.text.strip(BLANKS) for cell in row)]
    if not filled:
        return []
    columns = _columns(filled[0])
    devices: list[InventoryDevice] = []
    for row in filled[1:]:
        if len(devices) == MOST_DEVICES:
            raise too_many(row[0].problem)
        devices.append(_device(row, columns, len(filled[0])))
    return devices


def _columns(header: Sequence[Cell]) -> dict[int, str]:
    """The fields that the columns hold, by their position."""
    columns: dict[int, str] = {}
    for index, cell in enumerate(header):
        field = _FIELDS.get(cell.text.strip(BLANKS).lower())
        if field is None:
            continue
        if field in columns.values():
            raise Unreadable(
                cell.problem(f"a second column says what {shown(cell.text)} says", "leave one")
            )
        columns[index] = field
    for name in _REQUIRED:
        if DUIS_NAMES[name] not in columns.values():
            raise Unreadable(_missing(header, name))
    return columns


def _missing(header: Sequence[Cell], name: str) -> Problem:
    aside = ""
    if len(header) == 1 and any(mark in header[0].text for mark in ";\t|"):
        aside = ", and separate the columns by commas"
    return header[0].problem(
        f"the first line has no column {name}",
        f"begin with a header row of the names of DUIS ({', '.join(_REQUIRED)} ...){aside}",
    )


def _device(row: Sequence[Cell], columns: Mapping[int, str], width: int) -> InventoryDevice:
    if len(row) != width:
        raise Unreadable(
            row[0].problem(
                f"the row has {len(row)} cells and the header {width}",
                "give each column a cell, and put double quotes round one that holds a comma",
            )
        )
    values: dict[str, str] = {}
    for index, field in columns.items():
        cell = row[index]
        put(values, field, field, cell.text, cell.problem)
    family = values.pop(_FAMILY, "")
    version = values.get("specification_version", "")
    if family and version and not version.lower().startswith(family.lower()):
        values["specification_version"] = f"{family} {version}"
    return InventoryDevice(place=f"line {row[0].line}", **values)
