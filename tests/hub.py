"""GitHub, as far as a workflow sees it: jobs are run step by step, with their own lines.

The workflow's expressions are worked out here, jobs run in clones of their own, `gh` is a script that
keeps releases and pull requests in a folder, and the remote is a bare repository.
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.docs_worlds import committed, environment, register, run, signer
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
  for file in "${@:10}"; do [[ "$file" == --* ]] || cp "$file" "$HUB/releases/$3/"; done ;;
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
        """The serials of the deliveries that are published."""
        return [name for name in self.released() if not name.endswith("-tools")]

    def released(self) -> list[str]:
        """Every release, with those that hold the bill of materials of the tools."""
        return sorted(path.name for path in (self.folder / "releases").glob("*"))

    def merge(self) -> None:
        """The administrator merges every pull request."""
        clone = self.folder / "administrator"
        shutil.rmtree(clone, ignore_errors=True)
        run(self.folder, "git", "clone", "--quiet", self.folder / "origin.git", clone)
        for branch in (self.folder / "pull-requests").read_text("utf-8").split():
            run(clone, "git", "merge", "--quiet", "--no-edit", f"origin/{branch}")
        run(clone, "git", "push", "--quiet", "origin", "main")


def new_hub(folder: Path) -> Hub:
    (folder / "jobs").mkdir(parents=True)
    signer(folder)
    source = register(folder / "source")
    tools = (
        "Makefile",
        "pyproject.toml",
        "scripts/delivering/__init__.py",
        "scripts/delivering/ask.py",
    )
    for path in tools:
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
