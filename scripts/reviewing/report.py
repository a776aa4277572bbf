"""The review of a pull request in its workflow: `make review`.

The verdict goes to the summary of the job, the findings become annotations. The tools are those of
the base; the submission is read as objects of Git. The exit code is that of `cpl review`.
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

_MOST = 900_000
"""Most bytes of a summary: GitHub takes one mebibyte a step."""


def report(root: Path, base: str, head: str, account: str) -> int:
    """Reviews, tells, and returns the exit code.

    Raises:
        CannotJudge: the account is no number, or there is no such revision.
    """
    if not re.fullmatch(r"[0-9]{1,20}", account, re.ASCII):
        raise CannotJudge("ACCOUNT is not the numeric id of an account")
    made = review(root, base, head, f"github:{account}", today())
    text = as_markdown(made)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8", newline="") as file:
            file.write(_fitting(text))
        click.echo(workflow_commands(made.findings), nl=False)
        click.echo(made.verdict)
    else:
        click.echo(as_text(made), nl=False)
    return 1 if made.rejected else 0


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
    asked = parser.parse_args()
    try:
        sys.exit(report(Path.cwd(), asked.base, asked.head, asked.account))
    except CannotJudge as error:
        click.echo(f"review: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
