"""API v1: described as it is, one type a field, whole in its shards, and kept as promised."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from cpl_registry.edges import publishing
from cpl_registry.outputs.json_api import api_files
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.published_files import NAMES, Files, files, state_of
from tests.repository import ROOT

PROMISED = ROOT / "tests" / "api-v1.txt"
"""Every field of version 1 with its type: what clients were promised."""
OPENAPI = "site/api/v1/openapi.json"
each_register = pytest.mark.parametrize("name", NAMES)


def description(name: str = "shipped") -> Any:
    return json.loads(files(name)[OPENAPI])


def answers(made: Files) -> Iterator[tuple[str, Any]]:
    """The path of each answer from the site's root, and what it says."""
    for path, content in made.items():
        if path.startswith("site/api/v1/") and path != OPENAPI:
            yield path.removeprefix("site"), json.loads(content)


def described_as(path: str, paths: Any) -> list[str]:
    """The paths of the description that a file's path may be."""
    forms = {told: re.sub(r"\\{[a-z_]+\\}", "[^/]+", re.escape(told)) for told in paths}
    return [told for told, form in forms.items() if re.fullmatch(form, path)]


# ------------------------------------------------------------------------------ the description


@pytest.mark.parametrize("name", ["shipped", "real"])
def test_the_description_is_valid_openapi(name: str) -> None:
    assert list(OpenAPIV31SpecValidator(description(name)).iter_errors()) == []


def test_a_fault_in_it_would_be_seen() -> None:
    spoilt = description()
    del spoilt["paths"]["/api/v1/devices/{entry_id}.json"]["get"]["parameters"]
    assert list(OpenAPIV31SpecValidator(spoilt).iter_errors())


@each_register
def test_every_answer_is_described_once_and_is_as_described(name: str) -> None:
    told = description(name)
    met = set()
    for path, answer in answers(files(name)):
        (form,) = described_as(path, told["paths"])
        content = told["paths"][form]["get"]["responses"]["200"]["content"]
        reference = content["application/json"]["schema"]
        schema = {**reference, "components": told["components"]}
        faults = [error.message for error in Draft202012Validator(schema).iter_errors(answer)]
        assert faults == [], path
        met.add(form)
    if name == "shipped":
        assert met == set(told["paths"]), "a path that no file has"


@each_register
def test_every_answer_begins_alike(name: str) -> None:
    head: dict[str, Any] = {
        "schema_version": "1",
        "on": "2026-11-22",
        "commit": state_of(name).commit,
    }
    head["illustrative"] = state_of(name).illustrative
    for path, answer in answers(files(name)):
        assert {key: answer[key] for key in head} == head, path


def test_the_index_leads_to_everything_there_is() -> None:
    made = files("shipped")
    links = json.loads(made["site/api/v1/index.json"])["links"]
    plain = {f"site/{link}" for link in links.values() if "{" not in link}
    data = {"site/data/datapackage.json": "data/datapackage.json"}
    assert {path for path in plain if data.get(path, path) not in made} == set()
    told = {path.removeprefix("/") for path in description()["paths"]}
    assert told - set(links.values()) == {"api/v1/index.json"}


# -------------------------------------------------------------------------------- the promise


def fields(schema: Any, place: str = "") -> Iterator[str]:
    """Every field below a schema with its type, and whether it may be missing."""
    kinds = schema.get("type", "string" if "enum" in schema or "const" in schema else "any")
    kinds = [kinds] if isinstance(kinds, str) else sorted(kinds)
    if place:
        yield f"{place}: {' or '.join(kinds)}"
    for name, inner in schema.get("properties", {}).items():
        optional = "" if name in schema.get("required", ()) else "?"
        yield from fields(inner, f"{place}.{name}{optional}")
    if isinstance(schema.get("items"), dict):
        yield from fields(schema["items"], f"{place}[]")


def told_fields() -> list[str]:
    schemas = description()["components"]["schemas"]
    return [f"{name}{one}" for name, schema in schemas.items() for one in fields(schema)]


def test_a_field_has_one_type() -> None:
    for one in told_fields():
        kinds = one.partition(": ")[2].split(" or ")
        assert len([kind for kind in kinds if kind != "null"]) == 1, one
        assert "any" not in kinds, one


