"""The schemas: whole, closed, explained in full, quick to judge by, and obeyed by what we ship."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from tests.repository import ROOT, name_of

Node = Mapping[str, Any]
FOLDER = ROOT / "schema"
PATHS = sorted({*FOLDER.glob("*.schema.json"), *FOLDER.glob("published/*.schema.json")})
SCHEMAS: dict[str, Any] = {
    name_of(path): json.loads(path.read_text(encoding="utf-8")) for path in PATHS
}
WRITTEN = [name for name in SCHEMAS if "/published/" not in name]
"""The schemas of files that people write: these say how to mend a wrong value."""
REFERENCE = {
    "administrators",
    "calendar",
    "delivery-policy",
    "device-types",
    "dsp-profile",
    "extract-profile",
    "incident-severities",
    "keys",
    "manufacturers",
    "specifications",
    "waivers",
}
SHIPPED = sorted([*ROOT.glob("cpl/reference/*.yaml"), *ROOT.glob("cpl/dcc/*.yaml")])

each_schema = pytest.mark.parametrize("name", SCHEMAS)
each_written = pytest.mark.parametrize("name", WRITTEN)


def parts(schema: Node, place: str = "#") -> Iterator[tuple[str, Node]]:
    """Every schema inside a schema, itself included, with its place."""
    yield place, schema
    for word in ("properties", "patternProperties", "$defs"):
        for name, inner in schema.get(word, {}).items():
            yield from parts(inner, f"{place}/{word}/{name}")
    for word in ("items", "additionalProperties", "propertyNames", "not"):
        if isinstance(schema.get(word), dict):
            yield from parts(schema[word], f"{place}/{word}")
    for word in ("oneOf", "anyOf", "allOf"):
        for number, inner in enumerate(schema.get(word, ())):
            yield from parts(inner, f"{place}/{word}/{number}")


def values(name: str) -> Iterator[tuple[str, Node]]:
    """The parts of a schema that stand for a value in a file."""
    for place, part in parts(SCHEMAS[name]):
        judges_a_key = re.search(r"/(propertyNames|not)$", place)
        if place != "#" and not judges_a_key and part != {"type": "null"}:
            yield place, part


def says(name: str, part: Node, word: str) -> Any:
    """What a part says itself, or the definition that it is nothing but a name for."""
    if list(part) == ["$ref"]:
        part = SCHEMAS[name]["$defs"][part["$ref"].removeprefix("#/$defs/")]
    return part.get(word)


def judge(name: str, part: Node | None = None) -> Draft202012Validator:
    schema = SCHEMAS[name]
    if part is not None:
        schema = {**part, "$defs": schema.get("$defs", {})}
    return Draft202012Validator(schema, format_checker=FormatChecker(["date"]))


def as_text(path: Path) -> Any:
    """A YAML file with every scalar as the text that it is."""
    return yaml.CBaseLoader(path.read_text(encoding="utf-8")).get_single_data()


@each_schema
def test_is_a_schema_of_the_one_draft_under_its_own_name(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$schema"]
    assert schema["$id"] == name
    assert schema["title"]
    assert schema["description"]


@each_schema
def test_refers_to_nothing_outside_itself_and_defines_nothing_in_vain(name: str) -> None:
    used = {part["$ref"] for _, part in parts(SCHEMAS[name]) if "$ref" in part}
    assert used == {f"#/$defs/{word}" for word in SCHEMAS[name].get("$defs", {})}


@each_schema
def test_objects_are_closed(name: str) -> None:
    kinds = {"properties", "patternProperties"}
    for place, part in parts(SCHEMAS[name]):
        if part.get("type") == "object" or kinds & set(part):
            assert part.get("additionalProperties") is False, place
            assert set(part.get("required", ())) <= set(part.get("properties", {})), place


@each_schema
def test_every_value_is_described_with_examples_that_are_right(name: str) -> None:
    for place, part in values(name):
        assert says(name, part, "description"), place
        examples = says(name, part, "examples")
        assert examples, place
        for example in examples:
            faults = [error.message for error in judge(name, part).iter_errors(example)]
            assert not faults, (place, example)


@each_written
def test_every_value_says_how_to_mend_it(name: str) -> None:
    assert SCHEMAS[name]["x-hint"]
    for place, part in values(name):
        hint = says(name, part, "x-hint")
        assert hint, place
        assert re.fullmatch(r"[A-Z].*\.", hint), (place, "one sentence, please")


@each_written
def test_every_scalar_is_text(name: str) -> None:
    for place, part in parts(SCHEMAS[name]):
        assert part.get("type", "string") in {"string", "array", "object"}, place
        for word in [*part.get("enum", ()), part.get("const", "")]:
            assert isinstance(word, str), place


@each_schema
def test_patterns_are_anchored_portable_and_cannot_hang(name: str) -> None:
    for place, part in parts(SCHEMAS[name]):
        own = [part["pattern"]] if "pattern" in part else []
        for pattern in [*part.get("patternProperties", {}), *own]:
            re.compile(pattern)
            assert not weakness(pattern), (place, pattern)


def weakness(pattern: str) -> str | None:
    """Why a pattern may mean different things to different engines, or take for ever."""
    if re.search(r"\\[dDwWsSbBpP]|\(\?", pattern):
        return "another engine reads it otherwise"
    bare = re.sub(r"\[(?:\\.|[^\]\\])*\]", "_", pattern)
    bare = re.sub(r"\\u[0-9a-f]{4}|\\.", "_", bare)
    group = re.compile(r"\(([^()]*)\)([*+{]?)")
    while match := group.search(bare):
        endless = bool(re.search(r"[*+]|\{[0-9]+,\}", match[1]))
        if endless and match[2]:
            return "a repeat within a repeat"
        bare = f"{bare[: match.start()]}{'_*' if endless else '_'}{match[2]}{bare[match.end() :]}"
    if not (bare.startswith("^") and bare.endswith("$")) or "|" in bare:
        return "not anchored at both ends"
    return None


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "^(a*)*$",
        "^((ab)+c?){2,}$",
        "^(a{1,}-){3}$",
        "^[0-9]+",
        "[0-9]+$",
        "^a|b$",
        r"^\d{4}$",
        r"^\w+$",
        r"^\p{L}$",
        "^(?!no).*$",
    ],
)
def test_a_weak_pattern_is_told(pattern: str) -> None:
    assert weakness(pattern)


@pytest.mark.parametrize("pattern", ["^[a-z]+(-[a-z]{1,9}){0,3}$", r"^(a|\*)?[(+\])*|]*$"])
def test_a_sound_pattern_is_not(pattern: str) -> None:
    assert weakness(pattern) is None


def test_one_word_has_one_definition() -> None:
    seen: dict[str, tuple[str, Any]] = {}
    for name in WRITTEN:
        for word, definition in SCHEMAS[name].get("$defs", {}).items():
            first, other = seen.setdefault(word, (name, definition))
            assert definition == other, f"{word} differs between {first} and {name}"


def test_all_reference_files_are_shipped() -> None:
    assert {path.stem for path in SHIPPED} == REFERENCE


@pytest.mark.parametrize("path", SHIPPED, ids=name_of)
def test_shipped_reference_files_obey_their_schema(path: Path) -> None:
    faults = judge(f"schema/{path.stem}.schema.json").iter_errors(as_text(path))
    assert [f"{error.json_path}: {error.message}" for error in faults] == []
