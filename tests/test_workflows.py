"""The policy of the workflows. Each judge below is shown one bad workflow too, so that none can sleep."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.repository import ROOT

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.y*ml"))
PINNED = re.compile(r"uses: [A-Za-z0-9_.-]+/[A-Za-z0-9_./-]+@[0-9a-f]{40} # v[0-9]+(\.[0-9]+)*$")
COMMANDS = re.compile(r"(make|cpl|\.venv/bin/cpl|openssl) [^;&|<>`$\n]+")
TRIGGERS = {"pull_request", "push", "schedule", "workflow_dispatch", "merge_group"}
Node = dict[str, Any]


def read(text: str) -> Node:
    """Every scalar as text: `on` stays `on`, and no version becomes a number."""
    workflow: Node = yaml.load(text, Loader=yaml.BaseLoader)
    return workflow


def steps(workflow: Node) -> Iterator[Node]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def unpinned_actions(text: str) -> Iterator[str]:
    """An action's tag can be moved by whoever owns it; a commit cannot."""
    for line in text.splitlines():
        used = line.strip().removeprefix("- ")
        if used.startswith("uses:") and not PINNED.match(used):
            yield f"not pinned by SHA with its version beside it: {used}"


def privileged_triggers(text: str) -> Iterator[str]:
    """`pull_request_target` and `workflow_run` hand a stranger's change this repository's token."""
    for trigger in read(text)["on"]:
        if trigger not in TRIGGERS:
            yield f"trigger {trigger}"


def standing_permissions(text: str) -> Iterator[str]:
    workflow = read(text)
    if workflow.get("permissions") != {}:
        yield "top-level permissions are not {}"
    for name, job in workflow["jobs"].items():
        if not isinstance(job.get("permissions"), dict):
            yield f"job {name} does not say which permissions it needs"
        elif "write" in job["permissions"].values() and any(
            "run" in step or "checkout" in step.get("uses", "") for step in job["steps"]
        ):
            yield f"job {name} may write, and runs code of the repository"


def loose_steps(text: str) -> Iterator[str]:
    """What a step does stands in the Makefile or in `cpl`, where it is tested."""
    for step in steps(read(text)):
        if "run" in step and not COMMANDS.fullmatch(step["run"]):
            yield f"not one plain command: {step['run']!r}"


def kept_credentials(text: str) -> Iterator[str]:
    for step in steps(read(text)):
        if "actions/checkout@" in step.get("uses", ""):
            settings = step.get("with", {})
            if settings.get("persist-credentials") != "false":
                yield "a checkout leaves its token on the disk"
            if settings.get("fetch-depth") != "0":
                yield "a checkout is shallow: the history is part of the register"


def unnamed_or_endless(text: str) -> Iterator[str]:
    workflow = read(text)
    if "concurrency" not in workflow:
        yield "no concurrency"
    for name, job in workflow["jobs"].items():
        if "name" not in job:
            yield f"job {name} has no name"
        if not 0 < int(job.get("timeout-minutes", 0)) <= 60:
            yield f"job {name} has no timeout of an hour or less"
    for step in steps(workflow):
        if "name" not in step:
            yield f"a step has no name: {step}"


def caches(text: str) -> Iterator[str]:
    """A poisoned cache outlives the pull request that wrote it."""
    for step in steps(read(text)):
        if "actions/cache" in step.get("uses", "") or "cache" in step.get("with", {}):
            yield f"a cache: {step}"


SOUND = (FOLDER / "check.yml").read_text(encoding="utf-8")
SHA = "0123456789abcdef0123456789abcdef01234567"
Judge = Callable[[str], Iterator[str]]
JUDGES: dict[Judge, tuple[tuple[str, str], ...]] = {
    unpinned_actions: (
        (r"@[0-9a-f]{40} #", "@v5 #"),
        (r" # v5\.0\.0", ""),
        (r"@[0-9a-f]{40} #", f"@{SHA[:39]} #"),
    ),
    privileged_triggers: (
        ("pull_request:", "pull_request_target:"),
        ("pull_request:", "workflow_run:"),
    ),
    standing_permissions: (
        (r"permissions: \{\}", "permissions: write-all"),
        (r"contents: read", "contents: write"),
        (r"    permissions:\n +contents: read.*\n", ""),
    ),
    loose_steps: (
        ("make test", "pip install ."),
        ("make test", "make test; true"),
        ("make test", "make test TITLE=${{ github.event.pull_request.title }}"),
        ("make test", "make test BRANCH=$GITHUB_HEAD_REF"),
        ("run: make test", "run: |\n          make site\n          make test"),
    ),
    kept_credentials: (
        (r"persist-credentials: false", "persist-credentials: true"),
        (r"fetch-depth: 0", "fetch-depth: 1"),
    ),
    unnamed_or_endless: (
        (r"timeout-minutes: [0-9]+", "continue-on-error: true"),
        ("- name: Test\n        run:", "- run:"),
        ("concurrency:", "env:"),
    ),
    caches: ((r"python-version:", "cache: pip\n          python-version:"),),
}


@pytest.mark.parametrize("judge", JUDGES, ids=lambda judge: judge.__name__)
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_the_workflows_keep_the_policy(judge: Judge, path: Path) -> None:
    assert list(judge(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("judge", "change"),
    [(judge, change) for judge, changes in JUDGES.items() for change in changes],
)
def test_each_judge_sees_what_it_is_there_for(judge: Judge, change: tuple[str, str]) -> None:
    spoilt = re.sub(change[0], lambda _: change[1], SOUND)
    assert spoilt != SOUND
    assert list(judge(spoilt)) != []


def test_the_workflows_are_the_two_that_the_readme_tells_of() -> None:
    assert [path.name for path in WORKFLOWS] == ["check.yml", "publish.yml"]


def test_one_action_has_one_pin_everywhere() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    pins = {(action, pin) for action, pin in re.findall(r"uses: (\S+)@([0-9a-f]{40})", text)}
    assert len({action for action, _ in pins}) == len(pins)
