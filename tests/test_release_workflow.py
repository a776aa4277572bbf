"""release.yml and monitor.yml played step by step, with their own lines: only GitHub is a stand-in.

The workflow's expressions are worked out here, jobs run in clones of their own, `gh` is a script that
keeps releases and pull requests in a folder, and the remote is a bare repository.
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.docs_worlds import committed, environment, register, run, signer
from tests.registers import CPL
from tests.repository import ROOT
from tests.test_workflows import RELEASE, read

GH = """\
#!/bin/bash
set -euo pipefail
echo "$*" >> "$HUB/calls"
case "$1 $2" in
"run download") mkdir -p "$7" && cp -R "$HUB/artifacts/$5/." "$7" ;;
"release view") test -d "$HUB/releases/$3" ;;
"release create")
  mkdir -p "$HUB/releases/$3"
  echo "$5" > "$HUB/target-$3"
  for file in "${@:10}"; do cp "$file" "$HUB/releases/$3/"; done ;;
"release download") mkdir -p "$5" && cp "$HUB/releases/$3"/* "$5/" ;;
"pr view") grep -qx -- "$3" "$HUB/pull-requests" ;;
"pr create") echo "$6" >> "$HUB/pull-requests" ;;
"api "*) cat "$HUB/immutable" ;;
*) echo "gh: not played: $*" >&2; exit 1 ;;
esac
"""
EXPRESSION = re.compile(r"\$\{\{ ([a-z]+)\.([A-Za-z_.-]+) \}\}")
Workflow = dict[str, Any]


def leave(_step: str, _clone: Path) -> None:
    """Nobody tampers."""


@dataclass
class Failed(Exception):
    """A step that failed: its name and what it printed."""

    step: str
    printed: str


@dataclass(kw_only=True)
class Hub:
    """GitHub, as far as the workflow sees it. `tamper` is called before each step."""

    folder: Path
    workflow: Workflow
    decision: str = ""
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    printed: str = ""
    tamper: Callable[[str, Path], None] = leave

    def job(self, name: str) -> bool:
        """Runs a job if its condition holds, and says whether it did.

        Raises:
            Failed: a step failed.
        """
        job = self.workflow["jobs"][name]
        steps: dict[str, dict[str, str]] = {}
        if "if" in job and not self.holds(job["if"], steps):
            return False
        clone = self.folder / "jobs" / f"{len(list((self.folder / 'jobs').glob('*')))}-{name}"
        clone.mkdir(parents=True)
        for step in job["steps"]:
            if "if" in step and not self.holds(step["if"], steps):
                continue
            if "uses" in step:
                self.use(step, clone, steps)
                continue
            self.tamper(step["name"], clone)
            steps[step.get("id", "")] = self.run(job, step, clone, steps)
        self.outputs[name] = {
            key: self.worked_out(value, steps) for key, value in job.get("outputs", {}).items()
        }
        return True

    def run(
        self, job: Workflow, step: Workflow, clone: Path, steps: dict[str, dict[str, str]]
    ) -> dict[str, str]:
        outputs = self.folder / "outputs"
        outputs.write_text("", encoding="utf-8")
        given = {**job.get("env", {}), **step.get("env", {})}
        shell = job.get("defaults", {}).get("run", {}).get("shell")
        strict = ["-o", "pipefail"] if shell == "bash" else []
        answer = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", *strict, "-c", step["run"]],
            cwd=clone,
            env={
                **environment(),
                "PATH": f"{self.folder / 'bin'}:{environment()['PATH']}",
                # The environment of the tools is this one, made already.
                "MAKEFLAGS": f"READY= BIN={CPL.parent}",
                "HUB": str(self.folder),
                "GITHUB_OUTPUT": str(outputs),
                "GITHUB_RUN_ID": "1",
                **{name: self.worked_out(value, steps) for name, value in given.items()},
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        printed = answer.stdout.decode()
        self.printed += printed
        if answer.returncode != 0:
            raise Failed(step["name"], printed)
        told = outputs.read_text("utf-8").splitlines()
        return {name: value for name, _, value in (line.partition("=") for line in told)}

    def use(self, step: Workflow, clone: Path, steps: dict[str, dict[str, str]]) -> None:
        action = step["uses"].partition("@")[0]
        if action == "actions/checkout":
            run(clone, "git", "clone", "--quiet", self.folder / "origin.git", ".")
        elif action == "actions/upload-artifact":
            kept = self.folder / "artifacts" / step["with"]["name"]
            for path in self.worked_out(step["with"]["path"], steps).split():
                target = kept / path
                target.parent.mkdir(parents=True, exist_ok=True)
                copy = shutil.copytree if (clone / path).is_dir() else shutil.copy
                copy(clone / path, target)
        else:
            assert action == "actions/setup-python"

    def worked_out(self, text: str, steps: dict[str, dict[str, str]]) -> str:
        return EXPRESSION.sub(lambda match: self.value(match[1], match[2], steps), text)

    def value(self, context: str, path: str, steps: dict[str, dict[str, str]]) -> str:
        name, _, rest = path.partition(".outputs.")
        fixed = {
            "secrets.SIGNING_KEY": (self.folder / "key.pem").read_text("utf-8"),
            "vars.SIGNING_CERTIFICATE": (self.folder / "certificate.pem").read_text("utf-8"),
            "github.token": "a token",
            "inputs.decision": self.decision,
        }
        if context in {"needs", "steps"}:
            return (self.outputs if context == "needs" else steps).get(name, {}).get(rest, "")
        return fixed[f"{context}.{path}"]

    def holds(self, condition: str, steps: dict[str, dict[str, str]]) -> bool:
        match = re.fullmatch(r"([a-z]+)\.([A-Za-z_.-]+) == '([a-z]+)'", condition)
        assert match, condition
        return self.value(match[1], match[2], steps) == match[3]

    def release(self) -> list[str]:
        """The jobs of the workflow in order; those that ran."""
        ran = []
        for name in ("build", "sign", "publish"):
            if not self.job(name):
                break
            ran.append(name)
        return ran

    def published(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "releases").glob("*"))

    def merge(self) -> None:
        """The administrator merges every pull request."""
        clone = self.folder / "administrator"
        shutil.rmtree(clone, ignore_errors=True)
        run(self.folder, "git", "clone", "--quiet", self.folder / "origin.git", clone)
        for branch in (self.folder / "pull-requests").read_text("utf-8").split():
            run(clone, "git", "merge", "--quiet", "--no-edit", f"origin/{branch}")
        run(clone, "git", "push", "--quiet", "origin", "main")


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A small register on GitHub: main, the key in its environment, and nothing released."""
    return new_hub(tmp_path / "hub")


@pytest.fixture(scope="module")
def first_job(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    hub = new_hub(tmp_path_factory.mktemp("built") / "hub")
    hub.job("build")
    return hub


@pytest.fixture
def built(first_job: Hub, tmp_path: Path) -> Hub:
    """The same after the job that builds."""
    shutil.copytree(first_job.folder, tmp_path / "hub")
    return replace(first_job, folder=tmp_path / "hub", outputs=deepcopy(first_job.outputs))


def new_hub(folder: Path) -> Hub:
    (folder / "jobs").mkdir(parents=True)
    signer(folder)
    source = register(folder / "source")
    for path in ("Makefile", "scripts/delivering/__init__.py", "scripts/delivering/ask.py"):
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, source / path)
    committed(source, "The tools")
    run(folder, "git", "clone", "--quiet", "--bare", source, "origin.git")
    (folder / "bin").mkdir()
    (folder / "bin/gh").write_text(GH, encoding="utf-8")
    (folder / "bin/gh").chmod(0o755)
    (folder / "immutable").write_text("true\n", encoding="utf-8")
    (folder / "pull-requests").touch()
    return Hub(folder=folder, workflow=read(RELEASE))


def monitor(hub: Hub) -> str:
    """What the first job of the monitor says of what is published."""
    clone = hub.folder / "monitor"
    shutil.rmtree(clone, ignore_errors=True)
    run(hub.folder, "git", "clone", "--quiet", hub.folder / "origin.git", clone)
    step = {"name": "published", "run": "make monitor-published"}
    hub.printed = ""
    hub.run({}, step, clone, {})
    return hub.printed


def test_a_release_from_the_push_to_the_pull_request(hub: Hub) -> None:
    assert hub.release() == ["build", "sign", "publish"]
    (serial,) = hub.published()
    names = {path.name for path in (hub.folder / "releases" / serial).iterdir()}
    assert {"cpl-dcc-extract.csv", "manifest.json", "manifest.json.p7s", "SHA256SUMS"} <= names
    assert (hub.folder / "pull-requests").read_text("utf-8") == f"delivery/{serial}\n"
    head = run(hub.folder / "origin.git", "git", "rev-parse", "main").strip()
    assert (hub.folder / f"target-{serial}").read_text("utf-8").strip() == head
    changed = run(
        hub.folder / "origin.git", "git", "diff", "--name-only", "main", f"delivery/{serial}"
    )
    assert changed == f"cpl/dcc/deliveries/{serial}.yaml\n"

    # While its file is under review, the next run waits, and is green.
    assert hub.release() == ["build"]
    assert f"delivery {serial} is sent and its file not merged yet" in hub.printed

    # Once it is merged nothing is due, and what is published verifies with the chain.
    hub.merge()
    assert hub.release() == ["build"]
    assert hub.printed.endswith("nothing is due\n")
    assert f"{serial} holds" in monitor(hub)

    # One byte of it changes: the monitor is red.
    extract = hub.folder / "releases" / serial / "cpl-dcc-extract.csv"
    extract.write_bytes(extract.read_bytes().replace(b"04000001", b"04000003", 1))
    with pytest.raises(Failed, match=r"cpl-dcc-extract\.csv: sha256 is"):
        monitor(hub)


def test_what_failed_half_way_is_finished_by_running_the_job_again(built: Hub) -> None:
    """GitHub may answer or not at each of the steps that publish; none is done twice."""
    built.job("sign")
    gh = built.folder / "bin/gh"
    for refused in ("release create", "pr create"):
        gh.write_text(GH.replace(f'"{refused}")', f'"{refused}") exit 1;;\n"-")'), encoding="utf-8")
        with pytest.raises(Failed):
            built.job("publish")
        gh.write_text(GH, encoding="utf-8")
    assert built.job("publish")
    assert built.job("publish")
    assert len(built.published()) == 1
    assert len((built.folder / "pull-requests").read_text("utf-8").split()) == 1


def test_a_release_that_can_be_changed_is_told(built: Hub) -> None:
    (built.folder / "immutable").write_text("false\n", encoding="utf-8")
    built.job("sign")
    with pytest.raises(Failed, match="switch on release immutability"):
        built.job("publish")


def another_key(hub: Hub) -> None:
    """The environment holds a key to which its certificate does not belong."""
    key = ("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem")
    run(hub.folder, *key)


def no_key(hub: Hub) -> None:
    (hub.folder / "key.pem").write_text("", encoding="utf-8")


def cut_manifest(hub: Hub) -> None:
    hub.outputs["build"]["manifest"] = hub.outputs["build"]["manifest"][:-40]


def another_manifest(hub: Hub) -> None:
    swapped = run(hub.folder, "bash", "-c", "printf '{}\\n' | openssl base64 -A")
    hub.outputs["build"]["manifest"] = swapped


@pytest.mark.parametrize("spoil", [another_key, no_key, cut_manifest, another_manifest])
def test_the_job_that_signs_refuses(built: Hub, spoil: Callable[[Hub], None]) -> None:
    spoil(built)
    with pytest.raises(Failed):
        built.job("sign")
    assert "signature" not in built.outputs.get("sign", {})


def extract_changed(step: str, clone: Path) -> None:
    if step == "Attach the signature":
        (extract,) = clone.glob("release/*/cpl-dcc-extract.csv")
        extract.write_bytes(extract.read_bytes().replace(b"04000001", b"04000003", 1))


