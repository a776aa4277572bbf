"""The policy of the workflows. Each judge below is shown one bad workflow too, so that none can sleep."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.repository import ROOT

TOOLS = Path(sys.executable).parent
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.y*ml"))
PINNED = re.compile(r"uses: [A-Za-z0-9_.-]+/[A-Za-z0-9_./-]+@[0-9a-f]{40} # v[0-9]+(\.[0-9]+)*$")
COMMANDS = re.compile(r"(make|cpl|\.venv/bin/cpl|openssl) [^;&|<>`$\n]+")
# What the job that holds the key may do, letter for letter: it has no checkout, so it has no Makefile.
SIGNING = (
    "printenv MANIFEST | openssl base64 -d -A -out manifest.json",
    "printenv DIGEST | sed 's/$/  manifest.json/' | sha256sum --check --strict",
    "umask 077 && printenv SIGNING_KEY > key.pem && printenv SIGNING_CERTIFICATE > certificate.pem",
    (
        "openssl cms -sign -binary -md sha256 -in manifest.json -signer certificate.pem"
        " -inkey key.pem -outform DER -out manifest.json.p7s"
    ),
    "openssl base64 -A -in manifest.json.p7s | sed 's/^/signature=/' >> \"$GITHUB_OUTPUT\"",
)
# The one workflow that starts when another ends, and may do no more than this.
COMMENTING = {"workflow_run": {"workflows": ["review"], "types": ["completed"]}}
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
    workflow = read(text)
    if workflow["on"] == COMMENTING and workflow["name"] == "comment":
        return  # judged by `more_than_a_comment`
    for trigger in workflow["on"]:
        if trigger not in TRIGGERS:
            yield f"trigger {trigger}"


def more_than_a_comment(text: str) -> Iterator[str]:
    """Started by a stranger's run, with a token: main alone, nothing installed, one verb, one right."""
    workflow = read(text)
    if "workflow_run" not in workflow["on"]:
        return
    if list(workflow["jobs"]) != ["comment"]:
        yield "there is another job than the one that comments"
    for job in workflow["jobs"].values():
        if job["permissions"] != {
            "actions": "read",
            "contents": "read",
            "pull-requests": "write",
        }:
            yield "it may do more, or less, than comment"
        if job.get("if") != "github.event.workflow_run.event == 'pull_request'":
            yield "it starts after other runs than those of a pull request"
        if {"env", "environment", "container", "services", "defaults"} & job.keys():
            yield "the job brings something along"
        for step in job["steps"]:
            yield from more_than_commenting(step)
    told = re.findall(r"\$\{\{(.*?)\}\}", text)
    if told != [" github.event.workflow_run.head_sha ", " github.token "]:
        yield "something of the event is put into a line"


def more_than_commenting(step: Node) -> Iterator[str]:
    if step.get("uses", "").partition("@")[0] not in {"", "actions/checkout"}:
        yield f"it uses {step['uses']}"
    if {"ref", "repository"} & step.get("with", {}).keys():
        yield "it checks out something else than main"
    if step.get("run", "make comment") != "make comment":
        yield f"it runs {step['run']}"
    if step.get("env", {}) not in ({}, {"GH_TOKEN": "${{ github.token }}"}):
        yield "a step is given more than the token"


def standing_permissions(text: str) -> Iterator[str]:
    workflow = read(text)
    if workflow.get("permissions") != {}:
        yield "top-level permissions are not {}"
    for name, job in workflow["jobs"].items():
        if not isinstance(job.get("permissions"), dict):
            yield f"job {name} does not say which permissions it needs"
        elif (
            "write" in job["permissions"].values()
            and any("run" in step or "checkout" in step.get("uses", "") for step in job["steps"])
            and not after_signing(workflow, job)
            and not (workflow["on"] == COMMENTING and not list(more_than_a_comment(text)))
        ):
            yield f"job {name} may write, and runs code of the repository"


def after_signing(workflow: Node, job: Node) -> bool:
    """Whether a job comes after a person has let the key sign, in a workflow of main alone.

    Then the code that it runs is that of main, which was reviewed, and somebody waits for it.
    """
    needs = job.get("needs", [])
    starts = dict(workflow["on"])
    pushes = starts.pop("push", {"branches": ["main"]})
    return (
        "sign" in ([needs] if isinstance(needs, str) else needs)
        and pushes.get("branches") == ["main"]
        and starts.keys() <= {"schedule", "workflow_dispatch"}
        and "environment" in workflow["jobs"]["sign"]
    )


