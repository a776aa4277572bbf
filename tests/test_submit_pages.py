"""What a submitter meets on the host and in docs/submit: labels, forms, the template, the examples."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from cpl_registry.state.queue import QueueStage

from tests.repository import ROOT

GITHUB = ROOT / ".github"
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
SUBMIT = ROOT / "docs" / "submit"
JUDGE = Path(sys.executable).with_name("check-jsonschema")
# The kinds of submission; each has a complete example.
KINDS = (
    "A new Device Model",
    "New firmware of a listed model",
    "Another GBCS version",
    "A renewed CPA Certificate",
    "A correction",
    "A removal",
    "A reinstatement",
    "A submission withdrawn",
    "A mistyped key",
    "A white label",
)
each_form = pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)


def read(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)


def judged(schema: str, *paths: Path) -> str:
    """What a judge that is not ours finds wrong; nothing where all is well."""
    asked = [str(JUDGE), "--builtin-schema", schema, *map(str, paths)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_page_lists_the_labels_that_there_are() -> None:
    text = (SUBMIT / "what-happens-next.md").read_text("utf-8").split("\n## The labels\n")[1]
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+) \| (.+) \|$", text, re.MULTILINE)
    labels = read(GITHUB / "labels.yml")
    assert rows == [(one["name"], one["meaning"], one["next_step"]) for one in labels]
    assert len(rows) >= 8


def test_the_host_can_take_the_labels() -> None:
    labels = read(GITHUB / "labels.yml")
    assert {frozenset(one) for one in labels} == {
        frozenset({"name", "colour", "meaning", "next_step"})
    }
    names = [one["name"] for one in labels]
    assert len(set(names)) == len(names)
    for one in labels:
        assert re.fullmatch(r"[0-9a-f]{6}", one["colour"])
        assert len(one["name"]) <= 50
        assert len(one["meaning"]) <= 100  # it is the label's description
        assert one["meaning"].endswith(".")
        assert one["next_step"].endswith(".")


def test_the_stages_of_the_queue_before_the_register_are_labels() -> None:
    names = {one["name"] for one in read(GITHUB / "labels.yml")}
    assert {QueueStage.TO_MEND, QueueStage.TO_MERGE} <= names


def test_the_forms_are_forms(tmp_path: Path) -> None:
    assert len(FORMS) == 3
    assert judged("vendor.github-issue-forms", *FORMS) == ""
    assert judged("vendor.github-issue-config", GITHUB / "ISSUE_TEMPLATE" / "config.yml") == ""
    spoilt = tmp_path / "form.yml"
    text = FORMS[0].read_text("utf-8")
    spoilt.write_text(text.replace("type: input", "type: question", 1), "utf-8")
    assert "question" in judged("vendor.github-issue-forms", spoilt)


@each_form
def test_a_form_says_first_what_is_public(path: Path) -> None:
    form = read(path)
    first = form["body"][0]
    assert first["type"] == "markdown"
    for words in ("public at once", "evidence", "firmware", "personal data"):
        assert words in first["attributes"]["value"]
    labels = {one["name"] for one in read(GITHUB / "labels.yml")}
    assert set(form["labels"]) <= labels
    asked = [one["id"] for one in form["body"] if one["type"] != "markdown"]
    assert len(set(asked)) == len(asked)


def test_the_form_knows_the_device_types() -> None:
    form = read(GITHUB / "ISSUE_TEMPLATE" / "new-device-model.yml")
    (types,) = [one for one in form["body"] if one.get("id") == "device-type"]
    known = read(ROOT / "cpl" / "reference" / "device-types.yaml")
    assert types["attributes"]["options"] == list(known)
    assert read(GITHUB / "ISSUE_TEMPLATE" / "config.yml") == {"blank_issues_enabled": "false"}


@each_form
def test_a_page_leads_to_each_form(path: Path) -> None:
    assert f'"{read(path)["name"]}"' in (SUBMIT / "index.md").read_text("utf-8")


def test_the_template_says_what_is_public_and_where_the_rest_goes() -> None:
    text = (GITHUB / "pull_request_template.md").read_text("utf-8")
    for words in ("is public from the moment", "evidence", "firmware", "Where they go instead"):
        assert words in text
    (page,) = re.findall(r"docs/submit/[a-z-]+\.md", text)
    assert (ROOT / page).is_file()


def test_everything_has_an_owner_and_the_workflows_have_both() -> None:
    lines = [
        line.split()
        for line in (GITHUB / "CODEOWNERS").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    owners = {pattern: names for pattern, *names in lines}
    assert next(iter(owners)) == "*"
    assert owners["*"] != owners["/cpl/"]
    both = {*owners["*"], *owners["/cpl/"]}
    # The last matching line wins: what runs with rights of its own stands at the end.
    assert [set(names) for names in list(owners.values())[-3:]] == [both] * 3
    assert list(owners)[-3:] == ["/.github/", "/Makefile", "/requirements.lock"]
    assert all((ROOT / pattern.strip("/")).exists() for pattern in owners if pattern != "*")


def test_each_kind_has_a_complete_example() -> None:
    """That they are true, tests/test_docs.py proves: it runs them."""
    head, *sections = re.split(
        r"^## ", (SUBMIT / "examples.md").read_text("utf-8"), flags=re.MULTILINE
    )
    assert [one.partition("\n")[0] for one in sections] == list(KINDS)
    for one in sections:
        made, _, verdict = one.rpartition("$ cpl review ")
        assert re.search(
            r"^\$ cpl (new|amend|renew|correct|remove|reinstate|close) ", made, re.MULTILINE
        )
        assert re.search(r'^ +- date: "2026-11-20"\n +event: [a-z]+$', made, re.MULTILINE)
        assert verdict.split("\n")[1].startswith("Acceptable: ")
        assert verdict.partition(" --on")[0].rpartition(" ")[2] in head  # whose account it is


def test_every_page_is_led_to_and_is_in_the_navigation() -> None:
    index = (SUBMIT / "index.md").read_text("utf-8")
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    for path in SUBMIT.glob("*.md"):
        assert f"submit/{path.name}" in navigation
        assert path.name == "index.md" or f"({path.name}" in index