def manifest_changed(step: str, clone: Path) -> None:
    if step == "Attach the signature":
        (manifest,) = clone.glob("release/*/manifest.json")
        manifest.write_bytes(manifest.read_bytes().replace(b'"hold"', b'"HOLD"'))


def delivery_changed(step: str, clone: Path) -> None:
    if step == "Verify it with the chain":
        (delivery,) = clone.glob("cpl/dcc/deliveries/*.yaml")
        delivery.write_bytes(delivery.read_bytes().replace(b"04000001", b"04000003", 1))


@pytest.mark.parametrize("tamper", [extract_changed, manifest_changed, delivery_changed])
def test_nothing_is_published_that_is_not_what_was_signed(
    built: Hub, tamper: Callable[[str, Path], None]
) -> None:
    built.job("sign")
    built.tamper = tamper
    with pytest.raises(Failed) as failed:
        built.job("publish")
    assert failed.value.step in {"Attach the signature", "Verify it with the chain"}
    assert built.published() == []
    branches = run(built.folder / "origin.git", "git", "branch", "--list", "delivery/*")
    assert branches == ""


def test_the_key_is_written_for_its_user_alone(built: Hub) -> None:
    built.job("sign")
    (key,) = (built.folder / "jobs").glob("*-sign/key.pem")
    assert oct(key.stat().st_mode) == "0o100600"


def test_a_register_with_errors_is_not_released(hub: Hub) -> None:
    clone = hub.folder / "editor"
    run(hub.folder, "git", "clone", "--quiet", hub.folder / "origin.git", clone)
    (clone / "cpl/dcc/dsp-profile.yaml").write_text("nonsense\n", encoding="utf-8")
    committed(clone, "A mistake")
    run(clone, "git", "push", "--quiet", "origin", "main")
    with pytest.raises(Failed, match="nothing can be delivered"):
        hub.release()


def test_what_is_typed_as_the_decision_is_no_command(hub: Hub) -> None:
    hub.decision = '$(shell touch one) $(touch two)"; touch three; "`touch four`'
    with pytest.raises(Failed, match="names no decision and no campaign"):
        hub.release()
    assert not {"one", "two", "three", "four"} & {path.name for path in hub.folder.rglob("*")}
