"""The review of a pull request in its workflow: `make review`.

The verdict goes to the summary of the job, the findings become annotations. The tools are those of
the base; the submission is read as objects of Git. The exit code is that of `cpl review`. With
`--put-by` verdict, decision and the pull request's number are put by in a folder, for the comment
and for the last step of the job, and the exit code is 0 wherever there is a verdict.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

import click
from cpl_registry.edges.clock import today
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.reporters import workflow_commands
from cpl_registry.edges.reviewing import review
from cpl_registry.outputs.review_document import as_markdown, as_text

from reviewing import verdict

_MOST = 900_000
"""Most bytes of a summary: GitHub takes one mebibyte a step."""


def report(root: Path, asked: argparse.Namespace) -> int:
    """Reviews, tells, and returns the exit code.

    Raises:
        CannotJudge: account or pull request is no number, or there is no such revision.
    """
    account = asked.account
    if not re.fullmatch(r"[0-9]{1,20}", account, re.ASCII):
        raise CannotJudge("ACCOUNT is not the numeric id of an account")
    if asked.put_by and not re.fullmatch(r"[1-9][0-9]{0,9}", asked.number or "", re.ASCII):
        raise CannotJudge("NUMBER is not the number of a pull request")
    made = review(root, asked.base, asked.head, f"github:{account}", today())
    text = as_markdown(made)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8", newline="") as file:
            file.write(_fitting(text))
        click.echo(workflow_commands(made.findings), nl=False)
        click.echo(made.verdict)
    else:
        click.echo(as_text(made), nl=False)
    if asked.put_by:
        _put_by(Path(asked.put_by), asked.number, text, rejected=made.rejected)
        return 0
    return 1 if made.rejected else 0


def _put_by(folder: Path, number: str, text: str, *, rejected: bool) -> None:
    """The verdict as files, for who reads it after this step."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        verdict.NUMBER: f"{number}\n",
        verdict.TEXT: _fitting(text),
        "decision": "not acceptable yet\n" if rejected else "acceptable\n",
    }
    for name, said in told.items():
        (folder / name).write_text(said, encoding="utf-8", newline="")


def _fitting(text: str) -> str:
    """A summary that is not too large, cut at the end of a line."""
    raw = text.encode()
    if len(raw) <= _MOST:
        return text
    cut = raw[:_MOST].rpartition(b"\n")[0].decode()
    return f"{cut}\n\nThe rest is too long to be shown here: run `cpl review`.\n"


def main() -> None:
    """Reads the command line; what cannot be judged is one line and exit code 2."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name in ("--base", "--head", "--account"):
        parser.add_argument(name, required=True)
    for name in ("--put-by", "--number"):
        parser.add_argument(name)
    asked = parser.parse_args()
    try:
        sys.exit(report(Path.cwd(), asked))
    except CannotJudge as error:
        click.echo(f"review: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
