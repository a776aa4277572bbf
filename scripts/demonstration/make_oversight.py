"""Makes the demonstration's campaigns and notices, by the project's own commands.

The steps stand in `oversight.toml`. Whom a campaign means on its day of notice, and what the letters
say, follows from the entries: after a change of the plan these files are made again. Incidents are
kept by hand.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from demonstration.make_register import HOLIDAYS, PLAN, ROOT, make_entries
from demonstration.plan_file import read_plan
from demonstration.working_days import read_working_days

if TYPE_CHECKING:
    from collections.abc import Iterator

CPL = Path(sys.executable).with_name("cpl")
MADE = ("cpl/panel/campaigns", "cpl/panel/notices")


def make(register: Path, work: Path, last: date = date.max) -> None:
    """The steps up to a day on a register; `work` is where the letters go, which are not kept."""
    entries, _ = make_entries(read_plan(PLAN), read_working_days(ROOT / HOLIDAYS))
    ids = {f"{{{entry.label}}}": entry.entry_id for entry in entries}
    for made in MADE:
        shutil.rmtree(register / made, ignore_errors=True)
    steps = tomllib.loads(PLAN.with_name("oversight.toml").read_text(encoding="utf-8"))["step"]
    for number, step in enumerate(one for one in steps if one["on"] <= last):
        for words in _commands(step, work / str(number)):
            told = [ids.get(word, word) for word in words]
            done = subprocess.run(  # noqa: S603  # fixed arguments, no shell
                [CPL, *told, "--root", register, "--on", str(step["on"])],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                sys.exit(f"{' '.join(told)}\n{done.stdout}{done.stderr}")


def _commands(step: dict[str, object], letters: Path) -> Iterator[list[str]]:
    """The commands of a step: its own, or the letters of a campaign written and then sent."""
    if isinstance(words := step.get("run"), list):
        yield words
    if name := step.get("letters"):
        write = ["campaign", "notices", str(name), "--out", str(letters)]
        yield write
        yield [*write, "--sent"]


def main() -> None:
    """Make them on a copy of the register, then copy them back."""
    with tempfile.TemporaryDirectory() as name:
        register = Path(name) / "register"
        shutil.copytree(ROOT / "cpl", register / "cpl")
        make(register, Path(name) / "letters")
        for made in MADE:
            shutil.rmtree(ROOT / made, ignore_errors=True)
            shutil.copytree(register / made, ROOT / made)
            print(f"{made}: {len(list((ROOT / made).iterdir()))} files")


if __name__ == "__main__":
    main()
