"""The shape of an entry: what is allowed passes, and one wrong value is told once."""

import copy
import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from tests.repository import ROOT

JUDGE = Draft202012Validator(
    json.loads((ROOT / "schema" / "device-model.schema.json").read_text(encoding="utf-8")),
    format_checker=FormatChecker(["date"]),
)
ENTRY: Any = yaml.CBaseLoader(
    """
device_type: ESME
manufacturer: albion-metering
manufacturer_identifier: "F0A1"
model_identifier: "0005"
model_name: "AM-100 single phase"
hardware_version: "02"
hardware_revision: "03"
firmware_version: "38040404"
esme_variant: ADE
technical_specification:
  name: SMETS2
  version: "4.2"
gbcs_version: "3.2"
assurance_certificates:
  - scheme: CPA
    number: "DEMO-CPA-0001"
    issued: "2020-02-01"
    expires: "2026-02-01"
manufacturer_image:
  sha256: "7542F475E3F12EAE887D81E32C46D313741D67076B13CAEC2F82E00BA5E1BB36"
  upgrades_from:
    - "esme-f0a1-0005-02-03-38040401"
evidence:
  - kind: zigbee-firmware-mapping
    reference: "SECAS-EV-0042"
history:
  - date: "2020-02-10"
    event: submitted
    by: albion-metering
  - date: "2021-03-02"
    event: amended
    changed:
      gbcs_version:
        from: "3.1"
        to: "3.2"
      manufacturer_image.upgrades_from:
        to:
          - "esme-f0a1-0005-02-03-38040401"
    reason: "Certified against GBCS 3.2; CPA certificate renewed"
    reference: "SUB-2021-0107"
  - date: "2026-02-02"
    event: removed
    status: Expired
    cause: certificate-expired
    replaced_by: "esme-f0a1-0005-02-03-38040405"
    reason: "CPA certificate ended without replacement"
    reference: "DEC-2026-003"
"""
).get_single_data()

GONE = object()


def spoilt(path: str, value: object) -> Any:
    """The entry with one value replaced, added or taken out."""
    entry = copy.deepcopy(ENTRY)
    *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    inner = entry
    for part in way:
        inner = inner[part]
    if value is GONE:
        del inner[last]
    else:
        inner[last] = value
    return entry


def places(entry: Any) -> list[str]:
    faults = JUDGE.iter_errors(entry)
    return sorted({"/".join(str(part) for part in error.absolute_path) for error in faults})


def test_the_entry_of_the_contract_is_right() -> None:
    assert places(ENTRY) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("manufacturer_image/upgrades_from", "not-applicable"),
        ("model_name", "Zähler (A&B), Größe 5; O'Hara's"),
        ("model_name", "x" * 60),
        ("esme_variant", GONE),
        ("assurance_certificates", GONE),
        ("manufacturer_image", GONE),
        ("technical_specification/name", "ANY9"),
        ("technical_specification/version", "1.10"),
    ],
)
def test_what_is_allowed_is_not_refused(path: str, value: object) -> None:
    assert places(spoilt(path, value)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("device_type", "CHF"),
        ("device_type", ["ESME"]),
        ("manufacturer", "Albion Metering Ltd"),
        ("manufacturer", "albion--metering"),
        ("manufacturer_identifier", "f0a1"),
        ("model_identifier", "005"),
        ("model_name", ""),
        ("model_name", "x" * 61),
        ("model_name", "=1"),
        ("model_name", "a*b"),
        ("hardware_version", "0203"),
        ("firmware_version", "0x380404"),
        ("esme_variant", "ABC"),
        ("technical_specification", "SMETS2 4.2"),
        ("technical_specification/name", "smets2"),
        ("gbcs_version", "V3.2"),
        ("gbcs_version", "3"),
        ("gbcs_version", "٣.٢"),
        ("assurance_certificates", []),
        ("assurance_certificates/0", "CPA"),
        ("assurance_certificates/0/scheme", "FIPS"),
        ("assurance_certificates/0/number", "=cmd"),
        ("assurance_certificates/0/expires", "2031-02-29"),
        ("assurance_certificates/0/expires", "2031-3-31"),
        ("manufacturer_image/sha256", "7542F475"),
        ("manufacturer_image/upgrades_from", []),
        ("manufacturer_image/upgrades_from", "none"),
        ("evidence/0/kind", "Firmware Mapping"),
        ("evidence/0/reference", "0" * 64),
        ("history", []),
        ("history/0/date", "0000-01-01"),
        ("history/0/event", "Listed"),
        ("history/1/changed", {}),
        ("history/1/changed/gbcs_version", {}),
        ("history/1/reason", "a @mention"),
        ("history/2/status", "Active"),
        ("history/2/cause", "no-reason"),
        ("history/2/replaced_by", "ESME-F0A1-0005-02-03-38040405"),
        ("history/2/reference", "see minutes"),
    ],
)
def test_one_wrong_value_is_told_once_and_where_it_stands(path: str, value: object) -> None:
    assert places(spoilt(path, value)) == [path]


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("notes", "x", ""),
        ("status", "Active", ""),
        ("gbcs_version", GONE, ""),
        ("technical_specification/name", GONE, "technical_specification"),
        ("assurance_certificates/0/number", GONE, "assurance_certificates/0"),
        ("manufacturer_image/sha256", GONE, "manufacturer_image"),
        ("evidence/0/sha256", "0" * 64, "evidence/0"),
        ("history/0/event", GONE, "history/0"),
        ("history/1/changed/GBCS version", {"to": "3.2"}, "history/1/changed"),
    ],
)
def test_a_missing_or_unknown_field_is_told_where_it_belongs(
    path: str, value: object, where: str
) -> None:
    assert places(spoilt(path, value)) == [where]
