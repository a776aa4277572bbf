"""`cpl readiness`, `cpl simulate`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from cpl_registry.edges.cli.options import DAY, register_options
from cpl_registry.edges.cli.refusing import asked_state
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.installation import working_days
from cpl_registry.edges.record_file import read_record
from cpl_registry.outputs.artefact import json_bytes
from cpl_registry.outputs.readiness_data import readiness_data
from cpl_registry.outputs.readiness_told import github_warnings, readiness_told
from cpl_registry.outputs.simulation_told import simulation_told
from cpl_registry.records.documents import Kind
from cpl_registry.records.dsp_profile import parse_delivery_policy, parse_dsp_profile
from cpl_registry.records.register import Register
from cpl_registry.records.working_days import HolidaysUnknown
from cpl_registry.state.announced import calendars
from cpl_registry.state.policy import HOLD, SUBSTITUTE
from cpl_registry.state.readiness import horizon, readiness
from cpl_registry.state.simulation import simulate
from cpl_registry.state.trial import Trial, hold_from, policy_from, substitute_between

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("readiness")
@click.option(
    "--until",
    type=DAY,
    show_default="two years ahead",
    help="The last day on which what is told of may begin.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@register_options
def readiness_command(until: date | None, form: str, root: Path, on: date) -> None:
    """When a new entry must carry a version that the DSP cannot load; what changes ahead.

    Exit code 1 when such a gap is open on the asked day or begins within 180 days of it.
    """
    last = until or horizon(on)
    if last < on:
        raise CannotJudge(f"--until {last} lies before the asked day {on}: name a later day")
    state = asked_state(root, on)
    answer = readiness(state, last)
    if form == "json":
        click.echo(json_bytes(readiness_data(answer)), nl=False)
    else:
        click.echo(readiness_told(answer, state), nl=False)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        # On standard error JSON stays JSON; a workflow reads its commands from either.
        click.echo(github_warnings(answer, state), err=form == "json", nl=False)
    sys.exit(1 if answer.alarms else 0)


@click.command("simulate")
@click.option("--policy", type=click.Choice([HOLD, SUBSTITUTE]), required=True)
@click.option("--from", "start", type=DAY, required=True, help="The first day.")
@click.option("--until", "end", type=DAY, required=True, help="The last day.")
@click.option(
    "--profile", type=_FILE, help="Another dsp-profile.yaml to try in place of the register's."
)
@click.option(
    "--policy-file",
    type=_FILE,
    help="A delivery-policy.yaml to try with substitute; without it each GBCS version that the DSP"
    " does not recognise is sent as the last that it does.",
)
@register_options
def simulate_command(
    policy: str,
    start: date,
    end: date,
    profile: Path | None,
    policy_file: Path | None,
    root: Path,
    on: date,
) -> None:
    """Hold against substitute, day by day: rows loadable, held, misstated, corrections owed.

    The DSP's calendar is taken as known on the day of --on: announced steps come true on their day.
    """
    if end < start:
        raise CannotJudge(f"--until {end} lies before --from {start}")
    if policy_file is not None and policy == HOLD:
        raise CannotJudge("--policy-file goes with --policy substitute: holding needs no policy")
    register = asked_state(root, on).register
    tried = register
    if profile is not None:
        tried = replace(tried, dsp=parse_dsp_profile(read_record(profile, Kind.DSP_PROFILE)))
    tried = replace(tried, dsp=calendars(tried, on).dsp)
    trial = _trial(tried, policy, start, end, policy_file)
    try:
        found = simulate(register, trial, working_days(root), start, end)
    except HolidaysUnknown as error:
        raise CannotJudge(f"Working Days cannot be told: {error}") from error
    click.echo(simulation_told(found), nl=False)


def _trial(
    register: Register, policy: str, start: date, end: date, policy_file: Path | None
) -> Trial:
    if policy_file is not None:
        steps = parse_delivery_policy(read_record(policy_file, Kind.DELIVERY_POLICY))
        return policy_from(register, start, steps)
    if policy == HOLD:
        return hold_from(register, start)
    return substitute_between(register, start, end)
