"""What waits on its way to the DCC: `make release-due` and `make monitor-waiting`.

Without an option: why a delivery is due, a line each. In a workflow the answer is handed on as
`due=true` or `due=false`; a delivery whose pull request is still open is waited for. With
`--overdue`: the rows that have waited for more than a Working Day; the exit code is 1 where there
is one. What cannot be judged is exit code 2, as everywhere.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path

import click
from cpl_registry.edges.clock import now, today
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.git_history import delivery_files
from cpl_registry.edges.installation import working_days
from cpl_registry.edges.publishing import NotPublishable, published_state
from cpl_registry.records.days import LONDON, day
from cpl_registry.records.working_days import HolidaysUnknown
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.waiting import overdue_rows, reasons_to_deliver, waiting_rows

ROOT = Path(__file__).parents[2]
_SHOWN = 20


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description="What waits on its way to the DCC.")
    parser.add_argument("--overdue", action="store_true", help="only what waited too long")
    parser.add_argument("--root", type=Path, default=ROOT, help="the folder that holds cpl/")
    parser.add_argument("--on", type=_day, default=today(), help="the day that is asked for")
    options = parser.parse_args(arguments)
    try:
        _, state = published_state(options.root, options.on)
        return _overdue(options.root, state) if options.overdue else _due(options.root, state)
    except NotPublishable:
        click.echo("the register has errors: nothing can be delivered", err=True)
        return 1
    except (CannotJudge, HolidaysUnknown) as error:
        click.echo(error, err=True)
        return 2


def _due(root: Path, state: PublishedState) -> int:
    known = {f"{one.serial}.yaml" for one in state.register.deliveries}
    under_review = sorted(name for name in delivery_files(root) if name not in known)
    noon = datetime.combine(state.on, time(12), LONDON).astimezone(UTC)
    reasons = list(reasons_to_deliver(state, now() if state.on == today() else noon))
    for name in under_review:
        click.echo(
            _warned(f"delivery {name.removesuffix('.yaml')} is sent and its file not merged yet")
        )
    click.echo("\n".join(reasons) or "nothing is due")
    due = bool(reasons) and not under_review
    if path := os.environ.get("GITHUB_OUTPUT"):
        with Path(path).open("a", encoding="utf-8") as outputs:
            outputs.write(f"due={str(due).lower()}\n")
    return 0


def _overdue(root: Path, state: PublishedState) -> int:
    rows = overdue_rows(state.register, state.on, working_days(root))
    click.echo(
        f"{len(waiting_rows(state))} rows wait for the next delivery, {len(rows)} of them too long"
    )
    for row in rows[:_SHOWN]:
        click.echo(
            _warned(f"{row.entry_id}: {row.change}, and not delivered within one Working Day")
        )
    if rows[_SHOWN:]:
        click.echo(f"and {len(rows) - _SHOWN} more")
    return 1 if rows else 0


def _warned(text: str) -> str:
    return f"::warning::{text}" if os.environ.get("GITHUB_ACTIONS") == "true" else text


def _day(text: str) -> date:
    found = day(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text} is not a day: write YYYY-MM-DD")
    return found


if __name__ == "__main__":
    sys.exit(main())
