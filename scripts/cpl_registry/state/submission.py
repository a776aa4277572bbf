"""A new entry from what people gave, field by field: its data, with the line `submitted`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, cast

from cpl_registry.records.device_model import Entry, Event, Scheme, Slug
from cpl_registry.records.entry_fields import (
    CERTIFICATES,
    advice,
    field_paths,
    meant,
    value_of,
    with_value,
)
from cpl_registry.records.register import Register
from cpl_registry.records.schemas import Schema
from cpl_registry.records.yaml_text import Data, shown
from cpl_registry.state.acts import NotDone

HARDWARE = ("hardware_version", "hardware_revision")
_OWN = ("firmware_version", "manufacturer_image.", "evidence.")
_FAMILY = "technical_specification.name"


def submission(
    fields: Mapping[str, str], day: date, words: Mapping[str, str | None], schema: Schema
) -> dict[str, Any]:
    """The data of a new entry.

    Raises:
        NotDone: a field or value that cannot be, or one that is missing; all of them are named.
    """
    faults = [*_faults(fields, schema)]
    if faults:
        raise NotDone("; ".join(faults))
    made: dict[str, Any] = {}
    for path, text in fields.items():
        made = with_value(made, path, value_of(schema, path, text)[0])
    line = {"date": day.isoformat(), "event": str(Event.SUBMITTED), "by": made.get("manufacturer")}
    made["history"] = [{name: one for name, one in {**line, **words}.items() if one is not None}]
    missing = schema.faults(cast("Data", made))
    if missing:
        raise NotDone("; ".join(f"{one.message} ({advice(one)})" for one in missing))
    return made


def _faults(fields: Mapping[str, str], schema: Schema) -> Iterator[str]:
    for path, text in fields.items():
        for fault in value_of(schema, path, text)[1]:
            if fault.on_key:
                known = meant(schema, path)
                hint = f"; did you mean {known}?" if known else ""
                yield f"an entry has no field {shown(path, 80)}{hint}"
            else:
                yield f"{shown(path, 80)}: {fault.message} ({advice(fault)})"


def copied(entry: Entry) -> dict[str, str]:
    """What a new firmware of a Device Model has in common with an earlier one, as texts."""
    return {
        path: value
        for path, value in entry.fields.items()
        if isinstance(value, str) and not path.startswith(_OWN)
    }


def derived(fields: Mapping[str, str], register: Register) -> dict[str, str]:
    """What follows from the given fields, where it can be only one thing.

    A manufacturer with one Zigbee code, the manufacturer of a code, a device type that goes with
    one family of specifications.
    """
    found: dict[str, str] = {}
    maker = register.manufacturers.get(Slug(fields.get("manufacturer", "")))
    if maker is not None and len(maker.zigbee_codes) == 1:
        found["manufacturer_identifier"] = maker.zigbee_codes[0]
    owner = register.by_code.get(fields.get("manufacturer_identifier", ""))
    if owner is not None:
        found["manufacturer"] = owner
    device_type = register.device_types.get(fields.get("device_type", ""))
    if device_type is not None and len(device_type.specifications) == 1:
        found[_FAMILY] = device_type.specifications[0]
    return {path: text for path, text in found.items() if path not in fields}


def to_ask(fields: Mapping[str, str], register: Register, schema: Schema) -> Iterator[str]:
    """The fields that a person is asked for, in order; `fields` may fill up meanwhile.

    What the device type does not have is not asked for, nor the end that the other end rules out.
    """
    for path in field_paths(schema):
        if path not in fields and _concerns(path, fields, register):
            yield path


def _concerns(path: str, fields: Mapping[str, str], register: Register) -> bool:
    device_type = fields.get("device_type", "")
    if path == "esme_variant":
        return device_type == "ESME"
    if not path.startswith(f"{CERTIFICATES}."):
        return True
    lead, _, part = path.rpartition(".")
    scheme = lead.rpartition(".")[2]
    known = register.device_types.get(device_type)
    if known is not None and scheme not in [str(one) for one in known.certificates]:
        return False
    if part in {"expires", "renewal_due"} and scheme != Scheme.CPA:
        return False
    if part != "number" and f"{lead}.number" not in fields:
        return False
    return not (part == "renewal_due" and f"{lead}.expires" in fields)


def for_hardware(fields: Mapping[str, str], hardware: tuple[str, ...]) -> list[dict[str, str]]:
    """The fields of one entry for each hardware version, given as four digits; all, where none is."""
    if not hardware:
        return [dict(fields)]
    return [{**fields, HARDWARE[0]: one[:2], HARDWARE[1]: one[2:]} for one in hardware]
