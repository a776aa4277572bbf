"""Whatever bytes an inventory has: it is judged or refused, and what is printed harms no reader."""

import json
import re
from collections.abc import Iterable

import pytest
from cpl_registry.outputs.inventory_tables import FORMULA, UNPRINTABLE, report_csv, report_json
from cpl_registry.outputs.inventory_told import report_text
from cpl_registry.records.findings import Problem
from cpl_registry.records.inventory import read_inventory
from cpl_registry.records.inventory_device import DUIS_NAMES, InventoryDevice
from cpl_registry.state.inventory_check import check_inventory
from cpl_registry.state.inventory_state import State
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.inventories import JSON, MODELS, ODD, XML, real_state, rows_of

REAL_STATE = real_state()
FIELDS = sorted(DUIS_NAMES.values())
HARMFUL = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "|calc",
    "\uff1d1",
    "a\u202eb",
    "a\nb",
    "a\u200bb",
    "\ud800",
)


@pytest.mark.parametrize("text", HARMFUL, ids=ascii)
def test_no_cell_can_start_a_formula_or_hide(text: str) -> None:
    devices = [InventoryDevice(place="line 1", **{name: text}) for name in FIELDS]
    verdicts = check_inventory(devices, REAL_STATE)
    rows = rows_of(report_csv(verdicts, REAL_STATE).decode())
    for name, row in zip(FIELDS, rows, strict=True):
        assert row[name] == UNPRINTABLE
        assert f"{name} is not shown: it could start a formula" in row["notes"]
        assert row["state"] == State.NOT_UNDERSTOOD
        assert harmless(row.values())
    told = json.loads(report_json(verdicts, REAL_STATE))
    for name, one in zip(FIELDS, told["devices"], strict=True):
        assert one["given"][name] == text
    assert printed(report_text(verdicts, REAL_STATE))


def harmless(cells: Iterable[str]) -> bool:
    """Whether each cell begins with no formula and holds nothing that is not printed."""
    return all(not cell.startswith(FORMULA) and (cell.isprintable() or not cell) for cell in cells)


def printed(text: str) -> bool:
    return all(line.isprintable() for line in text.split("\n"))


TOKENS = [
    *(f"{mark}{name}>" for name in ("DSPInventory", "Device", *DUIS_NAMES) for mark in ("<", "</")),
    *(f'"{name}"' for name in ("DSPInventory", "Device", *DUIS_NAMES)),
    *DUIS_NAMES,
    *(text for model in MODELS for text in model[:4]),
    *("[", "]", "{", "}", ":", ",", '"', "\n", "\r\n", "\r", "\t", " ", ";", "\\", "\\u0000", "\0"),
    *(
        "&amp;",
        "&#0;",
        "&x;",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<!DOCTYPE a>",
        "<?xml?>",
        "xmlns",
    ),
    *(
        "V4.2",
        "SMETS V1.2",
        "IHD",
        "Active",
        "=1",
        "-",
        "\u202e",
        "\ufeff",
        "é",
        "null",
        "1e999",
        "NaN",
    ),
]
texts = st.lists(st.sampled_from(TOKENS), max_size=30).map("".join)
SAMPLES = tuple(path.read_bytes() for path in (XML, JSON, ODD))


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A file that can be read, with some bytes taken out and others put in."""
    raw = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(min_value=1, max_value=4))):
        at = draw(st.integers(min_value=0, max_value=len(raw)))
        length = draw(st.integers(min_value=0, max_value=12))
        put = draw(st.one_of(st.binary(max_size=4), texts.map(str.encode)))
        raw = raw[:at] + put + raw[at + length :]
    return raw


headed = texts.map(lambda text: f"{','.join(DUIS_NAMES)}\n{text}".encode())
nested = texts.map(lambda text: f"<DSPInventory><Device>{text}</Device></DSPInventory>".encode())
objects = st.dictionaries(
    st.sampled_from(sorted(DUIS_NAMES)), st.one_of(st.none(), st.text(max_size=12)), max_size=6
).map(lambda one: json.dumps({"DSPInventory": {"Device": one}}).encode())


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=60), texts.map(str.encode), headed, nested, objects, broken()))
def test_any_bytes_are_judged_or_refused(raw: bytes) -> None:
    found = read_inventory(raw)
    if isinstance(found, Problem):
        assert found.message
        assert printed(found.message)
        assert found.fix
        return
    verdicts = check_inventory(found, REAL_STATE)
    assert len(verdicts) == len(found) > 0
    for one in verdicts:
        assert (one.model is None) or re.fullmatch("[a-z]+(-[0-9a-f]+){5}", one.model.entry_id)
    assert printed(report_text(verdicts, REAL_STATE))
    assert len(json.loads(report_json(verdicts, REAL_STATE))["devices"]) == len(found)
    rows = rows_of(report_csv(verdicts, REAL_STATE).decode())
    assert len(rows) == len(found)
    assert all(harmless(row.values()) for row in rows)