def loose_steps(text: str) -> Iterator[str]:
    """What a step does stands in the Makefile or in `cpl`, where it is tested."""
    for name, job in read(text)["jobs"].items():
        for step in job["steps"]:
            if name == "sign" and step.get("run") in SIGNING:
                continue
            if "run" in step and not COMMANDS.fullmatch(step["run"]):
                yield f"not one plain command: {step['run']!r}"


def key_in_company(text: str) -> Iterator[str]:
    """The key is seen by one job alone, in which nothing runs but the steps that sign."""
    for name, job in read(text)["jobs"].items():
        if name != "sign":
            if "secrets." in str(job) or "SIGNING_KEY" in str(job):
                yield f"job {name} sees a secret"
            continue
        if [step.get("run") for step in job["steps"]] != list(SIGNING):
            yield "the job that signs does something else, or uses an action"
        if job["permissions"] or job.get("environment") != {"name": "release"}:
            yield "the job that signs may do something, or is let in by nobody"
        if job.get("defaults") != {"run": {"shell": "bash"}}:
            yield "a pipe of the job that signs can fail unseen"
        if [n for n, step in enumerate(job["steps"]) if "secrets." in str(step)] != [2]:
            yield "the key is shown to more than the step that takes it"


def quiet_failures(text: str) -> Iterator[str]:
    """What fails is red, and nothing goes on after it."""
    for word in ("continue-on-error", "|| true", "|| :", "set +e", "always()", "cancelled()"):
        if word in text:
            yield f"{word} hides a failure"
    if "failure()" in text:
        yield "a step runs after a failure"


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
RELEASE = (FOLDER / "release.yml").read_text(encoding="utf-8")
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
        ("make test", SIGNING[0]),
    ),
    quiet_failures: (
        ("make test", "make test || true"),
        ("- name: Test\n", "- name: Test\n        continue-on-error: true\n"),
        ("- name: Test\n", "- name: Test\n        if: always()\n"),
        ("- name: Test\n", "- name: Test\n        if: failure()\n"),
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
    more_than_a_comment: (("pull_request:", "workflow_run:"),),
}
# The same for what only the comment can do wrong.
COMMENT_CHANGES: tuple[tuple[Judge, str, str], ...] = (
    (privileged_triggers, r"types: \[completed\]", "types: [requested]"),
    (privileged_triggers, r"workflows: \[review\]", "workflows: [review, check]"),
    (privileged_triggers, r"name: comment\n", "name: another\n"),
    (privileged_triggers, r"  workflow_run:", "  pull_request_target:\n  workflow_run:"),
    (
        more_than_a_comment,
        "fetch-depth: 0",
        "fetch-depth: 0\n          ref: ${{ github.event.workflow_run.head_sha }}",
    ),
    (more_than_a_comment, "fetch-depth: 0", "fetch-depth: 0\n          ref: refs/pull/7/merge"),
    (more_than_a_comment, "fetch-depth: 0", "fetch-depth: 0\n          repository: a/b"),
    (more_than_a_comment, "run: make comment", "run: make test"),
    (
        more_than_a_comment,
        "run: make comment",
        "run: make comment TITLE='${{ github.event.workflow_run.display_title }}'",
    ),
    (
        more_than_a_comment,
        r"          GH_TOKEN: .*\n",
        "\\g<0>          BRANCH: ${{ github.event.workflow_run.head_branch }}\n",
    ),
    (more_than_a_comment, "pull-requests: write", "contents: write"),
    (more_than_a_comment, r"actions: read.*\n", "\\g<0>      issues: write\n"),
    (more_than_a_comment, r"    if: .*\n", ""),
    (more_than_a_comment, "uses: actions/checkout@", "uses: actions/setup-python@"),
    (standing_permissions, "run: make comment", "run: make test"),
    (standing_permissions, "types: ", "branches: "),
)
# The same for what only the release can do wrong.
RELEASE_CHANGES: tuple[tuple[Judge, str, str], ...] = (
    (key_in_company, r"openssl cms -sign -binary", "openssl cms -sign"),
    (key_in_company, r"      - name: Sign\n", "      - name: Also\n        run: make\n\\g<0>"),
    (
        key_in_company,
        r"      - name: Take the manifest",
        f"      - name: Check out\n        uses: actions/checkout@{SHA} # v5.0.0\n\\g<0>",
    ),
    (key_in_company, r"    permissions: \{\}", "    permissions:\n      contents: read"),
    (key_in_company, r"    environment:\n      name: release\n", ""),
    (key_in_company, r"        shell: bash\n", "        shell: sh\n"),
    (key_in_company, r"DECISION: .*", "DECISION: ${{ secrets.SIGNING_KEY }}"),
    (key_in_company, r"MANIFEST: .*", "MANIFEST: ${{ secrets.SIGNING_KEY }}"),
    (loose_steps, r"umask 077 && ", ""),
    (loose_steps, r"run: make release-due", f"run: {SIGNING[0]}"),
    (standing_permissions, r"needs: \[build, sign\]", "needs: [build]"),
    (standing_permissions, r"branches: \[main\]", "branches: [main, next]"),
    (standing_permissions, r"  schedule:", "  pull_request:\n  schedule:"),
    (standing_permissions, r"    environment:\n      name: release\n", ""),
)


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


