"""Registers to call the command on, and the command in this process."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from cpl_registry.edges.cli import main

from tests.commands.calling import PLAIN, Ask, Done, edit
from tests.rule_cases import REGISTER


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    for name in set(os.environ) - set(PLAIN):
        monkeypatch.delenv(name)

    def asked(*words: str | Path, cwd: Path) -> Done:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["cpl", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        code = ended.value.code or 0
        assert isinstance(code, int)
        return Done(words, code, shown.out, shown.err)

    return asked


@pytest.fixture
def right(tmp_path: Path) -> Path:
    """A small register without a finding."""
    return Path(shutil.copytree(REGISTER, tmp_path / "register"))


@pytest.fixture
def wrong(right: Path) -> Path:
    """The same with one error: a version that was never there."""
    edit(right, 'gbcs_version: "3.2"', 'gbcs_version: "9.9"')
    return right
