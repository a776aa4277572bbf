"""Calling the command as people and machines do, and the small register that it is called on."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

CPL = Path(sys.executable).with_name("cpl")
ON = "2026-11-22"
DAY = ["--on", ON]
ID = "esme-f0a1-0005-02-03-38040401"
ENTRY = "cpl/devices/esme/albion-metering/f0a1-0005-0203-38040401.yaml"
PLAIN = {
    name: value
    for name, value in os.environ.items()
    if name not in {"NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "COLUMNS"}
}
Done = subprocess.CompletedProcess[str]


def run(*words: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> Done:
    """The real command in a folder; what it writes must be text."""
    return subprocess.run(
        [CPL, *words],
        cwd=cwd,
        env={**PLAIN, **(env or {})},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


class Ask(Protocol):
    """The command in this process: what `run` does, in a hundredth of the time."""

    def __call__(self, *words: str | Path, cwd: Path) -> Done: ...


def edit(root: Path, before: str, after: str, path: str = ENTRY) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert text.count(before) == 1
    (root / path).write_text(text.replace(before, after), encoding="utf-8", newline="")


def files_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }
