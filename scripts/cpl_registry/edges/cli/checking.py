"""`cpl validate`, `cpl fix`, `cpl explain`."""

from __future__ import annotations

import difflib
import os
import sys
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import click

from cpl_registry.edges.cli.options import register_options, root_option, wants_colour
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.judging import judge
from cpl_registry.edges.reporters import REPORTERS

PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))


@click.command("validate")
@PATHS
@click.option(
    "--format",
    "form",
    type=click.Choice(sorted(REPORTERS)),
    default=lambda: "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text",
    show_default="text; github inside a workflow",
)
@register_options
def validate_command(paths: tuple[Path, ...], form: str, root: Path, on: date) -> None:
    """Every rule on the register, or on the named files with the rest as context."""
    judged = judge(root, on)
    report = judged.verdict
    if paths:
        named = tuple(_inside(root, path) for path in paths)
        findings = (one for one in report.findings if _under(one.path, named))
        report = replace(
            report,
            findings=tuple(findings),
            entries=sum(_under(path, named) for path in judged.entry_paths),
            halted=tuple(path for path in report.halted if _under(path, named)),
        )
    told = REPORTERS[form]
    if form == "text" and not paths:
        told = partial(told, grouped=True)
    click.echo(told(report, judged.sources, colour=wants_colour()), nl=False)
    sys.exit(1 if report.failed else 0)


def _inside(root: Path, path: Path) -> str:
    """A path as findings name it: relative to the root."""
    for base in (Path.cwd(), root):
        absolute = Path(os.path.abspath(base / path))  # noqa: PTH100  # links stay links
        if os.path.lexists(absolute) and absolute.is_relative_to(root):
            return absolute.relative_to(root).as_posix()
    raise CannotJudge(f"{path} is not a file of the register in {root}")


def _under(path: str, named: tuple[str, ...]) -> bool:
    return any(path == one or path.startswith(f"{one}/") or one == "." for one in named)


@click.command("fix")
@PATHS
@click.option("--diff", is_flag=True, help="Show what would change, and change nothing.")
@root_option
def fix_command(paths: tuple[Path, ...], diff: bool, root: Path) -> None:
    """Canonical form and every safe repair, in place. No value is changed."""
    # What writes brings the outputs along: a check that only reads does without.
    from cpl_registry.edges import fixing

    mended = list(fixing.repairs(root, paths))
    if not diff:
        fixing.write(root, mended)
    for repair in mended:
        if diff:
            lines = difflib.unified_diff(
                repair.before.splitlines(keepends=True),
                repair.after.splitlines(keepends=True),
                repair.path,
                repair.path,
            )
            click.echo("".join(lines), nl=False)
        else:
            click.echo(f"mended {repair.path}")
    if not mended:
        click.echo(
            "nothing that can be mended safely; what is left is told by: cpl validate", err=True
        )


@click.command("explain")
@click.argument("rule", required=False)
def explain_command(rule: str | None) -> None:
    """A rule: what, why and how to mend it; without one, the catalogue."""
    # The rules are dear to import: a check of what was judged before does without.
    from cpl_registry.edges.explaining import catalogue, explanation

    click.echo(explanation(rule) if rule else catalogue(), nl=False)
