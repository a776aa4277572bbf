"""Help in editors: made from the schemas, never stale, and in agreement with the register's own files."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from cpl_registry.edges import installation
from cpl_registry.records.documents import Kind, kind_of
from editing.editor_schemas import FOLDER, SETTINGS, editor_files
from jsonschema import Draft7Validator

from tests.commands.calling import ENTRY, edit
from tests.repository import ROOT, committed, name_of
from tests.rule_cases import REGISTER, standard_register

MADE = editor_files()
SCHEMAS = {kind: json.loads(MADE[f"{FOLDER}/{kind}.schema.json"]) for kind in Kind}
HOOKS = {
    hook["id"]: hook
    for hook in yaml.BaseLoader(
        (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    ).get_single_data()
}


class AsEditors(yaml.SafeLoader):
    """YAML 1.2 as editors read it: truth values are true and false alone."""


AsEditors.yaml_implicit_resolvers = {
    first: [(tag, found) for tag, found in pairs if tag.endswith((":int", ":float", ":null"))]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
AsEditors.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def data_of(text: str) -> Any:
    return AsEditors(text).get_single_data()


@pytest.mark.parametrize("path", MADE)
def test_is_current(path: str) -> None:
    place = ROOT / path
    text = place.read_text(encoding="utf-8") if place.is_file() else ""
    assert text == MADE[path], f"{path} is stale: run make editor"


def test_nothing_else_lies_there() -> None:
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / FOLDER).iterdir()}
    assert there == set(MADE) - {SETTINGS}


@pytest.mark.parametrize("kind", Kind)
def test_is_draft_07_and_explains_itself(kind: Kind) -> None:
    Draft7Validator.check_schema(SCHEMAS[kind])
    text = json.dumps(SCHEMAS[kind])
    assert "$defs" not in text
    assert "x-hint" not in text
    assert "markdownDescription" in text
    for part in re.findall(r'\{"\$ref": "#/definitions/(\w+)"([^}]*)\}', text):
        assert part[0] in SCHEMAS[kind]["definitions"]
        assert part[1] == "", "beside a $ref nothing counts in draft-07"


def test_accepts_every_file_that_is_right() -> None:
    kinds = set()
    ours = [path for path in committed() if kind_of(name_of(path))]
    files = [(name_of(path), path.read_text(encoding="utf-8")) for path in ours]
    files += [(path, raw.decode()) for path, raw in standard_register().items()]
    for name, text in files:
        kind = kind_of(name)
        if kind is None:
            continue
        kinds.add(kind)
        faults = list(Draft7Validator(SCHEMAS[kind]).iter_errors(data_of(text)))
        assert not faults, (name, faults[0].message)
    assert kinds >= {Kind.ENTRY, *(kind for kind in Kind if kind in {"specifications", "keys"})}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('gbcs_version: "3.2"', "gbcs_version: 3.2"),
        ("gbcs_version:", "gbcs_versoin:"),
        ('"F0A1"', '"f0a1"'),
        ("event: listed", "event: lissted"),
        ("device_type: ESME", "device_type: CHF"),
    ],
)
def test_refuses_what_the_register_refuses(before: str, after: str) -> None:
    text = standard_register()[ENTRY].decode()
    assert Draft7Validator(SCHEMAS[Kind.ENTRY]).is_valid(data_of(text))
    changed = text.replace(before, after, 1)
    assert changed != text
    assert not Draft7Validator(SCHEMAS[Kind.ENTRY]).is_valid(data_of(changed))


def test_the_settings_give_every_file_its_schema() -> None:
    told = json.loads(MADE[SETTINGS])["yaml.schemas"]
    assert set(told) == {f"./{FOLDER}/{kind}.schema.json" for kind in Kind}
    for schema, places in told.items():
        for place in places:
            kind = kind_of(place.replace("**/*", "esme/a/b").replace("*", "a"))
            assert schema == f"./{FOLDER}/{kind}.schema.json"


def test_the_first_line_of_an_entry_leads_to_a_schema() -> None:
    text = standard_register()[ENTRY].decode()
    found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert found
    assert ((ROOT / ENTRY).parent / found[1]).resolve() == installation.HOME / (
        "schema/device-model.schema.json"
    )


def run_hook(name: str, root: Path, *files: str) -> subprocess.CompletedProcess[str]:
    """A hook as pre-commit runs it: in the root, with the files that changed."""
    hook = HOOKS[name]
    changed = [path for path in files if re.search(hook["files"], path)]
    assert changed
    _, *words = hook["entry"].split()
    named = {"true": changed, "false": []}[hook["pass_filenames"]]
    command = [Path(sys.executable).with_name("cpl"), *words, *named]
    return subprocess.run(command, cwd=root, capture_output=True, check=False, text=True)


def test_the_hooks_mend_and_judge(tmp_path: Path) -> None:
    assert all(hook["entry"].startswith(".venv/bin/cpl ") for hook in HOOKS.values())
    shutil.copytree(REGISTER / "cpl", tmp_path / "cpl")
    edit(tmp_path, 'gbcs_version: "3.2"', "gbcs_version: 3.2")
    assert run_hook("cpl-validate", tmp_path, ENTRY).returncode == 1
    mended = run_hook("cpl-fix", tmp_path, ENTRY, "README.md")
    assert (mended.returncode, mended.stdout) == (0, f"mended {ENTRY}\n")
    assert (tmp_path / ENTRY).read_bytes() == standard_register()[ENTRY]
    assert run_hook("cpl-validate", tmp_path, ENTRY).returncode == 0