@pytest.mark.parametrize(("judge", "before", "after"), RELEASE_CHANGES)
def test_a_judge_sees_what_a_release_can_do_wrong(judge: Judge, before: str, after: str) -> None:
    spoilt = re.sub(before, after, RELEASE)
    assert spoilt != RELEASE
    assert list(judge(spoilt)) != []


@pytest.mark.parametrize(("judge", "before", "after"), COMMENT_CHANGES)
def test_a_judge_sees_what_a_comment_can_do_wrong(judge: Judge, before: str, after: str) -> None:
    comment = (FOLDER / "comment.yml").read_text(encoding="utf-8")
    spoilt = re.sub(before, after, comment)
    assert spoilt != comment
    assert list(judge(spoilt)) != []


def test_one_workflow_starts_when_another_ends() -> None:
    """The one that zizmor is asked to leave alone, with a reason; and it is asked nothing else."""
    starts = {path.name: read(path.read_text(encoding="utf-8"))["on"] for path in WORKFLOWS}
    assert [name for name, on in starts.items() if "workflow_run" in on] == ["comment.yml"]
    text = (ROOT / ".github" / "zizmor.yml").read_text(encoding="utf-8")
    assert read(text) == {"rules": {"dangerous-triggers": {"ignore": ["comment.yml"]}}}
    assert len(re.findall(r"^ +# ", text, re.MULTILINE)) >= 3
    others = "\n".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    assert "zizmor:" not in others


def test_zizmor_finds_nothing_but_that_one() -> None:
    """Without the settings it finds that trigger, so that the settings hide nothing else."""
    asked = [str(TOOLS / "zizmor"), "--offline", "--strict-collection", "--persona", "auditor"]
    form = ["--format", "json", "--no-exit-codes", str(ROOT / ".github")]
    found = []
    for more in ([], ["--no-config"]):
        done = subprocess.run([*asked, *more, *form], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found.append([one["ident"] for one in json.loads(done.stdout) if not one["ignored"]])
    assert found == [[], ["dangerous-triggers"]]


def test_the_workflows_are_these_six() -> None:
    names = ["check", "comment", "monitor", "publish", "release", "review"]
    assert [path.stem for path in WORKFLOWS] == names


@pytest.mark.parametrize("name", ["publish", "release", "monitor"])
def test_what_has_begun_is_finished_before_the_next_begins(name: str) -> None:
    workflow = read((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    assert workflow["concurrency"] == {"group": name, "cancel-in-progress": "false"}


def test_every_verb_of_make_that_a_workflow_calls_is_there() -> None:
    """`make -n` knows a verb without doing it."""
    called = {
        verb
        for path in WORKFLOWS
        for step in steps(read(path.read_text(encoding="utf-8")))
        if step.get("run", "").startswith("make ")
        for verb in step["run"].split()[1:]
    }
    assert {"site", "test", "release", "release-due", "monitor-waiting"} <= called
    for verb in called:
        make = ["make", "-n", "READY=", verb]
        answer = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, check=False)
        assert answer.returncode == 0, answer.stderr


def test_the_monitor_looks_every_day() -> None:
    monitor = read((FOLDER / "monitor.yml").read_text(encoding="utf-8"))
    minute, hour, *days = monitor["on"]["schedule"][0]["cron"].split()
    assert minute.isdigit()
    assert hour.isdigit()
    assert days == ["*", "*", "*"]


def test_one_action_has_one_pin_everywhere() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    pins = {(action, pin) for action, pin in re.findall(r"uses: (\S+)@([0-9a-f]{40})", text)}
    assert len({action for action, _ in pins}) == len(pins)