def test_a_name_means_one_type_wherever_a_device_is_told() -> None:
    """In the list, by manufacturer, by model and alone."""
    found: dict[str, set[str]] = {}
    for one in told_fields():
        match = re.match(
            r"(?:device\.device|(?:devices|manufacturer|model)\.devices\[\])\.(.*)", one
        )
        if match:
            name, _, kind = match.group(1).partition(": ")
            found.setdefault(name, set()).add(kind)
    assert len(found) >= 40
    assert {name: kinds for name, kinds in found.items() if len(kinds) > 1} == {}


def test_nothing_that_was_promised_is_gone_or_different() -> None:
    """`GOLDEN=rewrite` adds what is new; it never takes a promise back."""
    promised = PROMISED.read_text("utf-8").splitlines() if PROMISED.exists() else []
    told = told_fields()
    assert [one for one in promised if one not in set(told)] == []
    if os.environ.get("GOLDEN") == "rewrite":
        PROMISED.write_text("".join(f"{one}\n" for one in told), encoding="utf-8")
        promised = told
    assert sorted(told) == sorted(promised), "new fields: run this test with GOLDEN=rewrite"


# --------------------------------------------------------------------------------- the shards


def parts(made: Files) -> dict[str, list[Any]]:
    """The devices by where they are told: list, manufacturers, models, files of their own."""
    found: dict[str, list[Any]] = {"devices.json": [], "manufacturers": [], "models": []}
    found["devices"] = []
    for path, answer in answers(made):
        kind = path.split("/")[3]
        if kind in found:
            devices = answer["devices"] if "devices" in answer else [answer["device"]]
            assert kind == "devices" or not devices or answer["total"] == len(devices)
            found[kind] += devices
    return found


def short(device: Any) -> Any:
    return {name: value for name, value in device.items() if name not in FULL}


FULL = {
    "answer",
    "campaigns",
    "certificates",
    "dcc_history",
    "history",
    "incidents",
    "install",
    "installing",
    "newest",
    "notes",
    "state",
    "word",
}


def ordered(devices: list[Any]) -> list[Any]:
    return sorted((short(one) for one in devices), key=lambda one: str(one["entry_id"]))


@each_register
def test_list_shards_and_files_tell_the_same_devices(name: str) -> None:
    found = parts(files(name))
    whole = found["devices.json"]
    assert [one["entry_id"] for one in whole] == [one.entry_id for one in state_of(name).entries]
    for kind in ("manufacturers", "models", "devices"):
        assert ordered(found[kind]) == whole, kind
    assert sorted(map(json.dumps, found["models"])) == sorted(map(json.dumps, found["devices"]))


@each_register
def test_above_the_limit_the_shards_still_have_everything(name: str) -> None:
    whole = parts(files(name))
    state = replace(state_of(name), most_entry_pages=len(state_of(name).entries) - 1)
    made = {one.path: one.content for one in publishing.checked(api_files(state))}
    found = parts({**made, "site/api/v1/devices.json": b'{"devices": [], "total": 0}'})
    assert found["devices"] == found["devices.json"] == []
    for kind in ("manufacturers", "models"):
        assert found[kind] == whole[kind]
    told = json.loads(made["site/api/v1/devices.json"])
    assert (told["complete"], told["devices"]) == (False, [])
    assert told["total"] == len(state.entries) == sum(one["total"] for one in told["shards"])
    for one in told["shards"]:
        shard = json.loads(made[f"site/{one['path']}"])
        assert shard["manufacturer"]["slug"] == one["manufacturer"]
        assert {row["manufacturer"] for row in shard["devices"]} == {one["manufacturer"]}
    assert json.loads(made["site/api/v1/index.json"])["links"]["device"] == ""


@each_register
def test_a_model_is_found_by_the_first_parts_of_an_entry_id(name: str) -> None:
    made = files(name)
    for one in state_of(name).entries:
        model = "-".join(one.entry_id.split("-")[:3])
        shard = json.loads(made[f"site/api/v1/models/{model}.json"])
        assert one.entry_id in [device["entry_id"] for device in shard["devices"]]
