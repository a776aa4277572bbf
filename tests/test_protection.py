"""What guards the repository on its host: rulesets as files, code owners, the two-person rule."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from copy import deepcopy
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.repository import ROOT, committed, name_of
from tests.test_workflows import FOLDER, read

RULESETS = ROOT / ".github" / "rulesets"
OWNERS = ROOT / ".github" / "CODEOWNERS"
TOOLS, ADMINISTRATORS = "@your-organisation/cpl-tools", "@your-organisation/cpl-administrators"
TWO_PEOPLE = ("cpl/reference", "cpl/dcc", "cpl/panel")
"""Reference data, and what leads to a delivery: proposed by one administrator, approved by another."""
FLAG = {"type": "boolean"}
# The part of the host's own form that is used here (its REST interface, `Create a repository ruleset`).
RULE_PARAMETERS: dict[str, Any] = {
    "deletion": None,
    "non_fast_forward": None,
    "update": None,
    "pull_request": {
        "allowed_merge_methods": {
            "type": "array",
            "items": {"enum": ["merge", "squash", "rebase"]},
            "minItems": 1,
        },
        "dismiss_stale_reviews_on_push": FLAG,
        "require_code_owner_review": FLAG,
        "require_last_push_approval": FLAG,
        "required_approving_review_count": {"type": "integer", "minimum": 0, "maximum": 10},
        "required_review_thread_resolution": FLAG,
    },
    "required_status_checks": {
        "do_not_enforce_on_create": FLAG,
        "required_status_checks": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {"context": {"type": "string"}},
                "required": ["context"],
                "additionalProperties": False,
            },
        },
        "strict_required_status_checks_policy": FLAG,
    },
}
Ruleset = dict[str, Any]


def closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


NAMES = {"type": "array", "items": {"type": "string"}}
SCHEMA = closed(
    {
        "name": {"type": "string"},
        "target": {"enum": ["branch", "tag"]},
        "enforcement": {"const": "active"},
        "conditions": closed({"ref_name": closed({"include": NAMES, "exclude": NAMES})}),
        "bypass_actors": {"type": "array", "maxItems": 0},
        "rules": {
            "type": "array",
            "items": {
                "oneOf": [
                    closed({"type": {"const": name}} | ({"parameters": closed(own)} if own else {}))
                    for name, own in RULE_PARAMETERS.items()
                ]
            },
        },
    }
)


def ruleset(name: str) -> Ruleset:
    found: Ruleset = json.loads((RULESETS / f"{name}.json").read_text("utf-8"))
    return found


def rules(found: Ruleset) -> dict[str, Any]:
    return {rule["type"]: rule.get("parameters") for rule in found["rules"]}


def checks() -> set[str]:
    """The checks that a pull request gets, by the names under which the host shows them."""
    found = set()
    for name in ("check", "review"):
        for job in read((FOLDER / f"{name}.yml").read_text("utf-8"))["jobs"].values():
            versions = job.get("strategy", {}).get("matrix", {}).get("python", [""])
            found |= {job["name"].replace("${{ matrix.python }}", one) for one in versions}
    return found


def loose_main(found: Ruleset) -> Iterator[str]:
    """What is missing of a main that nobody can change alone, or unseen."""
    there = rules(found)
    if found["conditions"]["ref_name"] != {"include": ["~DEFAULT_BRANCH"], "exclude": []}:
        yield "another branch than main"
    if found["bypass_actors"] or found["enforcement"] != "active":
        yield "somebody is let past it"
    if not {"deletion", "non_fast_forward"} <= there.keys():
        yield "history can be rewritten"
    review = there.get("pull_request") or {}
    wanted = ("dismiss_stale_reviews_on_push", "require_code_owner_review")
    if not all(review.get(name) for name in wanted) or not review.get(
        "required_approving_review_count"
    ):
        yield "it can be changed without a review by its owners"
    if not review.get("require_last_push_approval"):
        yield "who pushed last can be who approved"
    tests = there.get("required_status_checks") or {}
    if {one["context"] for one in tests.get("required_status_checks", ())} != checks():
        yield "the required checks are not those that the workflows give"
    if not tests.get("strict_required_status_checks_policy"):
        yield "what is tested is not what is merged"


def test_every_ruleset_has_the_form_that_the_host_takes() -> None:
    names = sorted(path.name for path in RULESETS.iterdir())
    assert names == ["deliveries.json", "delivery-branches.json", "main.json"]
    for name in names:
        found = ruleset(name.removesuffix(".json"))
        jsonschema.Draft202012Validator(SCHEMA).validate(found)
        assert found["name"] == name.removesuffix(".json")


def test_nobody_changes_main_alone_or_unseen() -> None:
    assert list(loose_main(ruleset("main"))) == []


def parameter(rule: str, name: str, value: object) -> Callable[[Ruleset], None]:
    def change(found: Ruleset) -> None:
        rules(found)[rule][name] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found.update(enforcement="disabled"),
        lambda found: found["bypass_actors"].append({"actor_type": "OrganizationAdmin"}),
        lambda found: found["conditions"]["ref_name"].update(include=["refs/heads/next"]),
        lambda found: found["rules"].pop(0),
        lambda found: found["rules"].pop(1),
        lambda found: found["rules"].pop(2),
        lambda found: found["rules"].pop(3),
        parameter("pull_request", "require_code_owner_review", False),
        parameter("pull_request", "dismiss_stale_reviews_on_push", False),
        parameter("pull_request", "require_last_push_approval", False),
        parameter("pull_request", "required_approving_review_count", 0),
        parameter("required_status_checks", "strict_required_status_checks_policy", False),
        parameter("required_status_checks", "required_status_checks", [{"context": "test"}]),
    ],
)
def test_each_way_to_loosen_main_is_seen(change: Callable[[Ruleset], None]) -> None:
    spoilt = deepcopy(ruleset("main"))
    change(spoilt)
    assert list(loose_main(spoilt)) != []


def test_a_delivery_that_is_published_stays() -> None:
    tags = ruleset("deliveries")
    assert {"deletion", "non_fast_forward", "update"} <= rules(tags).keys()
    (pattern,) = tags["conditions"]["ref_name"]["include"]
    for path in (ROOT / "cpl/dcc/deliveries").glob("*.yaml"):
        assert fnmatchcase(f"refs/tags/{path.stem}", pattern)
        assert fnmatchcase(f"refs/tags/{path.stem}-tools", pattern)
    branches = ruleset("delivery-branches")
    assert branches["conditions"]["ref_name"]["include"] == ["refs/heads/delivery/*"]
    assert "non_fast_forward" in rules(branches)
    assert "refs/heads/delivery/$$SERIAL" in (ROOT / "Makefile").read_text("utf-8")


def owned() -> list[tuple[str, list[str]]]:
    lines = [line.split() for line in OWNERS.read_text("utf-8").splitlines()]
    return [(line[0], line[1:]) for line in lines if line and not line[0].startswith("#")]


def owners_of(path: str) -> list[str]:
    """The last line that matches wins, as on the host."""
    found: list[str] = []
    for pattern, owners in owned():
        rooted = pattern.removeprefix("/")
        if pattern == "*" or path == rooted or (rooted.endswith("/") and path.startswith(rooted)):
            found = owners
    return found


def test_every_file_has_an_owner_and_every_line_of_owners_a_file() -> None:
    names = [name_of(path) for path in committed()]
    assert all(owners_of(name) for name in names)
    for pattern, _ in owned():
        rooted = pattern.removeprefix("/")
        assert pattern == "*" or any(one == rooted or one.startswith(rooted) for one in names)


def test_reference_data_and_deliveries_take_two_administrators() -> None:
    """The author's own approval never counts, so the approval of their only owners is a second one's."""
    patterns = [pattern for pattern, _ in owned()]
    for folder in TWO_PEOPLE:
        assert f"/{folder}/" in patterns, (
            f"{folder} has its own line, so that none before it counts"
        )
        assert owners_of(f"{folder}/a-file.yaml") == [ADMINISTRATORS]
    assert owners_of("cpl/devices/esme/a/b.yaml") == [ADMINISTRATORS]
    for path in (".github/workflows/release.yml", "Makefile", "requirements.lock"):
        assert set(owners_of(path)) == {TOOLS, ADMINISTRATORS}
    assert owners_of("scripts/cpl_registry/__init__.py") == [TOOLS]


def test_a_release_takes_a_person_who_did_not_start_it() -> None:
    """The host keeps this setting to itself; the page tells it, and the job waits for it."""
    text = (ROOT / "docs/maintain/protect.md").read_text("utf-8")
    release = read((FOLDER / "release.yml").read_text("utf-8"))
    assert release["jobs"]["sign"]["environment"] == {"name": "release"}
    assert "Prevent self-review" in text
    assert "release immutability" in text


GH = """\
#!/bin/bash
echo "$*" >> "$HUB/calls"
case "$*" in *--jq*main*) echo 7 ;; esac
"""


def test_make_protect_puts_in_each_ruleset_once(tmp_path: Path) -> None:
    """One that is there is changed, the others are made: the verb can be run every year."""
    (tmp_path / "gh").write_text(GH, encoding="utf-8")
    (tmp_path / "gh").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "HUB": str(tmp_path)}
    subprocess.run(["make", "-s", "protect"], cwd=ROOT, env=environment, check=True)
    calls = (tmp_path / "calls").read_text("utf-8").splitlines()
    put = [
        re.sub(r".*--method (\S+) (\S+) --input (\S+)", r"\1 \2 \3", c)
        for c in calls
        if "--input" in c
    ]
    rulesets = "repos/{owner}/{repo}/rulesets"
    assert put == [
        f"POST {rulesets} .github/rulesets/deliveries.json",
        f"POST {rulesets} .github/rulesets/delivery-branches.json",
        f"PUT {rulesets}/7 .github/rulesets/main.json",
    ]


def test_a_report_goes_where_only_its_readers_see_it() -> None:
    """No address is invented: the host has a private way of its own."""
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    assert "Report a vulnerability" in text
    assert not re.search(r"[\w.]+@[\w.]+\.\w+|https?://", text)
