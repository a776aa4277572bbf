"""How a command ends that the register, or a delivery, stands in the way of."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from cpl_registry.edges.publishing import NotPublishable, published_state
from cpl_registry.edges.releasing import NotReleasable
from cpl_registry.state.acts import NotDone
from cpl_registry.state.publication import PublishedState


@contextmanager
def stopping(sentence: str) -> Iterator[None]:
    """Ends the command with exit code 1 where the register has errors or a delivery must not go.

    `sentence` says what is not done, for example `nothing is released`. The findings, or what
    stands in the way, go to standard error.
    """
    try:
        yield
    except NotPublishable:
        click.echo(f"cpl: {sentence} while the register has errors", err=True)
        sys.exit(1)
    except NotReleasable as error:
        click.echo("\n".join(error.lines), err=True)
        sys.exit(1)


@contextmanager
def refusing(sentence: str) -> Iterator[None]:
    """Ends the command with exit code 1 where an act cannot be; the reason goes to standard error."""
    try:
        yield
    except NotDone as refusal:
        click.echo(f"{sentence}: {refusal}", err=True)
        sys.exit(1)


def asked_state(root: Path, on: date) -> PublishedState:
    """The published state of a day, for a command that only answers a question."""
    with stopping("no answer is given"):
        return published_state(root, on)[1]
