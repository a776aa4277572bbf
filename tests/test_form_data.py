"""What the form for submissions is made of: it follows from the schema, the reference data and the commands."""

from datetime import date

import pytest
from cpl_registry.edges import installation
from cpl_registry.outputs.form_data import (
    form_data,
    form_groups,
    line_fields,
    template_file,
)
from cpl_registry.outputs.submission_files import entry_texts
from cpl_registry.records.canonical import ENTRY_FIRST_LINE, canonical, leaf_paths
from cpl_registry.records.canonical_plan import plan_document
from cpl_registry.records.device_model import entry_path
from cpl_registry.records.documents import Document, Kind
from cpl_registry.records.entry_fields import field_paths
from cpl_registry.state.publication import PublishedState, publish

from tests.builders import entry, register
from tests.registers import files_of, register_of
from tests.repository import ROOT

DAY = date(2026, 11, 22)
SCHEMA = installation.schemas()[Kind.ENTRY]


@pytest.fixture(scope="module")
def shipped() -> PublishedState:
    return publish(register_of(files_of(ROOT), DAY), DAY)


def test_every_field_of_an_entry_is_asked_for_in_schema_order() -> None:
    groups = form_groups(SCHEMA)
    fields = [field for group in groups for field in group.fields]
    assert [field.path for field in fields] == field_paths(SCHEMA)
    assert [group.id for group in groups] == ["model", "versions", "zigbee", "dlms", "cpa", "image"]
    assert len({field.id for field in (*fields, *line_fields(SCHEMA))}) == len(fields) + 3
    for field in fields:
        assert field.label
        assert field.help.endswith(".")
        assert "quotes" not in field.hint


def test_a_type_asks_for_what_cpl_new_asks_for(shipped: PublishedState) -> None:
    types = form_data(shipped, SCHEMA)["types"]
    assert "esme_variant" in types["ESME"]["fields"]
    assert "esme_variant" not in types["GSME"]["fields"]
    assert types["GSME"]["needs"] == [
        "assurance_certificates.ZigBee.",
        "assurance_certificates.CPA.",
    ]
    assert not any(".DLMS." in path for path in types["GSME"]["fields"])
    ends = [one for one in types["ESME"]["fields"] if one.endswith(("expires", "renewal_due"))]
    assert ends == ["assurance_certificates.CPA.expires", "assurance_certificates.CPA.renewal_due"]


def test_the_place_of_a_file_is_that_of_its_key(shipped: PublishedState) -> None:
    data = form_data(shipped, SCHEMA)
    one = shipped.entries[0].entry
    key = {name: str(one.fields[name]).lower() for name in data["key"]}
    assert data["file"].format(**key) == entry_path(one.fields) == one.path
    assert data["entry"].format(**key) == one.entry_id


def test_each_value_is_found_by_its_steps(shipped: PublishedState) -> None:
    for field in form_data(shipped, SCHEMA)["fields"]:
        steps = [step if isinstance(step, str) else step["is"] for step in field["at"]]
        assert ".".join(steps) == field["path"]


def test_the_plan_says_the_order_and_what_is_plain() -> None:
    told = plan_document(SCHEMA.schema)
    fields = dict(told["plan"]["fields"])
    assert list(fields) == list(SCHEMA.schema["properties"])
    assert fields["device_type"] == {"plain": True}
    assert fields["gbcs_version"] == {}
    upgrades = dict(fields["manufacturer_image"]["fields"])["upgrades_from"]
    assert upgrades == {"words": ["not-applicable"]}
    line = dict(fields["history"]["item"]["fields"])
    assert line["changed"]["ordered"]
    assert told["places"] == leaf_paths(SCHEMA.schema, SCHEMA.schema)


def test_the_example_is_a_file_of_the_right_shape(shipped: PublishedState) -> None:
    text = template_file(shipped, SCHEMA)
    document = Document("cpl/devices/x.yaml", Kind.ENTRY, text.encode())
    assert document.refused == []
    data = document.data
    assert data is not None
    assert SCHEMA.fits(data)
    assert canonical(data, SCHEMA.plan, ENTRY_FIRST_LINE) == text


def test_an_empty_register_has_a_form() -> None:
    data = form_data(publish(register(), DAY), SCHEMA)
    assert set(data["types"]) >= {"ESME"}


def test_what_tells_of_a_later_day_has_no_file() -> None:
    one, other = entry(), entry(firmware_version="38040405")
    state = publish(register(one, other), DAY)
    sources = {one.path: "text\n"}
    (texts,) = entry_texts(state, sources)
    assert (texts.path, texts.content) == (f"site/api/v1/devices/{one.entry_id}.yaml", b"text\n")
