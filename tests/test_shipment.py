"""A release as its recipient reads it: what is signed can still be unreadable."""

import json

import pytest
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.extract_profile import DEFAULT_PROFILE
from cpl_registry.records.shipment import Shipment, read_shipment

from tests.shipments import row, shipment

HEADER = DEFAULT_PROFILE.header
ROWS = (row(1), row(2))
MANIFEST = {
    "serial": "2018-05-09-02",
    "based_on": "2018-05-09-01",
    "on": "2018-05-09",
    "sent_at": "2018-05-09T11:00:00Z",
}
EXTRACT = csv_bytes(HEADER, ROWS)
DELTA = csv_bytes(("change", *HEADER), [("added", *one) for one in ROWS])


def told(
    manifest: bytes = json.dumps(MANIFEST).encode(), extract: bytes = EXTRACT, delta: bytes = DELTA
) -> list[str]:
    found = read_shipment(manifest, extract, delta, HEADER)
    assert isinstance(found, list)
    return [f"{one.path}: {one.message}" for one in found]


def test_a_release_is_read_as_it_was_sent() -> None:
    read = read_shipment(json.dumps(MANIFEST).encode(), EXTRACT, DELTA, HEADER)
    assert read == shipment(ROWS, number=2)
    first = read_shipment(
        json.dumps({**MANIFEST, "based_on": None}).encode(), EXTRACT, DELTA, HEADER
    )
    assert isinstance(first, Shipment)
    assert first.based_on is None


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff", b"[" * 200_000, b"9" * 5000])
def test_a_manifest_that_is_no_object_is_told(raw: bytes) -> None:
    assert told(manifest=raw) == ["manifest.json: not a JSON object"]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("serial", None, "serial is empty: these are files of a build and no delivery"),
        ("serial", 5, "serial 5 is not understood"),
        ("serial", "2018-02-30-01", "serial 2018-02-30-01 is not understood"),
        ("based_on", {}, "based_on {} is not understood"),
        ("on", "2018-02-30", "on 2018-02-30 is not understood"),
        ("sent_at", "2018-05-09", "sent_at 2018-05-09 is not understood"),
    ],
)
def test_a_manifest_that_says_it_wrongly_is_told(name: str, value: object, message: str) -> None:
    raw = json.dumps({**MANIFEST, name: value}).encode()
    assert told(manifest=raw) == [f"manifest.json: {message}"]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (b"entry_id,", b"id,", "the columns are not those of the layout that is known here"),
        (b"esme-f0a1", b"ESME-f0a1", f"{ROWS[0][0].replace('esme', 'ESME')} is not an entry id"),
        (b",F0A1,", b",", "the row has 15 cells and the header 16"),
        (b"F0A1", b'"F0A1', "a quoted cell is never closed"),
    ],
)
def test_an_extract_that_cannot_be_read_is_told(before: bytes, after: bytes, message: str) -> None:
    assert told(extract=EXTRACT.replace(before, after, 1)) == [f"cpl-dcc-extract.csv: {message}"]


def test_a_change_of_another_kind_is_told() -> None:
    raw = DELTA.replace(b"added", b"moved", 1)
    assert told(delta=raw) == ["cpl-dcc-delta.csv: moved is not a change"]
