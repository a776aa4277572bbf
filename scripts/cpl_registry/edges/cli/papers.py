"""`cpl panel-report`."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from cpl_registry.edges.cli.options import DAY, register_options
from cpl_registry.edges.cli.refusing import asked_state
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.writer import write_file
from cpl_registry.records.near_ids import did_you_mean
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.publication import PublishedState

_OUT = click.Path(path_type=Path, file_okay=False)
# They stand in the running foot of each page, which is CSS: nothing in them needs an escape there.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./ -]{0,59}")
_LISTED = "see: cpl campaign status"
_TITLE = "The Certified Products List: position, what lies ahead, and options"


@click.command("panel-report")
@click.option("--out", type=_OUT, help="The folder to write it into (default: on standard output).")
@click.option("--campaign", help="The one campaign that it is about (default: all that run).")
@click.option("--reference", help="The paper's reference (default: CPL- and the day).")
@click.option("--title", default=_TITLE, help="The paper's title.")
@click.option("--classification", default="White", show_default=True, help="Who may read it.")
@click.option("--author", default="Code Administrator", show_default=True, help="Who writes it.")
@click.option("--body", help="Who it is for (default: the body of the next recorded meeting).")
@click.option("--meeting", type=DAY, help="The day of the meeting (default: the next recorded).")
@register_options
def panel_report_command(
    out: Path | None, campaign: str | None, root: Path, on: date, **given: Any
) -> None:
    """A paper for the Panel: one HTML file, all numbers computed, that prints to A4."""
    from cpl_registry.outputs.panel_paper import PaperNames, panel_paper

    reference = _plain("--reference", given["reference"] or f"CPL-{on}")
    classification = _plain("--classification", given["classification"])
    state = asked_state(root, on)
    if campaign is not None:
        known = [one.campaign.reference for one in state.campaigns]
        if campaign not in known:
            raise CannotJudge(
                f"no campaign {shown(campaign, 80)} on {on}; {did_you_mean(campaign, known, _LISTED)}"
            )
    body, meeting = _meeting(state, campaign, given["body"], given["meeting"])
    names = PaperNames(
        reference=reference,
        title=given["title"],
        classification=classification,
        author=given["author"],
        body=given["body"] or body,
        meeting=given["meeting"] or meeting,
        campaign=campaign,
    )
    paper = panel_paper(state, names)
    if out is None:
        sys.stdout.buffer.write(paper.content)
        return
    write_file(out / paper.path, paper.content, aside_in=out)
    click.echo(f"{out / paper.path}: open it in a browser and print it to A4")


def _plain(option: str, text: str) -> str:
    if not _PLAIN.fullmatch(text):
        raise CannotJudge(
            f"{option} {shown(text, 80)}: use letters, digits, spaces and _ . / - only, at most 60,"
            " with a letter or digit first"
        )
    return text


def _meeting(
    state: PublishedState, campaign: str | None, body: str | None, day: date | None
) -> tuple[str, date | None]:
    """The body and day of the campaign's own meeting, else of the next one recorded."""
    for one in state.campaigns:
        told = one.campaign
        if told.reference == campaign and told.meeting is not None and told.meeting >= state.on:
            return told.body, told.meeting
    ahead = sorted(
        (one.day, one.body)
        for one in state.register.oversight.calendar.meetings
        if one.day >= state.on and body in {None, one.body} and day in {None, one.day}
    )
    return (ahead[0][1], ahead[0][0]) if ahead else ("the Panel", None)
