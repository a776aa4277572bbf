"""Makes the demonstration's deliveries and answers, by the project's own commands.

Each release is signed with a key that exists only while this runs, rehearsed by the stand-in DSP,
and its answer taken in; the release folders are not kept. An answer names what a delivery changed
and says of all the rest, in one row, that it is loaded. The register must be committed first: a
delivery names the commit that it was made from. All of it happens in a clone that knows no branch,
since a delivery is refused where a branch holds later ones.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demonstration.make_register import HOLIDAYS, PLAN, ROOT, make_entries
from demonstration.plan_file import read_plan
from demonstration.working_days import read_working_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from demonstration.entries import Entry

CPL = Path(sys.executable).with_name("cpl")
MADE = ("cpl/dcc/deliveries", "cpl/dcc/acknowledgements")
WHOLE_FILE = "*"
_SHOWN = ("listed", "amended", "corrected", "removed", "reinstated")


def run(where: Path, *arguments: object, may_find: bool = False) -> str:
    """A command in a folder that must succeed, or may have found something; what it prints."""
    done = subprocess.run(  # noqa: S603  # fixed arguments, no shell
        [str(one) for one in arguments], cwd=where, capture_output=True, text=True, check=False
    )
    if done.returncode > may_find:
        sys.exit(f"{' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}")
    return done.stdout


def delivery_days(plan: Mapping[str, Any], entries: Iterable[Entry]) -> list[date]:
    """The days of delivery, in order: each on which a row changes, or the one that carries it."""
    carried = {day: plan["carried"].get(str(day), day) for day in _lines_by_day(entries)}
    days = {plan["first"], *plan["besides"], *carried.values()}
    return sorted(day for day in days if plan["first"] <= day <= plan["last"])


def _lines_by_day(entries: Iterable[Entry]) -> dict[date, Counter[str]]:
    """The days on which a row may change, each with the decisions that its lines cite."""
    found: dict[date, Counter[str]] = {}
    for entry in entries:
        for line in entry.history:
            if line.event in _SHOWN:
                cited = [line.reference] if line.decision else []
                found.setdefault(line.date, Counter()).update(cited)
    return found


def answer_of(rehearsed: str, delta: str, refused: Mapping[str, str]) -> str:
    """The DCC's answer to a delivery: what it changed and what is refused row by row, the rest as one.

    `rehearsed` is the answer of the stand-in and `delta` the delivery's delta, both as CSV;
    `refused` gives entry ids with the reason.
    """
    header, *rows = csv.reader(io.StringIO(rehearsed, newline=""))
    named = {row[1] for row in csv.reader(io.StringIO(delta, newline=""))} | set(refused)
    serial, moment = rows[0][0], rows[0][-1]
    told = io.StringIO(newline="")
    answer = csv.writer(told)
    answer.writerow(header)
    answer.writerow([serial, WHOLE_FILE, "", "loaded", "", moment])
    for row in rows:
        if (reason := refused.get(row[1])) is not None:
            answer.writerow([*row[:3], "rejected", reason, moment])
        elif row[1] in named:
            answer.writerow(row)
    return told.getvalue()


def clone_without_deliveries(folder: Path) -> None:
    """The commit of the repository, checked out without its deliveries, in a clone without refs."""
    if run(ROOT, "git", "status", "--porcelain", "cpl"):
        sys.exit("the register differs from its commit: commit it first")
    run(ROOT, "git", "clone", "--quiet", "--shared", ROOT, folder)
    run(folder, "git", "checkout", "--quiet", "--detach")
    for name in run(folder, "git", "for-each-ref", "--format=%(refname)").split():
        run(folder, "git", "update-ref", "-d", name)
    for made in MADE:
        shutil.rmtree(folder / made)


def main() -> None:
    """Baseline, deliveries, answers, in the order of the plan; then they are copied back."""
    with tempfile.TemporaryDirectory() as name:
        register = Path(name) / "register"
        clone_without_deliveries(register)
        make(register, Path(name))
        for made in MADE:
            shutil.rmtree(ROOT / made)
            shutil.copytree(register / made, ROOT / made)


def make(register: Path, work: Path) -> None:
    """All deliveries and answers in a register that has none; `work` is for what is not kept."""
    plan = tomllib.loads(PLAN.with_name("deliveries.toml").read_text(encoding="utf-8"))
    entries, _ = make_entries(read_plan(PLAN), read_working_days(ROOT / HOLIDAYS))
    ids = {entry.label: entry.entry_id for entry in entries}
    by_day = _lines_by_day(entries)
    key, certificate, smi = work / "key.pem", work / "certificate.pem", work / "smi.sqlite"
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    run(work, "openssl", "req", "-x509", *curve, "-keyout", key, "-out", certificate,
        "-subj", "/CN=Demonstration", "-days", "1")  # fmt: skip
    held = ("--on", plan["baseline"])
    run(register, CPL, "extract", *held, "--out", work / "held")
    run(register, CPL, "baseline", work / "held" / "cpl-dcc-extract.csv", *held)
    for day in delivery_days(plan, entries):
        folder = work / str(day)
        explained = by_day[day].most_common(1)[0][:1] if day in plan["explained"] else ()
        run(register, CPL, "release", "--on", day, "--key", key, "--certificate", certificate,
            "--out", folder, *(("--decision", *explained) if explained else ()))  # fmt: skip
        if day in plan["unanswered"]:
            print(f"{day} delivered")
            continue
        refused = {
            ids[one["entry"]]: one["reason"]
            for one in plan["refused"]
            if one["first"] <= day <= one.get("last", day)
        }
        rehearsed = run(register, CPL, "rehearse", folder, "--smi", smi)
        delta = (folder / "cpl-dcc-delta.csv").read_text(encoding="utf-8")
        answer = work / f"{day}.csv"
        answer.write_text(answer_of(rehearsed, delta, refused), encoding="utf-8", newline="")
        run(register, CPL, "acknowledge", answer, "--on", day, may_find=bool(refused))
        print(f"{day} delivered and answered")


if __name__ == "__main__":
    main()
