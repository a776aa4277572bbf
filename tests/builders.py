"""Records and small registers by hand: valid unless a test says otherwise, one thing overridden."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from cpl_registry.records.device_model import Entry, entry_path
from cpl_registry.records.dsp_profile import parse_dsp_profile
from cpl_registry.records.entry_file import parse_entry
from cpl_registry.records.manufacturers import parse_manufacturers
from cpl_registry.records.register import Register
from cpl_registry.records.specifications import parse_device_types, parse_specifications

Raw = dict[str, Any]
"""A file's data: every scalar is text."""

LISTED: list[Raw] = [
    {"date": "2020-02-10", "event": "submitted", "by": "albion-metering"},
    {"date": "2020-02-11", "event": "listed"},
]
_DEVICE_MODEL: Raw = {
    "device_type": "ESME",
    "manufacturer": "albion-metering",
    "manufacturer_identifier": "F0A1",
    "model_identifier": "0005",
    "model_name": "AM-100 single phase",
    "hardware_version": "02",
    "hardware_revision": "03",
    "firmware_version": "38040404",
    "esme_variant": "ADE",
    "technical_specification": {"name": "SMETS2", "version": "4.2"},
    "gbcs_version": "3.2",
    "assurance_certificates": [
        {"scheme": "ZigBee", "number": "DEMO-ZIG-0001", "issued": "2020-01-15"},
        {"scheme": "DLMS", "number": "DEMO-DLMS-0001", "issued": "2020-01-20"},
        {
            "scheme": "CPA",
            "number": "DEMO-CPA-0001",
            "issued": "2020-02-01",
            "expires": "2030-02-01",
        },
    ],
    "manufacturer_image": {
        "sha256": "7542F475E3F12EAE887D81E32C46D313741D67076B13CAEC2F82E00BA5E1BB36",
        "upgrades_from": "not-applicable",
    },
    "history": LISTED,
}
_MANUFACTURERS: Raw = {
    "albion-metering": {
        "name": "Albion Metering Ltd",
        "zigbee_codes": ["F0A1"],
        "submitters": ["github:10000001"],
        "illustrative": "true",
    }
}
_SPECIFICATIONS: Raw = {
    "GBCS": [
        {"version": "3.2", "start": "2019-11-07", "source": "a test"},
        {"version": "4.3", "start": "2020-01-01", "source": "a test"},
    ],
    "SMETS2": [
        {
            "version": "4.2",
            "start": "2019-11-07",
            "gbcs_versions": ["3.2", "4.3"],
            "source": "a test",
        }
    ],
}
_DEVICE_TYPES: Raw = {
    "ESME": {
        "name": "Electricity Smart Metering Equipment",
        "specifications": ["SMETS2"],
        "certificates": ["ZigBee", "DLMS", "CPA"],
    }
}
_DSP: Raw = {
    "rejects": "file",
    "loads": "full",
    "unchanged_row": "accept",
    "changed_row": "accept",
    "recognises": [{"start": "2016-10-27", "gbcs_versions": ["3.2"], "source": "a test"}],
}


def device_model(**override: Any) -> Raw:
    """The data of an entry's file: Active since 11 February 2020. None leaves a field out."""
    record = {**deepcopy(_DEVICE_MODEL), **deepcopy(override)}
    return {name: value for name, value in record.items() if value is not None}


def entry(**override: Any) -> Entry:
    """An entry. No rule is asked, so that it may hold what the register would refuse."""
    data = device_model(**override)
    scalars = {name: value for name, value in data.items() if isinstance(value, str)}
    return parse_entry(entry_path(scalars), data)


def dsp(*steps: Raw, **override: Any) -> Raw:
    """The data of a DSP profile that recognises GBCS 3.2, and then what the steps say."""
    return {**deepcopy(_DSP), "recognises": [*_DSP["recognises"], *steps], **override}


def register(
    *entries: Entry,
    manufacturers: Mapping[str, Raw] | None = None,
    dsp_profile: Raw | None = None,
    **parts: Any,
) -> Register:
    """A register of some entries: one made-up manufacturer, ESME alone, GBCS 3.2 recognised, 4.3 not."""
    return Register(
        entries=tuple(sorted(entries, key=lambda one: one.entry_id)),
        manufacturers=parse_manufacturers(
            _MANUFACTURERS if manufacturers is None else manufacturers
        ),
        specifications=parse_specifications(_SPECIFICATIONS),
        device_types=parse_device_types(_DEVICE_TYPES),
        dsp=parse_dsp_profile(dsp_profile or _DSP),
        **parts,
    )


HELD_43 = {
    "gbcs_version": "4.3",
    "history": [*LISTED[:1], {"date": "2026-05-11", "event": "listed"}],
}
AMENDED_43 = {
    "gbcs_version": "4.3",
    "history": [
        *LISTED,
        {
            "date": "2026-05-11",
            "event": "amended",
            "changed": {"gbcs_version": {"from": "3.2", "to": "4.3"}},
        },
    ],
}
