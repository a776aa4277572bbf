"""The quick validator and the reference never disagree, on any schema and any data."""

import json

import pytest
import yaml
from cpl_registry.edges.installation import HOME, published_schema, schemas
from cpl_registry.records.schemas import Schema
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.strategies import Data, changed, data, few, shipped_entries

PUBLISHED = sorted(
    path.name.removesuffix(".schema.json") for path in (HOME / "schema/published").glob("*.json")
)


def examples_of(schema: Schema) -> list[Data]:
    """Right data of a kind: what the schema itself and the shipped register give."""
    examples = list(schema.schema.get("examples", ()))
    made = example_of(schema.schema, schema.schema)
    return [*examples, made]


def example_of(part: Data, root: Data) -> Data:
    """Data made of the examples of a schema's parts, every field there is."""
    if "$ref" in part and "examples" not in part:
        part = root["$defs"][part["$ref"].rpartition("/")[2]]
    if "properties" in part:
        return {name: example_of(inner, root) for name, inner in part["properties"].items()}
    if part.get("examples"):
        return part["examples"][0]
    if "items" in part:
        return [example_of(part["items"], root)]
    if "$ref" in part:
        return example_of(root["$defs"][part["$ref"].rpartition("/")[2]], root)
    return ""


def agree(schema: Schema, record: Data) -> bool:
    fits = schema.fits(record)
    assert fits == schema.reference.is_valid(record), json.dumps(record)[:2000]
    assert (schema.faults(record) == []) == fits
    return fits


@pytest.mark.parametrize("name", sorted(schemas()))
def test_on_files_that_people_write(name: str) -> None:
    schema = schemas()[name]

    @few(30)
    @given(st.one_of(st.sampled_from(examples_of(schema)).flatmap(changed), data()))
    def judged_alike(record: Data) -> None:
        agree(schema, record)

    judged_alike()


@pytest.mark.parametrize("name", PUBLISHED)
def test_on_files_that_are_published(name: str) -> None:
    schema = published_schema(name)

    @few(20)
    @given(st.one_of(st.sampled_from(examples_of(schema)).flatmap(changed), data()))
    def judged_alike(record: Data) -> None:
        assert schema.fits(record) == schema.reference.is_valid(record)

    judged_alike()


@few(150)
@given(
    st.sampled_from(shipped_entries())
    .map(lambda entry: yaml.CBaseLoader(entry[1]).get_single_data())
    .flatmap(lambda record: changed(record, most=3))
)
def test_on_spoilt_entries(record: Data) -> None:
    agree(schemas()["device-model"], record)


def test_the_reference_is_no_yes_man() -> None:
    schema = schemas()["device-model"]
    right = yaml.CBaseLoader(shipped_entries()[0][1]).get_single_data()
    assert agree(schema, right)
    for field, value in (
        ("firmware_version", "38040404\n"),
        ("gbcs_version", "\u0663.\u0662"),
        ("history", []),
    ):
        assert not agree(schema, {**right, field: value})
    certificate = {**right["assurance_certificates"][0], "issued": "2021-02-29"}
    assert not agree(schema, {**right, "assurance_certificates": [certificate]})
