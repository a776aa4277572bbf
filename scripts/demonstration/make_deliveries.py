"""Makes the demonstration's deliveries and answers, by the project's own commands.

Each release is signed with a key that exists only while this runs, rehearsed by the stand-in DSP,
and its answer taken in; the release folders are not kept. The register must be committed first: a
delivery names the commit that it was made from.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CPL = Path(sys.executable).with_name("cpl")
MADE = ("cpl/dcc/deliveries", "cpl/dcc/acknowledgements")


def run(*arguments: str | Path) -> str:
    """A command that must succeed; what it prints."""
    done = subprocess.run(  # noqa: S603  # fixed arguments, no shell
        [str(one) for one in arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}")
    return done.stdout


def main() -> None:
    """Baseline, deliveries, answers, in the order of the plan."""
    plan = tomllib.loads((HERE / "deliveries.toml").read_text(encoding="utf-8"))
    for folder in MADE:
        for file in (ROOT / folder).glob("*.yaml"):
            file.unlink()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        key, certificate, smi = work / "key.pem", work / "certificate.pem", work / "smi.sqlite"
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        run("openssl", "req", "-x509", *curve, "-keyout", key, "-out", certificate,
            "-subj", "/CN=Demonstration", "-days", "1")  # fmt: skip
        run(CPL, "extract", "--on", plan["baseline"], "--out", work / "held")
        run(CPL, "baseline", work / "held" / "cpl-dcc-extract.csv", "--on", plan["baseline"])
        for day in plan["days"]:
            folder = work / day
            run(CPL, "release", "--on", day, "--key", key, "--certificate", certificate,
                "--out", folder)  # fmt: skip
            if day in plan["unanswered"]:
                continue
            answer = work / f"{day}.csv"
            answer.write_text(
                run(CPL, "rehearse", folder, "--smi", smi), encoding="utf-8", newline=""
            )
            run(CPL, "acknowledge", answer, "--on", day)
            print(f"{day} delivered and answered")


if __name__ == "__main__":
    main()
